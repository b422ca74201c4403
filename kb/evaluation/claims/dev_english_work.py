"""Own English passages of the family used while developing: leave, a firm."""
# ruff: noqa: E501 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

from kb.evaluation.claims.case import Frame

LEAVE = Frame(
    "leave",
    {
        "firm": "firm",
        "days": "number 10 95",
        "weeks": "number 2 9",
        "pay": "number 200 9800 100",
        "months": "number 3 24",
        "p": "person",
    },
    "{firm} gives every full-time employee {days} days of paid leave a year. Unused leave must be taken before the end of March, and it "
    "cannot be paid out. An employee who is dismissed receives severance of {weeks} weeks. New employees must complete a trial period of "
    "{months} months. The travel allowance is limited to ${pay} a year. Requests are approved by {p}, who heads the personnel office.",
    {
        "order": (
            "Every year, {firm} gives every full-time employee {days} days of paid leave.",
            "Before the end of March, unused leave must be taken.",
        ),
        "dropped": ("{firm} gives full-time employees {days} days of paid leave.", "Requests are approved by {p}."),
        "joined": (
            "New employees must complete a trial period of {months} months, and the travel allowance is limited to ${pay} a year.",
            "A dismissed employee receives {weeks} weeks of severance, and new employees must complete a trial period of {months} months.",
        ),
        "voice": (
            "{p}, who heads the personnel office, approves requests.",
            "Every full-time employee is given {days} days of paid leave a year by {firm}.",
        ),
        "pronoun": ("{p} heads the personnel office.",),
        "numerals": (
            "A dismissed employee receives severance of {weeks:words} weeks.",
            "The travel allowance is limited to ${pay:plain} a year.",
            "New employees must complete a trial period of {months:words} months.",
            "{firm} gives every full-time employee {days:words} days of paid leave a year.",
        ),
        "units": (
            "The travel allowance is limited to {pay} dollars a year.",
            "The travel allowance is limited to US${pay} per year.",
        ),
    },
    {
        "numbers": (
            "An employee who is dismissed receives severance of {weeks:ten} weeks.",
            "{firm} gives every full-time employee {days:up} days of paid leave a year.",
            "The travel allowance is limited to ${pay:up} a year.",
            "New employees must complete a trial period of {months:ten} months.",
        ),
        "negation": (
            "Unused leave need not be taken before the end of March.",
            "Unused leave can be paid out.",
            "The travel allowance is unlimited.",
            "An employee who is dismissed receives no severance.",
            "New employees must not complete a trial period of {months} months.",
        ),
        "units": (
            "An employee who is dismissed receives severance of {weeks} months.",
            "{firm} gives every full-time employee {days} hours of paid leave a year.",
            "New employees must complete a trial period of {months} weeks.",
            "The travel allowance is limited to ${pay} a month.",
        ),
        "quantifiers": (
            "{firm} gives only some full-time employees {days} days of paid leave a year.",
            "{firm} gives every employee, full-time or part-time, {days} days of paid leave a year.",
            "All employees must complete a trial period of {months} months.",
        ),
        "neighbour": (
            "An employee who is dismissed receives severance of {months} weeks.",
            "{firm} gives every full-time employee {weeks} days of paid leave a year.",
            "New employees must complete a trial period of {weeks} months.",
        ),
        "dates": (
            "Unused leave must be taken before the end of May.",
            "Unused leave must be taken after the end of March.",
        ),
        "comparatives": (
            "{firm} gives more than {days} days of paid leave a year.",
            "An employee who is dismissed receives severance of at least {weeks:up} weeks.",
            "The trial period is shorter than {months} months.",
        ),
        "stitched": (
            "An employee who is dismissed must complete a trial period of {months} months.",
            "Unused leave is limited to ${pay} a year.",
            "The travel allowance must be taken before the end of March.",
        ),
        "roles": ("{p} submits requests, which the personnel office approves.",),
    },
)

