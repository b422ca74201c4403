"""Why a passage is here, or is not: over real small indexes, with an embedder whose vectors can be written by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb.errors import FilterError, IndexMissing, QuestionError, SettingsError
from kb.index import lexical
from kb.index.scope import Filters
from kb.knowledge_base import KnowledgeBase
from kb.models.embedding import KBEmbedding
from kb.retrieval.source import Step
from kb.retrieval.trace import fate_of
from kb.retrieval.why_not import WhyNot
from kb.settings import RetrievalSettings, Settings
from tests.word_engine import word_embedding

PAPERS = {
    "bridge.txt": "The stone bridge was built in 1871 over the river.",
    "toll.txt": "The toll of the bridge was two pence.",
    "mill.md": "The mill ground barley. Its wheel stopped in 1930.",
    "school.txt": "The school had forty pupils and one teacher.",
    "inn.txt": "The inn brewed ale and baked bread.",
    "deep/ferry.txt": "A ferry crossed the water before the stone bridge.",
}
QUESTION = "When was the stone bridge built?"
PLAIN: dict[str, Any] = {"auto_top_k": False, "least_relevance": 0.0, "mmr_lambda": 1.0, "sentences": False}

Open = Callable[..., KnowledgeBase]


def written(folder: Path) -> Path:
    """A folder with the papers in it."""
    (folder / "papers" / "deep").mkdir(parents=True)
    for name, text in PAPERS.items():
        (folder / "papers" / name).write_text(text, encoding="utf-8")
    return folder / "papers"


def over(folder: Path, embedding: KBEmbedding, values: dict[str, Any]) -> KnowledgeBase:
    """A knowledge base beside the papers, with some retrieval settings."""
    settings = Settings(retrieval=RetrievalSettings(**{**PLAIN, **values}))
    base = KnowledgeBase.open(settings, storage=folder / "storage")
    base._embedder = embedding
    return base


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, KBEmbedding]:
    """The papers, indexed once; nobody changes them."""
    folder, embedding = tmp_path_factory.mktemp("indexed"), word_embedding()
    with over(folder, embedding, {}) as base:
        base.index([written(folder)])
    return folder, embedding


@pytest.fixture
def opened(indexed: tuple[Path, KBEmbedding]) -> Iterator[Open]:
    """Open the indexed papers with some retrieval settings."""
    with ExitStack() as stack:
        yield lambda **values: stack.enter_context(over(*indexed, values))


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """The papers, to be added to."""
    return written(tmp_path)


@pytest.fixture
def fresh(papers: Path) -> Iterator[Open]:
    """Index the papers as they are now, and open them with some retrieval settings."""
    embedding = word_embedding()

    def make(**values: Any) -> KnowledgeBase:
        base = stack.enter_context(over(papers.parent, embedding, values))
        base.index([papers])
        return base

    with ExitStack() as stack:
        yield make


def told(base: KnowledgeBase, document: str, question: str = QUESTION, **filters: Any) -> WhyNot:
    """What `why_not` says; it must be ready for JSON."""
    found = base.why_not(document, question, Filters(**filters))
    assert json.loads(json.dumps(found.as_dict()))["reason"] == found.reason
    return found


# --- the trace -----------------------------------------------------------------------------------------------------


def test_a_trace_names_every_passage_with_its_place_in_every_list(opened: Open) -> None:
    base = opened(top_k=2, top_k_least=1, top_k_most=2)
    trace = base.explain(QUESTION)
    assert [source.document for source in trace.sources] == [source.document for source in base.search(QUESTION)]
    assert (trace.question, trace.text, trace.language, trace.phrases) == (QUESTION, QUESTION, "en", ())
    assert [variant.name for variant in trace.variants] == ["original"]
    assert (trace.looked_at, trace.indexed) == (6, 6)
    assert [passage.number for passage in trace.passages] == [1, 2, 3, 4, 5, 6]
    assert {passage.document for passage in trace.passages} == set(PAPERS)
    with base._read().catalog.read() as snapshot:
        ids = snapshot.chunk_ids()
        names = {int(id_): snapshot.document(snapshot.chunks([id_])[int(id_)].document).name for id_ in ids}
        cosines = snapshot.vectors(ids) @ base.embedding().encode_queries([QUESTION])[0]
        meaning = [names[int(ids[at])] for at in np.lexsort((ids, -cosines))]
        words = [names[id_] for id_ in lexical.search(snapshot, QUESTION, 10).ids]
    for passage in trace.passages:
        dense, lexic = passage.place("original", "dense"), passage.place("original", "lexical")
        assert dense is not None
        assert meaning[dense.rank - 1] == passage.document
        assert (passage.document in words) == (lexic is not None)
        assert lexic is None or words[lexic.rank - 1] == passage.document
        assert PAPERS[passage.document].startswith(passage.begins)


def test_a_trace_says_what_became_of_each_passage(opened: Open) -> None:
    trace = opened(top_k=2, top_k_least=1, top_k_most=2).explain(QUESTION)
    assert trace.top_k == "k = 2: as many as were asked for"
    assert trace.order == (1, 2)
    assert [(passage.source, passage.fate) for passage in trace.passages] == [
        (1, "among the sources"),
        (2, "among the sources"),
        *[(None, "cut by top-k")] * 4,
    ]
    assert all(passage.why == trace.top_k for passage in trace.passages[2:])
    assert list(trace.seconds) == [
        *("understand", "filter", "encode", "legs", "sentences", "read", "relevance", "near-duplicate", "top-k", "mmr")
    ]
    assert min(trace.seconds.values()) >= 0


def test_what_a_leg_found_beyond_the_pool_is_told_too(opened: Open) -> None:
    trace = opened(pool=2, top_k=1, top_k_least=1, top_k_most=1).explain("mill wheel teacher bridge bridge bridge")
    judged = [passage for passage in trace.passages if passage.number is not None]
    beyond = [passage for passage in trace.passages if passage.number is None]
    assert len(judged) == 2
    assert beyond
    assert {(passage.fate, passage.score, passage.source) for passage in beyond} == {("found, not judged", None, None)}
    assert all(passage.places for passage in beyond)


def test_the_whole_trace_is_json(opened: Open) -> None:
    document = json.loads(json.dumps(opened().explain('"stone bridge" ๑๘๗๑', filters=Filters(type="txt")).as_dict()))
    assert list(document) == [
        *("question", "text", "language", "phrases", "variants", "filters", "looked_at", "indexed", "passages"),
        *("top_k", "order", "seconds"),
    ]
    assert document["phrases"] == ["stone bridge"]
    assert document["filters"]["type"] == "txt"
    assert (document["looked_at"], document["indexed"]) == (2, 6)
    first = document["passages"][0]
    assert first["steps"][0] == {
        **first["steps"][0],
        **{"step": "dense", "variant": "original", "rank": 1, "kept": True},
    }
    assert first["places"][0]["leg"] == "dense"


def test_more_than_the_pool_may_be_asked_for(opened: Open) -> None:
    base = opened(pool=2, top_k=1, top_k_least=1, top_k_most=1)
    trace = base.explain(QUESTION, top_k=5)
    assert len(trace.sources) == 5
    assert trace.top_k == "k = 5: as many as were asked for"
    whole = opened().explain(QUESTION, top_k=5)
    assert [source.document for source in trace.sources] == [source.document for source in whole.sources]


def test_nothing_found_is_a_trace_too(opened: Open) -> None:
    trace = opened().explain('"no such words"')
    assert (trace.passages, trace.sources, trace.order) == ((), (), ())
    assert trace.top_k == "k = 0: no passage is left"
    assert (trace.looked_at, trace.indexed) == (0, 6)


def test_bad_values_are_refused(opened: Open, tmp_path: Path) -> None:
    base = opened()
    for top_k in (0, -3):
        with pytest.raises(SettingsError, match=f"top_k is {top_k}"):
            base.explain(QUESTION, top_k=top_k)
    assert len(base.explain(QUESTION, top_k=10_000).sources) == 6
    with pytest.raises(FilterError, match="No document passes --in 'bridges'; there are 6 documents, did you mean"):
        base.explain(QUESTION, filters=Filters(within="bridges"))
    with pytest.raises(QuestionError):
        base.explain("😀 \x07 ?!")
    with pytest.raises(QuestionError):
        base.why_not("bridge.txt", "  ")
    with KnowledgeBase.open(Settings(), storage=tmp_path / "new") as new, pytest.raises(IndexMissing):
        new.explain(QUESTION)


@pytest.mark.parametrize(
    "question",
    [
        "bridge " * 15_000,
        "สะพาน" * 20_000,
        "bridge สะพาน 橋 мост جسر",
        "\u202eegdirb eht si erehW\u202c bridge",
        "מתי נבנה הגשר bridge",
        "a\x00b\x1b[31mbridge\x07",
        'bridge" OR NEAR(a b) NOT * ^c: {x} -y "',
        '""""bridge""" "',
        "bridge \ud800",
    ],
)
def test_odd_questions_are_questions(opened: Open, question: str) -> None:
    base = opened()
    trace = base.explain(question)
    json.dumps(trace.as_dict()).encode()
    assert bool(trace.passages) is bool(trace.looked_at)
    found = told(base, "bridge.txt", question)
    assert found.ranks[0].of == (trace.looked_at or trace.indexed)


