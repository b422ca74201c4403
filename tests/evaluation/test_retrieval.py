"""A data set of one's own, measured end to end with a knowledge base of words, and compared."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from matplotlib.image import imread

from kb.errors import StorageError
from kb.evaluation import pictures, retrieval, tools
from kb.evaluation.compare import compare
from kb.evaluation.datasets import DataError
from kb.evaluation.reliability import Bin
from kb.evaluation.retrieval import Job
from kb.evaluation.tools import ToolsMissing
from kb.settings import Settings
from tests.evaluation.doubles import WordKnowledgeBase
from tests.evaluation.sets_fixtures import beir_folder, squad_file


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[WordKnowledgeBase]]:
    """The double in the place of the real knowledge base."""

    class Fresh(WordKnowledgeBase):
        opened: list[WordKnowledgeBase] = []  # noqa: RUF012

    monkeypatch.setattr("kb.knowledge_base.KnowledgeBase", Fresh)
    return Fresh


def measured(dataset: Path, folder: Path, **job: Any) -> dict[str, Any]:
    """What is written about a set."""
    _, out = retrieval.run(Job(str(dataset), out=folder / "out", **job), Settings(), folder / "storage")
    (file,) = out.glob("*.json")
    return dict(json.loads(file.read_text(encoding="utf-8")))


def test_a_beir_folder_is_indexed_asked_and_written_down(tmp_path: Path) -> None:
    found = measured(beir_folder(tmp_path / "mine"), tmp_path)
    assert found["set"] | {"digest": ""} == {
        "name": "mine", "half": "all", "documents": 4, "queries": 3, "digest": "",
    }  # fmt: skip
    # dense counts shared words: q1 d1 2; q2 d2 1; q3 d3 2, d1 1
    assert found["values"]["dense"]["ndcg@10"] == {"q1": 1.0, "q2": 1.0, "q3": 1.0}
    assert found["values"]["fused"]["hit@1"] == {"q1": 1.0, "q2": 1.0, "q3": 1.0}
    measures = {(line["part"], line["measure"]): line for line in found["measures"]}
    assert measures["fused", "recall@10"]["value"] == 1.0
    assert measures["fused", "ndcg@10"]["n"] == 3
    assert set(found["curves"]) == {"dense", "lexical", "fused"}
    # at rank 1 one of the two documents of q3 is found: (1 + 1 + 1/2) / 3
    assert found["curves"]["dense"]["recall"][0] == pytest.approx(2.5 / 3)
    assert found["config"]["embedder"] == {"model": "words"}
    assert found["config"]["calibration"] == {"data": "by hand"}
    assert found["config"]["settings"]["retrieval"]["pool"] == Settings().retrieval.pool
    assert found["milliseconds"] == {
        "encode": {"median": 250.0, "p90": 250.0},
        "legs": {"median": 500.0, "p90": 500.0},
        "total": {"median": 750.0, "p90": 750.0},
    }
    assert sum(one["n"] for one in found["reliability"]) == 12
    index = list((tmp_path / "storage" / "evaluation").iterdir())
    assert [folder.name.rsplit("-", 1)[0] for folder in index] == ["mine"]


def test_a_squad_file_is_indexed_and_asked(tmp_path: Path) -> None:
    found = measured(squad_file(tmp_path / "mine.json"), tmp_path)
    assert found["set"]["queries"] == 2
    assert set(found["values"]["fused"]["ndcg@10"].values()) == {1.0}


def test_results_lie_beside_the_index_unless_told_otherwise(tmp_path: Path) -> None:
    report, folder = retrieval.run(Job(str(beir_folder(tmp_path / "mine"))), Settings(), tmp_path)
    assert folder.parent.parent == tmp_path / "evaluation"
    assert sorted(file.name for file in folder.iterdir()) == [
        "mine-all-by-rank.png", "mine-all-reliability.png", "mine-all-scores.png", "mine-all.json",
    ]  # fmt: skip
    text = report.as_text()
    assert text.startswith("mine: 4 documents, 3 questions, mean (95 % bootstrap interval)\n")
    assert "  fused        ndcg@10 " in text
    assert "milliseconds" in text


def test_the_pictures_are_pictures(tmp_path: Path) -> None:
    _, folder = retrieval.run(Job(str(beir_folder(tmp_path / "mine"))), Settings(), tmp_path)
    for name in ("by-rank", "scores", "reliability"):
        file = folder / f"mine-all-{name}.png"
        width, height = struct.unpack(">II", file.read_bytes()[16:24])
        assert min(width, height) > 500
        pixels = imread(file)
        assert pixels.shape[:2] == (height, width)
        colours = {tuple(pixel) for pixel in pixels.reshape(-1, pixels.shape[2])[::7].round(2)}
        assert len(colours) > 20, name
    assert not list(folder.glob(".incoming-*"))


def test_every_leg_is_drawn_in_its_own_colour(tmp_path: Path) -> None:
    curves = {
        "dense": {"recall": [0.1] * 50, "ndcg": [0.1] * 50},
        "lexical": {"recall": [0.5] * 50, "ndcg": [0.5] * 50},
        "fused": {"recall": [0.9] * 50, "ndcg": [0.9] * 50},
    }
    pictures.by_rank(curves, "title", tmp_path / "a.png")
    pixels = (imread(tmp_path / "a.png")[:, :, :3] * 255).round().astype(int)
    rows = {}
    for leg, colour in (("dense", (0, 0x72, 0xB2)), ("lexical", (0xE6, 0x9F, 0))):
        hit = (pixels == colour).all(axis=2)
        assert hit.sum() > 300, leg
        rows[leg] = int(hit.sum(axis=1).argmax())
    assert rows["dense"] > rows["lexical"], "the lower value lies lower"


def test_passages_of_one_kind_alone_are_drawn(tmp_path: Path) -> None:
    for truth in (True, False):
        pictures.scores([(0.5, truth)] * 3, "title", tmp_path / f"{truth}.png")
    drawn = [(imread(tmp_path / f"{truth}.png")[:, :, :3] * 255).round().astype(int) for truth in (True, False)]
    filled = [(pixels == (0xF3, 0xCF, 0x80)).all(axis=2).sum() for pixels in drawn]
    assert filled[1] > 5 * filled[0], "only the column of what is not relevant is filled, beside the legend"


def test_a_panel_for_each_set(tmp_path: Path) -> None:
    bins = [Bin(0.1 * number, 0.1 * number, 10) for number in range(10)]
    sizes = []
    for count in (1, 3, 5):
        file = tmp_path / f"{count}.png"
        pictures.reliability({f"set {number}": bins for number in range(count)}, file)
        sizes.append(struct.unpack(">II", file.read_bytes()[16:24]))
    (one, _), (three, low), (five, high) = sizes
    assert three == five == 3 * one
    assert high > 1.5 * low


def test_results_that_cannot_be_written_say_where(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(StorageError, match=r"out cannot be written: .*Name another with --out"):
        measured(beir_folder(tmp_path / "mine"), tmp_path)


def test_a_missing_library_is_told_before_anything_is_indexed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: type[WordKnowledgeBase]
) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(tools.importlib, "import_module", missing)
    with pytest.raises(ToolsMissing, match="Measuring needs ir_measures"):
        measured(beir_folder(tmp_path / "mine"), tmp_path)
    assert words.opened == []


def changed(file: Path, to: Path, leg: str, measure: str, values: dict[str, float]) -> Path:
    content = json.loads(file.read_text())
    content["values"][leg][measure].update(values)
    to.write_text(json.dumps(content))
    return to


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A measurement of forty questions, all of them answered half well."""
    queries = {f"q{number}": 0.5 for number in range(40)}
    content = {
        "schema": 1,
        "set": {"name": "mine", "half": "all", "documents": 4, "queries": 40, "digest": "d"},
        "values": {"dense": {"ndcg@10": queries}, "fused": {"ndcg@10": queries, "hit@1": queries}},
    }
    file = tmp_path / "a.json"
    file.write_text(json.dumps(content))
    return file


