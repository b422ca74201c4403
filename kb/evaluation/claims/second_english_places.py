"""Own English passages of the second family: a voyage, a school."""
# ruff: noqa: E501 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

from kb.evaluation.claims.case import Frame

VOYAGE = Frame(
    "voyage",
    {
        "ship": "ship",
        "port": "port",
        "other": "port",
        "a": "person",
        "b": "person",
        "men": "number 21 190",
        "miles": "number 1300 9800 100",
        "tons": "number 300 1200 10",
        "day": "day 1705 1890",
        "weeks": "number 3 19",
    },
    "Captain {a} sailed {ship} from {port} to {other}, a distance of {miles} nautical miles, and arrived on {day}. The voyage took {weeks} weeks. "
    "The ship weighed {tons} tons and carried {men} sailors, a few of whom had never been to sea. {a:last} followed the map that {b} had drawn. "
    "The harbour of {other} is deeper than that of {port}. Sailors were not permitted to go ashore, because fever had broken out in the town. "
    "In the end all of the cargo was saved.",
    {
        "order": (
            "Because fever had broken out in the town, sailors were not permitted to go ashore.",
            "From {port}, Captain {a} sailed {ship} to {other}.",
            "All of the cargo was saved in the end.",
            "It was {weeks} weeks that the voyage took.",
        ),
        "dropped": (
            "Captain {a} sailed {ship} from {port} to {other}.",
            "Sailors were not permitted to go ashore.",
            "All of the cargo was saved.",
            "The ship carried {men} sailors.",
            "Captain {a} sailed {ship} to {other}.",
        ),
        "joined": (
            "The voyage from {port} to {other} took {weeks} weeks, and the ship carried {men} sailors.",
            "Captain {a}, who followed the map that {b} had drawn, arrived on {day}.",
            "The ship, which carried {men} sailors, weighed {tons} tons.",
            "Sailors were not permitted to go ashore, but all of the cargo was saved.",
        ),
        "voice": (
            "{ship} was sailed from {port} to {other} by Captain {a}.",
            "The map that {a:last} followed had been drawn by {b}.",
            "{men} sailors were carried by the ship.",
        ),
        "pronoun": (
            "{a:He} followed the map that {b} had drawn.",
            "It weighed {tons} tons and carried {men} sailors.",
            "{b} had drawn the map that {a:he} followed.",
            "Captain {a} arrived in {other} on {day}.",
        ),
        "numerals": (
            "The distance was {miles:plain} nautical miles.",
            "The distance was {miles:words} nautical miles.",
            "The ship carried {men:words} sailors.",
            "The voyage took {weeks:words} weeks.",
        ),
        "eras": (
            "Captain {a} arrived on {day:nth}.",
            "Captain {a} arrived on {day:mdy}.",
            "Captain {a} arrived on {day:iso}.",
            "Captain {a} arrived in A.D. {day:year}.",
            "Captain {a} arrived in {day:my}.",
        ),
        "units": (
            "The distance from {port} to {other} was {miles} nmi.",
            "The ship weighed {tons} t.",
            "The voyage took {weeks} wks.",
        ),
    },
    {
        "numbers": (
            "The voyage took {weeks:ten} weeks.",
            "The ship carried {men:up} sailors.",
            "The distance was {miles:down} nautical miles.",
            "The ship weighed {tons:up} tons.",
        ),
        "negation": (
            "Sailors were permitted to go ashore.",
            "{a:last} ignored the map that {b} had drawn.",
            "The cargo was not saved.",
            "Captain {a} failed to arrive.",
            "Sailors were ordered to go ashore.",
            "No fever had broken out in the town.",
        ),
        "names": (
            "Captain {b} sailed {ship} from {port} to {other}.",
            "Captain {a} sailed the Albatross from {port} to {other}.",
            "{a:last} followed the map that Conrad Voss had drawn.",
            "Captain {a} sailed {ship} from {port} to Cape Sorrow.",
        ),
        "roles": (
            "Captain {a} sailed {ship} from {other} to {port}.",
            "{b} followed the map that {a} had drawn.",
            "The harbour of {port} is deeper than that of {other}.",
            "The map that {b} followed had been drawn by {a:last}.",
        ),
        "units": (
            "The distance was {miles} kilometres.",
            "The voyage took {weeks} days.",
            "The ship weighed {tons} pounds.",
            "The voyage took {weeks} months.",
            "The distance was {miles} metres.",
        ),
        "dates": (
            "Captain {a} arrived on {day:next}.",
            "Captain {a} arrived on {day:later}.",
            "Captain {a} arrived in {day:lateryear}.",
            "Fever broke out in the town after the sailors had gone ashore.",
        ),
        "quantifiers": (
            "All of the sailors had never been to sea.",
            "Only part of the cargo was saved.",
            "None of the cargo was saved.",
            "Most of the sailors had never been to sea.",
            "Some sailors were permitted to go ashore.",
        ),
        "comparatives": (
            "The harbour of {other} is shallower than that of {port}.",
            "The harbours of {other} and {port} are equally deep.",
            "The voyage took less than {weeks} weeks.",
            "The ship carried more than {men:up} sailors.",
            "The harbour of {other} is the deepest in the world.",
        ),
        "neighbour": (
            "The voyage took {men} weeks.",
            "The ship weighed {miles} tons.",
            "The ship carried {weeks} sailors.",
            "The distance was {tons} nautical miles.",
        ),
        "stitched": (
            "{b} arrived on {day}.",
            "Captain {a} had never been to sea.",
            "The town was saved in the end.",
            "The harbour of {other} weighed {tons} tons.",
        ),
    },
)