# --- why not -------------------------------------------------------------------------------------------------------


def test_among_the_sources(opened: Open) -> None:
    found = told(opened(), "bridge.txt")
    assert found.reason == "among the sources"
    assert found.detail.startswith("It is source 1 of 5: added at place 1")
    assert [(rank.variant, rank.leg, rank.rank, rank.of) for rank in found.ranks] == [
        ("original", "dense", 1, 6),
        ("original", "lexical", 1, 6),
    ]
    assert found.best is not None
    assert (found.best.document, found.best.start, found.best.source) == ("bridge.txt", 0, 1)


def test_cut_by_top_k(opened: Open) -> None:
    found = told(opened(top_k=1, top_k_least=1, top_k_most=1), "deep/ferry.txt")
    assert found.reason == "cut by top-k"
    assert found.detail == (
        "Its best passage came 2nd of the 6 that were judged, and fewer were kept: k = 1: as many as were asked for"
    )
    assert found.fix == "Ask for more: --top-k 2"
    assert len(opened().search(QUESTION, top_k=2)) == 2


def test_below_the_similarity_cut(opened: Open) -> None:
    found = told(opened(least_relevance=0.9), "inn.txt")
    assert found.reason == "below the similarity cut"
    assert found.detail.startswith("Its best passage came ")
    assert found.detail.endswith(" is below .90")
    assert found.best is not None
    assert found.best.steps[-1].step == "relevance"


