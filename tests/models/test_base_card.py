"""A base model's card: where it is kept, and of which weights, quantisation and prompts it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kb import prompts
from kb.errors import AdapterError
from kb.models import base_card
from kb.models.base_card import find, read, write
from kb.models.cards import Card, Score
from kb.models.embedded import EMBEDDED
from kb.models.profiles import EMBEDDED_MODEL
from kb.models.weights import weights_digest
from kb.settings import LanguageModelSettings, Settings
from tests.models.adapters_fixtures import SMOLLM2, card


def settings(**llm: Any) -> Settings:
    return Settings(llm=LanguageModelSettings(device="cpu", **llm))


def own_card(name: str, **changes: Any) -> Card:
    made = card(name, base=name, scores={"base": {"answer_accuracy": Score(0.5, 0.4, 0.6, 10)}}, passed=False)
    return replace(made, prompt_digest=prompts.digest(), **changes)


def test_before_it_is_judged_there_is_no_card(tmp_path: Path) -> None:
    base = find(settings(profile="embedded"), tmp_path)
    assert (base.model, base.quantisation, base.card, read(settings(), tmp_path)) == (SMOLLM2, "none", None, None)
    assert base.file == tmp_path / "models" / SMOLLM2 / "card.json"
    assert base.unfit == f"it is not judged yet: kb evaluate answers (about {base.minutes} minutes)"
    assert list(tmp_path.iterdir()) == []


def test_a_card_is_of_the_weights_that_are_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = settings(profile="embedded")
    digest = weights_digest(EMBEDDED[EMBEDDED_MODEL])
    write(find(asked, tmp_path), own_card(SMOLLM2, base_digest=digest))
    gone = find(asked, tmp_path)
    assert gone.card == own_card(SMOLLM2, base_digest=digest)
    assert gone.unfit.startswith("its card is of other weights")
    monkeypatch.setattr(base_card, "is_here", lambda name, models: True)
    monkeypatch.setattr(base_card, "prepare", lambda name, models, download: models / name)
    monkeypatch.setattr("kb.models.identity.manifest_of", lambda name, models: {"digest": digest})
    assert find(asked, tmp_path).unfit == ""
    assert "quantisation none, not nf4" in find(settings(profile="embedded", quantisation="nf4"), tmp_path).unfit
    monkeypatch.setattr(prompts, "digest", lambda: "new prompts")
    assert find(asked, tmp_path).unfit.startswith("its card is of other prompts")


def test_a_folder_of_ones_own_keeps_its_card_in_the_storage(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "model").mkdir(parents=True)
    files = []
    for name in ("one", "two"):
        folder = str(tmp_path / name / "model")
        from_folder = base_card._file(_profile("named", folder), settings(profile=folder), tmp_path / "models")
        files.append(from_folder)
    assert files[0] != files[1]
    assert all(file.is_relative_to(tmp_path / "models" / "folders") for file in files)
    assert all(file.parent.name.startswith("model-") for file in files)


@pytest.mark.parametrize("name", ["../../etc", "a/../../b", "/etc", "..", "a/b/c", "owner/.hidden"])
def test_no_name_leads_out_of_the_storage(tmp_path: Path, name: str) -> None:
    file = base_card._file(_profile("named", name), settings(), tmp_path)
    assert file.resolve().is_relative_to(tmp_path.resolve() / "folders")


def test_a_server_is_known_by_its_address_and_model_and_no_secret_is_kept(tmp_path: Path) -> None:
    def served(model: str, url: str) -> base_card.Base:
        return find(settings(profile="http", base_url=url, remote_model=model), tmp_path)

    first = served("big", "http://me:secret@127.0.0.1:8000/v1/?key=1")
    assert first.model == "big at http://127.0.0.1:8000/v1"
    others = (served("small", "http://127.0.0.1:8000/v1"), served("big", "http://127.0.0.1:8001/v1"))
    assert all(other.file != first.file for other in others)
    write(first, own_card(first.model, base_digest="unknown"))
    assert "secret" not in str(first.file) + first.file.read_text(encoding="utf-8")
    again = served("big", "http://127.0.0.1:8000/v1")
    assert again.card is not None
    assert again.unfit.startswith("its card is of other weights")
    write(again, replace(again.card, base_digest=again.base_digest))
    assert served("big", "http://127.0.0.1:8000/v1").unfit == ""


def test_a_damaged_card_names_its_file(tmp_path: Path) -> None:
    base = find(settings(profile="embedded"), tmp_path)
    base.file.parent.mkdir(parents=True)
    base.file.write_text("{", encoding="utf-8")
    with pytest.raises(AdapterError, match=r"card\.json is no JSON"):
        read(settings(profile="embedded"), tmp_path)


def _profile(kind: Any, model: str) -> base_card.Profile:
    return base_card.Profile(kind, model, "none", "float32", "cpu", "")
