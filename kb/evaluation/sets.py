"""A name or a path -> documents, questions, and which documents are relevant."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from kb.evaluation import datasets
from kb.evaluation.datasets import DataError, Half, JudgedSet, Query, QuestionSet

Asked = Literal["fit", "report", "all"]


@dataclass(frozen=True, slots=True)
class RankingSet:
    """What a ranking is measured on.

    `corpus` is what its documents are indexed under, the same for the same documents; `half` is the half that is
    quoted unless another is asked for: "report" where something was fitted on the other one.
    """

    judged: JudgedSet
    corpus: str
    half: Asked

    @property
    def name(self) -> str:
        """The name of the set."""
        return self.judged.name

    def asked(self, half: Asked | None = None) -> tuple[Query, ...]:
        """The queries of a half; None takes that of the set.

        Raises:
            DataError: There is none in that half.
        """
        wanted = half or self.half
        queries = self.judged.queries if wanted == "all" else self.judged.of(wanted)
        if not queries:
            raise DataError(f"{self.name} holds no question in the half {wanted!r}", "Take another with --half")
        return queries

    def relevant(self, query: str, document: str) -> bool:
        """Whether a document was judged relevant for a query."""
        return self.judged.judgements[query].get(document, 0) > 0

    def digest(self) -> str:
        """What tells whether two measurements were made on the same documents, queries and judgements."""
        content = [
            sorted(self.judged.documents.items()),
            sorted((query.id, query.text) for query in self.judged.queries),
            sorted((query, sorted(gains.items())) for query, gains in self.judged.judgements.items()),
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def data_folder(named: Path | None) -> Path:
    """The folder of the data sets: the named one, else $KB_DATA, else ../shared/data."""
    return named or Path(os.environ.get("KB_DATA") or "../shared/data")


def open_set(dataset: str, data: Path) -> RankingSet:
    """Read a set by its name, or read a BEIR folder, a SQuAD file, or lines of questions.

    Args:
        dataset: A name of NAMED, or a path.
        data: Where the sets of NAMED lie.

    Raises:
        DataError: There is no such set, or it is malformed.
    """
    if dataset in NAMED:
        return NAMED[dataset](data)
    path = Path(dataset).expanduser()
    if not path.exists():
        raise DataError(f"There is no data set {dataset}", f"Name a folder, a file, or one of {', '.join(NAMED)}")
    name = path.resolve().name if path.is_dir() else path.stem
    place = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]
    judged = _recognised(path, datasets.safe_name(name))
    return RankingSet(judged, f"{judged.name}-{place}", "report" if _split(path) else "all")


def judged(known: QuestionSet) -> JudgedSet:
    """The answerable questions of a set; relevant is the paragraph a question was asked on.

    Raises:
        DataError: Two questions have one id.
    """
    asked = [question for question in known.questions if question.answerable]
    if len({question.id for question in asked}) < len(asked):
        raise DataError(f"{known.name}: two questions have one id", "Give every question an id of its own")
    queries = tuple(Query(question.id, question.text, question.half) for question in asked)
    relevant = {question.id: {question.paragraph: 1} for question in asked}
    return JudgedSet(known.name, known.language, known.paragraphs, queries, relevant)


def _recognised(path: Path, name: str) -> JudgedSet:
    if path.is_dir():
        return datasets.beir(path, name)
    if path.suffix == ".json":
        return judged(datasets.squad(path, name, ""))
    if path.suffix == ".jsonl":
        first = datasets.first_row(path)
        if "passages" in first:
            return judged(datasets.clapnq(path, name))
        half: Half = "fit" if name.endswith("train") else "report"
        return judged(datasets.iapp(path, name, half))
    raise DataError(
        f"{path} is in no known layout",
        "Name a BEIR folder (corpus.jsonl, queries.jsonl, qrels), a SQuAD .json file or a .jsonl file of questions",
    )


def _split(path: Path) -> bool:
    """Whether a set is one of those with a half that was fitted on: splits.json lies beside or above it."""
    return any((folder / "splits.json").exists() for folder in path.resolve().parents[:2])


def xquad(language: str, data: Path) -> QuestionSet:
    """The paragraphs and questions of XQuAD in one language."""
    return datasets.squad(data / f"xquad-dev-{language}.json", f"xquad-{language}", language)


def squad2(data: Path) -> QuestionSet:
    """Paragraphs with questions, half of which they only seem to answer."""
    return datasets.squad(data / "squad2-dev.json", "squad2", "en")


def iapp(data: Path) -> QuestionSet:
    """The Thai questions for reporting, on their own articles."""
    return datasets.iapp(data / "iapp-dev.jsonl", "iapp", "report")


def clapnq(data: Path) -> QuestionSet:
    """Questions that people typed, each on one passage."""
    return datasets.clapnq(data / "clapnq-dev.jsonl", "clapnq")


def _iapp_among_all(data: Path) -> RankingSet:
    """The Thai questions of both halves, on the articles of both."""
    report, fit = iapp(data), datasets.iapp(data / "iapp-train.jsonl", "iapp", "fit")
    whole = QuestionSet(
        "iapp",
        "th",
        {**fit.paragraphs, **report.paragraphs},
        {**fit.articles, **report.articles},
        (*report.questions, *fit.questions),
    )
    return RankingSet(judged(whole), "iapp-all", "report")


def _thai_on_english(data: Path) -> RankingSet:
    crossed = datasets.across(xquad("th", data), xquad("en", data), "xquad-th-en")
    return RankingSet(judged(crossed), "xquad-en", "report")


def _questions(read: Callable[[Path], QuestionSet], data: Path) -> RankingSet:
    known = read(data)
    return RankingSet(judged(known), known.name, "report")


def _beir(name: str, data: Path) -> RankingSet:
    return RankingSet(datasets.beir(data / "beir-dev" / name, name), name, "report")


NAMED: Mapping[str, Callable[[Path], RankingSet]] = {
    "xquad-en": partial(_questions, partial(xquad, "en")),
    "xquad-th": partial(_questions, partial(xquad, "th")),
    "xquad-th-en": _thai_on_english,
    "iapp": _iapp_among_all,
    "squad2": partial(_questions, squad2),
    "clapnq": partial(_questions, clapnq),
    "scifact": partial(_beir, "scifact"),
    "cranfield": partial(_beir, "cranfield"),
}
"""The sets of the data folder, by the name that `kb evaluate retrieval` takes."""
