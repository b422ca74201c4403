"""Tokens a second of complete() and stream_complete(), each against model.generate on the same ids, in turn.

Both sides must write the same tokens. The ratio is the median over pairs that ran side by side, with the 95 % interval
of its bootstrap; a side whose interval does not even reach the bound is missed, and the program ends with 3.

Run: python -m tests.benchmarks.bench_generate [pairs] [tokens]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from kb.models.language_model import KBLanguageModel
from kb.models.limits import Limits
from kb.models.loading import Precision, load, prepare_language_model
from kb.models.residents import Residents

BOUND = 0.97
RESAMPLED = 10_000
_MODEL = "HuggingFaceTB/SmolLM2-135M-Instruct"
_PROMPT = (
    "Tell the whole story of the league of red-headed men, of its founder, of the office and of the encyclopaedia, "
    "in as many words as you can, and leave nothing out."
)


@dataclass(frozen=True)
class Run:
    """One answer: its ids or its text, the seconds to its first piece and to its end."""

    said: str
    tokens: int
    first: float
    seconds: float


def sides(llm: KBLanguageModel, tokens: int) -> dict[str, Callable[[], Run]]:
    """What is compared; "plain" is transformers alone, with ids that are ready."""
    words, model = llm.loaded.tokenizer, llm.loaded.model
    ids = words.apply_chat_template(
        [{"role": "user", "content": _PROMPT}], add_generation_prompt=True, return_dict=True, return_tensors="pt"
    )

    def plain() -> Run:
        start = time.perf_counter()
        whole = model.generate(**ids, max_new_tokens=tokens, do_sample=False)[0, ids["input_ids"].shape[1] :]
        seconds = time.perf_counter() - start
        return Run(words.decode(whole, skip_special_tokens=True), len(whole), seconds, seconds)

    def complete() -> Run:
        start = time.perf_counter()
        answer = llm.complete(_PROMPT, max_new_tokens=tokens)
        seconds = time.perf_counter() - start
        return Run(answer.text, answer.additional_kwargs["completion_tokens"], seconds, seconds)

    def streamed() -> Run:
        start = time.perf_counter()
        stream = llm.stream_complete(_PROMPT, max_new_tokens=tokens)
        pieces = [next(stream)]
        first = time.perf_counter() - start
        pieces += stream
        seconds = time.perf_counter() - start
        return Run(pieces[-1].text, pieces[-1].additional_kwargs["completion_tokens"], first, seconds)

    return {"plain": plain, "complete": complete, "stream_complete": streamed}


def interval(ratios: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of the median, from the bootstrap over pairs (percentiles, seed 0)."""
    drawn = np.random.default_rng(0).choice(ratios, (RESAMPLED, len(ratios)))
    low, high = np.percentile(np.median(drawn, axis=1), [2.5, 97.5])
    return float(low), float(high)


def main(pairs: int = 15, tokens: int = 64) -> int:
    """Print tokens a second, ratios and the time to the first token."""
    source = prepare_language_model(_MODEL, Path("storage/models"), Precision("none", "float32"), download=True)
    loaded = load(source, "cpu")
    llm = KBLanguageModel(Residents(loaded, Path("storage/adapters"), 1, 8), Limits(1024, tokens))
    named = sides(llm, tokens)
    runs: dict[str, list[Run]] = {name: [] for name in named}
    for side in named.values():
        side()
    for number in range(pairs):
        order = list(named)[:: 1 if number % 2 else -1]  # a machine that speeds up or slows down favours no side
        for name in order:
            runs[name].append(named[name]())
    assert len({(run.said, run.tokens) for side in runs.values() for run in side}) == 1, "the sides wrote other texts"
    print(f"{_MODEL}, float32, {torch.get_num_threads()} threads, {runs['plain'][0].tokens} tokens, {pairs} pairs")
    rates = {name: [run.tokens / run.seconds for run in side] for name, side in runs.items()}
    missed = [name for name in ("complete", "stream_complete") if not _reaches(name, rates[name], rates["plain"])]
    first, alone = statistics.median(run.first for run in runs["stream_complete"]), _first(llm)
    print(f"first token of a stream after {first * 1e3:.0f} ms; generate of one token {alone * 1e3:.0f} ms")
    return 3 if missed else 0


def _reaches(name: str, ours: Sequence[float], plain: Sequence[float]) -> bool:
    ratios = [our / other for our, other in zip(ours, plain, strict=True)]
    ratio, (low, high) = statistics.median(ratios), interval(ratios)
    reached = ratio >= BOUND or high >= BOUND
    print(
        f"{name:16} {statistics.median(ours):6.2f} tokens/s, plain {statistics.median(plain):6.2f}, ratio {ratio:.3f} "
        f"(95 % {low:.3f} to {high:.3f}; pairs {min(ratios):.3f} to {max(ratios):.3f}), "
        f"at least {BOUND:g}: {'reached' if reached else 'MISSED'}"
    )
    return reached


def _first(llm: KBLanguageModel) -> float:
    side = sides(llm, 1)["plain"]
    return statistics.median(side().seconds for _ in range(5))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
