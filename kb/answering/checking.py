"""A claim, or a whole text -> whether given quotes or the documents prove it, and where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from kb.answering.answer import Citation
from kb.answering.material import Material, indexed
from kb.answering.verify import Status, verify
from kb.errors import QuestionError
from kb.language import segment
from kb.language.normalize import canonical

if TYPE_CHECKING:
    from kb.index.catalog import Catalog
    from kb.retrieval.retriever import HybridRetriever

MOST_PASSAGES = 10  # that a claim is held against
_SENTENCES = 6  # of a passage that is cut out of a document which is not indexed
_QUOTATION = str.maketrans(dict.fromkeys('"“”„«»', " "))  # would make a search demand the words between them
_MARKER = re.compile(r"\s*\[\d{1,3}(?:\s*[,-]\s*\d{1,3})*\]")


@dataclass(frozen=True, slots=True)
class Passage:
    """What to check against: a text from `start` to `end` (characters)."""

    of: Material
    start: int
    end: int

    @property
    def text(self) -> str:
        """What stands there."""
        return self.of.text[self.start : self.end]

    def citation(self, number: int, start: int, end: int) -> Citation:
        """Words of it as a citation; `start` and `end` count from the start of the passage."""
        start, end = self.start + start, self.start + end
        of = self.of
        return Citation(number, of.name, of.page(start), of.page(end - 1), start, end, of.text[start:end])


Finder = Callable[[str], Sequence[Passage]]
"""A claim -> the passages that may prove it, nearest first."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim, whether it is proven, why in words, and the exact words that prove it (or what of it is proven)."""

    claim: str
    status: Status
    why: str
    citations: tuple[Citation, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The same as plain lists, dicts, strings and numbers, ready for JSON."""
        return asdict(self)


def check(claim: str, passages: Sequence[Passage]) -> Checked:
    """Hold a claim against passages.

    Args:
        claim: A sentence; canonical.
        passages: Canonical texts.

    Returns:
        The verdict; each citation is the shortest run of whole clauses or sentences that proves the claim or a part.
    """
    verdict = verify(claim, [passage.text for passage in passages])
    citations = (
        passages[proof.quote].citation(number, proof.start, proof.end)
        for number, proof in enumerate(verdict.proofs, start=1)
    )
    return Checked(claim, verdict.status, verdict.why, tuple(citations))


class Checker:
    """Checks claims against what a finder finds for each.

    Args:
        find: Where the passages come from.
    """

    def __init__(self, find: Finder) -> None:
        self._find = find

    def claim(self, claim: str) -> Checked:
        """One claim.

        Raises:
            QuestionError: It holds no word.
        """
        said = " ".join(canonical(claim).split())
        if not segment.words(said):
            raise QuestionError("The claim holds no word to check", "Write a whole sentence")
        return check(said, self._find(said))

    def text(self, text: str) -> Iterator[Checked]:
        """Every sentence of a text, in order, without markers such as [1]; what holds no word is left out."""
        for sentence in sentences(text):
            yield self.claim(sentence)


def sentences(text: str) -> list[str]:
    """The sentences of a text that can be checked, without the markers of citations."""
    whole = _MARKER.sub("", canonical(text))
    found = [whole[start:end] for start, end in segment.sentences(whole)]
    return [sentence for sentence in found if segment.words(sentence) and not sentence.startswith("#")]


def in_quotes(quotes: Sequence[str]) -> Finder:
    """The same quotes for every claim; in citations they are called "quote 1", "quote 2" and so on.

    Raises:
        QuestionError: One of them holds no word.
    """
    passages = []
    for number, quote in enumerate(map(canonical, quotes), start=1):
        if not segment.words(quote):
            raise QuestionError(f"Quote {number} holds no word", "Give the words that are to prove the claim")
        passages.append(Passage(Material(f"quote {number}", quote, segment.language(quote)), 0, len(quote)))
    return lambda claim: passages


def in_index(retriever: HybridRetriever, catalog: Catalog) -> Finder:
    """The passages of the index that fit a claim best, read from the documents themselves."""
    from kb.retrieval.retriever import as_source

    def find(claim: str) -> Sequence[Passage]:
        hits = [as_source(node) for node in retriever.find(claim.translate(_QUOTATION)).pool[:MOST_PASSAGES]]
        with catalog.read() as snapshot:
            known = {name: snapshot.find(name) for name in {hit.document for hit in hits}}
            materials = {name: indexed(snapshot, row) for name, row in known.items() if row is not None}
        return [Passage(materials[hit.document], hit.start, hit.end) for hit in hits if hit.document in materials]

    return find


def in_text(material: Material) -> Finder:
    """The passages of one document, indexed or not, that share the rarest words with a claim."""
    spans = segment.sentences(material.text)
    groups = [spans[at : at + _SENTENCES] for at in range(0, len(spans), _SENTENCES - 1)]
    passages = [Passage(material, group[0][0], group[-1][1]) for group in groups]
    held = [set(segment.words(passage.text)) for passage in passages]
    spread = Counter(word for words in held for word in words)

    def find(claim: str) -> Sequence[Passage]:
        wanted = set(segment.words(claim))
        weight = [sum(1 / spread[word] for word in wanted & words) for words in held]
        order = sorted(range(len(passages)), key=lambda at: -weight[at])
        return [passages[at] for at in order[:MOST_PASSAGES] if weight[at] > 0]

    return find
