"""The exam from questions to card, over a knowledge base whose every answer is written here."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from kb.answering.answer import Answer, Citation, Seconds, Sentence
from kb.answering.permission import permit
from kb.errors import AdapterError, ModelUnavailable, QuestionError
from kb.evaluation.answers import exam
from kb.evaluation.answers.corpus import Corpus
from kb.evaluation.answers.exam import Halted, Job, run
from kb.evaluation.datasets import DataError
from kb.models import base_card
from kb.models.cards import CARD, Score, read_card, write_card
from kb.models.profiles import Profile
from kb.models.routing import Route
from kb.settings import AnswerSettings, BarSettings, LanguageModelSettings, Settings
from tests.models.adapters_fixtures import card, random_adapter
from tests.models.tiny_language import tiny

SENTENCES = [f"Room {number} holds {number * 10} books." for number in range(1, 9)]
TEXT = " ".join(SENTENCES)
BIG: dict[str, Any] = {"profile": "own/big", "device": "cpu"}
SERVER: dict[str, Any] = {"profile": "http", "base_url": "http://127.0.0.1:9/v1", "remote_model": "big"}
LOW = BarSettings(questions=8, answerable=4, unanswerable=2)


def rows(answerable: int = 8, foreign: int = 4, same_topic: int = 4) -> list[dict[str, Any]]:
    known = [
        {"question": f"How many in room {n}?", "answers": [f"{n * 10} books"], "document": "rooms"}
        for n in range(1, answerable + 1)
    ]
    topic = [{"question": f"Who built room {n}?", "answers": [], "document": "rooms"} for n in range(same_topic)]
    return known + topic + [{"question": f"Who is Ann {n}?", "answers": []} for n in range(foreign)]


@dataclass
class Rooms:
    """A knowledge base that quotes the sentence of a room, and whose model says what `says` says of a question."""

    settings: Settings
    says: Callable[[str], str | None]
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    stop_at: int | None = None
    opened: int = 0

    def calibration(self) -> str:
        return "by hand"

    def language_model(self, model: Any, progress: Any, announce: Any) -> None:
        assert model is None
        self.opened += 1
        kind, name = ("http", "big") if self.settings.llm.profile == "http" else ("named", self.settings.llm.profile)
        announce(Profile(kind, name, "none", "float32", "cpu", "big, because the test says so"), None)  # type: ignore

    def ask(self, question: str, mode: str, adapter: str | None = None) -> Answer:
        if self.stop_at == len(self.asked):
            raise KeyboardInterrupt
        self.asked.append((mode, question, adapter))
        if question == "?":
            raise QuestionError("The question holds no word to look for", "Ask with at least one word")
        number = "".join(sign for sign in question if sign.isdigit())
        text = SENTENCES[int(number) - 1] if "How many" in question else None
        if mode == "compose":
            text = self.says(question)
        return answer(question, mode, text)


def answer(question: str, mode: Any, text: str | None) -> Answer:
    blank = Answer(question, question, "declined", "", mode, "No.", seconds=Seconds(total=2.0))
    blank = replace(blank, draft=None if mode == "quote" else f"{text}")
    if text is None:
        return blank
    quote = next((one for one in SENTENCES if one.split()[1] == text.split()[1]), SENTENCES[0])
    start = TEXT.index(quote)
    cited = Citation(1, "rooms.txt", None, None, start, start + len(quote), quote)
    return replace(blank, status="answered", sentences=(Sentence(text, "supported", (1,)),), citations=(cited,))


def right(question: str) -> str | None:
    number = "".join(sign for sign in question if sign.isdigit())
    return SENTENCES[int(number) - 1] if "How many" in question else None


@pytest.fixture
def settings() -> Settings:
    return Settings(llm=LanguageModelSettings(**BIG), answer=AnswerSettings(bar=LOW))


@pytest.fixture
def rooms(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Rooms:
    """The double, in the place of whatever the exam would open; weights that nobody has are known by name."""
    made = Rooms(settings, right)

    @contextmanager
    def opened(job: Job, given: Settings, storage: Path, progress: Any) -> Iterator[Corpus]:
        made.settings = given
        yield Corpus(made, {"rooms": TEXT, "rooms.txt": TEXT}.get, ("d",))  # type: ignore[arg-type]

    monkeypatch.setattr(exam, "_corpus", opened)
    weighed = base_card.digest_of
    monkeypatch.setattr(
        base_card,
        "digest_of",
        lambda profile, *rest: weighed(profile, *rest) if profile.kind == "http" else f"weights of {profile.model}",
    )
    return made


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "mine.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows()), encoding="utf-8")
    return file


def test_a_model_that_answers_well_passes_and_writes(
    rooms: Rooms, data: Path, settings: Settings, tmp_path: Path
) -> None:
    report = run(Job(data=data), settings, tmp_path)
    assert (report.passed, report.reasons, report.note) == (True, (), "")
    assert (report.model, report.card) == ("own/big", tmp_path / "models" / "own" / "big" / CARD)
    assert {mode for mode, *_ in rooms.asked} == {"quote", "compose"}
    assert {adapter for mode, _, adapter in rooms.asked if mode == "compose"} == {"none"}
    assert not rooms.settings.receipts.keep
    written = read_card(report.card)
    assert written.passed
    assert (written.name, written.base, written.grounded) == (report.model, report.model, True)
    scores = {name: score.value for name, score in written.scores["base"].items()}
    one = dict.fromkeys(("citation_precision", "answer_accuracy", "quote_accuracy", "foreign_refused"), 1.0)
    assert scores == {**one, "answer_accuracy_en": 1.0, "same_topic_refused": 1.0, "false_refusals": 0.0} | {
        "sentences_kept": 1.0,
        "seconds": 2.0,
    }
    base = base_card.find(settings, tmp_path)
    assert base.card == written
    assert permit("auto", Route(None, ""), None, base, LOW).mode == "compose"
    assert report.as_dict()["questions"] == {
        "name": str(data),
        "n": 16,
        "answerable": 8,
        "same_topic": 4,
        "foreign": 4,
    }


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        (lambda question: SENTENCES[0], "answer accuracy is 0.125, 0.980 is needed"),
        (lambda question: right(question) or SENTENCES[0], "foreign refused is 0.000, 0.95 is needed"),
        (lambda question: None, "citation precision was not measured"),
        (lambda question: None, "false refusals is 1.000, 0.15 at most is needed"),
        (lambda question: "Room 1 holds 11 books.", "citation precision is 0.000, 0.95 is needed"),
    ],
)
def test_a_model_that_does_not_stays_silent_and_the_card_says_why(
    rooms: Rooms, data: Path, settings: Settings, tmp_path: Path, says: Any, reason: str
) -> None:
    rooms.says = says
    report = run(Job(data=data), settings, tmp_path)
    assert not report.passed
    assert any(one.startswith(reason) for one in report.reasons)
    assert read_card(report.card).reasons == report.reasons
    decided = permit("auto", Route(None, ""), None, base_card.find(settings, tmp_path), LOW)
    assert decided.mode == "quote"
    assert reason in decided.reason


def test_stopped_it_writes_nothing_and_goes_on_where_it_was(
    rooms: Rooms, data: Path, settings: Settings, tmp_path: Path
) -> None:
    rooms.stop_at = 16 + 5
    with pytest.raises(Halted) as halted:
        run(Job(data=data), settings, tmp_path)
    assert (halted.value.mode, halted.value.done, halted.value.total) == ("compose", 5, 16)
    assert isinstance(halted.value, KeyboardInterrupt)
    assert base_card.read(settings, tmp_path) is None
    rooms.stop_at = None
    assert run(Job(data=data), settings, tmp_path).passed
    assert len(rooms.asked) == len(set(rooms.asked)) == 32
    assert run(Job(data=data), settings, tmp_path).passed
    assert len(rooms.asked) == 32


def test_what_was_answered_under_other_circumstances_is_asked_again(
    rooms: Rooms, data: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(other: Settings = settings, **job: Any) -> dict[str, int]:
        rooms.asked.clear()
        run(Job(data=data, **job), other, tmp_path)
        return {mode: sum(one == mode for one, *_ in rooms.asked) for mode in ("quote", "compose")}

    assert asked() == {"quote": 16, "compose": 16}
    assert asked() == asked(most=5) == {"quote": 0, "compose": 0}
    warmer = settings.model_copy(update={"llm": settings.llm.model_copy(update={"temperature": 0.5})})
    assert asked(warmer) == {"quote": 0, "compose": 16}
    fewer = settings.model_copy(update={"answer": settings.answer.model_copy(update={"quotes": 1})})
    assert asked(fewer) == {"quote": 16, "compose": 16}
    assert asked(model="own/small") == {"quote": 0, "compose": 16}
    monkeypatch.setattr(exam, "program", lambda: "of another day")
    assert asked() == {"quote": 16, "compose": 16}


def test_a_card_of_more_questions_stays(rooms: Rooms, data: Path, settings: Settings, tmp_path: Path) -> None:
    first = run(Job(data=data), settings, tmp_path)
    whole = first.card.read_bytes()
    report = run(Job(data=data, most=8), settings, tmp_path)
    assert report.note == "the card that is there stays: it is of 16 questions, this would be one of 8"
    assert first.card.read_bytes() == whole
    rooms.says = lambda question: None
    shutil.rmtree(tmp_path / "evaluation")
    data.write_text("".join(f"{json.dumps(row)}\n" for row in rows(7, 5, 4)), encoding="utf-8")
    assert run(Job(data=data), settings, tmp_path).note == ""
    assert not read_card(first.card).passed


def test_too_few_questions_never_pass(rooms: Rooms, data: Path, settings: Settings, tmp_path: Path) -> None:
    strict = settings.model_copy(update={"answer": AnswerSettings()})
    assert run(Job(data=data), strict, tmp_path).reasons == ("16 questions were asked, 100 are needed",)


def test_an_adapter_keeps_what_its_card_says_and_gains_scores(
    rooms: Rooms, data: Path, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "adapters" / "cite"
    random_adapter(tiny("chatml")[0], tmp_path / "adapters", "cite")
    before = replace(card("cite"), base="own/big", base_digest="weights of own/big", passed=False)
    write_card(before, folder / CARD)
    run(Job(data=data), settings, tmp_path)
    report = run(Job(data=data, adapter="cite"), settings, tmp_path)
    assert report.adapter == "cite"
    assert {adapter for mode, _, adapter in rooms.asked if mode == "compose"} == {"none", "cite"}
    written = read_card(folder / CARD)
    assert report.card == folder / CARD
    assert (written.passed, written.examples, written.data_digest) == (True, before.examples, before.data_digest)
    assert written.settings.items() >= before.settings.items() | {("questions", str(data))}
    assert written.scores["adapter"]["accuracy"] == Score(0.9, 0.8, 1.0, 100)
    assert written.scores["adapter"]["answer_accuracy"].value == 1.0
    assert written.scores["base"]["answer_accuracy"].value == 1.0
    ungrounded = replace(before, name="math", grounded=False)
    random_adapter(tiny("chatml")[0], tmp_path / "adapters", "math")
    write_card(ungrounded, tmp_path / "adapters" / "math" / CARD)
    with pytest.raises(AdapterError, match="works without documents"):
        run(Job(data=data, adapter="math"), settings, tmp_path)
    with pytest.raises(AdapterError, match="Did you mean cite"):
        run(Job(data=data, adapter="cit"), settings, tmp_path)


def test_nothing_is_asked_of_a_file_that_is_wrong(rooms: Rooms, data: Path, settings: Settings, tmp_path: Path) -> None:
    data.write_text('{"question": "How many?", "answers": ["90 books"], "document": "rooms"}', encoding="utf-8")
    with pytest.raises(DataError, match="line 1: '90 books' does not stand in rooms"):
        run(Job(data=data), settings, tmp_path)
    assert rooms.asked == []
    data.write_text('{"question": "Who?", "answers": []}\n{"question": "?", "answers": []}', encoding="utf-8")
    with pytest.raises(DataError, match="line 2: The question holds no word"):
        run(Job(data=data), settings, tmp_path)


def test_a_model_that_is_not_here_leaves_no_card(
    rooms: Rooms, data: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise ModelUnavailable("big does not answer", "Start it")

    monkeypatch.setattr(Rooms, "language_model", fails)
    with pytest.raises(ModelUnavailable):
        run(Job(data=data), settings, tmp_path)
    assert base_card.read(settings, tmp_path) is None


def test_a_server_may_have_changed_and_is_asked_again(
    rooms: Rooms, data: Path, settings: Settings, tmp_path: Path
) -> None:
    served = settings.model_copy(update={"llm": LanguageModelSettings(**SERVER)})
    rooms.stop_at = 20
    with pytest.raises(Halted):
        run(Job(data=data), served, tmp_path)
    rooms.stop_at = None
    report = run(Job(data=data), served, tmp_path)
    assert (report.passed, report.model, len(rooms.asked)) == (True, "big at http://127.0.0.1:9/v1", 32)
    assert base_card.find(served, tmp_path).unfit == ""
    run(Job(data=data), served, tmp_path)
    assert len(rooms.asked) == 32 + 16
