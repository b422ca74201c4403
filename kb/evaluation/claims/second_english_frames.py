"""Own English passages with slots, for what real text lacks: the second family used while developing."""

from __future__ import annotations

from kb.evaluation.claims.case import Pools
from kb.evaluation.claims.second_english_club import CLUB
from kb.evaluation.claims.second_english_places import SCHOOL, VOYAGE
from kb.evaluation.claims.second_english_rules import CLINIC, FLAT

POOLS: Pools = {
    "women": (
        "Helen Ashby",
        "Rosa Delgado",
        "Mei Tanaka",
        "Greta Nilsen",
        "Fiona Mackay",
        "Leila Farouk",
        "Teresa Novak",
    ),
    "men": (
        "Victor Hale",
        "Jonas Brandt",
        "Peter Quayle",
        "Luis Herrera",
        "Anton Weber",
        "Edmund Price",
        "Rashid Karim",
    ),
    "port": ("Larkhaven", "Santa Brava", "Kjelsund", "Tarrow Bay", "Old Quay", "Vela Point"),
    "ship": ("the Esperance", "the Northern Star", "the Halcyon", "the Petrel", "the Marigold"),
    "club": ("Redmoor Rovers", "Castle Athletic", "Dunford United", "Linton Albion", "Harrow Vale"),
    "school": ("Brookside School", "Elmwood College", "Saint Giles Academy", "Fairlea College"),
    "subject": ("chemistry", "history", "geography", "Latin", "biology", "music"),
    "drug": ("Veroxin", "Calmadol", "Neptazol", "Ferrolan", "Oxadrine"),
}
FRAMES = (CLINIC, FLAT, CLUB, VOYAGE, SCHOOL)
