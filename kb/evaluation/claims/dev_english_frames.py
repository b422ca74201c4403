"""Own English passages with slots, for what real text lacks: the family used while developing."""

from __future__ import annotations

from kb.evaluation.claims.case import Pools
from kb.evaluation.claims.dev_english_land import BUILDING, FARM
from kb.evaluation.claims.dev_english_more import MUSEUM, RAILWAY
from kb.evaluation.claims.dev_english_work import FIRM, LEAVE

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
FRAMES = (LEAVE, BUILDING, FIRM, FARM, MUSEUM, RAILWAY)