def test_near_duplicate(fresh: Open, papers: Path) -> None:
    (papers / "copy.txt").write_text(PAPERS["bridge.txt"])
    found = told(fresh(), "copy.txt")
    assert found.reason == "near-duplicate"
    assert "but it repeats bridge.txt, characters 0 to 50 (100% of it)" in found.detail


def test_displaced_by_mmr(fresh: Open, papers: Path) -> None:
    (papers / "again.txt").write_text("The stone bridge was built in 1871 over the river Aln.")
    found = told(fresh(near_duplicates=False, mmr_lambda=0.2, top_k=2), "again.txt")
    assert found.reason == "displaced by MMR"
    assert found.best is not None
    assert found.best.number == 2
    assert "but it was displaced by less similar passages: P" in found.detail
    assert told(fresh(near_duplicates=False, mmr_lambda=1.0, top_k=2), "again.txt").reason == "among the sources"


def test_not_found_tells_its_exact_place_far_beyond_the_pool(fresh: Open, papers: Path) -> None:
    for number in range(40):
        (papers / f"note{number:02}.txt").write_text(
            f"Note {number} on the stone bridge {'and the river ' * (number % 7)}"
        )
    base = fresh(pool=3, top_k=1, top_k_least=1, top_k_most=3)
    found = told(base, "inn.txt")
    assert found.reason == "not found"
    assert found.best is None
    with base._read().catalog.read() as snapshot:
        row = snapshot.find("inn.txt")
        assert row is not None
        own = snapshot.chunk_ids_of(row.id)
        ids = snapshot.chunk_ids()
        cosines = snapshot.vectors(ids) @ base.embedding().encode_queries([QUESTION])[0]
        mine = cosines[np.isin(ids, own)].max()
    dense, words = found.ranks
    assert (dense.rank, dense.of) == (int((cosines > mine + 1e-6).sum()) + 1, 46)
    assert dense.score == pytest.approx(float(mine), abs=1e-6)
    assert (words.rank, words.score) == (None, None)
    assert found.detail == (
        f"Its best passage is {dense.rank}th of 46 by meaning, and it holds no word of the question; "
        "the best 3 of both were judged"
    )


@pytest.mark.parametrize("question", [QUESTION, "When was the stone bridge built and what did the inn brew?"])
def test_every_rank_is_that_of_an_unlimited_search(opened: Open, question: str) -> None:
    small, large = opened(pool=1, top_k=1, top_k_least=1, top_k_most=1), opened()
    trace = large.explain(question)
    lists = [(variant.name, leg) for variant in trace.variants for leg in ("dense", "lexical")]
    assert len(lists) == (2 if question == QUESTION else 6)
    places = {(p.document, place.variant, place.leg): place.rank for p in trace.passages for place in p.places}
    for name in PAPERS:
        ranks = [(rank.variant, rank.leg, rank.rank) for rank in told(small, name, question).ranks]
        assert ranks == [(*one, places.get((name, *one))) for one in lists]


