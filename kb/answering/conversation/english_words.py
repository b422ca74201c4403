"""English words -> the part they play in a question."""

from __future__ import annotations

import re
from collections.abc import Mapping


def listed(words: str) -> frozenset[str]:
    """A set of words written with spaces between them."""
    return frozenset(words.split())


WH = listed("what when where which who whom whose why how")
KINDS: Mapping[str, frozenset[str]] = {
    "wh": WH,
    "be": listed("is are was were am be been being 's what's"),
    "do": listed("do does did don't doesn't didn't"),
    "have": listed("has have had hasn't haven't hadn't"),
    "modal": listed("can could will would shall should may might must can't couldn't won't wouldn't shouldn't"),
    "det": listed("the a an all both each every some any no several another either neither"),
    "poss": listed("my your our his her its their"),
    "point": listed("this that these those"),
    "pron": listed("""
    i you we he she it they me him us them there here someone anyone everyone something anything one ones
"""),
    "prep": listed("""
    of in on at by for from to with about between during under over after before through into against since until
    till within without near across along around behind beside beyond inside outside per than like as towards toward
    upon via despite off up down out above below among because
"""),
    "conj": listed("and or but nor so if then when while because although though whether that"),
    "adv": listed("""
    also not only just still ever never always usually often now today already again too very more most less least
    else exactly actually first last originally ago later once finally normally currently really please even
    together much many long far well back away at-all
"""),
}
KIND: Mapping[str, str] = {word: kind for kind, words in reversed(list(KINDS.items())) for word in words}

_VERBS = listed("""
    accept achieve act add agree aim allow announce answer appear apply appoint argue arrive ask attack attend base
    be become begin believe belong bring build burn buy call carry cause celebrate change charge check choose claim
    clean climb close collect combine come compare complete compose conduct connect consider consist contain
    continue control convert cost count cover create cross cut damage date deal decide declare defeat define deliver
    depend describe design destroy detect determine develop die differ direct discover discuss divide do draw drive
    drop earn eat elect employ enable encourage end engage enter escape establish estimate exist expand expect
    explain extend face fail fall feed feel fight fill find finish fit fix fly focus follow forbid force form found
    get give go govern grow happen hate have hear help hire hold host identify improve include increase influence
    inform inherit inspire install introduce invade invent involve join keep kill know last launch lay lead learn
    leave lend let lie light like limit link live look lose make manage marry mean measure meet move name need nest
    obtain occur offer open operate order organise organize own paint park participate pass pay perform persuade
    plan play point possess prefer prepare present prevent produce promise prove provide publish pull put raise
    reach read receive recognise recommend record reduce refer refuse regard reject release remain remember remove
    rent repair replace report represent require reserve resign respond rest result retire return ride rise rule run
    save say see seem sell send serve set share shine shoot show sign sing sit sleep solve sound speak spend split
    spread stand start state stay steal stop store strike study suffer suggest supply support surrender survive take
    talk teach tell test think throw trade train transport travel try turn understand use vary visit vote wait walk
    want warn wear weigh win wish wonder work wrap write
""")
_IRREGULAR = listed("""
    became began born bore bought broke broken brought built burnt came caught chose chosen cut did died done drawn
    drew driven drove eaten fallen fed fell felt fled flown forbidden forgotten fought found gave given gone got
    grew ground grown had heard held hidden hit kept killed knew known laid lain led left lent lit lost made meant
    met paid put ran risen rose said sang sat saw seen sent set shone shot shown slept sold spent spoke spoken
    spread stole stolen stood struck stuck sung swum taken taught thought threw thrown told took torn understood
    went won wore worn wrote written
""")
STATES = listed("""
    able allowed available big cheap closed cold dark deep different difficult dry easy expensive famous far fast
    free full heavy high hot important large late likely long new old open popular possible present public ready
    rich safe short similar small strong successful tall true useful valid visible warm weak wet wide
""")
_PARTICIPLE = re.compile(r"[a-z]{2,}(?:ed|ied)$")
NOUNS_IN_ED = listed("bed breed deed feed need red seed shed speed steed weed hundred")

