"""Own English passages of the second family: a clinic, a flat to let."""
# ruff: noqa: E501 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

from kb.evaluation.claims.case import Frame

CLINIC = Frame(
    "clinic",
    {
        "drug": "drug",
        "mg": "number 40 900 10",
        "age": "number 6 17",
        "hours": "number 24 70",
        "doses": "number 2 5",
        "d": "person",
        "n": "person",
        "trial": "number 1100 9800 100",
        "day": "day 1996 2021",
    },
    "Adults take {mg} mg of {drug} with water, and they must not drink alcohol for {hours} hours afterwards. Children under {age} may not be given "
    "the drug. No more than {doses} tablets are allowed in one day. Dr {d} tested {drug} on {trial} patients and published the results on {day:mdy}. "
    "Nearly all patients slept better, but a few complained of headaches. {drug} works faster than the older drug, although it costs more. "
    "Nurse {n} informed Dr {d:last} about the side effects.",
    {
        "order": (
            "With water, adults take {mg} mg of {drug}.",
            "For {hours} hours afterwards, adults must not drink alcohol.",
            "Although it costs more, {drug} works faster than the older drug.",
            "It was on {day:mdy} that Dr {d} published the results.",
        ),
        "dropped": (
            "Adults take {mg} mg of {drug}.",
            "Dr {d} tested {drug} on {trial} patients.",
            "{drug} works faster than the older drug.",
            "Nearly all patients slept better.",
        ),
        "joined": (
            "Children under {age} may not be given the drug, whereas adults take {mg} mg of it.",
            "Adults take {mg} mg of {drug}; no more than {doses} tablets are allowed in one day.",
            "Dr {d}, who was informed about the side effects by Nurse {n}, tested {drug} on {trial} patients.",
            "{drug}, which Dr {d} tested, works faster than the older drug.",
        ),
        "voice": (
            "{drug} was tested on {trial} patients by Dr {d}.",
            "Dr {d:last} was informed about the side effects by Nurse {n}.",
            "The results were published by Dr {d} on {day:mdy}.",
            "{mg} mg of {drug} is taken by adults with water.",
        ),
        "pronoun": (
            "{d:He} tested {drug} on {trial} patients.",
            "{drug} costs more than the older drug.",
            "Adults must not drink alcohol for {hours} hours after they take {drug}.",
            "Nurse {n} informed {d:him} about the side effects.",
            "{n:He} informed Dr {d:last} about the side effects.",
        ),
        "numerals": (
            "Dr {d} tested {drug} on {trial:plain} patients.",
            "Dr {d} tested {drug} on {trial:words} patients.",
            "No more than {doses:words} tablets are allowed in one day.",
            "Adults must not drink alcohol for {hours:words} hours afterwards.",
            "Children under {age:words} may not be given the drug.",
        ),
        "eras": (
            "Dr {d} published the results on {day:iso}.",
            "Dr {d} published the results on {day:nth}.",
            "Dr {d} published the results in {day:my}.",
            "Dr {d} published the results in the year {day:be} of the Buddhist era.",
        ),
        "units": (
            "Adults take {mg} milligrams of {drug} with water.",
            "Adults take {mg} milligrammes of {drug} with water.",
            "Adults must not drink alcohol for {hours} h afterwards.",
            "Adults must not drink alcohol for {hours} hrs afterwards.",
        ),
    },
    {
        "numbers": (
            "Adults take {mg:ten} mg of {drug} with water.",
            "Children under {age:ten} may not be given the drug.",
            "No more than {doses:ten} tablets are allowed in one day.",
            "Dr {d} tested {drug} on {trial:down} patients.",
            "Adults must not drink alcohol for {hours:up} hours afterwards.",
        ),
        "negation": (
            "Children under {age} may be given the drug.",
            "Adults may drink alcohol straight afterwards.",
            "Adults must drink alcohol for {hours} hours afterwards.",
            "Dr {d} never tested {drug} on patients.",
            "There is no limit to the number of tablets allowed in one day.",
            "Nurse {n} concealed the side effects from Dr {d:last}.",
            "Adults should not take {drug} with water.",
        ),
        "names": (
            "Dr {n} tested {drug} on {trial} patients.",
            "Dr {d:first} Holloway tested {drug} on {trial} patients.",
            "Adults take {mg} mg of Somnivar with water.",
            "Nurse {d} informed Dr {n:last} about the side effects.",
        ),
        "roles": (
            "Dr {d:last} informed Nurse {n} about the side effects.",
            "Nurse {n} was informed about the side effects by Dr {d:last}.",
            "Nurse {n} tested {drug} on {trial} patients.",
            "The older drug works faster than {drug}.",
        ),
        "units": (
            "Adults take {mg} g of {drug} with water.",
            "Adults must not drink alcohol for {hours} days afterwards.",
            "No more than {doses} tablets are allowed in one week.",
            "Adults take {mg} ml of {drug} with water.",
        ),
        "dates": (
            "Dr {d} published the results on {day:nextmdy}.",
            "Dr {d} published the results in {day:lateryear}.",
            "Adults must not drink alcohol for {hours} hours beforehand.",
            "Dr {d} published the results on {day:lateriso}.",
        ),
        "quantifiers": (
            "All patients slept better.",
            "Most patients complained of headaches.",
            "None of the patients complained of headaches.",
            "Only a few patients slept better.",
            "Exactly half of the patients slept better.",
        ),
        "comparatives": (
            "{drug} works more slowly than the older drug.",
            "{drug} costs less than the older drug.",
            "{drug} works as fast as the older drug.",
            "{drug} is the cheapest drug of all.",
            "More than {doses} tablets are allowed in one day.",
        ),
        "neighbour": (
            "Adults must not drink alcohol for {age} hours afterwards.",
            "Children under {hours} may not be given the drug.",
            "Adults take {trial} mg of {drug} with water.",
            "Dr {d} tested {drug} on {mg} patients.",
        ),
        "stitched": (
            "Children under {age} take {mg} mg of {drug} with water.",
            "Nurse {n} published the results on {day:mdy}.",
            "The older drug was tested on {trial} patients.",
            "Adults may not be given the drug.",
        ),
    },
)

