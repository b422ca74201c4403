"""English words -> what they do in a sentence; forms -> the word; phrases -> one word; opposites."""

from __future__ import annotations

from collections.abc import Mapping


def listed(words: str) -> frozenset[str]:
    """A set of words written with spaces between them."""
    return frozenset(words.split())


ROLES: Mapping[str, frozenset[str]] = {
    "free": listed("""
        a an the also however moreover furthermore additionally therefore thus hence consequently accordingly indeed that's
        o o'clock do does did please overall nevertheless nonetheless meanwhile similarly likewise altogether
    """),
    "adverb": listed("""
        then later soon again now today there here still already eventually finally subsequently afterwards instead
        together ago away too yet ever once thereby therein thereafter currently recently suddenly quickly slowly very
        quite rather well simply especially particularly notably specifically famously successfully officially
        immediately subsequently ultimately personally publicly privately directly for_instance annually per_month per_day per_week per_hour simultaneously
    """),
    "aux": listed("is am are was were be been being has have had having"),
    "modal": listed("can could may might must shall should will would ought"),
    "prep": listed("""
        in on at of to from by with about into onto over under through during between among against within along across
        behind beyond near off out up down upon toward towards around via per for as than like unlike despite beside
        besides above below inside outside throughout regarding concerning including plus versus amid alongside beneath due_to instead_of such_as according_to as_of
        opposite past round until till since before after without except
    """),
    "sub": listed(
        "if unless whether because although though while when whenever whereas if unless once since so lest whether until after before as"
    ),
    "coord": listed("and or but nor yet &"),
    "relative": listed("who whom whose which that where"),
    "pronoun": listed(
        "he she it they him her them his its their hers theirs this these those himself herself itself themselves there"
    ),
    "not": listed("not never no none nobody nothing neither nor without cannot nowhere n't"),
    "guard": listed("""
        all every each both any some most many several few little much more less least fewer fewest only merely solely
        exclusively almost nearly approximately roughly circa half enough at_least at_most more_than less_than about_n
        allegedly reportedly supposedly probably possibly perhaps maybe likely unlikely apparently seemingly presumably
        partially partly mostly largely mainly generally usually often sometimes rarely seldom hardly barely scarcely
        occasionally always frequently typically potentially theoretically formerly previously originally initially
        either first last best worst second third temporarily another other others just twice
        alone entirely completely wholly fully mere up_to exactly precisely everyone everybody everything someone
        somebody anyone anybody anything former nominally primarily predominantly normally commonly necessarily
        jointly separately
    """),
}
PRONOUNS = listed("he she it they him her them")
OWNERS = listed("his its their hers theirs")
HE, SHE = listed("he him his himself"), listed("she her hers herself")
NEGATIVE = ROLES["not"]
# What is reported is not what is so; what is tried is not what is done.
REPORTED = listed("""
    say claim argue believe think suggest report state allege deny hope want try attempt plan intend propose fail refuse
    pretend rumour rumor accord doubt wish fear expect seem appear consider suppose imagine predict promise threaten
    assume estimate dispute reject speculate suspect demand request ask tell urge agree decline maintain assert contend
    theorize hypothesize forbid prevent prohibit stop avoid
""")
CONDITIONS = listed("if unless except whether provided providing lest supposing assuming than")
UNIVERSAL = listed(
    "all every each no none never only nobody nothing not without cannot any few fewer rarely seldom hardly first last most least neither nor best worst exclusively solely"
)