def test_filtered_out(opened: Open) -> None:
    base = opened()
    found = told(base, "mill.md", type="txt", within="deep/*")
    assert found.reason == "filtered out"
    assert found.detail == "Its name mill.md does not fit --in 'deep/*' and its type is md, not txt"
    free = told(base, "mill.md")
    assert [(rank.rank, rank.of) for rank in found.ranks] == [(rank.rank, rank.of) for rank in free.ranks]
    assert told(base, "deep/ferry.txt", within="deep/*").reason == "among the sources"


def test_phrase(fresh: Open, papers: Path) -> None:
    (papers / "long.txt").write_text("The pier is long. " * 50 + "\n\n" + "The crane is tall. " * 50)
    base = fresh()
    found = told(base, "mill.md", 'the "stone bridge" and the "mill"')
    assert (found.reason, found.detail) == ("phrase", 'No passage of it holds "stone bridge"')
    assert told(base, "mill.md", '"mill ground"').reason == "among the sources"
    apart = told(base, "long.txt", '"pier is long" "crane is tall"')
    assert apart.detail == 'No single passage of it holds "pier is long" and "crane is tall" together'


def test_not_indexed_says_why(fresh: Open, papers: Path, tmp_path: Path) -> None:
    (papers / "empty.txt").write_text("")
    (papers / "sheet.xlsx").write_text("x")
    (papers / ".secret.txt").write_text("hidden")
    (tmp_path / "elsewhere.txt").write_text("outside")
    (tmp_path / "elsewhere.docx").write_text("outside")
    (papers / "link.txt").symlink_to(tmp_path / "elsewhere.txt")
    base = fresh()
    base.remove("inn.txt")
    (papers / "new.txt").write_text("later")

    def why(name: str) -> tuple[str, str]:
        found = told(base, name)
        assert (found.reason, found.ranks, found.best) == ("not indexed", (), None)
        return found.detail, found.fix

    assert why("bridge") == ("No document has this name", "Did you mean bridge.txt?")
    assert why("brigde.txt")[1] == "Did you mean bridge.txt?"
    assert why("xyzzy") == ("No document has this name", "kb documents lists all")
    assert why("empty.txt")[0].startswith("It could not be read: an empty file")
    assert why("inn.txt") == ("It was taken out by kb remove", f"kb index {papers / 'inn.txt'}")
    assert why("sheet.xlsx")[0] == "sheet.xlsx is not read: only .txt, .md, .pdf are"
    assert why(str(tmp_path / "elsewhere.docx"))[0] == "elsewhere.docx is not read: only .txt, .md, .pdf are"
    assert why(".secret.txt")[0] == "Names that begin with a dot or ~$ are left out"
    assert why(str(tmp_path / "elsewhere.txt"))[0] == "The file lies outside every folder that is indexed"
    assert why("link.txt")[0].startswith("The file is a link that leaves the folder")
    assert why("new.txt") == ("The file is there, but was not indexed yet", "kb index")
    assert why("deep")[0] == "That is a folder, not a document"
    assert told(base, "ferry.txt").document == "deep/ferry.txt"
    assert told(base, str(papers / "bridge.txt")).document == "bridge.txt"


# --- fates ---------------------------------------------------------------------------------------------------------


def steps(*kept: tuple[str, bool]) -> list[Step]:
    return [Step(name, "all", None, None, is_kept, f"{name} says so") for name, is_kept in kept]


@pytest.mark.parametrize(
    ("given", "source", "expected"),
    [
        (steps(("relevance", False)), None, ("below the similarity cut", "relevance says so")),
        (steps(("relevance", True), ("near-duplicate", False)), None, ("near-duplicate", "near-duplicate says so")),
        (steps(("top-k", False), ("mmr", False)), None, ("cut by top-k", "top-k says so")),
        (steps(("top-k", True), ("mmr", False)), None, ("displaced by MMR", "mmr says so")),
        (steps(("top-k", False), ("mmr", True)), 2, ("among the sources", "mmr says so")),
    ],
)
def test_the_step_that_dropped_it_decides(given: list[Step], source: int | None, expected: tuple[str, str]) -> None:
    assert fate_of(given, source) == expected
