"""A name -> what is measured, on which data, and which bounds it must reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from kb.evaluation import (
    compound,
    gating,
    metrics,
    pictures,
    plain,
    quotes,
    ranking,
    refusal,
    reliability,
    routing,
    selection,
    sets,
)
from kb.evaluation import measures as measured_by
from kb.evaluation.answers import exam as answers
from kb.evaluation.claims import exam as claims
from kb.evaluation.compound import Compound
from kb.evaluation.datasets import QuestionSet
from kb.evaluation.followups import exam as followups
from kb.evaluation.lines import Bound, Line
from kb.evaluation.room import Bounds, Exam, Room, thinned
from kb.evaluation.shelf import document

MOST_DRAFTED = 24
"""How many questions a language model is asked; on a CPU it takes half a minute for each."""

FITTED = ("xquad-en", "xquad-th", "iapp", "squad2", "clapnq")
"""The sets whose fit half the shipped calibration was fitted on."""

WRONGLY = ("refusal", "declined: answerable")
NOT_OFTEN = Bound("at most", 0.06, reaching=0.05)
WELL_CALIBRATED = Bound("at most", 0.05)
BOTH_PARTS: Bounds = {
    ("both languages", f"parts, both passages among the {where}: on less off"): Bound("surely above", 0.0)
    for where in ("sources", "first 5")
}


def _answering(read: Callable[[Path], QuestionSet], room: Room) -> list[Line]:
    """Ranking, quotes and refusals of one question set, every paragraph of it indexed."""
    known = read(room.data)
    answerable = thinned([question for question in known.of("report") if question.answerable])
    impossible = thinned([question for question in known.of("report") if not question.answerable])
    lines = _ranking(known.name, room)
    with (
        room.shelf.open(known.name, known.paragraphs) as careful,
        room.shelf.open(known.name, known.paragraphs, refuse=False) as open_handed,
    ):
        ask = room.watched(f"{known.name}: answers", len(answerable) + len(impossible), careful.ask)
        asked = [quotes.ask(question, ask, open_handed.ask) for question in answerable]
        lines += quotes.measure(asked)
        lines.append(refusal.line("answerable", [float(one.declined) for one in asked]))
        if impossible:
            texts = [question.text for question in impossible]
            lines.append(refusal.line("unanswerable, on an indexed paragraph", refusal.declined(texts, ask)))
    return lines


def _ranking(name: str, room: Room) -> list[Line]:
    """Every leg, the whole and its calibration, beside plain LlamaIndex with the same encoder."""
    report, known = room.retrieval(name), sets.open_set(name, room.data)
    orders = plain.rank(known, known.asked(), room.shelf)
    theirs = measured_by.values(orders, known.judged.judgements)["ndcg@10"]
    ours = report.values["fused"]["ndcg@10"]
    return [
        *report.lines,
        Line("plain LlamaIndex", "ndcg@10", metrics.mean(list(theirs.values()))),
        Line("fused", "ndcg@10 over plain LlamaIndex", metrics.paired(list(ours.values()), [theirs[q] for q in ours])),
    ]


def _calibration(room: Room) -> list[Line]:
    """How far P(relevant) is from the share that is relevant, on every set, and a picture of it."""
    reports = {name: room.retrieval(name) for name in sets.NAMED}
    file = room.shelf.folder("results") / "reliability.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    pictures.reliability({name: report.bins for name, report in reports.items()}, file)
    room.progress(f"picture: {file}", 1, 1)
    return [
        Line(name, "expected calibration error", reliability.error(one.judgements)) for name, one in reports.items()
    ]


def _compound(room: Room) -> list[Line]:
    """Two-part questions with and without their parts as variants, both languages together and each alone."""
    asked = compound.read("report")
    on, off = (_answered_compounds(asked, parts, room) for parts in (True, False))
    groups = {"both languages": asked}
    for language in dict.fromkeys(question.language for question in asked):
        groups[language] = tuple(question for question in asked if question.language == language)
    return [
        replace(line, part=group, measure=f"{line.part}, {line.measure}")
        for group, some in groups.items()
        for kind, depths in (("sources", (None,)), ("ranked", compound.DEPTHS))
        for line in compound.lines(some, on[kind].__getitem__, off[kind].__getitem__, depths)
    ]


def _answered_compounds(asked: Sequence[Compound], parts: bool, room: Room) -> dict[str, dict[str, tuple[str, ...]]]:
    """Sources and ranked documents of each question, with its parts as variants or without."""
    settings = room.shelf.settings
    changed = settings.model_copy(update={"retrieval": settings.retrieval.model_copy(update={"parts": parts})})
    found: dict[str, dict[str, tuple[str, ...]]] = {"sources": {}, "ranked": {}}
    for language in dict.fromkeys(question.language for question in asked):
        corpus, some = f"compound-{language}", [one.question for one in asked if one.language == language]
        with room.shelf.under(changed).open(corpus, compound.documents(language, room.data)) as kb:
            find = room.watched(f"{corpus}: parts {'on' if parts else 'off'}", len(some), kb.rankings)
            for question in some:
                found["ranked"][question] = ranking.documents(find(question).fused)
                sources = (document(source.document) for source in kb.search(question))
                found["sources"][question] = tuple(dict.fromkeys(sources))
    return found


def _selection(room: Room) -> list[Line]:
    """What reaches the prompt, on every set with marked answers, and on two that hold everything twice."""
    lines: list[Line] = []
    for name, (read, doubled) in PROMPTS.items():
        known = read(room.data)
        asked = thinned([question for question in known.of("report") if question.answerable])
        room.progress(f"{name}: what reaches the prompt", len(lines), 5 * len(PROMPTS))
        found = selection.take(known, asked, room.shelf, doubled=doubled)
        lines += [replace(line, part=name, measure=f"{line.part}: {line.measure}") for line in found]
    return lines


def _routing(room: Room) -> list[Line]:
    """Which adapter answers: the questions it is judged on, and some written after the last change, without bounds."""
    encoder, margin = room.shelf.embedding(), room.shelf.settings.adapters.margin
    lines = routing.measure(routing.read("report"), encoder, margin)
    last = routing.measure(routing.read("last"), encoder, margin)
    kept = [line for line in last if line.part == "routing" and line.measure in ("right", routing.ASTRAY)]
    return lines + [replace(line, part="written last") for line in kept]


def _foreign(read: Callable[[Path], QuestionSet], room: Room) -> list[Line]:
    """Refusals of questions whose article, or whose paragraph, is not indexed."""
    known = read(room.data)
    lines = []
    for kind, (texts, asked) in {
        "article not indexed": refusal.without_report_articles(known),
        "paragraph not indexed, its siblings are": refusal.without_every_second_paragraph(known),
    }.items():
        corpus = f"{known.name}-{kind.split()[0]}"
        with room.shelf.open(corpus, texts) as careful:
            questions = [question.text for question in thinned(asked)]
            ask = room.watched(f"{corpus}: refusals", len(questions), careful.ask)
            lines.append(refusal.line(kind, refusal.declined(questions, ask)))
    return lines


def _refusals(room: Room) -> list[Line]:
    """What is refused where the answer is there, where it is missing, and where it only seems to be; and a picture."""
    known = [sets.xquad("en", room.data), sets.xquad("th", room.data), sets.squad2(room.data)]
    staged = refusal.stage([*known, sets.iapp(room.data), sets.clapnq(room.data)], room.shelf)
    share = room.shelf.settings.answer.max_false_refusal
    file = room.shelf.folder("results") / "refusal.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    nearest = max((known for known in gating.SHARES if known <= share), default=gating.SHARES[0])
    pictures.refusals(staged.curve(), nearest, "What is refused at every answer.max_false_refusal (report half)", file)
    room.progress(f"picture: {file}", 1, 1)
    return [*staged.at_the_loss(), *staged.lines(share)]


def _bounds(ndcg: float | None = None, over_a_leg: float = -0.005) -> Bounds:
    """What the ranking of a set must reach."""
    bounds: dict[tuple[str, str], Bound] = {
        ("fused", "ndcg@10 over the better leg"): Bound("at least", over_a_leg),
    }
    if ndcg is not None:
        bounds["fused", "ndcg@10"] = Bound("at least", ndcg)
    return bounds


def _quoting(first: float, one_of_three: float) -> Bounds:
    return {
        ("quotes", "first quote holds the answer"): Bound("at least", first),
        ("quotes", "one of three quotes holds the answer"): Bound("at least", one_of_three),
        ("quotes", "characters in a quote"): Bound("at most", 240),
        ("quotes", "first quote over the random window"): Bound("surely above", 0.0),
        WRONGLY: NOT_OFTEN,
    }


def _refusing(foreign: float, siblings: float) -> Bounds:
    return {
        ("refusal", "declined: article not indexed"): Bound("at least", foreign),
        ("refusal", "declined: paragraph not indexed, its siblings are"): Bound("at least", siblings),
    }


_ENGLISH, _THAI = partial(sets.xquad, "en"), partial(sets.xquad, "th")
PROMPTS: Mapping[str, tuple[Callable[[Path], QuestionSet], bool]] = {
    "xquad-en": (_ENGLISH, False),
    "xquad-th": (_THAI, False),
    "iapp": (sets.iapp, False),
    "squad2": (sets.squad2, False),
    "xquad-en, twice": (_ENGLISH, True),
    "xquad-th, twice": (_THAI, True),
}
"""Where the steps that choose what reaches the prompt are judged: a set, and whether every text is indexed twice."""

EXAMS: Mapping[str, Exam] = {
    "xquad-en": Exam(
        "English questions on paragraphs",
        partial(_answering, _ENGLISH),
        {**_quoting(0.87, 0.97), **_bounds(0.990)},
    ),
    "xquad-th": Exam("the same in Thai", partial(_answering, _THAI), {**_quoting(0.83, 0.95), **_bounds(0.985)}),
    "xquad-th-en": Exam("Thai questions on the English paragraphs", partial(_ranking, "xquad-th-en"), _bounds(0.870)),
    "foreign-en": Exam(
        "English questions whose text is not indexed", partial(_foreign, _ENGLISH), _refusing(0.98, 0.85)
    ),
    "foreign-th": Exam("Thai questions whose text is not indexed", partial(_foreign, _THAI), _refusing(0.98, 0.80)),
    "iapp": Exam(
        "Thai questions, found among 1,693 long articles, quoted among the 190 they are on",
        partial(_answering, sets.iapp),
        {WRONGLY: NOT_OFTEN, **_bounds(0.972)},
    ),
    "squad2": Exam(
        "English questions, half of them made to look answerable",
        partial(_answering, sets.squad2),
        {**_quoting(0.84, 0.94), **_bounds(0.930)},
    ),
    "refusal": Exam(
        "what is refused at every setting, with a picture: storage/evaluation/results/refusal.png",
        _refusals,
        {("squad2", "adversarial refused at the operating point for 10 % loss"): Bound("at least", 0.40)},
    ),
    "clapnq": Exam("questions typed into a search engine", partial(_ranking, "clapnq"), _bounds()),
    "scifact": Exam("scientific claims on abstracts", partial(_ranking, "scifact"), _bounds(0.700)),
    "cranfield": Exam("aerodynamics questions on abstracts", partial(_ranking, "cranfield"), _bounds(None, 0.025)),
    "compound": Exam("two-part questions, both of whose passages are wanted", _compound, BOTH_PARTS),
    "selection": Exam(
        "whether the sentence that answers reaches the prompt, beside plain top-k with as many characters",
        _selection,
        {
            (name, "selected: over plain top-k"): Bound("surely above" if doubled else "at least", 0.0)
            for name, (_, doubled) in PROMPTS.items()
        },
    ),
    "routing": Exam(
        "whether a question reaches the adapter that it is for, and none on documents the one for math",
        _routing,
        {
            ("routing", "right"): Bound("at least", 0.95),
            ("routing", "right: over plain nearest"): Bound("surely above", 0.0),
            **{(part, routing.ASTRAY): Bound("at most", 0.0) for part in ("routing", "five examples", "math alone")},
        },
    ),
    "claims": Exam(
        "claims that passages prove, reworded, and claims that they do not, beside simple means",
        lambda room: claims.take(room.data, room.shelf, room.progress),
        claims.BOUNDS,
    ),
    "followups": Exam(
        "follow-ups of short conversations, made to stand alone, beside the same as typed",
        lambda room: followups.take(room.data, room.shelf, room.progress),
        followups.BOUNDS,
    ),
    "answers": Exam(
        "our own questions on the samples, by quotes and, some of them, by the language model; kb evaluate answers"
        " asks it all and writes its card",
        lambda room: answers.take(room.shelf.settings, room.shelf.storage, MOST_DRAFTED, room.progress),
    ),
    "calibration": Exam(
        "what P(relevant) promises, with a picture: storage/evaluation/results/reliability.png",
        _calibration,
        {(name, "expected calibration error"): WELL_CALIBRATED for name in FITTED},
    ),
}
