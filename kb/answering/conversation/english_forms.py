"""An English follow-up -> the form it has, by the words that give it away."""

from __future__ import annotations

import re

from kb.answering.conversation import english_words as words

LONGEST_FRAGMENT = 8  # words
LONGEST_VERBLESS = 6  # words of a question that asks with a noun alone

OPENER = re.compile(
    r"(?:(?:and|but|so|then|ok|okay|well|also|or|now|alright|thanks|thank you|hm+|right|sorry|yes|no|great)"
    r"\b[,.!:]*\s+)+",
    re.IGNORECASE,
)
ABOUT = re.compile(
    r"(?:what|how) about\s+|(?:the )?same (?:question |thing )?(?:for|with)\s+|i mean(?:t)?\s+|what of\s+"
    r"|what if\s+(?=it\b)",
    re.IGNORECASE,
)
ONLY = re.compile(r"(?:only|just|even|also|not|maybe|perhaps|especially)\s+", re.IGNORECASE)
MORE = re.compile(
    r"(?:(?:please )?(?:tell|show) me more|(?:can|could) you (?:tell me|say) more|more|more details?|go on|and|so|"
    r"anything else|what else|who else|where else|any more|any others?|another one)"
    r"(?: (?:about|on) (?:it|that|this|them))?[.?! ]*$",
    re.IGNORECASE,
)
WHY_THAT = re.compile(
    r"(?:why|how) (?:is|was|are|were|do|does|did) (?:that|this|it so|that so)(?: so)?[? ]*$|why so\??$", re.IGNORECASE
)
BARE = re.compile(
    r"(?P<wh>since when|until when|by when|from when|when exactly|when|where exactly|where|why not|why|how long|"
    r"how often|how so|how|by whom|by who|with whom|for whom|to whom|from whom|who exactly|who|whom|whose)[ ?.!]*$",
    re.IGNORECASE,
)
ORDINALS = {
    **dict.fromkeys(("first", "former", "1st"), 0),
    **dict.fromkeys(("second", "2nd"), 1),
    **dict.fromkeys(("third", "3rd"), 2),
    **dict.fromkeys(("fourth", "4th"), 3),
    **dict.fromkeys(("fifth", "5th"), 4),
    **dict.fromkeys(("last", "latter", "final", "other"), -1),
}
ORDINAL = re.compile(
    rf"\bthe (?P<word>{'|'.join(ORDINALS)})\b(?P<one> (?:ones?|item|of (?:them|these|those))\b)?"
    r"|\b(?:number|no\.|option) (?P<digit>[1-9]|one|two|three|four)\b",
    re.IGNORECASE,
)
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4}
ONE = re.compile(
    r"\b(?P<lead>an?|another|any|the) (?P<which>(?!only|last|first|no\b)[A-Za-z]{2,}\s+)?(?P<one>ones?)\b"
    r"|\banother(?=\s*[?.]|$)",
    re.IGNORECASE,
)
BUY_ONE = re.compile(
    r"(?<=\bthere )one\b|(?<=[a-z] )(?<!each )(?<!every )(?<!which )(?<!this )(?<!that )(?<!no )one(?=[ ?.!]*$)"
)
WHICH = re.compile(
    r"^which (?:one|ones|of (?:them|these|those))\b|^which(?= (?:is|are|was|were) the \w+est\b[ ?]*$)", re.IGNORECASE
)
ASKS_FOR_THINGS = re.compile(r"(?:which|what|who|whom|name|list|where)\b", re.IGNORECASE)
NOUNS_TOO = words.listed("visit name design attack use work play record state move point order show song rule line")
COMMANDS = words.listed("tell explain describe list give show name")
AUXILIARY = words.listed("be do have modal")