PERSON_TITLE = listed("""
    mr mrs miss ms dr sir lady lord king queen prince princess professor captain colonel general president pope
    saint inspector emperor count duke baron reverend judge
""")
MALE = listed("""
    mr sir lord king prince father brother son husband man boy uncle duke gentleman emperor he his him
""")
FEMALE = listed("""
    mrs miss ms lady queen princess mother sister daughter wife woman girl aunt duchess she her hers
""")
PERSONS = (
    MALE
    | FEMALE
    | listed("""
    adult architect artist assistant author captain chief child clerk client composer designer director doctor
    engineer founder governor guest guide inventor keeper killer landlord lawyer leader manager master mayor member
    minister monarch murderer official owner parent person pilot player poet president professor ruler sailor
    scientist senator servant singer soldier stranger student teacher thief tourist visitor warden winner worker
    writer
""")
)
MANY = listed("children people men women police cattle mice feet teeth staff couple pair both")
ONE_IN_S = listed("""
    bus gas lens news series species mathematics physics politics economics glass class pass class's
""")
RELATIONS = listed("""
    name number size height length width weight age date year day time cost price colour color amount kind type part
    role purpose reason meaning use history rest end beginning total capital population speed depth distance
    capacity result effect list percentage share
""")
TIMES = listed("""
    january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays weekend weekends
    weekday weekdays winter summer spring autumn fall day days week weeks month months year years century centuries
    night nights morning mornings afternoon evening evenings noon midnight today tomorrow yesterday christmas easter
    season holidays holiday
""")
PLACES = listed("""
    act avenue boulevard company council edict freeway highway lane league route square treaty war
    area bank bay beach bridge building café cafe camp castle centre center church city coast cottage country
    district farm field forest garden hall harbour harbor head hill home hospital hotel house island kingdom lake
    land library lighthouse lodge market mountain museum nation office palace park place port prison province region
    river road room school sea shop site state station street temple theatre theater tower town university valley
    village
""")
LANGUAGES = listed("english thai french german latin chinese japanese spanish arabic greek russian")


def is_verb(word: str) -> bool:
    """Whether a lower-case word is, or may be, a form of a verb."""
    if word in NOUNS_IN_ED:
        return False
    return word in _VERBS or word in _IRREGULAR or bool(_PARTICIPLE.match(word)) or _third_person(word)


def is_base_verb(word: str) -> bool:
    """Whether a word is, or may be, a verb as it stands after "does"."""
    return word in _VERBS


def is_participle(word: str) -> bool:
    """Whether a word is, or may be, what stands after "was": "made", "opened"."""
    return word in _IRREGULAR or (word not in NOUNS_IN_ED and bool(_PARTICIPLE.match(word)))


def is_state(word: str) -> bool:
    """Whether a word tells how something is: an adjective of a short list, or a participle."""
    return word in STATES or is_participle(word)


def is_many(word: str) -> bool:
    """Whether a noun looks like a plural."""
    return word in MANY or (len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s", "’s"))
                            and word not in ONE_IN_S)  # fmt: skip


def singular(word: str) -> str:
    """A noun in the singular, by its ending."""
    word = {"children": "child", "people": "person", "men": "man", "women": "woman", "feet": "foot"}.get(word, word)
    if not is_many(word):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("ches", "shes", "sses", "xes")) else word[:-1]


def plural(word: str) -> str:
    """A noun in the plural, by its ending."""
    irregular = {"child": "children", "person": "people", "man": "men", "woman": "women", "foot": "feet"}
    if word in irregular:
        return irregular[word]
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return f"{word}es" if word.endswith(("s", "x", "ch", "sh")) else f"{word}s"


def _third_person(word: str) -> bool:
    return word.endswith("s") and (word[:-1] in _VERBS or word[:-2] in _VERBS) and not word.endswith("ss")
