"""A word -> what it is compared by, and what it does in a sentence."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from importlib import resources

from kb.answering.verify import lexicon_en, lexicon_th

_VOWEL = re.compile("[aeiouy]")
_KEPT = frozenset(
    [
        "evening",
        "morning",
        "building",
        "during",
        "nothing",
        "something",
        "anything",
        "everything",
        "wedding",
        "ceiling",
        "being",
        "thing",
        "king",
        "ring",
        "string",
        "spring",
        "sing",
        "bring",
        "wing",
        "swing",
        "red",
        "bed",
        "need",
        "speed",
        "seed",
        "feed",
        "weed",
        "breed",
        "indeed",
        "hundred",
        "sacred",
        "species",
        "series",
        "news",
        "lens",
        "always",
        "perhaps",
        "besides",
        "towards",
        "afterwards",
        "thus",
        "bus",
        "gas",
        "plus",
        "its",
        "his",
        "this",
        "has",
        "was",
        "yes",
        "less",
        "unless",
        "across",
        "us",
        "as",
        "is",
        "means",
        "mathematics",
        "physics",
        "politics",
        "economics",
        "headquarters",
        "united",
        "kindred",
        "shed",
        "bleed",
        "greed",
    ]
)
_DERIVED = ("ss", "us", "is", "ous")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """An English word without its inflection, the same for all its forms; other words as they are."""
    if word in lexicon_en.IRREGULAR:
        word = lexicon_en.IRREGULAR[word]
    if not word.isascii() or not word.isalpha() or len(word) < 4 or word in _KEPT:
        return word.removesuffix("e") if len(word) > 3 and word.isascii() and word not in _KEPT else word
    for cut in (_plural, _past, _going):
        shorter = cut(word)
        if shorter is not None:
            word = shorter
            break
    if word.endswith("y") and len(word) > 3 and word[-2] not in "aeiou":
        word = word[:-1] + "i"
    return word.removesuffix("e") if len(word) > 3 else word


def _plural(word: str) -> str | None:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(_DERIVED):
        return word[:-1]
    return None


def _past(word: str) -> str | None:
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("ed") and _VOWEL.search(word[:-2]) and len(word) > 4:
        return _single(word[:-2])
    return None


def _going(word: str) -> str | None:
    if word.endswith("ing") and _VOWEL.search(word[:-3]) and len(word) > 5:
        return _single(word[:-3])
    return None


def _single(word: str) -> str:
    """Planned -> plan, but not called -> cal."""
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        return word[:-1]
    if len(word) > 4 and word.endswith("ll") and word[-3] in "aeiou" and word not in ("install", "small", "recall"):
        return word[:-1] if len(word) > 5 else word
    return word


def _classes() -> dict[str, str]:
    """Word -> the first of the words it stands for."""
    classes = {}
    for group in lexicon_en.SAME:
        names = group.split()
        classes.update({stem(name): stem(names[0]) for name in names})
    for group in lexicon_th.SAME:
        names = group.split()
        classes.update(dict.fromkeys(names, names[0]))
    return classes


_SAME = _classes()


@lru_cache(maxsize=65536)
def key(word: str) -> str:
    """What a lower-cased word is compared by: its stem, or that of the word it stands for."""
    plain = stem(word)
    return _SAME.get(plain, plain)


def _roles() -> dict[str, str]:
    roles: dict[str, str] = {}
    for name in ("guard", "not", "modal", "aux", "pronoun", "relative", "coord", "sub", "prep", "adverb", "free"):
        for words in (lexicon_en.ROLES[name], lexicon_th.ROLES[name]):
            for word in words:
                roles.setdefault(word, name)
    return roles


_ROLES = _roles()
_SUBORDINATE = lexicon_en.ROLES["sub"] | lexicon_th.ROLES["sub"]
_VERB_STEMS = frozenset(stem(word) for word in lexicon_en.VERBS) | frozenset(
    base
    for form, base in lexicon_en.IRREGULAR.items()
    if form not in ("left", "found", "fell", "ground", "lay", "felt", "wound")
) - lexicon_en.listed(
    "child man woman person foot tooth mouse good half life wife leaf wolf shelf knife thief analysis crisis basis "
    "criterion phenomenon datum"
)
_IRREGULAR_STEMS = frozenset(stem(word) for word in _VERB_STEMS)


@lru_cache(maxsize=65536)
def role(word: str) -> str:
    """What a lower-cased word does: one of the roles of the lexicons, "" for a word of its own meaning."""
    found = _ROLES.get(word, "")
    if not found and word.startswith(("per_", "last_", "next_", "this_", "that_")):
        return "adverb"
    if (
        not found
        and word.endswith("ly")
        and word.isascii()
        and len(word) > 5
        and word not in ("family", "supply", "assembly", "monopoly")
    ):
        return "adverb"
    return found


@cache
def _thai_verbs() -> frozenset[str]:
    """Words that most of the tagged corpora that come with PyThaiNLP know as verbs."""
    return frozenset(word for word, vote in _thai_votes().items() if vote > 1 and len(word) > 1)


@cache
def _thai_tagged() -> frozenset[str]:
    return frozenset(_thai_votes())


@cache
def _thai_votes() -> dict[str, int]:
    votes: dict[str, int] = {}
    for name in ("pos_ud_unigram-v0.2.json", "pos_tud_unigram.json", "pos_orchid_unigram.json"):
        text = resources.files("pythainlp.corpus").joinpath(name).read_text(encoding="utf-8-sig")
        for word, tag in json.loads(text).items():
            votes[word] = votes.get(word, 0) + (1 if tag in ("VERB", "VACT", "VSTA") else -1)
    return votes


def _compound_verb(word: str) -> bool:
    """A word no corpus tags that is a verb and another verb, written as one: ฝึกสอน."""
    known = _thai_verbs() | lexicon_th.VERBS
    if word in _thai_tagged() or len(word) < 6:
        return False
    return any(word[:cut] in known and word[cut:] in known for cut in range(2, len(word) - 1))


@lru_cache(maxsize=65536)
def is_verb(word: str) -> bool:
    """Whether a lower-cased word reads as a verb: listed, or with the ending of a past tense."""
    if word in lexicon_th.VERBS:
        return True
    if "\u0e00" < word[:1] < "\u0e50":
        return word in _thai_verbs() or _compound_verb(word)
    if not word.isascii() or _ROLES.get(word):
        return False
    if word in lexicon_en.IRREGULAR and stem(word) in _IRREGULAR_STEMS:
        return True
    if word.endswith("ed") and len(word) > 4 and word not in _KEPT:
        return True
    return stem(word) in _IRREGULAR_STEMS
