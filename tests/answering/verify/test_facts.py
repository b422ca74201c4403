"""True rewordings of passages nobody fitted a rule to are proven; false ones of the same words are not."""

from __future__ import annotations

import pytest

from kb.answering.verify import verify
from kb.answering.verify.clauses import facts
from kb.answering.verify.tokens import tokens

CLINIC = (
    "Sarah Lindqvist opened the Northgate Clinic in May 1932 with money that her uncle had left her. The clinic has "
    "120 beds and treats about 9,000 patients a year. Nurses work twelve hours a day. Visitors may come between 2 pm "
    "and 5 pm, but they must not bring flowers. In 1958 a fire destroyed the east wing, which was rebuilt two years "
    "later by the architect Tom Reyes. Lindqvist was replaced by Ivan Petrov. The garden, a gift of the city, is "
    "larger than the car park."
)
DAM = (
    "Construction of the Selwyn Dam started on 9 March 1961 and was finished in 1968. The dam, which is 112 metres "
    "high and 640 metres long, supplies water to about 300,000 households. Engineer Walter Nkosi directed the works; "
    "he was assisted by Irma Boll. At least 17 workers lost their lives. The reservoir is deeper than Lake Orrin but "
    "not as large. Boats with engines are banned, although rowing boats are permitted. The minister Paul Okoye opened "
    "the dam."
)
FLAT = (
    "The tenant pays a rent of 900 euros a month and a deposit of 1,800 euros. The deposit is returned within 30 days "
    "after the tenant has moved out. The landlord, Omar Nasser, may enter the flat only if he has given notice. Nasser "
    "bought the house from Elena Rossi in 2004. Smoking is forbidden on the stairs because the wood is dry."
)
CLUB = (
    "Riverside United was founded by two teachers, Jack Moss and Ellen Gray, in 1899. The club won the cup in 1921 and "
    "1934. Its stadium was designed by Pia Storm. Moss trained the players for eleven years before he moved to Canada. "
    "Tickets for children cost half as much as those for adults. The goalkeeper Sam Ode has never missed a match."
)

TRUE = [
    (CLINIC, "The Northgate Clinic was opened by Sarah Lindqvist in May 1932."),
    (CLINIC, "About 9,000 patients are treated by the clinic each year."),
    (CLINIC, "There are 120 beds in the clinic."),
    (CLINIC, "Nurses work 12 hours per day."),
    (CLINIC, "Visitors may come between 14:00 and 17:00."),
    (CLINIC, "Tom Reyes, an architect, rebuilt the east wing."),
    (CLINIC, "The garden was a gift of the city."),
    (CLINIC, "The car park is smaller than the garden."),
    (CLINIC, "It was in 1958 that a fire destroyed the east wing."),
    (DAM, "The height of the dam is 112 metres."),
    (DAM, "The dam has a length of 640 m."),
    (DAM, "The dam supplies about 300 000 households with water."),
    (DAM, "Irma Boll assisted Walter Nkosi."),
    (DAM, "Lake Orrin is shallower than the reservoir."),
    (DAM, "Although rowing boats are permitted, boats with engines are banned."),
    (DAM, "The minister opened the dam."),
    (FLAT, "The rent is 900 euros a month."),
    (FLAT, "The deposit is EUR 1800."),
    (FLAT, "Elena Rossi sold the house to Omar Nasser in 2004."),
    (FLAT, "The landlord is Omar Nasser."),
    (FLAT, "Because the wood is dry, smoking is forbidden on the stairs."),
    (CLUB, "Riverside United won the cup in 1934."),
    (CLUB, "Riverside's stadium was designed by Pia Storm."),
    (CLUB, "Sam Ode, the goalkeeper, has never missed a match."),
    (CLUB, "Before he moved to Canada, Moss trained the players for eleven years."),
]
FALSE = [
    (CLINIC, "Ivan Petrov opened the Northgate Clinic in May 1932."),
    (CLINIC, "The clinic has 9,000 beds."),
    (CLINIC, "Visitors may bring flowers."),
    (CLINIC, "The east wing was rebuilt in 1958."),
    (CLINIC, "A fire rebuilt the east wing."),
    (CLINIC, "Lindqvist replaced Ivan Petrov."),
    (CLINIC, "The city was a gift of the garden."),
    (CLINIC, "The clinic is larger than the car park."),
    (CLINIC, "Her uncle opened the Northgate Clinic."),
    (DAM, "The dam is 640 metres high."),
    (DAM, "The length of the dam is 112 metres."),
    (DAM, "Walter Nkosi assisted Irma Boll."),
    (DAM, "17 workers lost their lives."),
    (DAM, "The dam is deeper than Lake Orrin."),
    (DAM, "Boats with engines are permitted."),
    (DAM, "The dam was opened by Walter Nkosi."),
    (FLAT, "The tenant pays a deposit of 900 euros."),
    (FLAT, "The deposit is returned within 30 days before the tenant has moved out."),
    (FLAT, "The landlord may enter the flat."),
    (FLAT, "Nasser sold the house to Elena Rossi in 2004."),
    (FLAT, "Smoking is forbidden on the stairs although the wood is dry."),
    (FLAT, "The tenant is Omar Nasser."),
    (CLUB, "Ellen Gray trained the players for eleven years."),
    (CLUB, "The players trained Moss for eleven years."),
    (CLUB, "Moss moved to Canada before he trained the players."),
    (CLUB, "Tickets for adults cost half as much as those for children."),
    (CLUB, "Jack Moss has never missed a match."),
]


@pytest.mark.parametrize(("source", "claim"), TRUE)
def test_what_a_passage_says_in_other_words_is_proven(source: str, claim: str) -> None:
    verdict = verify(claim, [source])
    assert verdict.status == "supported", verdict.why


@pytest.mark.parametrize(("source", "claim"), FALSE)
def test_what_its_words_say_in_another_way_is_not(source: str, claim: str) -> None:
    assert verify(claim, [source]).status != "supported"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Anna was born in Rome and died in Paris.",
            [("born", {"subject": "anna", "in": "rome"}), ("died", {"subject": "anna", "in": "paris"})],
        ),
        (
            "The map that Price followed had been drawn by Jonas Brandt.",
            [
                ("followed", {"object": "map", "subject": "price"}),
                ("drawn", {"subject": "map", "by": "jonas brandt"}),
            ],
        ),
        (
            "Designed by David Marsh, the bridge opened in 1846.",
            [("designed", {"by": "david marsh"}), ("opened", {"subject": "bridge", "@": "1846"})],
        ),
        ("In the end all of the cargo was saved.", [("saved", {"in": "end", "subject": "all of cargo"})]),
    ],
)
def test_a_sentence_is_read_verb_by_verb(text: str, said: list[tuple[str, dict[str, str]]]) -> None:
    found = tokens(text, 0, len(text))
    read = [
        (
            found[fact.verb].low,
            {phrase.slot: " ".join(found[k].low for k in phrase.words) for phrase in fact.phrases},
        )
        for fact in facts(found)
        if fact.verb is not None
    ]
    assert read == said
