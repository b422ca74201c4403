"""Own English passages with slots, for what real text lacks: the family that is reported."""

from __future__ import annotations

from kb.evaluation.claims.case import Pools
from kb.evaluation.claims.report_english_craft import HUT, LOAF
from kb.evaluation.claims.report_english_law import POLICY, TRIAL
from kb.evaluation.claims.report_english_making import PAPER, PROBE
from kb.evaluation.claims.report_english_vote import RESERVE, VOTE

POOLS: Pools = {
    "women": (
        "Beatrice Lund",
        "Irena Kovacs",
        "Joan Merrick",
        "Sofia Amaral",
        "Yasmin Rahal",
        "Edith Sandoval",
        "Nora Vance",
    ),
    "men": (
        "Gerald Finch",
        "Tomas Berg",
        "Amir Sabry",
        "Walter Dunne",
        "Emil Novotny",
        "Patrick Oduya",
        "Hugh Trevelyan",
    ),
    "town": ("Marston Ferry", "Colbeck", "Saltmere", "Vinterholm", "Brackley Cross", "Ostrava Nova"),
    "insurer": ("Beacon Assurance", "Holm & Stern", "Pilgrim Mutual", "Tessera Insurance"),
    "river": ("the Wenlow", "the Tamber", "the Oster", "the Miren"),
    "animal": ("otters", "beavers", "badgers", "herons", "lynxes"),
    "paper": ("The Evening Lantern", "The Valley Courier", "The Harbour Gazette", "The Weekly Compass"),
    "probe": ("Heron 2", "Aurelia", "Kestrel", "Lumen"),
    "planet": ("Venus", "Mars", "Mercury", "Jupiter", "Saturn"),
    "peak": ("Mount Eskdale", "the Rothorn", "Pike Ardan", "the Corvatsch"),
}
FRAMES = (TRIAL, POLICY, VOTE, RESERVE, PAPER, PROBE, LOAF, HUT)
