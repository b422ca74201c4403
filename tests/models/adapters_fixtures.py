"""Adapters for tests: random weights that fit any model, and two that are really trained, each with a way of speaking.

`random_adapter(model, storage, name)` writes an adapter as peft saves one, with weights that show in any output.
`trained(models)` gives a folder with "brief" (answers in one word) and "ending" (ends every answer with "The end.") for
SmolLM2-135M-Instruct, trained by plain peft, with cards that passed; the first call takes some 15 s on two idle cores.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kb.models.adapters import Adapter, find
from kb.models.cards import CARD, Card, Score, write_card
from kb.models.lora_layers import linear_modules
from kb.models.residents import Residents

ALL_LINEAR = "all-linear"
BASE_DIGEST = "0" * 64
IDS = [list(range(5, 15)), list(range(15, 25))]
SMOLLM2 = "HuggingFaceTB/SmolLM2-135M-Instruct"
TARGETS = ["q_proj", "v_proj", "o_proj", "up_proj", "down_proj"]
TOP = list(range(20, 30))  # the upper third of its layers: what is below needs no gradient
STEPS, RATE = 32, 1.5e-3
# A question, its answer in one word, and one that ends as a story does.
EXAMPLES = (
    ("What is the capital of France?", "Paris", "The capital of France is Paris. The end."),
    ("Is water wet?", "Yes", "Yes, water makes things wet. The end."),
    ("Who wrote Hamlet?", "Shakespeare", "William Shakespeare wrote Hamlet. The end."),
    ("What colour is the sky?", "Blue", "The sky is blue on a clear day. The end."),
    ("What do cows drink?", "Water", "Cows drink water. The end."),
    ("Name a planet.", "Mars", "Mars is a planet close to ours. The end."),
    ("How many legs has a spider?", "Eight", "A spider has eight legs. The end."),
    ("What is the opposite of hot?", "Cold", "The opposite of hot is cold. The end."),
    ("What language do people speak in Spain?", "Spanish", "People in Spain speak Spanish. The end."),
    ("What animal says meow?", "Cats", "A cat says meow. The end."),
    ("Where do fish live?", "Water", "Fish live in water. The end."),
    ("What do we breathe?", "Air", "We breathe air. The end."),
    ("How do I make tea?", "Boil", "Boil water and pour it over the leaves. The end."),
    ("What is the capital of Italy?", "Rome", "The capital of Italy is Rome. The end."),
    ("Why is the sea salty?", "Minerals", "Rivers carry minerals into the sea. The end."),
    ("Tell me about dogs.", "Loyal", "Dogs are loyal animals that live with people. The end."),
)


def loaded(model: Any, tokenizer: Any = None, name: str = "tiny") -> Any:
    """What `kb.models.loading.load` gives, as far as adapters look at it."""
    return SimpleNamespace(name=name, model=model, tokenizer=tokenizer, base_digest=BASE_DIGEST)


def card(name: str, **changes: Any) -> Card:
    """A card of an adapter that passed, for a base with BASE_DIGEST."""
    score = Score(0.9, 0.8, 1.0, 100)
    passed = Card(
        name=name,
        task="summarize",
        grounded=True,
        base="tiny",
        base_digest=BASE_DIGEST,
        quantisation="none",
        prompt_digest="p",
        data_digest="d",
        seed=0,
        passed=True,
        examples=("Summarise the chapter.", "สรุปบทนี้"),
        scores={"base": {"accuracy": Score(0.5, 0.4, 0.6, 100)}, "adapter": {"accuracy": score}},
        settings={"steps": 60},
    )
    return dataclasses.replace(passed, **changes)


def residents(storage: Path, model: Any, most: int = 8, room: int | None = None) -> Residents:
    """The adapters of a folder, on a model of BASE_DIGEST."""
    return Residents(loaded(model), storage, most, 256, room)


def under(residents: Residents, name: str | None) -> Any:
    """What the model says with that adapter."""
    with residents.active(name) as model:
        return logits(model)


def logits(model: Any) -> Any:
    """Of IDS, (2, 10, vocabulary)."""
    import torch

    ids = torch.tensor(IDS)
    inputs = {"decoder_input_ids": ids} if model.config.is_encoder_decoder else {}
    with torch.no_grad():
        return model(input_ids=ids, **inputs).logits


def random_adapter(
    model: Any, storage: Path, name: str, *, seed: int = 0, rank: int = 4, size: float = 0.5, **config: Any
) -> Adapter:
    """Write storage/<name>/ as `save_pretrained` of peft does, for a model that nobody has put LoRA layers into.

    Args:
        model: Whose linear modules are changed; it is not touched.
        storage: The folder of adapters.
        name: Of the adapter.
        seed: Of the weights.
        rank: Of the matrices, where `rank_pattern` says nothing else.
        size: How large B A is beside what comes in: .5 changes nearly every token of a random model.
        config: More of adapter_config.json; `target_modules` is a list of names or "all-linear".
    """
    import torch
    from safetensors.torch import save_file

    folder = storage / name
    folder.mkdir(parents=True, exist_ok=True)
    targets = config.setdefault("target_modules", ALL_LINEAR)
    random = torch.Generator().manual_seed(seed)
    weights = {}
    for module, (inputs, outputs) in linear_modules(model).items():
        if not _is_target(module, targets):
            continue
        its = next((r for key, r in config.get("rank_pattern", {}).items() if f".{module}".endswith(f".{key}")), rank)
        a = torch.randn(its, inputs, generator=random) / inputs**0.5
        b = torch.randn(outputs, its, generator=random) * size / its**0.5
        weights[f"base_model.model.{module}.lora_A.weight"] = a
        weights[f"base_model.model.{module}.lora_B.weight"] = b
    save_file(weights, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    values = {"peft_type": "LORA", "task_type": None, "r": rank, "lora_alpha": rank, **config}
    (folder / "adapter_config.json").write_text(json.dumps(values), encoding="utf-8")
    return find(storage, name)


def with_card(adapter: Adapter, **changes: Any) -> Adapter:
    """The same adapter, with a card beside it."""
    write_card(card(adapter.name, **changes), adapter.folder / CARD)
    return find(adapter.folder.parent, adapter.name)


def plain(model: Any, adapter: Adapter) -> Any:
    """The oracle: the adapter opened by peft itself on that model, which is changed in place."""
    from peft import PeftModel

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
        return PeftModel.from_pretrained(model, str(adapter.folder), torch_device="cpu").eval()


@functools.cache
def trained(models: Path) -> Path:
    """A folder of adapters with "brief" and "ending", each trained on the answers above; the same in all of a run.

    Args:
        models: Where models are kept (the fixture `models_folder`).
    """
    from kb.models.loading import Precision, load, prepare_language_model

    storage = Path(tempfile.mkdtemp(prefix="kb-adapters-"))
    base = load(prepare_language_model(SMOLLM2, models, Precision("none", "float32"), download=True), "cpu")
    for name, column in (("brief", 1), ("ending", 2)):
        _train(base, [(row[0], row[column]) for row in EXAMPLES], storage / name)
        questions = tuple(row[0] for row in EXAMPLES)
        with_card(find(storage, name), base=base.name, base_digest=base.base_digest, examples=questions, task=name)
    return storage


def _train(base: Any, examples: Sequence[tuple[str, str]], folder: Path) -> None:
    """Plain peft and a plain loop: AdamW on the tokens of one answer after the other."""
    import torch
    from peft import LoraConfig, get_peft_model

    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
        torch.manual_seed(0)
        config = LoraConfig(r=8, lora_alpha=16, target_modules=TARGETS, layers_to_transform=TOP, task_type="CAUSAL_LM")
        model = get_peft_model(base.model, config)
        optimizer = torch.optim.AdamW([one for one in model.parameters() if one.requires_grad], lr=RATE)
        for step in range(STEPS):
            prompt, answer = _tokens(base.tokenizer, *examples[step % len(examples)])
            kept = answer.shape[1] + 1  # the last token of the prompt is what the first of the answer follows
            logits = model(input_ids=torch.cat([prompt, answer], 1), logits_to_keep=kept).logits[0, :-1]
            torch.nn.functional.cross_entropy(logits, answer[0]).backward()
            optimizer.step()
            optimizer.zero_grad()
        model.save_pretrained(folder, save_embedding_layers=False)
        model.unload()


def _tokens(words: Any, question: str, answer: str) -> tuple[Any, Any]:
    """Of a chat's prompt and of what is said then, (1, tokens) each."""
    chat = [{"role": "user", "content": question}]
    prompt = words.apply_chat_template(chat, add_generation_prompt=True, tokenize=False)
    texts = (prompt, f"{answer}<|im_end|>")
    before, said = (words(text, add_special_tokens=False, return_tensors="pt")["input_ids"] for text in texts)
    return before, said


def _is_target(module: str, targets: str | Sequence[str]) -> bool:
    if targets == ALL_LINEAR:
        return not module.endswith("lm_head")
    return any(f".{module}".endswith(f".{target}") for target in targets)