FIRM = Frame(
    "firm",
    {
        "one": "firm",
        "two": "firm",
        "a": "person",
        "b": "person",
        "sales": "number 4 60",
        "old": "number 62 90",
        "staff": "number 1100 9900 100",
        "share": "number 12 48",
        "day": "day 1990 2022",
    },
    "{one} bought {two} in {day:my}. {a} has led the company since then; {a:he} succeeded {b}. Sales rose from {sales} million to {old} million "
    "euros within two years. About {share} percent of the {staff} workers are women. Most of the workers live in the town, and some of them own "
    "shares. The company sells more cloth abroad than at home.",
    {
        "order": (
            "In {day:my}, {one} bought {two}.",
            "Within two years, sales rose from {sales} million to {old} million euros.",
            "Since then {a} has led the company.",
        ),
        "dropped": (
            "Sales rose from {sales} million to {old} million euros.",
            "{one} bought {two}.",
            "{a} has led the company.",
        ),
        "joined": (
            "{a} has led the company since {one} bought {two}.",
            "Most of the workers live in the town, and the company sells more cloth abroad than at home.",
        ),
        "voice": (
            "{two} was bought by {one} in {day:my}.",
            "{b} was succeeded by {a}.",
            "The company has been led by {a} since then.",
        ),
        "pronoun": ("{a} succeeded {b}.", "Some of the workers own shares.", "{a:He} has led the company since then."),
        "numerals": (
            "Sales rose from {sales:words} million to {old:words} million euros within two years.",
            "Sales rose from {sales},000,000 to {old},000,000 euros within 2 years.",
            "About {share} percent of the {staff:plain} workers are women.",
        ),
        "eras": ("{one} bought {two} in {day:year}.", "{one} bought {two} in {day:month} of the year {day:year}."),
        "units": (
            "About {share}% of the {staff} workers are women.",
            "About {share} per cent of the {staff} workers are women.",
            "Sales rose from {sales} million to {old} million EUR within two years.",
        ),
    },
    {
        "numbers": (
            "Sales rose from {sales} million to {old:up} million euros within two years.",
            "Sales rose from {sales:up} million to {old} million euros within two years.",
            "About {share:up} percent of the {staff} workers are women.",
            "About {share} percent of the {staff:up} workers are women.",
        ),
        "negation": (
            "Sales fell from {old} million to {sales} million euros within two years.",
            "{one} did not buy {two}.",
            "{one} sold {two} in {day:my}.",
        ),
        "names": ("{b} has led the company since then.", "{a:first} {b:last} has led the company since then."),
        "roles": (
            "{two} bought {one} in {day:my}.",
            "{b} succeeded {a}.",
            "{one} was bought by {two} in {day:my}.",
            "{a} was succeeded by {b}.",
        ),
        "units": (
            "Sales rose from {sales} billion to {old} billion euros within two years.",
            "Sales rose from {sales} million to {old} million dollars within two years.",
            "Sales rose from {sales} million to {old} million euros within two months.",
        ),
        "dates": (
            "{one} bought {two} in {day:later}.",
            "{one} bought {two} in {day:nextmy}.",
            "{one} bought {two} in {day:lateryear}.",
        ),
        "quantifiers": (
            "All of the workers live in the town.",
            "All of the workers own shares.",
            "None of the workers own shares.",
            "Few of the workers live in the town.",
            "Most of the workers own shares.",
        ),
        "comparatives": (
            "The company sells more cloth at home than abroad.",
            "The company sells less cloth abroad than at home.",
            "More than {share:up} percent of the workers are women.",
            "The company sells as much cloth at home as abroad.",
        ),
        "neighbour": (
            "Sales rose from {share} million to {old} million euros within two years.",
            "About {old} percent of the {staff} workers are women.",
        ),
        "stitched": ("Most of the workers succeeded {b}.", "{b} owns shares.", "{a} bought {two} in {day:my}."),
    },
)
