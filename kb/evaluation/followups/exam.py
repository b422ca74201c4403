"""Follow-ups and questions on other matters -> the lines of `kb evaluate followups`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kb.documents.readers import DocumentReader
from kb.evaluation import followups, sets
from kb.evaluation.datasets import Half
from kb.evaluation.followups import LANGUAGES, Asked
from kb.evaluation.lines import Bound, Line
from kb.evaluation.shelf import Shelf
from kb.progress import Progress

FOUND = f"passage among the first {followups.DEPTH}"
BOUNDS: Mapping[tuple[str, str], Bound] = {
    **{(language, FOUND): Bound("at least", 0.85) for language in LANGUAGES.values()},
    **{(language, "rewritten less as typed"): Bound("surely above", 0.0) for language in LANGUAGES.values()},
}


def take(data: Path, shelf: Shelf, progress: Progress, half: Half = "report") -> list[Line]:
    """Play every conversation, and count the questions on another matter that were left as they are.

    Args:
        data: The folder of data sets.
        shelf: Where the knowledge bases are; the samples are those of its storage.
        progress: Told (what, done, total).
        half: Which follow-ups; "fit" while rules are changed.

    Raises:
        DataError: A data set or a sample is missing.
    """
    asked = [one for language in LANGUAGES for one in played(language, data, shelf, progress, half)]
    known = (sets.xquad("en", data), sets.squad2(data), sets.xquad("th", data), sets.iapp(data))
    return [*followups.lines(asked), *map(followups.left_alone, known)]


def played(language: str, data: Path, shelf: Shelf, progress: Progress, half: Half) -> list[Asked]:
    """The conversations of one language on its documents."""
    with DocumentReader(shelf.settings.documents) as reader:
        texts = followups.documents(language, data, shelf.models.parent / "documents", reader)
    some = [one for one in followups.read(half) if one.language == language]
    asked = []
    with shelf.open(f"followups-{language}", texts) as kb:
        for one in some:
            asked.append(followups.play(one, kb.ask, lambda question: kb.search(question, followups.DEPTH)))
            progress(f"followups-{language}: conversations", len(asked), len(some))
    return asked
