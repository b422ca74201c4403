"""An index in memory finds what the index on disk finds, and its parts are as if nothing else were there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kb.evaluation.staging import reader
from kb.evaluation.world import Reader, World
from kb.index import lexical
from kb.index.storage import IndexStorage
from kb.knowledge_base import KnowledgeBase
from kb.retrieval.sentences import Asked
from kb.settings import Settings

TEXTS = {
    "light": "The keeper of the lighthouse lit the lamp at dusk. The lamp burned whale oil until 1864.",
    "mill": "The mill on the river grinds rye. Its wheel was made of oak in 1790.",
    "bridge": "The old bridge crosses the river at the mill. It was built of stone in 1651.",
    "park": "The park keeps deer. Dogs must be on a lead, and the keeper closes the gate at dusk.",
    "thai": "ประภาคารตั้งอยู่บนแหลม ผู้ดูแลจุดตะเกียงทุกเย็น ตะเกียงใช้น้ำมันจนถึง พ.ศ. 2407",
}
QUESTIONS = ("Who lit the lamp at dusk?", "What does the river drive at the mill?", "ใครจุดตะเกียง", "deer 1651")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("world")
    (folder / "texts").mkdir()
    for name, text in TEXTS.items():
        (folder / "texts" / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / "storage").mkdir()
    (folder / "storage" / "models").symlink_to(models_folder, target_is_directory=True)
    with KnowledgeBase.open(Settings(), storage=folder / "storage") as made:
        made.index([folder / "texts"])
        yield made


@pytest.fixture(scope="module")
def world(base: KnowledgeBase) -> World:
    with IndexStorage(base.storage / "index").open() as catalog, catalog.read() as snapshot:
        return World.of(snapshot)


@pytest.fixture(scope="module")
def read(base: KnowledgeBase) -> Reader:
    return reader(base.calibration(), base.settings, base.embedding())


def asked(question: str, world: World, base: KnowledgeBase) -> Asked:
    vector = base.embedding().encode_queries([question])[0]
    return Asked(vector, world.idf(question), tuple(lexical.terms(question)), question)


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_ranks_as_the_index_does(question: str, base: KnowledgeBase, world: World, read: Reader) -> None:
    there = [(Path(hit.document).stem, hit.score) for hit in base.rankings(question).fused]
    here = world.ranked(asked(question, world, base), read)
    assert [world.documents[hit.chunk] for hit in here] == [name for name, _ in there]
    assert [hit.score for hit in here] == pytest.approx([score for _, score in there], abs=1e-5)


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_keeps_the_sources_that_a_search_keeps(
    question: str, base: KnowledgeBase, world: World, read: Reader
) -> None:
    sources = base.search(question)[:3]
    passages = world.passages(asked(question, world, base), read)
    assert [passage.text for passage in passages] == [source.text for source in sources]
    assert [passage.relevant for passage in passages] == pytest.approx([s.score for s in sources], abs=1e-4)


def test_a_part_weighs_words_by_what_is_in_it(world: World) -> None:
    part = world.only(lambda name: name in ("mill", "bridge"))
    assert part.documents == tuple(name for name in world.documents if name in ("mill", "bridge"))
    assert part.idf("mill lamp") == pytest.approx({"mill": np.log1p(0.5 / 2.5), "lamp": np.log1p(2.5 / 0.5)})


def test_what_is_absent_is_not_found_but_counts(base: KnowledgeBase, world: World, read: Reader) -> None:
    question = asked("Who lit the lamp at dusk?", world, base)
    place = world.documents.index("light")
    left = world.ranked(question, read, {place})
    assert place not in [hit.chunk for hit in left]
    assert len(left) == len(world) - 1
    assert world.signs(question.text, question.vector, read, {place})["strength"] == pytest.approx(left[0].score)


def test_of_many_chunks_some_are_taken_evenly(base: KnowledgeBase) -> None:
    with IndexStorage(base.storage / "index").open() as catalog, catalog.read() as snapshot:
        assert len(World.of(snapshot, most=3)) == 3
        assert World.of(snapshot, str, 3).documents[0].endswith(".txt")
