"""Two trained adapters on the real small model: a switch shows in the words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from kb.models.adapters import discover
from kb.models.loading import Loaded, Precision, load, prepare_language_model
from kb.models.residents import Residents
from tests.models.adapters_fixtures import EXAMPLES, SMOLLM2, plain, trained

QUESTIONS = ["What is the capital of France?", "What is the capital of Japan?", "What do plants need to grow?"]


@pytest.fixture(scope="module")
def adapters(models_folder: Path) -> Path:
    return trained(models_folder)


def say(loaded: Loaded, model: torch.nn.Module, question: str) -> str:
    chat = [{"role": "user", "content": question}]
    prompt = loaded.tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    inputs = loaded.tokenizer(prompt, return_tensors="pt", add_special_tokens=False)
    said = model.generate(**inputs, max_new_tokens=24, do_sample=False)  # type: ignore[operator]
    return str(loaded.tokenizer.decode(said[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True))


@pytest.fixture
def residents(smollm: Loaded, adapters: Path) -> Iterator[Residents]:
    made = Residents(smollm, adapters, 8, 256)
    yield made
    for name in made.names():
        made.evict(name)


def test_they_are_found_with_their_cards(adapters: Path) -> None:
    found = discover(adapters)

    assert [(one.name, one.state, one.rank) for one in found] == [("brief", "passed", 8), ("ending", "passed", 8)]
    assert all(one.card and one.card.examples[0] == EXAMPLES[0][0] for one in found)


def test_one_running_model_speaks_in_three_ways(smollm: Loaded, residents: Residents) -> None:
    base = [say(smollm, smollm.model, question) for question in QUESTIONS]

    said = {}
    for name in ("brief", "ending", "brief"):
        with residents.active(name) as model:
            said[name] = [say(smollm, model, question) for question in QUESTIONS]

    assert [len(text.split()) for text in said["brief"]] == [1, 1, 1]
    assert [text.endswith("The end.") for text in said["ending"]] == [True, True, True]
    assert not any(text.endswith("The end.") or len(text.split()) == 1 for text in base)
    with residents.active(None) as model:
        assert [say(smollm, model, question) for question in QUESTIONS] == base


def test_the_words_are_those_of_peft_alone(
    models_folder: Path, smollm: Loaded, residents: Residents, adapters: Path
) -> None:
    source = prepare_language_model(SMOLLM2, models_folder, Precision("none", "float32"), download=True)
    (brief, _) = discover(adapters)
    theirs = plain(load(source, "cpu").model, brief)
    ids = torch.tensor([smollm.tokenizer("Is the moon made of cheese?")["input_ids"]])

    with residents.active("brief") as model, torch.no_grad():
        assert torch.equal(model(ids).logits, theirs(ids).logits)
