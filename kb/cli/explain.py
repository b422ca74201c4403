"""How passages were chosen -> tables for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.text import Text

from kb.cli.columns import Columns, Row, room_below, show_columns
from kb.cli.render import place, show_prose
from kb.cli.screen import prose_width
from kb.cli.wrap import flat, one_line
from kb.retrieval.cutoff import figure

if TYPE_CHECKING:
    from rich.console import Console

    from kb.retrieval.source import Step
    from kb.retrieval.trace import Trace, Traced
    from kb.retrieval.why_not import Rank, WhyNot

LANGUAGES = {"th": "Thai", "en": "English", "other": "neither English nor Thai"}
SHOWN = 15  # passages in the tables, beside the sources
_MOST_REASONS = 5  # passages of one fate that are told one by one
_SHORT = {"below the similarity cut": "P too low", "found, not judged": "not judged"}
_ORDER = ("below the similarity cut", "near-duplicate", "cut by top-k", "displaced by MMR")  # that of the steps
_SAID = {"phrase": "does not hold the phrase"}
_NONE = "-"


def show_trace(screen: Console, trace: Trace) -> None:
    """Every step of a search: the question, the passages, what was left out and why, how many, how long."""
    _show_question(screen, trace)
    rows = [passage for passage in trace.judged if passage.source or (passage.number or 0) <= SHOWN]
    if rows:
        _show_passages(screen, trace, rows)
        _show_variants(screen, trace, rows)
        _show_left_out(screen, trace)
    _title(screen, "How many, and in which order")
    _line(screen, trace.top_k)
    if trace.order:
        _line(screen, f"In the order MMR picked them: {', '.join(map(str, trace.order))}")
    _title(screen, "Time")
    parts = [f"{name} {_milliseconds(seconds)}" for name, seconds in trace.seconds.items()]
    _line(screen, ", ".join([*parts, f"together {_milliseconds(sum(trace.seconds.values()))}"]))
    screen.print()


def _show_question(screen: Console, trace: Trace) -> None:
    _title(screen, "The question, as it was searched")
    facts = [("text", trace.text), ("language", LANGUAGES.get(trace.language, trace.language))]
    facts += [("must hold", f'"{phrase}"') for phrase in trace.phrases]
    facts += [(f"also {variant.name}", variant.text) for variant in trace.variants[1:]]
    facts += [(name, value) for name, value in trace.filters.items() if value is not None]
    facts.append(("looked at", f"{trace.looked_at:,} of {_count(trace.indexed, 'passage')}"))
    width = max(len(name) for name, _ in facts)
    for name, value in facts:
        shown = one_line(value, max(2 * prose_width(screen), 20))
        show_prose(screen, Text.assemble((f"{name:<{width}}  ", "quiet"), shown), indent=2)


def _show_passages(screen: Console, trace: Trace, rows: Sequence[Traced]) -> None:
    judged = len(trace.judged)
    some = "" if len(rows) == judged else f" ({len(rows)} of {judged:,})"
    _title(screen, f"The passages that were judged, best first{some}")
    width = len(str(rows[-1].number))
    lines = [
        Row(_cells_of(row), "" if row.source else "quiet", one_line(row.begins, room_below(screen, width)))
        for row in rows
    ]
    heads = ("#", "passage", "meaning", "words", "score", "P", "became")
    show_columns(screen, Columns(heads, left=(1, 6), yielding=1), lines)
    notes = "meaning: place and cosine. words: place and BM25. score: both together. P: how likely it is relevant."
    show_prose(screen, Text(notes, style="quiet"), indent=2)


def _cells_of(passage: Traced) -> tuple[str, ...]:
    dense, words = passage.step("dense"), passage.step("lexical")
    both = [step for step in passage.steps if step.step in ("fusion", "variants", "sentences")]
    return (
        str(passage.number),
        place(passage.document, passage.page),
        _placed(dense, 3),
        _placed(words, 1),
        _fixed(both[-1].score if both else None, 3),
        figure(passage.score or 0.0),
        f"source {passage.source}" if passage.source else _SHORT.get(passage.fate, passage.fate),
    )


def _placed(step: Step | None, digits: int) -> str:
    """A place and a score; the score alone, in brackets, where the leg did not come so far."""
    if step is None or (step.rank is None and not step.score):
        return _NONE
    score = _fixed(step.score, digits)
    return f"({score})" if step.rank is None else f"{step.rank} {score}"


def _show_variants(screen: Console, trace: Trace, rows: Sequence[Traced]) -> None:
    """Where each way of asking puts each passage; nothing where there is only one way."""
    names = [variant.name for variant in trace.variants]
    if len(names) < 2:
        return
    _title(screen, "Each way of asking: place by meaning/by words, score of both")
    lines = [
        Row((str(row.number), *(_in_variant(row, name) for name in names)), "" if row.source else "quiet")
        for row in rows
    ]
    show_columns(screen, Columns(("#", *names)), lines)


def _in_variant(passage: Traced, variant: str) -> str:
    meaning, words, both = (passage.place(variant, leg) for leg in ("dense", "lexical", "fused"))
    places = (_NONE if found is None else str(found.rank) for found in (meaning, words))
    return f"{'/'.join(places)} {_fixed(both.score if both else None, 2)}"


def _show_left_out(screen: Console, trace: Trace) -> None:
    left = sorted((p for p in trace.judged if not p.source), key=lambda p: (_ORDER.index(p.fate), p.number or 0))
    beyond = len(trace.passages) - len(trace.judged)
    if not left and not beyond:
        return
    _title(screen, "What was left out, and why")
    for fate, group in groupby(left, key=lambda passage: passage.fate):
        passages = list(group)
        _line(screen, f"{fate}: {_ranges([passage.number or 0 for passage in passages])}")
        for line in _reasons(passages):
            show_prose(screen, Text(flat(line)), indent=6)
    if beyond:
        _line(screen, f"found, but not judged: {_count(beyond, 'passage')}, for better ones filled the pool")


def _reasons(passages: Sequence[Traced]) -> Iterator[str]:
    """One line a passage, or one for all where they share a reason; of many, the first."""
    if len({passage.why for passage in passages}) == 1:
        yield passages[0].why
        return
    for passage in passages[:_MOST_REASONS]:
        yield f"{passage.number}: {passage.why}"
    if len(passages) > _MOST_REASONS:
        yield f"and so on; --json lists all {len(passages)}"


def _ranges(numbers: Sequence[int]) -> str:
    """1, 2, 3, 7 as 1 to 3, 7."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(str(part[0]) if len(part) == 1 else f"{part[0]} to {part[-1]}" for part in parts)