def test_better_worse_and_no_difference(written: Path, tmp_path: Path) -> None:
    other = changed(written, tmp_path / "b.json", "fused", "ndcg@10", {f"q{number}": 0.9 for number in range(20)})
    changed(other, other, "fused", "hit@1", {f"q{number}": 0.4 for number in range(40)})
    changed(other, other, "dense", "ndcg@10", {"q1": 0.9, "q2": 0.2})
    result = compare(written, other)
    rows = {(row.leg, row.measure): row for row in result.rows}
    assert {name: row.verdict for name, row in rows.items()} == {
        ("dense", "ndcg@10"): "no difference",
        ("fused", "ndcg@10"): "better",
        ("fused", "hit@1"): "worse",
    }
    better = rows["fused", "ndcg@10"]
    assert (better.a, better.b, better.difference.value) == pytest.approx((0.5, 0.7, 0.2))
    assert better.difference.low > 0
    assert better.p < 0.001
    # two of forty differ, by +.4 and -.3: no choice of their signs has a sum nearer to 0
    assert rows["dense", "ndcg@10"].p == pytest.approx(1.0)
    text = result.as_text()
    assert "mine, 40 questions" in text
    assert "0.5000 -> 0.7000   +0.2000" in text
    assert result.as_dict()["comparisons"][1]["verdict"] == "better"
    assert [row.verdict for row in compare(written, written).rows] == ["no difference"] * 3
    assert [row.verdict for row in compare(other, written).rows] == ["no difference", "worse", "better"]