FLAT = Frame(
    "flat",
    {
        "a": "person",
        "b": "person",
        "rent": "number 410 980 10",
        "deposit": "number 1200 2900 100",
        "size": "number 30 120",
        "notice": "number 2 9",
        "day": "day 2001 2023",
    },
    "{a} let the flat to {b} on {day}. The flat measures {size} square metres, and the rent is £{rent} a month. Before moving in, the tenant pays a "
    "deposit of £{deposit}. Each party can end the contract with {notice} months' notice. The tenant may keep a cat but is forbidden to keep a dog. "
    "Most of the furniture belongs to {a:last}, and some of it is more than fifty years old. Repairs are always paid for by the owner.",
    {
        "order": (
            "On {day}, {a} let the flat to {b}.",
            "The tenant pays a deposit of £{deposit} before moving in.",
            "With {notice} months' notice, each party can end the contract.",
            "The rent is £{rent} a month, and the flat measures {size} square metres.",
        ),
        "dropped": (
            "{a} let the flat to {b}.",
            "The tenant pays a deposit of £{deposit}.",
            "The tenant may keep a cat.",
            "The tenant is forbidden to keep a dog.",
        ),
        "joined": (
            "The flat, which measures {size} square metres, costs £{rent} a month.",
            "The tenant pays a deposit of £{deposit} before moving in, and repairs are always paid for by the owner.",
            "{a} let the flat to {b} on {day} and owns most of the furniture.",
            "The tenant may keep a cat, and each party can end the contract with {notice} months' notice.",
        ),
        "voice": (
            "The flat was let to {b} by {a}.",
            "The owner always pays for repairs.",
            "A deposit of £{deposit} is paid by the tenant before moving in.",
            "The contract can be ended by each party with {notice} months' notice.",
        ),
        "pronoun": (
            "{a:He} let the flat to {b}.",
            "It measures {size} square metres.",
            "Some of the furniture is more than fifty years old.",
            "{a} let it to {b} on {day}.",
        ),
        "numerals": (
            "The tenant pays a deposit of £{deposit:plain} before moving in.",
            "The flat measures {size:words} square metres.",
            "Each party can end the contract with {notice:words} months' notice.",
            "Some of the furniture is more than 50 years old.",
        ),
        "eras": (
            "{a} let the flat to {b} on {day:iso}.",
            "{a} let the flat to {b} on {day:nth}.",
            "{a} let the flat to {b} in {day:my}.",
            "On {day:mdyshort}, {a} let the flat to {b}.",
        ),
        "units": (
            "The flat measures {size} m².",
            "The flat measures {size} sq m.",
            "The rent is {rent} pounds a month.",
            "The rent is {rent} GBP per month.",
            "The monthly rent is £{rent}.",
        ),
    },
    {
        "numbers": (
            "The rent is £{rent:up} a month.",
            "The tenant pays a deposit of £{deposit:down} before moving in.",
            "The flat measures {size:ten} square metres.",
            "Each party can end the contract with {notice:ten} months' notice.",
            "Some of the furniture is more than ninety years old.",
        ),
        "negation": (
            "The tenant may keep a dog.",
            "The tenant is forbidden to keep a cat.",
            "No deposit has to be paid.",
            "Neither party can end the contract.",
            "Repairs are never paid for by the owner.",
            "The tenant is allowed to keep a dog but no cat.",
        ),
        "names": (
            "{a} let the flat to Nora Lindgren.",
            "Most of the furniture belongs to {b:last}.",
            "{a:first} Winterbourne let the flat to {b}.",
            "{a} let the flat to {b:first} {a:last}.",
        ),
        "roles": (
            "{b} let the flat to {a}.",
            "The flat was let to {a} by {b}.",
            "The owner pays the tenant a deposit of £{deposit}.",
            "Repairs are always paid for by the tenant.",
            "{a} rents the flat from {b}.",
        ),
        "units": (
            "The flat measures {size} square feet.",
            "The rent is £{rent} a week.",
            "The rent is €{rent} a month.",
            "Each party can end the contract with {notice} weeks' notice.",
            "The rent is £{rent} a year.",
        ),
        "dates": (
            "{a} let the flat to {b} on {day:next}.",
            "{a} let the flat to {b} on {day:later}.",
            "After moving out, the tenant pays a deposit of £{deposit}.",
            "{a} let the flat to {b} in {day:nextmy}.",
        ),
        "quantifiers": (
            "All of the furniture belongs to {a:last}.",
            "None of the furniture belongs to {a:last}.",
            "All of the furniture is more than fifty years old.",
            "Only the owner can end the contract.",
            "Repairs are sometimes paid for by the tenant.",
        ),
        "comparatives": (
            "The rent is at most £{rent:down} a month.",
            "The deposit is lower than one month's rent.",
            "Some of the furniture is less than ten years old.",
            "The contract cannot be ended with less than {notice:ten} months' notice.",
            "The flat is larger than {size} square metres.",
        ),
        "neighbour": (
            "The rent is £{deposit} a month.",
            "The tenant pays a deposit of £{rent} before moving in.",
            "The flat measures fifty square metres and the deposit is £{rent}.",
            "Each party can end the contract with {size} months' notice.",
        ),
        "stitched": (
            "The tenant is forbidden to end the contract.",
            "Most of the furniture measures {size} square metres.",
            "The deposit is always paid for by the owner.",
            "{b} owns most of the furniture.",
        ),
    },
)
