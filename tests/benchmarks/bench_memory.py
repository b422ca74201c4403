"""The memory that is planned against the memory that is taken: loading and answering, and training.

Each measurement is a fresh process with one thread. It imports the libraries, loads and runs a tiny model of the same
kind, hands back what is free and takes what it holds then as its baseline; then it loads the model, and answers twice
with a prompt of context - 16 tokens, or makes two steps of LoRA training. Twice, because the first answer finds the
embeddings not read yet, and the optimizer's numbers come with the first step. What counts is the kernel's own
high-water mark (VmHWM, nothing is sampled): anonymous pages, and those of the model's files, which are mapped privately
and which every token needs again.

Two columns. In use: the C library maps every block of 64 KiB and more by itself and unmaps it when it is freed, so that
the process holds what is alive and nothing else; the formulas are held to this one (without their line "heap"). As it
runs: with `kb.models.heap.give_back`, as in kb; what the heap holds beyond depends on the order in which blocks come
and go, and changes from run to run. Mistral's geometry has four layers and random weights; memory does not depend on
their values.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from kb.models.checkpoint import vet
from kb.models.costs import Room, Task, Training
from kb.models.devices import card, room_of
from kb.models.geometry import NAMED, Geometry
from kb.models.loading import Precision
from kb.models.memory import Plan, plan
from tests.benchmarks.bench_load import write_mistral
from tests.benchmarks.compare import Fact, Options, Outcome
from tests.benchmarks.corpus import once
from tests.benchmarks.processes import python, run

WITHIN = 0.1
ANSWER = 16  # tokens that are written
SMOLLM = "HuggingFaceTB/SmolLM2-135M-Instruct"
_ME = "tests.benchmarks.bench_memory"
_MAPPED = "MALLOC_MMAP_THRESHOLD_"  # mallopt(3)
_ROOM = Room("cpu", 1 << 40, 1 << 40)
_TRAINING = {"rank": 16, "answers": 64, "batch": 1, "checkpointing": True}


@dataclass(frozen=True)
class Case:
    """One model in one precision doing one thing; `tokens` is its context, or the length of its examples."""

    model: str
    quantisation: str
    tokens: int
    train: bool = False

    def plan(self, geometry: Geometry) -> Plan:
        """What is planned for it on a CPU."""
        precision = Precision(self.quantisation, "float32")  # type: ignore[arg-type]
        training = Training("qlora" if self.quantisation == "nf4" else "lora", tokens=self.tokens, **_TRAINING)  # type: ignore[arg-type]
        task = Task(self.tokens, max_new_tokens=ANSWER, training=training if self.train else None)
        return plan(geometry, precision, task, _ROOM)

    def label(self) -> str:
        """For people."""
        kind = "SmolLM2-135M" if self.model == SMOLLM else "4 layers of Mistral"
        what = "a step on" if self.train else "context"
        return f"{kind}, {self.quantisation.replace('none', 'float32')}, {what} {self.tokens:,}"


def cases(mistral: str, *, quick: bool) -> list[Case]:
    """What is measured."""
    lengths = (256,) if quick else (256, 1024, 2048)
    answering = [
        Case(model, quantisation, tokens)
        for model, quantisation in ((SMOLLM, "none"), (SMOLLM, "nf4"), (mistral, "nf4"))
        for tokens in lengths
    ]
    training = [Case(SMOLLM, "none", 512, True), Case(SMOLLM, "nf4", 512, True), Case(mistral, "nf4", 256, True)]
    return answering + ([] if quick else [Case(mistral, "none", 256), *training])


def bench(options: Options, data: Path) -> Outcome:
    """Measure; `data` is not needed."""
    mistral = str(once(options.cache / "mistral-4-layers", lambda folder: write_mistral(folder, 4)))
    outcome = Outcome("Memory in use, measured / planned")
    with tempfile.TemporaryDirectory(dir=options.cache) as made:
        for case in cases(mistral, quick=options.quick):
            models = options.storage / "models" if case.model == SMOLLM else Path(made)
            planned = case.plan(_geometry(case.model))
            in_use, running = (_measure(case, models, mapped=mapped) for mapped in (True, False))
            alive = planned.total - sum(line.bytes for line in planned.lines if line.what == "heap")
            outcome.facts.append(Fact(case.label(), in_use / alive, "x", least=1 - WITHIN, most=1 + WITHIN))
            sizes = [f"{size / 2**20:6,.0f}" for size in (alive, in_use, planned.total, running)]
            outcome.notes.append(
                "{:<46} planned {}, in use {}; with heap {}, as it runs {} MiB".format(case.label(), *sizes)
            )
            print(outcome.notes[-1], file=sys.stderr, flush=True)
    outcome.notes += _on_cards()
    return outcome


def _on_cards() -> list[str]:
    """What is planned where there is nothing to measure on."""
    mistral, lines = NAMED["mistralai/Mistral-7B-Instruct-v0.3"], []
    for name, compute in (("t4", "float16"), ("l4", "bfloat16")):
        for task in (Task(4096), Task(4096, training=Training())):
            planned = plan(mistral, Precision("nf4", compute), task, room_of(card(name)))  # type: ignore[arg-type]
            lines.append(f"{planned.said()} (not measured: no device)")
    return lines


def _geometry(model: str) -> Geometry:
    return NAMED.get(model) or Geometry.of(vet(Path(model)).config, "Mistral's geometry with 4 layers")


def _measure(case: Case, models: Path, *, mapped: bool) -> float:
    """Bytes above the baseline; `mapped`: every block by itself."""
    variables = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", **({_MAPPED: "65536"} if mapped else {})}
    done = run(python(_ME, json.dumps(asdict(case)), models), environment=variables)
    return float(done.output.splitlines()[-1])


def _child(case: Case, models: Path) -> int:
    import torch

    from kb.models.heap import MAPPED_FROM, TRAINING_MAPPED_FROM, give_back
    from kb.models.loading import Source, library, load, prepare_language_model

    torch.set_num_threads(1)
    library().logging.disable_progress_bar()
    precision = Precision(case.quantisation, "float32")  # type: ignore[arg-type]
    source = prepare_language_model(case.model, models, precision, download=True)
    act = _train if case.train else _answer
    with tempfile.TemporaryDirectory() as place:
        act(load(_tiny(Path(place), source), "cpu"), replace(case, tokens=64))
    gc.collect()
    if _MAPPED not in os.environ:
        give_back(TRAINING_MAPPED_FROM if case.train else MAPPED_FROM)
    baseline = _begin()
    act(load(Source(source.name, source.folder, source.base_digest, source.precision), "cpu"), case)
    return _status("VmHWM") - baseline


def _tiny(place: Path, source: Any) -> Any:
    from kb.models.loading import Source
    from kb.models.quantise import Order, quantise
    from tests.models import tiny_language

    folder = tiny_language.write("mistral" if source.name != SMOLLM else "chatml", place / "tiny")
    if source.precision.quantisation == "nf4":
        (place / "quantised").mkdir()
        quantise(Order(vet(folder), "", True, "cpu"), place / "quantised", lambda done, total: None)
        folder = place / "quantised"
    return Source("tiny", folder, "", source.precision)


def _answer(loaded: Any, case: Case) -> None:
    import torch

    ids = torch.arange(case.tokens - ANSWER)[None] % 200 + 20
    for _ in range(2):
        with torch.no_grad():
            loaded.model.generate(
                ids, attention_mask=torch.ones_like(ids), max_new_tokens=ANSWER, min_new_tokens=ANSWER, do_sample=False
            )


def _train(loaded: Any, case: Case) -> None:
    """Two steps: the optimizer's numbers come with the first."""
    import torch
    from peft import LoraConfig, inject_adapter_in_model

    answers = min(int(_TRAINING["answers"]), case.tokens - 1)
    model = inject_adapter_in_model(LoraConfig(r=int(_TRAINING["rank"]), target_modules="all-linear"), loaded.model)
    model.train()
    model.activation_checkpointing_enable({"use_reentrant": False})
    model.enable_input_require_grads()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained)
    ids = torch.arange(case.tokens)[None] % 200 + 20
    for _ in range(2):
        hidden = model.model(input_ids=ids, attention_mask=torch.ones_like(ids), use_cache=False).last_hidden_state
        scores = model.lm_head(hidden[:, -answers - 1 : -1]).flatten(0, 1).float()
        torch.nn.functional.cross_entropy(scores, ids[0, -answers:]).backward()
        del hidden, scores
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)


def _begin() -> int:
    """Forget the high-water mark; returns the bytes that are held now."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    print(_child(Case(**json.loads(sys.argv[1])), Path(sys.argv[2])))