# Words that stand for one another wherever they stand.
SAME: tuple[str, ...] = (
    "begin start commence",
    "buy purchase",
    "film movie",
    "car automobile",
    "receive get obtain",
    "finish complete",
    "large big",
    "located situated",
    "show demonstrate",
    "near close_to",
    "assist help",
    "die perish",
    "doctor physician",
    "employee worker staff_member",
    "pay remunerate",
    "annual yearly",
    "annually every_year a_year per_year each_year",
    "must have_to has_to had_to be_required_to is_required_to are_required_to was_required_to were_required_to shall need_to needs_to",
    "roughly approximately circa about_n",
    "almost nearly",
    "till until",
    "several a_number_of",
    "per each every",
    "united_kingdom uk u.k",
    "united_states usa u.s u.s.a us_of_america united_states_of_america",
    "through via",
    "dismiss discharge",
    "film motion_picture",
    "town municipality",
    "teach instruct",
    "lawyer attorney",
    "near nearby",
    "whilst while",
    "toward towards",
    "amid amidst",
    "among amongst",
    "although though",
    "because since_because",
    "kill slay",
    "end terminate",
    "child kid",
    "also_known_as known_as called named",
    "wed marry",
    "build construct",
    "repair fix mend",
    "company firm",
    "pupil student",
    "city_hall town_hall",
    "whole entire",
    "autumn fall_season",
    "allow permit",
    "entitled eligible",
)
PHRASES: Mapping[str, str] = {
    "no more than": "at_most", "not more than": "at_most", "at most": "at_most", "up to": "at_most", "a maximum of": "at_most",
    "maximum of": "at_most", "no less than": "at_least", "no fewer than": "at_least", "not less than": "at_least",
    "at least": "at_least", "a minimum of": "at_least", "minimum of": "at_least", "more than": "more_than", "greater than": "more_than",
    "in excess of": "more_than", "less than": "less_than", "fewer than": "less_than", "as well as": "and", "along with": "and",
    "have to": "must", "has to": "must", "had to": "must", "is required to": "must", "are required to": "must",
    "was required to": "must", "were required to": "must", "need to": "must", "needs to": "must", "is obliged to": "must", "are obliged to": "must",
    "a number of": "several", "known as": "called", "also known as": "called", "because of": "due_to", "due to": "due_to",
    "owing to": "due_to", "as a result of": "due_to", "in order to": "to", "so as to": "to", "each year": "annually",
    "every year": "annually", "a year": "annually", "per year": "annually", "a month": "per_month", "per month": "per_month",
    "every month": "per_month", "each month": "per_month", "a day": "per_day", "per day": "per_day", "every day": "per_day",
    "each day": "per_day", "a week": "per_week", "per week": "per_week", "every week": "per_week", "each week": "per_week",
    "per hour": "per_hour", "an hour": "per_hour", "per cent": "percent", "united states of america": "united_states",
    "united states": "united_states", "united kingdom": "united_kingdom", "rather than": "instead_of", "instead of": "instead_of",
    "such as": "such_as", "according to": "according_to", "even though": "although", "as soon as": "when", "in addition": "also",
    "for example": "for_instance", "for instance": "for_instance", "as a result": "also", "in particular": "also", "in fact": "also",
    "of course": "also", "in contrast": "also", "in turn": "also", "as well": "also", "is allowed to": "may", "are allowed to": "may", "is permitted to": "may",
    "are permitted to": "may", "prior to": "before", "subsequent to": "after", "close to": "near", "next to": "beside",
    "not only": "not_only", "is able to": "can", "are able to": "can", "was able to": "could", "were able to": "could",
    "the year": "", "the month of": "", "the date of": "", "with the exception of": "except", "apart from": "except", "as of": "as_of",
    "would have": "would_have", "at the same time": "simultaneously", "not all": "not_all", "not every": "not_all", "no longer": "no_longer",
    "no one": "nobody", "any more": "anymore", "any longer": "anymore", "paid for": "financed",
}  # fmt: skip

OPPOSITES: tuple[tuple[str, str], ...] = (
    ("increase", "decrease"), ("rise", "fall"), ("accept", "reject"), ("allow", "forbid"), ("permit", "prohibit"), ("win", "lose"),
    ("begin", "end"), ("inside", "outside"), ("support", "oppose"), ("gain", "lose"), ("rich", "poor"), ("strong", "weak"),
    ("public", "private"), ("internal", "external"), ("northern", "southern"), ("eastern", "western"), ("north", "south"),
    ("east", "west"), ("open", "close"), ("include", "exclude"), ("positive", "negative"), ("voluntary", "compulsory"),
    ("enter", "leave"), ("buy", "sell"), ("male", "female"), ("old", "new"), ("before", "after"), ("until", "since"), ("must", "may"),
    ("more", "less"), ("large", "small"), ("larger", "smaller"), ("high", "low"), ("higher", "lower"), ("earlier", "later"),
    ("greater", "smaller"), ("better", "worse"), ("longer", "shorter"), ("largest", "smallest"), ("highest", "lowest"),
    ("oldest", "youngest"), ("older", "younger"), ("faster", "slower"), ("stronger", "weaker"), ("best", "worst"), ("first", "last"),
    ("more_than", "less_than"), ("at_least", "at_most"), ("all", "some"), ("all", "no"), ("always", "never"), ("often", "rarely"),
    ("alive", "dead"), ("full", "empty"), ("import", "export"), ("lend", "borrow"), ("pass", "fail"), ("hire", "dismiss"), ("mandatory", "optional"),
    ("limited", "unlimited"), ("day", "night"), ("hot", "cold"), ("above", "below"), ("over", "under"), ("maximum", "minimum"), ("taller", "shorter"),
)  # fmt: skip
NEGATING = ("un", "in", "im", "il", "ir", "non", "dis")  # limited, unlimited

