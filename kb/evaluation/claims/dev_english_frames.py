"""Own English passages with slots, for what real text lacks: the family used while developing."""

from __future__ import annotations

from kb.evaluation.claims.case import Frame
from kb.evaluation.claims.slots import Pools

POOLS: Pools = {
    "women": (
        "Anna Keller",
        "Maria Lopez",
        "Susan Wright",
        "Ingrid Halvorsen",
        "Ruth Okafor",
        "Clara Benson",
        "Nadia Petrova",
    ),
    "men": (
        "David Marsh",
        "Henry Cole",
        "Paolo Ricci",
        "Samuel Ortiz",
        "Viktor Lang",
        "James Whitfield",
        "Omar Haddad",
    ),
    "town": ("Ashford", "Millbrook", "Lindenau", "Porto Alto", "Greystone", "Haverhill", "Westbury"),
    "firm": (
        "Harbor Foods",
        "Nordlicht Energy",
        "Bluewater Shipping",
        "Cedar Textiles",
        "Apex Optics",
        "Solano Motors",
    ),
    "thing": ("library", "bridge", "observatory", "town hall", "concert hall", "lighthouse", "school"),
    "crop": ("barley", "maize", "cotton", "soybeans", "sugar beet", "rice"),
}

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

FRAMES = (LEAVE, BUILDING, FIRM, FARM)
