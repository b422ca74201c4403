"""A claim and quotes -> whether they prove it: pure code that trusts no model."""

from __future__ import annotations

from kb.answering.verify.pieces import claims
from kb.answering.verify.verdict import Proof, Similarity, Status, Verdict, verify

__all__ = ["Proof", "Similarity", "Status", "Verdict", "claims", "verify"]