def test_values_are_paired_by_question_and_not_by_place(written: Path, tmp_path: Path) -> None:
    content = json.loads(written.read_text())
    ndcg = {f"q{number}": number / 40 for number in range(40)}
    content["values"]["fused"]["ndcg@10"] = ndcg
    written.write_text(json.dumps(content))
    content["values"]["fused"]["ndcg@10"] = dict(reversed(ndcg.items()))
    (tmp_path / "b.json").write_text(json.dumps(content))
    row = compare(written, tmp_path / "b.json").rows[1]
    assert (row.difference.low, row.difference.high) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"digest": "e", "name": "yours"}, "measures mine and .* measures yours, with other documents"),
        ({"half": "fit"}, "asks the half 'all' and .* the half 'fit'"),
    ],
)
def test_what_is_not_the_same_is_not_compared(
    written: Path, tmp_path: Path, change: dict[str, str], complaint: str
) -> None:
    content = json.loads(written.read_text())
    content["set"].update(change)
    (tmp_path / "b.json").write_text(json.dumps(content))
    with pytest.raises(DataError, match=complaint):
        compare(written, tmp_path / "b.json")


def test_other_questions_are_not_compared(written: Path, tmp_path: Path) -> None:
    other = changed(written, tmp_path / "b.json", "fused", "hit@1", {"another": 1.0})
    with pytest.raises(DataError, match="do not hold hit@1 of fused for the same questions"):
        compare(written, other)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "is no measurement of retrieval"),
        ("[]", "is no measurement of retrieval"),
        ('{"schema": 9}', "schema 9 is not 1"),
        ('{"schema": 1, "set": {"name": "x"}, "values": {}}', "'digest' is missing"),
    ],
)
def test_what_is_no_measurement_is_refused(written: Path, tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "b.json").write_text(content)
    with pytest.raises(DataError, match=complaint):
        compare(written, tmp_path / "b.json")
    with pytest.raises(DataError, match=r"Cannot read .*none\.json"):
        compare(tmp_path / "none.json", written)
