from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import regex

from kb.evaluation import compound, datasets
from kb.evaluation.compound import Compound
from kb.evaluation.datasets import Half

HALVES: tuple[Half, ...] = ("fit", "report")


def test_there_are_enough_questions_of_each_language() -> None:
    report, fit = (Counter(question.language for question in compound.read(half)) for half in ("report", "fit"))
    assert min(report["en"], report["th"]) >= 130
    assert min(fit["en"], fit["th"]) >= 30


def test_every_question_is_there_once_and_has_two_paragraphs() -> None:
    questions = [question for half in HALVES for question in compound.read(half)]
    assert len({question.id for question in questions}) == len(questions)
    assert len({question.question for question in questions}) == len(questions)
    assert all(len(set(question.gold)) == 2 for question in questions)


@pytest.mark.parametrize("half", HALVES)
def test_every_paragraph_is_of_the_half_of_its_question(half: Half, data: Path) -> None:
    xquad = datasets.squad(data / "xquad-dev-en.json", "xquad", "en")
    iapp = datasets.iapp(data / f"iapp-{'train' if half == 'fit' else 'dev'}.jsonl", "iapp", half)
    for question in compound.read(half):
        for gold in question.gold:
            if question.set == "xquad":
                assert datasets.half_of(xquad.articles[gold]) == half, question.id
            else:
                assert gold in iapp.paragraphs, question.id


def test_about_two_in_five_ask_about_two_articles(data: Path) -> None:
    articles = dict(datasets.squad(data / "xquad-dev-en.json", "xquad", "en").articles)
    questions = compound.read("report")
    apart = [len({articles.get(gold, gold) for gold in question.gold}) == 2 for question in questions]
    assert 0.35 < sum(apart) / len(apart) < 0.5


def spoken(text: str) -> str:
    """Letters, marks and digits alone, without case."""
    return regex.sub(r"[^\p{L}\p{M}\p{N}]", "", text.casefold())


@pytest.mark.parametrize("language", ["en", "th"])
def test_questions_are_in_their_own_words(language: str, data: Path) -> None:
    known = [
        datasets.squad(data / f"xquad-dev-{language}.json", "xquad", language),
        datasets.squad(data / "squad2-dev.json", "squad2", "en"),
        *(datasets.iapp(data / f"iapp-{name}.jsonl", "iapp", "fit") for name in ("train", "dev")),
    ]
    theirs = {key for one in known for question in one.questions if len(key := spoken(question.text)) > 10}
    texts = [spoken(text) for one in known for text in one.paragraphs.values()]
    for question in (question for half in HALVES for question in compound.read(half)):
        if question.language == language:
            ours = spoken(question.question)
            assert [key for key in theirs if key in ours] == [], question.id
            assert not any(ours in text for text in texts), question.id


@pytest.mark.parametrize("language", ["en", "th"])
def test_the_documents_hold_what_is_asked_for_among_hundreds(language: str, data: Path) -> None:
    documents = compound.documents(language, data)
    gold = {
        name
        for half in HALVES
        for question in compound.read(half)
        if question.language == language
        for name in question.gold
    }
    assert gold <= documents.keys()
    assert len(documents) > 600
    squeezed = Counter("".join(text.split()) for text in documents.values())
    assert all(squeezed["".join(documents[name].split())] == 1 for name in gold)


def asked(number: int) -> Compound:
    return Compound(f"q{number}", "en", f"question {number}", (f"a{number}", f"b{number}"), "xquad")


def test_a_question_counts_when_both_paragraphs_are_found_in_time() -> None:
    first, second = asked(1), asked(2)
    on = {first.question: ["b1", "x", "a1"], second.question: ["a2", "x", "y", "b2"]}
    off = {first.question: ["b1", "x", "y", "z", "v", "a1"], second.question: ["x", "y", "b2", "z", "a2"]}
    lines = {
        (line.part, line.measure): line.interval
        for line in compound.lines([first, second], on.__getitem__, off.__getitem__)
    }
    five, three = "both passages among the first 5", "both passages among the first 3"
    assert {key: interval.value for key, interval in lines.items()} == {
        ("parts on", five): 1.0,
        ("parts off", five): 0.5,
        ("parts", f"{five}: on less off"): 0.5,
        ("parts on", three): 0.5,
        ("parts off", three): 0.0,
        ("parts", f"{three}: on less off"): 0.5,
    }
    assert lines["parts on", five].n == 2
