"""Settings of the language model: what is refused, and that a key is never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import SettingsError
from kb.settings import Settings

KEY = "very-secret-key"


def load(folder: Path, text: str) -> Settings:
    file = folder / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return Settings.load(file)


def test_a_server_needs_an_address(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r'llm: profile "http" needs base_url') as caught:
        load(tmp_path, f'[llm]\nprofile = "http"\napi_key = "{KEY}"\n')
    assert KEY not in str(caught.value)


def test_an_answer_leaves_room_for_its_question(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"max_new_tokens \(512\) leaves no room in context \(300\)"):
        load(tmp_path, "[llm]\ncontext = 300\n")


def test_a_key_is_not_shown_even_where_it_is_wrong(tmp_path: Path) -> None:
    settings = load(tmp_path, f'[llm]\nprofile = "http"\nbase_url = "http://127.0.0.1:1/v1"\napi_key = "{KEY}"\n')
    assert KEY not in repr(settings) + settings.model_dump_json()
    assert settings.llm.api_key is not None
    assert settings.llm.api_key.get_secret_value() == KEY


def test_the_environment_carries_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_LLM__API_KEY", KEY)
    key = load(tmp_path, "").llm.api_key
    assert key is not None
    assert key.get_secret_value() == KEY


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('quantisation = "int3"', "llm.quantisation: Input should be 'auto', 'nf4' or 'none'"),
        ("temperature = 5", "llm.temperature: Input should be less than or equal to 2"),
        ("tempreture = 0", r"llm.tempreture is not a setting; did you mean llm.temperature\?"),
    ],
)
def test_a_wrong_value_is_refused_under_its_name(tmp_path: Path, line: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        load(tmp_path, f"[llm]\n{line}\n")
