"""An English word where it stands -> whether it is a verb there."""

from __future__ import annotations

from collections.abc import Sequence

from kb.answering.verify import lexicon_en
from kb.answering.verify.tokens import COMMA, Token
from kb.answering.verify.words import is_verb, stem

BE = frozenset(["is", "was", "are", "were", "be", "been", "being", "am"])
HAVE = frozenset(["has", "have", "had", "having"])
# Common verbs beside those that have irregular forms.
_MORE = lexicon_en.listed("""
    abandon absorb achieve acquire add adopt advise afford aim amount announce appeal argue arrange assemble assign
    assist assume attach attract award back ban bar base beg benefit blame block boast bomb border bother breathe
    calculate care cast cater cause celebrate charge check claim clean climb collapse collect combine command comment
    compete complain comprise concern conclude condemn confine consider consult contact contribute cost count count
    criticise criticize date debate decide declare dedicate define demand demonstrate derive deserve despise detect
    determine differ dismiss display distribute divide dominate double drop ease educate elect emerge enable encourage
    encounter enjoy ensure equip escape escort estimate evolve examine exclude execute expel experience explain explore
    face feature file fill fit fix flood flow force form free gain gather gave generate guarantee guide handle head
    heat help hope house identify ignore illustrate imagine impose impress improve inform inhabit inherit insist
    inspect inspire install intend invest investigate involve isolate judge jump knock label lack land last launch lay
    learn lecture lift like limit link list load locate lock long lower maintain mark marry mention migrate minister
    mix model monitor motivate mount name nominate note notice number object observe obtain occupy offer order outlaw
    pack patrol perceive pick plan plant please point pour praise predict prefer prepare present preserve press prevail
    prevent proceed process proclaim prohibit promise promote propose prove pull punish purchase push race rank rate
    realise realize recall recognise recognize recommend record recover recruit redesign refer reflect reform regain
    regard reject relate relax release rely remember remind remove renew reply report rescue reserve reside resign
    resist resolve respond rest result retain retire retreat reveal revise revolt roll sail satisfy save schedule score
    search seize select separate settle shape share shelter shift ship shout shut signal slow smile solve sound spark
    specialise specialize specify split sponsor spread start state stay stop stress stretch strike struggle study suffer
    suggest suit supervise surrender surround survive suspect suspend sustain switch tackle talk taste tend test thank
    tie total touch trace trade train transfer transform transport treat trust try twin unite update urge vary view
    visit vote wait warn wash waste watch weaken welcome widen wish witness wonder work worry yield
""")
_STEMS = frozenset(stem(word) for word in _MORE)
_SEVERAL = lexicon_en.listed("""
    people men women children handful majority minority number rest half few many most some several all both others
    police staff crew we you i they
""")


def acts(found: Sequence[Token], at: int) -> bool:
    """Whether a word is a verb that says what is done, not a noun ("the study") or a modifier ("closed doors")."""
    token = found[at]
    if token.role != "" or token.name or token.article or token.low.endswith("'s"):
        return False
    if not (is_verb(token.low) or stem(token.low) in _STEMS or _acts_on(found, at)):
        return False
    before = found[at - 1] if at else None
    after = found[at + 1] if at + 1 < len(found) else None
    if before is None or token.breaks >= COMMA:
        finite = _past(token) or _inflected(token)
        return _participial(token, after) or (finite and _after_second_name(found, at))
    if after is not None and not after.breaks and after.role in ("aux", "modal") and not _past(token):
        return False
    if before.role in ("prep", "poss") or before.low in lexicon_en.OWNERS:
        return before.low == "to"
    if before.role in ("number", "guard"):
        return _past(token) or before.key.endswith(":percent") or before.low in _SEVERAL
    if token.low.endswith("ing"):
        return before.low in BE or before.role in ("sub", "coord")
    if _past(token):
        return True
    if _inflected(token):
        return not (after is not None and after.verb and _past(after) and not after.breaks)
    plural = (
        before.low.endswith("s") or before.low in _SEVERAL or before.role in ("pronoun", "coord", "adverb", "relative")
    )
    return plural or (at > 1 and any(token.role == "coord" for token in found[max(0, at - 4) : at]))


def _acts_on(found: Sequence[Token], at: int) -> bool:
    """Breath harms the paintings: an unknown word that agrees with a noun before it, and something after it."""
    if not 0 < at < len(found) - 1 or found[at].breaks or found[at + 1].breaks or found[at - 1].role != "":
        return False
    after = found[at + 1]
    agrees = found[at].low.endswith("s") != found[at - 1].low.endswith("s")
    return agrees and (bool(after.article) or after.low in lexicon_en.OWNERS)


def _after_second_name(found: Sequence[Token], at: int) -> bool:
    """Anna Keller, the owner, | sold it."""
    comma = next((k for k in range(at - 1, 0, -1) if found[k].breaks >= COMMA), None)
    if comma is not None and found[comma].role == "relative":
        return True
    if comma is None or any(token.verb for token in found[comma:at]):
        return False
    return bool(found[comma].article) or all(token.name for token in found[comma:at])


def _participial(token: Token, after: Token | None) -> bool:
    if token.low.endswith("ing"):
        return after is not None
    return participle(token) and after is not None and after.role == "prep"


def _past(token: Token) -> bool:
    changed = lexicon_en.IRREGULAR.get(token.low, token.low) != token.low
    return token.low.endswith("ed") or changed or token.low in _SAME_FORM


def _inflected(token: Token) -> bool:
    return token.low.endswith("s")


def participle(token: Token) -> bool:
    """Whether a word can be what was done: built, opened."""
    if token.role != "" or token.low.endswith("ing"):
        return False
    return (
        token.low.endswith("ed")
        or (token.low in lexicon_en.IRREGULAR and is_verb(token.low))
        or token.low in _SAME_FORM
    )


_SAME_FORM = lexicon_en.listed("""
    beat become burst cast come cost cut hit hurt let overcome put quit read run set shed shut split spread
""")