IRREGULAR: Mapping[str, str] = {
    form: forms.split()[0]
    for forms in """
        arise arose arisen|die died dying|tie tied tying|bear bore borne born|beat beaten|become became|begin began begun|bend bent|bind bound|bite bit bitten|bleed bled
        blow blew blown|break broke broken|breed bred|bring brought|build built|burn burnt|buy bought|catch caught|choose chose chosen
        come came|creep crept|deal dealt|dig dug|do did done|draw drew drawn|drink drank drunk|drive drove driven|eat ate eaten
        fall fell fallen|feed fed|feel felt|fight fought|find found|flee fled|fly flew flown|forbid forbade forbidden|forget forgot forgotten
        forgive forgave forgiven|freeze froze frozen|get got gotten|give gave given|go went gone|grind ground|grow grew grown|hang hung
        hear heard|hide hid hidden|hold held|keep kept|know knew known|lay laid|lead led|leave left|lend lent|lie lay lain|light lit
        lose lost|make made|mean meant|meet met|overcome overcame|pay paid|prove proven|ride rode ridden|ring rang rung|rise rose risen
        run ran|say said|see saw seen|seek sought|sell sold|send sent|shake shook shaken|shine shone|shoot shot|show shown|shrink shrank shrunk
        sing sang sung|sink sank sunk|sit sat|sleep slept|slide slid|speak spoke spoken|spend spent|spin spun|stand stood|steal stole stolen
        stick stuck|strike struck|swear swore sworn|sweep swept|swim swam swum|swing swung|take took taken|teach taught|tear tore torn
        tell told|think thought|throw threw thrown|understand understood|undertake undertook undertaken|wake woke woken|wear wore worn
        weave wove woven|win won|withdraw withdrew withdrawn|write wrote written|undergo underwent undergone|rebuild rebuilt|
        oversee oversaw overseen|uphold upheld|child children|man men|woman women|person people|foot feet|tooth teeth|mouse mice|
        is am are 'm 're|was were|has have|good better|half halves|life lives|wife wives|leaf leaves|wolf wolves|shelf shelves|
        knife knives|thief thieves|analysis analyses|crisis crises|basis bases|criterion criteria|phenomenon phenomena|datum data
    """.replace("\n", "|").split("|")
    if forms.strip()
    for form in forms.split()
    if (forms.split()[0], form) not in {("good", "better")}
}  # fmt: skip
# Base forms of common verbs, so that "makes", "make" read as verbs.
VERBS = listed("""
    make use live work sell own give receive pay cost open close found serve hold lead teach study write build design own run
    stand lie contain include become remain begin end start finish come go move leave arrive return travel marry die
    meet win lose defeat buy employ hire produce provide support oppose follow replace succeed head approve request
    require allow forbid permit need want know call name create invent discover establish publish sign kill capture
    direct compose introduce develop make conduct describe organize organise play sing act star appear release record
    grow rise fall increase decrease reduce raise cut set put take get keep let see hear feel find think say tell ask
    speak read show carry bring send drive fly sail walk visit invite attack invade conquer control join form
    represent elect appoint rule govern reign manage operate measure weigh extend cover reach cross connect link
    exceed equal depend consist belong exist occur happen cause lead result affect change convert turn store save
    answer help attend graduate enter exit complete pass fail earn spend borrow lend rent share donate fund finance
    export import ship deliver supply consume eat drink cook plant harvest farm fish hunt mine bury burn destroy
    damage repair restore renovate demolish expand enlarge own possess hold lose miss perform paint draw photograph
    film translate edit print broadcast stream post sue accuse convict sentence arrest release free protect defend
    guard expire apply submit file register issue grant deny refuse reject accept agree sign confirm cancel
""") - listed(
    "name share post film plant fish mine link cause ship head work start end result form cost record visit study file"
)
CONVERSE = {
    ("study", "under"): "teach",
    ("learn", "from"): "teach",
    ("work", "for"): "employ",
    ("belong", "to"): "own",
}  # X studied under Y: Y taught X
