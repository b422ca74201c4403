"""Own English passages of the second family: a club."""
# ruff: noqa: E501 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

from kb.evaluation.claims.case import Frame

CLUB = Frame(
    "club",
    {
        "one": "club",
        "two": "club",
        "a": "person",
        "b": "person",
        "c": "person",
        "crowd": "number 2100 9900 100",
        "goals": "number 12 39",
        "day": "day 1961 2019",
        "votes": "number 120 890",
        "late": "day 2020 2024",
    },
    "{one} beat {two} in the final on {day:mdy} before {crowd} spectators. {a}, the captain, scored twice and later coached {b}. In {late:year} the "
    "members elected {c} president with {votes} votes; {c:he} had supported {a:last} for years. The club has won more titles than any other in the "
    "county. Every member has one vote, and many members bring their children. {b} scored {goals} goals that season.",
    {
        "order": (
            "On {day:mdy}, before {crowd} spectators, {one} beat {two} in the final.",
            "The members elected {c} president in {late:year}.",
            "That season, {b} scored {goals} goals.",
            "In the county, the club has won more titles than any other.",
        ),
        "dropped": (
            "{one} beat {two} in the final.",
            "{a} scored twice.",
            "{a} later coached {b}.",
            "The members elected {c} president.",
        ),
        "joined": (
            "{one}, who beat {two} in the final, have won more titles than any other club in the county.",
            "{a} coached {b}, who scored {goals} goals that season.",
            "Every member has one vote, and {c} was elected president with {votes} votes.",
            "The captain, {a}, scored twice when {one} beat {two} in the final.",
        ),
        "voice": (
            "{two} were beaten by {one} in the final.",
            "{b} was later coached by {a}.",
            "{c} was elected president by the members.",
            "{goals} goals were scored by {b} that season.",
            "{a:last} had been supported by {c} for years.",
        ),
        "pronoun": (
            "{c} had supported {a:last} for years.",
            "{a:He} later coached {b}.",
            "{b:He} scored {goals} goals that season.",
            "The members elected {c:him} president in {late:year}.",
        ),
        "numerals": (
            "{one} beat {two} in the final before {crowd:plain} spectators.",
            "{one} beat {two} in the final before {crowd:words} spectators.",
            "{b} scored {goals:words} goals that season.",
            "The members elected {c} president with {votes:words} votes.",
            "Every member has 1 vote.",
        ),
        "eras": (
            "{one} beat {two} in the final on {day}.",
            "{one} beat {two} in the final on {day:nth}.",
            "{one} beat {two} in the final on {day:iso}.",
            "{one} beat {two} in the final in {day:my}.",
            "In {late:year} CE the members elected {c} president.",
        ),
    },
    {
        "numbers": (
            "{one} beat {two} in the final before {crowd:up} spectators.",
            "{b} scored {goals:down} goals that season.",
            "The members elected {c} president with {votes:up} votes.",
            "Every member has two votes.",
            "{a}, the captain, scored three times.",
        ),
        "negation": (
            "{one} did not beat {two} in the final.",
            "{one} lost to {two} in the final.",
            "{c} had opposed {a:last} for years.",
            "Members have no vote.",
            "{a} was not the captain.",
            "The members refused to elect {c} president.",
        ),
        "names": (
            "{one} beat Marlow Wanderers in the final.",
            "{a} later coached {c}.",
            "The members elected {b} president.",
            "The members elected {c:first} Underwood president.",
            "{c} scored {goals} goals that season.",
        ),
        "roles": (
            "{two} beat {one} in the final.",
            "{b} later coached {a}.",
            "{one} were beaten by {two} in the final.",
            "{a:last} had supported {c} for years.",
            "{a} was later coached by {b}.",
        ),
        "units": (
            "The members elected {c} president with {votes} percent of the votes.",
            "{c} had supported {a:last} for weeks.",
            "{b} scored {goals} goals that month.",
            "{b} scored {goals} points that season.",
        ),
        "dates": (
            "{one} beat {two} in the final on {day:nextmdy}.",
            "{one} beat {two} in the final in {day:lateryear}.",
            "In {day:year} the members elected {c} president.",
            "{a} had coached {b} before the final.",
        ),
        "quantifiers": (
            "All members bring their children.",
            "No members bring their children.",
            "Only some members have a vote.",
            "Hardly any members bring their children.",
            "All the members voted for {c}.",
        ),
        "comparatives": (
            "The club has won fewer titles than any other in the county.",
            "The club has won the second most titles in the county.",
            "Another club in the county has won more titles.",
            "{b} scored fewer than {goals:down} goals that season.",
            "The club has won as many titles as every other in the county.",
        ),
        "neighbour": (
            "{b} scored {votes} goals that season.",
            "The members elected {c} president with {goals} votes.",
            "{one} beat {two} in the final before {votes} spectators.",
            "In {day:year} the members elected {c} president with {votes} votes.",
        ),
        "stitched": (
            "{c}, the captain, scored twice.",
            "{b} was elected president with {votes} votes.",
            "{two} has won more titles than any other in the county.",
            "{c} later coached {b}.",
        ),
    },
)
