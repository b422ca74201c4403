"""Own English passages of the family used while developing: a museum, a railway."""
# ruff: noqa: E501 - a wording, a pattern and a list of words are read whole

from __future__ import annotations

from kb.evaluation.claims.case import Frame

MUSEUM = Frame(
    "museum",
    {
        "town": "town",
        "a": "person",
        "b": "person",
        "c": "person",
        "firm": "firm",
        "works": "number 1100 9900 100",
        "price": "number 3 28",
        "guests": "number 12000 98000 1000",
        "day": "day 1890 2005",
        "share": "number 12 48",
    },
    "The museum of {town} was given to the town by {a} on {day}. It owns {works} paintings, most of which were collected by {b}, the first director. "
    "A ticket costs ${price}, but children pay nothing. Last year {guests} guests came, and {share} percent of them were from abroad. {firm} lends the museum a portrait that {c} painted. "
    "Photographs are not permitted in any of the rooms. {b:last} wrote to {c} more often than to anyone else.",
    {
        "order": (
            "On {day}, {a} gave the museum to the town.",
            "Last year, {share} percent of the guests were from abroad.",
            "Children pay nothing, but a ticket costs ${price}.",
        ),
        "dropped": (
            "The museum owns {works} paintings.",
            "{guests} guests came last year.",
            "The museum was given to the town by {a}.",
        ),
        "joined": (
            "The museum owns {works} paintings and was given to the town by {a}.",
            "The museum, which was given to the town by {a}, owns {works} paintings.",
            "A ticket costs ${price}, and photographs are not permitted in any of the rooms.",
            "{b}, the first director, collected most of the paintings, and {guests} guests came last year.",
        ),
        "voice": (
            "{a} gave the museum of {town} to the town on {day}.",
            "{b} collected most of the paintings.",
            "The museum is lent a portrait by {firm}.",
            "The portrait was painted by {c}.",
            "The town was given the museum by {a}.",
        ),
        "pronoun": (
            "It owns {works} paintings.",
            "{b:He} collected most of the paintings.",
            "The museum's first director was {b}.",
            "{b} wrote to {c:him} more often than to anyone else.",
        ),
        "numerals": (
            "The museum owns {works:words} paintings.",
            "A ticket costs ${price}.00.",
            "{guests:plain} guests came last year.",
            "{guests:k} thousand guests came last year.",
        ),
        "eras": (
            "The museum was given to the town on {day:mdy}.",
            "{a} gave the museum to the town in {day:my}.",
            "The museum was given to the town in AD {day:year}.",
        ),
        "units": ("A ticket costs {price} dollars.", "{share}% of the guests were from abroad."),
    },
    {
        "numbers": (
            "The museum owns {works:down} paintings.",
            "A ticket costs ${price:ten}.",
            "{guests:up} guests came last year.",
        ),
        "negation": (
            "Photographs are permitted in all of the rooms.",
            "Children pay, too.",
            "{firm} refuses to lend the museum a portrait.",
        ),
        "names": ("{c} was the first director.", "The portrait was painted by {b}."),
        "roles": (
            "The town gave the museum to {a}.",
            "{c} wrote to {b:last} more often than to anyone else.",
            "The museum lends {firm} a portrait.",
            "{a} was given the museum by the town.",
        ),
        "units": ("A ticket costs {price} euros.", "{share} of the guests were from abroad."),
        "dates": (
            "The museum was given to the town on {day:next}.",
            "The museum was given to the town in {day:lateryear}.",
        ),
        "quantifiers": (
            "All of the paintings were collected by {b}.",
            "Few of the paintings were collected by {b}.",
            "Photographs are permitted in some of the rooms.",
        ),
        "comparatives": (
            "{b:last} wrote to {c} less often than to anyone else.",
            "More than half of the guests were from abroad.",
            "A ticket costs less than ${price}.",
        ),
        "neighbour": (
            "A ticket costs ${share}.",
            "{price} percent of the guests were from abroad.",
            "Last year {works} guests came.",
        ),
        "stitched": (
            "{c} gave the museum to the town.",
            "{a} painted a portrait that {firm} lends the museum.",
            "{firm} was the first director.",
        ),
    },
)