SCHOOL = Frame(
    "school",
    {
        "school": "school",
        "one": "subject",
        "two": "subject",
        "a": "person",
        "b": "person",
        "pupils": "number 210 990",
        "fee": "number 1100 9900 100",
        "share": "number 52 89",
        "minutes": "number 20 80",
        "day": "day 1850 1960",
    },
    "{a} founded {school} in {day:my} and appointed {b} as its first head. Of the {pupils} pupils, {share}% learn {one}, while only a handful choose {two}. "
    "A lesson lasts {minutes} minutes. The yearly fee of ${fee} was lowered after the parents had complained. Pupils must wear a uniform; "
    "they are not required to live at the school. {b:last} taught {one} better than anyone else. No pupil has ever been expelled.",
    {
        "order": (
            "In {day:my}, {a} founded {school} and appointed {b} as its first head.",
            "After the parents had complained, the yearly fee of ${fee} was lowered.",
            "Only a handful choose {two}, while {share}% of the pupils learn {one}.",
            "Pupils are not required to live at the school, but they must wear a uniform.",
        ),
        "dropped": (
            "{a} founded {school}.",
            "A handful of pupils choose {two}.",
            "The yearly fee was lowered.",
            "{a} appointed {b} as its first head.",
            "Pupils must wear a uniform.",
        ),
        "joined": (
            "A lesson lasts {minutes} minutes, and pupils must wear a uniform.",
            "{school}, where a lesson lasts {minutes} minutes, was founded by {a}.",
            "{b}, the first head, taught {one} better than anyone else.",
            "The yearly fee was lowered, and no pupil has ever been expelled.",
        ),
        "voice": (
            "{school} was founded by {a} in {day:my}.",
            "{b} was appointed as its first head by {a}.",
            "{one} is learnt by {share}% of the pupils.",
            "A uniform must be worn by pupils.",
            "{one} was taught by {b:last}.",
        ),
        "pronoun": (
            "{a:He} founded {school} in {day:my}.",
            "Pupils are not required to live at the school.",
            "{b:He} taught {one} better than anyone else.",
            "It was founded by {a}.",
        ),
        "numerals": (
            "The yearly fee of ${fee:plain} was lowered.",
            "Of the {pupils:words} pupils, {share}% learn {one}.",
            "A lesson lasts {minutes:words} minutes.",
        ),
        "eras": (
            "{a} founded {school} in {day:year}.",
            "{a} founded {school} in {day:month} of {day:year} CE.",
            "{a} founded {school} in {day:year} A.D.",
        ),
        "units": (
            "Of the {pupils} pupils, {share} percent learn {one}.",
            "A lesson lasts {minutes} min.",
            "The yearly fee of {fee} dollars was lowered.",
            "The fee of USD {fee} a year was lowered.",
            "{share} per cent of the pupils learn {one}.",
        ),
    },
    {
        "numbers": (
            "Of the {pupils} pupils, {share:down}% learn {one}.",
            "A lesson lasts {minutes:ten} minutes.",
            "The school has {pupils:up} pupils.",
            "The yearly fee of ${fee:up} was lowered.",
        ),
        "negation": (
            "Pupils need not wear a uniform.",
            "Pupils are required to live at the school.",
            "The yearly fee was raised after the parents had complained.",
            "Pupils must not wear a uniform.",
            "Wearing a uniform is forbidden.",
            "{a} closed {school} in {day:my}.",
        ),
        "names": (
            "{b} founded {school} in {day:my}.",
            "{a} founded Thornhill Grammar in {day:my}.",
            "{a} appointed {b:first} Marchetti as its first head.",
            "{share}% of the pupils learn astronomy.",
        ),
        "roles": (
            "{b} appointed {a} as its first head.",
            "{school} was founded by {b}.",
            "{a} was appointed as its first head by {b}.",
            "{share}% of the pupils learn {two}, while only a handful choose {one}.",
        ),
        "units": (
            "A lesson lasts {minutes} hours.",
            "Of the {pupils} pupils, {share} learn {one}.",
            "The monthly fee of ${fee} was lowered.",
            "The yearly fee of £{fee} was lowered.",
            "A lesson lasts {minutes} seconds.",
        ),
        "dates": (
            "{a} founded {school} in {day:latermy}.",
            "{a} founded {school} in {day:nextmy}.",
            "The yearly fee was lowered before the parents complained.",
            "{a} founded {school} in {day:lateryear}.",
        ),
        "quantifiers": (
            "All of the pupils learn {one}.",
            "Most of the pupils choose {two}.",
            "No pupils choose {two}.",
            "Some pupils have been expelled.",
            "Some pupils need not wear a uniform.",
        ),
        "comparatives": (
            "{b:last} taught {one} worse than anyone else.",
            "{b:last} taught {one} no better than the others.",
            "More pupils choose {two} than {one}.",
            "Less than {share:down}% of the pupils learn {one}.",
            "A lesson lasts longer than {minutes} minutes.",
        ),
        "neighbour": (
            "A lesson lasts {share} minutes.",
            "Of the {pupils} pupils, {minutes}% learn {one}.",
            "The school has {fee} pupils.",
            "The yearly fee of ${pupils} was lowered.",
        ),
        "stitched": (
            "{a} taught {one} better than anyone else.",
            "A handful of pupils must wear a uniform because the parents had complained.",
            "No pupil is required to wear a uniform.",
            "{b} founded {school} in {day:my}.",
        ),
    },
)
