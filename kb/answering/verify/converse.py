"""Verbs that tell one thing from two sides -> which slot of the one is which slot of the other."""

from __future__ import annotations

from collections.abc import Mapping

from kb.answering.verify.lexicon_en import told
from kb.answering.verify.words import key

# Verb, other verb: slot of the other, slot of the one. Y bought it from X; X sold it to Y: subject from, to subject.
_TABLE = told("""
    buy sell: subject from, to subject | lend borrow: subject to, from subject | give receive: subject to, from subject
    send receive: subject to, from subject | teach learn: subject to, from subject
    teach study: subject object, under subject | employ work: subject object, for subject
    own belong: subject object, to subject | beat lose: subject object, to subject
    defeat lose: subject object, to subject | precede follow: subject object, object subject
    precede succeed: subject object, object subject | contain lie: subject object, in subject
    inherit leave: to subject, subject from
""")


def _converse() -> Mapping[tuple[str, str], Mapping[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for line in _TABLE:
        verbs, _, pairs = line.partition(":")
        one, other = (key(word) for word in verbs.split())
        slots = dict(pair.split() for pair in pairs.split(","))
        found[one, other] = slots
        found[other, one] = {slot: of for of, slot in slots.items()}
    return found


CONVERSE = _converse()
"""(verb of the claim, verb of the place) -> slot of the place -> slot of the claim."""
