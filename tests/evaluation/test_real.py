"""The real encoder on a tiny set: every step is measured, and plain LlamaIndex ranks the same documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.evaluation import plain, retrieval, sets
from kb.evaluation.retrieval import Job
from kb.evaluation.shelf import Shelf
from kb.settings import Settings
from tests.evaluation.sets_fixtures import TEXTS, beir_folder


@pytest.fixture
def storage(tmp_path: Path, models_folder: Path) -> Path:
    """An empty storage with the models of the checkout."""
    folder = tmp_path / "storage"
    folder.mkdir()
    (folder / "models").symlink_to(models_folder, target_is_directory=True)
    return folder


def test_a_set_of_ones_own_end_to_end(tmp_path: Path, storage: Path) -> None:
    folder = beir_folder(tmp_path / "mine")
    # a quoted phrase that occurs nowhere finds nothing, and stops nothing
    with (folder / "queries.jsonl").open("a") as file:
        file.write(json.dumps({"_id": "q4", "text": 'who said "to be or not"'}) + "\n")
    with (folder / "qrels" / "test.tsv").open("a") as file:
        file.write("q4\td4\t1\n")
    report, out = retrieval.run(Job(str(folder)), Settings(), storage)
    for leg in ("dense", "lexical", "fused"):
        assert report.values[leg]["hit@1"] == {"q1": 1.0, "q2": 1.0, "q3": 1.0, "q4": 0.0}
    times = report.times()
    assert {"understand", "encode", "legs", "total"} <= times.keys()
    assert times["total"]["median"] >= times["encode"]["median"] > 0
    written = json.loads((out / "mine-all.json").read_text(encoding="utf-8"))
    assert written["config"]["embedder"]["model"] == Settings().embedding.model
    assert written["config"]["calibration"]["cosine"]["high"] == 1.0


def test_plain_llama_index_ranks_the_same_documents_without_a_network(tmp_path: Path, storage: Path) -> None:
    known = sets.open_set(str(beir_folder(tmp_path / "mine")), tmp_path)
    orders = plain.rank(known, known.asked(), Shelf(storage, Settings()))
    assert {query: found[0] for query, found in orders.items()} == {"q1": "d1", "q2": "d2", "q3": "d3"}
    assert all(set(found) == set(TEXTS) for found in orders.values())