RAILWAY = Frame(
    "railway",
    {
        "one": "town",
        "two": "town",
        "three": "town",
        "a": "person",
        "b": "person",
        "km": "number 21 380",
        "speed": "number 60 240",
        "cost": "number 3 88",
        "stations": "number 4 19",
        "day": "day 1850 1990",
        "late": "day 1992 2020",
    },
    "The railway from {one} to {two} is {km} km long and has {stations} stations. Work began on {day:mdy} under the engineer {a}, whom {b} replaced two years later. The line cost {cost} million pounds. "
    "Trains may run at no more than {speed} kilometres per hour, because the rails are old. Since {late:year} no train has stopped at {three}. Passengers who have no ticket must pay a fine. "
    "Some of the bridges are made of stone, and all of the tunnels are lit. The trip is shorter by train than by road.",
    {
        "order": (
            "Because the rails are old, trains may run at no more than {speed} kilometres per hour.",
            "No train has stopped at {three} since {late:year}.",
            "Under the engineer {a}, work began on {day:mdy}.",
        ),
        "dropped": (
            "The railway is {km} km long.",
            "All of the tunnels are lit.",
            "Work began on {day:mdy}.",
            "{b} replaced {a}.",
        ),
        "joined": (
            "The railway has {stations} stations, and the line cost {cost} million pounds.",
            "The line, which is {km} km long, cost {cost} million pounds.",
            "Passengers who have no ticket must pay a fine, and no train has stopped at {three} since {late:year}.",
            "All of the tunnels are lit, and trains may run at no more than {speed} kilometres per hour.",
        ),
        "voice": (
            "{b} replaced the engineer {a} two years later.",
            "{a} was replaced by {b} two years later.",
            "A fine must be paid by passengers who have no ticket.",
        ),
        "pronoun": (
            "It is {km} km long and has {stations} stations.",
            "{b} replaced {a:him} two years later.",
            "The line has {stations} stations.",
            "They must pay a fine if they have no ticket.",
        ),
        "numerals": (
            "The railway has {stations:words} stations.",
            "The line cost {cost},000,000 pounds.",
            "The line cost {cost:words} million pounds.",
            "{b} replaced {a} 2 years later.",
        ),
        "eras": (
            "Work began on {day}.",
            "Work began in {day:my}.",
            "Work began on {day:short}.",
            "Since AD {late:year} no train has stopped at {three}.",
        ),
        "units": (
            "The railway from {one} to {two} is {km} kilometres long.",
            "Trains may run at no more than {speed} km/h.",
            "The line cost {cost} million GBP.",
            "The line cost £{cost} million.",
        ),
    },
    {
        "numbers": (
            "The railway has {stations:ten} stations.",
            "The line cost {cost:up} million pounds.",
            "The railway from {one} to {two} is {km:down} km long.",
        ),
        "negation": (
            "Passengers who have no ticket need not pay a fine.",
            "The tunnels are not lit.",
            "Since {late:year} trains have stopped at {three} again.",
            "Passengers who have a ticket must pay a fine.",
        ),
        "names": ("{b} was the engineer when work began.", "Since {late:year} no train has stopped at {one}."),
        "roles": (
            "{a} replaced {b} two years later.",
            "{b} was replaced by {a} two years later.",
            "The railway from {one} to {three} is {km} km long.",
        ),
        "units": (
            "The railway from {one} to {two} is {km} miles long.",
            "Trains may run at no more than {speed} miles per hour.",
            "The line cost {cost} billion pounds.",
        ),
        "dates": (
            "Work began on {day:nextmdy}.",
            "Until {late:year} no train stopped at {three}.",
            "Work began in {day:lateryear}.",
        ),
        "quantifiers": (
            "All of the bridges are made of stone.",
            "Some of the tunnels are not lit.",
            "Most of the bridges are made of stone.",
            "None of the bridges are made of stone.",
        ),
        "comparatives": (
            "The trip is longer by train than by road.",
            "Trains may run at more than {speed} kilometres per hour.",
            "Trains must run at no less than {speed} kilometres per hour.",
            "The trip is as short by road as by train.",
        ),
        "neighbour": (
            "The railway has {km} stations.",
            "The line cost {stations} million pounds.",
            "The railway from {one} to {two} is {speed} km long.",
        ),
        "stitched": (
            "All of the bridges are lit.",
            "Passengers who have no ticket replaced {a}.",
            "The rails cost {cost} million pounds.",
        ),
    },
)
