"""Own English passages of the family used while developing: a building, farms."""
# ruff: noqa: E501 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

from kb.evaluation.claims.case import Frame

BUILDING = Frame(
    "building",
    {
        "thing": "thing",
        "town": "town",
        "a": "person",
        "b": "person",
        "c": "person",
        "day": "day 1780 1990",
        "cost": "number 20000 900000 1000",
        "height": "number 12 140",
        "late": "day 1992 2015",
    },
    "The {thing} of {town} was designed by {a} and opened on {day}. {b} paid for the building, which cost {cost} pounds, because the town had "
    "no money. It is {height} metres high and is the tallest building in {town}. {a:last} had studied under {c} before {a:he} came to {town}. "
    "The {thing} was closed in {late:year} for repairs, and it is open to visitors on most days.",
    {
        "order": (
            "On {day}, the {thing} of {town} opened.",
            "Because the town had no money, {b} paid for the building.",
            "Before coming to {town}, {a:last} had studied under {c}.",
            "In {late:year} the {thing} was closed for repairs.",
        ),
        "dropped": (
            "The {thing} of {town} was designed by {a}.",
            "{b} paid for the building.",
            "The {thing} was closed in {late:year}.",
            "The building cost {cost} pounds.",
        ),
        "joined": (
            "The {thing} of {town}, which was designed by {a}, is {height} metres high.",
            "The {thing}, which opened on {day}, was closed for repairs in {late:year}.",
        ),
        "voice": (
            "{a} designed the {thing} of {town}.",
            "The building was paid for by {b}.",
            "{c} taught {a:last}.",
        ),
        "pronoun": (
            "The {thing} is {height} metres high.",
            "The {thing} is the tallest building in {town}.",
            "It was closed in {late:year} for repairs.",
            "It was designed by {a}.",
            "{a} had studied under {c}.",
        ),
        "numerals": (
            "The building cost {cost:plain} pounds.",
            "The building cost {cost:k} thousand pounds.",
            "The {thing} is {height:words} metres high.",
        ),
        "eras": (
            "The {thing} of {town} opened on {day:mdy}.",
            "The {thing} of {town} opened in {day:my}.",
            "The {thing} of {town} opened on {day:short}.",
            "The {thing} of {town} opened in {day:year}.",
        ),
        "units": ("The {thing} is {height} m high.", "The {thing} is {height} meters high."),
    },
    {
        "numbers": (
            "The building cost {cost:up} pounds.",
            "The building cost {cost:ten} pounds.",
            "The {thing} is {height:down} metres high.",
        ),
        "negation": (
            "The {thing} of {town} was not designed by {a}.",
            "The {thing} was never closed for repairs.",
            "{b} refused to pay for the building.",
            "The {thing} is not open to visitors.",
        ),
        "names": (
            "The {thing} of {town} was designed by {b}.",
            "{c} paid for the building.",
            "{a:last} had studied under {b}.",
            "The {thing} of {town} was designed by {a:first} {b:last}.",
        ),
        "roles": (
            "{c} had studied under {a}.",
            "{a} was taught by {b}.",
            "{a} paid {b} for the building.",
            "{b} designed the building and {a} paid for it.",
        ),
        "units": ("The {thing} is {height} feet high.", "The building cost {cost} dollars."),
        "dates": (
            "The {thing} of {town} opened on {day:later}.",
            "The {thing} of {town} opened on {day:next}.",
            "The {thing} was closed in {day:year} for repairs.",
            "{a:last} came to {town} before {a:he} studied under {c}.",
        ),
        "quantifiers": ("The {thing} is open to visitors every day.", "The {thing} is never open to visitors."),
        "comparatives": (
            "The {thing} is the second tallest building in {town}.",
            "The {thing} is the oldest building in {town}.",
            "The building cost less than {cost} pounds.",
            "The {thing} is taller than {height} metres.",
        ),
        "neighbour": ("The building cost {height} pounds.", "The {thing} of {town} opened in {late:year}."),
        "stitched": (
            "{b} had studied under {c} before {b:he} came to {town}.",
            "The {thing} of {town} was designed by {c}.",
            "{c} opened the {thing} on {day}.",
        ),
    },
)

FARM = Frame(
    "farm",
    {
        "town": "town",
        "other": "town",
        "crop": "crop",
        "second": "crop",
        "rain": "number 300 1900 10",
        "km": "number 12 480",
        "a": "person",
        "b": "person",
        "tons": "number 1200 9900 100",
        "day": "day 1950 2020",
    },
    "Farmers around {town} grow {crop}, and a few of them grow {second} as well. {town} lies {km} km north of {other} and gets {rain} mm of rain a "
    "year, more than {other}. In {day:year} the harvest was {tons} tons. On {day} {a} warned {b} that the river might flood. Visitors may not swim "
    "in the river. All farms must register their wells.",
    {
        "order": ("The harvest was {tons} tons in {day:year}.", "{a} warned {b} on {day} that the river might flood."),
        "dropped": ("Farmers around {town} grow {crop}.", "{a} warned {b} that the river might flood."),
        "joined": ("{town} lies {km} km north of {other}, and a few farmers around it grow {second}.",),
        "voice": ("{b} was warned by {a} that the river might flood.", "{crop} is grown by farmers around {town}."),
        "pronoun": ("A few of the farmers grow {second} as well.",),
        "numerals": (
            "In {day:year} the harvest was {tons:plain} tons.",
            "In {day:year} the harvest was {tons:words} tons.",
        ),
        "eras": (
            "On {day:mdy} {a} warned {b} that the river might flood.",
            "In AD {day:year} the harvest was {tons} tons.",
            "On {day:mdyshort} {a} warned {b} that the river might flood.",
        ),
        "units": (
            "{town} lies {km} kilometres north of {other}.",
            "{town} gets {rain} millimetres of rain a year.",
            "{town} lies {km} kilometers north of {other}.",
            "{town} gets {rain} mm of rain per year.",
        ),
    },
    {
        "numbers": ("{town} lies {km:up} km north of {other}.", "In {day:year} the harvest was {tons:down} tons."),
        "negation": (
            "{town} lies {km} km south of {other}.",
            "Visitors may swim in the river.",
            "Farms need not register their wells.",
            "Farms must not register their wells.",
        ),
        "names": ("{town} lies {km} km north of Karlsbad.", "{a} warned Peter Stone that the river might flood."),
        "roles": (
            "{b} warned {a} that the river might flood.",
            "{other} lies {km} km north of {town}.",
            "{other} gets more rain than {town}.",
            "{a} was warned by {b} that the river might flood.",
        ),
        "units": (
            "{town} lies {km} miles north of {other}.",
            "{town} gets {rain} cm of rain a year.",
            "{town} gets {rain} mm of rain a month.",
            "In {day:year} the harvest was {tons} kilograms.",
        ),
        "dates": (
            "In {day:lateryear} the harvest was {tons} tons.",
            "On {day:next} {a} warned {b} that the river might flood.",
        ),
        "quantifiers": (
            "All farmers around {town} grow {second}.",
            "Most farmers around {town} grow {second}.",
            "Some farms need not register their wells.",
            "None of the farmers around {town} grow {second}.",
        ),
        "comparatives": (
            "{town} gets less rain than {other}.",
            "{town} gets as much rain as {other}.",
            "{town} gets more than {rain:up} mm of rain a year.",
        ),
        "neighbour": ("{town} lies {rain} km north of {other}.", "In {day:year} the harvest was {rain} tons."),
        "stitched": (
            "Farmers around {town} must not swim in the river.",
            "{other} gets {rain} mm of rain a year.",
            "Visitors must register their wells.",
        ),
    },
)