def show_why_not(screen: Console, told: WhyNot) -> None:
    """Why a document is not among the sources, its place in each leg, and the steps of its best passage."""
    heading = Text.assemble((flat(told.document), "place"), f": {_SAID.get(told.reason, told.reason)}")
    show_prose(screen, heading, indent=0)
    _line(screen, told.detail)
    if told.fix:
        show_prose(screen, Text(flat(told.fix), style="ask"), indent=2)
    if told.ranks:
        _show_ranks(screen, told)
    if told.best is not None:
        _show_steps(screen, told.best)
    screen.print()


def _show_ranks(screen: Console, told: WhyNot) -> None:
    unfiltered = told.reason in ("filtered out", "phrase")
    _title(screen, "Its best place" + (", if that were not asked for" if unfiltered else " of all that was looked at"))
    pairs = zip(told.ranks[::2], told.ranks[1::2], strict=True)
    lines = [
        Row((dense.variant, _of(dense), _fixed(dense.score, 3), _of(words), _fixed(words.score, 1)))
        for dense, words in pairs
    ]
    heads = ("asked as", "by meaning", "cosine", "by words", "BM25")
    show_columns(screen, Columns(heads, left=(0,)), lines)


def _show_steps(screen: Console, best: Traced) -> None:
    _title(screen, f"Its best passage: {place(best.document, best.page)}, characters {best.start:,} to {best.end:,}")
    show_prose(screen, Text(one_line(best.begins, prose_width(screen) - 2), style="quiet"), indent=2)
    room = max(prose_width(screen) - 40, 20)
    lines = [Row((_name(step), _became(step), _fixed(step.score, 3), one_line(step.why, room))) for step in best.steps]
    show_columns(screen, Columns(("step", "place", "score", "why"), left=(0, 1, 3)), lines)


def _name(step: Step) -> str:
    return step.step if step.variant in ("all", "original") else f"{step.step}, {step.variant}"


def _became(step: Step) -> str:
    if step.rank is not None:
        return str(step.rank)
    if step.kept:
        return "kept"
    return "not found" if step.step in ("dense", "lexical") else "dropped"


def _of(rank: Rank) -> str:
    return "no word in common" if rank.rank is None else f"{rank.rank:,} of {rank.of:,}"


def _fixed(score: float | None, digits: int) -> str:
    return (
        _NONE
        if score is None
        else f"{score:.{digits}f}".replace("0.", ".", 1)
        if abs(score) < 1
        else f"{score:.{digits}f}"
    )


def _title(screen: Console, text: str) -> None:
    screen.print()
    show_prose(screen, Text(text, style="ask"), indent=0)


def _line(screen: Console, text: str) -> None:
    show_prose(screen, Text(flat(text)), indent=2)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.001 else "<1 ms"
