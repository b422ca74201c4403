"""English words -> what they do in a sentence; forms -> the word; phrases -> one word; opposites."""

from __future__ import annotations

from collections.abc import Mapping


def listed(words: str) -> frozenset[str]:
    """A set of words written with spaces between them."""
    return frozenset(words.split())


def told(groups: str) -> tuple[str, ...]:
    """Groups of words written with bars, or ends of lines, between them."""
    return tuple(group.strip() for line in groups.strip().splitlines() for group in line.split("|"))


ROLES: Mapping[str, frozenset[str]] = {
    "free": listed("""
        a accordingly additionally also altogether an consequently did do does furthermore hence however indeed
        likewise meanwhile moreover nevertheless nonetheless o o'clock overall please similarly that's the
        therefore thus
    """),
    "adverb": listed("""
        afterwards again ago already annually away currently directly especially eventually ever famously
        finally for_instance here immediately instead later notably now officially once particularly per_day
        per_hour per_month per_week personally privately publicly quickly quite rather recently simply
        simultaneously slowly soon specifically still subsequently successfully suddenly then there thereafter
        thereby therein today together too ultimately very well yet
    """),
    "aux": listed("""
        am are be been being had has have having is was were
    """),
    "modal": listed("""
        can could may might must ought shall should will would
    """),
    "prep": listed("""
        about above according_to across after against along alongside amid among around as as_of at before
        behind below beneath beside besides between beyond by concerning despite down due_to during except for
        from in including inside instead_of into like near of off on onto opposite out outside over past per
        plus regarding round since such_as than through throughout till to toward towards under unlike until up
        upon versus via with within without
    """),
    "sub": listed("""
        after although as because before if lest once since so though unless until when whenever whereas whether
        while
    """),
    "coord": listed("""
        & and but nor or yet
    """),
    "relative": listed("""
        that where which who whom whose
    """),
    "pronoun": listed("""
        he her hers herself him himself his it its itself she their theirs them themselves there these they this
        those
    """),
    "not": listed("""
        cannot n't neither never no nobody none nor not nothing nowhere without
    """),
    "guard": listed("""
        about_n all allegedly almost alone always another any anybody anyone anything apparently approximately
        at_least at_most barely best both circa commonly completely each either enough entirely every everybody
        everyone everything exactly exclusively few fewer fewest first former formerly frequently fully
        generally half hardly initially jointly just largely last least less less_than likely little mainly many
        maybe mere merely more more_than most mostly much nearly necessarily nominally normally occasionally
        often only originally other others partially partly perhaps possibly potentially precisely predominantly
        presumably previously primarily probably rarely reportedly roughly scarcely second seemingly seldom
        separately several solely some somebody someone sometimes supposedly temporarily theoretically third
        twice typically unlikely up_to usually wholly worst
    """),
}
PRONOUNS = listed("""
    he her him it she them they
""")
OWNERS = listed("""
    hers his its their theirs
""")
HE, SHE = listed("he him his himself"), listed("she her hers herself")
# What is reported is not what is so; what is tried is not what is done.
REPORTED = listed("""
    accord agree allege appear argue ask assert assume attempt avoid believe claim consider contend decline
    demand deny dispute doubt estimate expect fail fear forbid hope hypothesize imagine intend maintain plan
    predict pretend prevent prohibit promise propose refuse reject report request rumor rumour say seem
    speculate state stop suggest suppose suspect tell theorize think threaten try urge want wish
""")
CONDITIONS = listed("""
    assuming except if lest provided providing supposing than unless whether
""")
# What is true within these limits only is not true without them.
UNIVERSAL = listed("""
    all any best cannot each every exclusively few fewer first hardly last least most neither never no nobody
    none nor not nothing only rarely seldom solely without worst
""")
# Words that stand for one another wherever they stand.
SAME = told("""
    begin start commence | buy purchase | film movie | car automobile | receive get obtain | finish complete
    large big | larger bigger | largest biggest | located situated
    show demonstrate | near close_to | assist help | die perish
    doctor physician | employee worker staff_member | pay remunerate
    annually annual yearly every_year a_year per_year each_year | per_month monthly | per_week weekly | per_day daily
    must shall | roughly approximately circa about_n
    almost nearly | till until | several a_number_of | per each every | united_kingdom uk u.k
    united_states usa u.s u.s.a us_of_america united_states_of_america | through via | dismiss discharge
    film motion_picture | town municipality | teach instruct | lawyer attorney | near nearby | whilst while
    toward towards | amid amidst | among amongst | although though | because since_because | kill slay
    end terminate | child kid | also_known_as known_as called named | wed marry | build construct
    repair fix mend | company firm | pupil student | city_hall town_hall | whole entire | autumn fall_season
    allow permit | entitled eligible
""")
# Phrases > the one word that stands for them.
PHRASES: Mapping[str, str] = {
    phrase: by.strip()
    for group in told("""
        no more than, not more than, at most, up to, a maximum of, maximum of > at_most
        no less than, no fewer than, not less than, at least, a minimum of, minimum of > at_least
        more than, greater than, in excess of > more_than | less than, fewer than > less_than
        as well as, along with > and
        have to, has to, had to, is required to, are required to, was required to > must
        were required to, need to, needs to, is obliged to, are obliged to > must | a number of > several
        known as, also known as > called | because of, due to, owing to, as a result of > due_to
        in order to, so as to > to | each year, every year, a year, per year > annually
        a month, per month, every month, each month > per_month | a day, per day, every day, each day > per_day
        a week, per week, every week, each week > per_week | per hour, an hour > per_hour | per cent > percent
        united states of america, united states > united_states | united kingdom > united_kingdom
        rather than, instead of > instead_of | such as > such_as | according to > according_to
        even though > although | as soon as > when
        in addition, as a result, in particular, in fact, of course, in contrast > also
        in turn, as well > also | for example, for instance > for_instance
        is allowed to, are allowed to, is permitted to, are permitted to > may | prior to > before
        subsequent to > after | close to > near | next to > beside | not only > not_only
        is able to, are able to > can | was able to, were able to > could
        the year, the month of, the date of >  | with the exception of, apart from > except | as of > as_of
        would have > would_have | at the same time > simultaneously | not all, not every > not_all
        no longer > no_longer | no one > nobody | any more, any longer > anymore | paid for > financed
    """)
    for said, _, by in [group.partition(" >")]
    for phrase in said.split(", ")
}
OPPOSITES = tuple(
    (one, other)
    for one, other in (
        pair.split()
        for pair in told("""
    increase decrease | rise fall | accept reject | allow forbid | permit prohibit | win lose | begin end
    inside outside | support oppose | gain lose | rich poor | strong weak | public private | internal external
    northern southern | eastern western | north south | east west | open close | include exclude
    positive negative | voluntary compulsory | enter leave | buy sell | male female | old new | before after
    until since | must may | more less | large small | larger smaller | high low | higher lower | earlier later
    greater smaller | better worse | longer shorter | largest smallest | highest lowest | oldest youngest
    older younger | faster slower | stronger weaker | best worst | first last | more_than less_than
    at_least at_most | all some | all no | always never | often rarely | alive dead | full empty | import export
    lend borrow | pass fail | hire dismiss | mandatory optional | limited unlimited | day night | hot cold
    above below | over under | maximum minimum | taller shorter | deeper shallower | wider narrower
    heavier lighter | richer poorer | warmer colder | hotter cooler | nearer farther | closer farther
    brighter darker | thicker thinner | cheaper dearer | bigger smaller | harder softer | harder easier
""")
    )
)
NEGATING = ("un", "in", "im", "il", "ir", "non", "dis")  # limited, unlimited

# A word and its forms.
IRREGULAR: Mapping[str, str] = {
    form: forms.split()[0]
    for forms in told("""
        arise arose arisen | die died dying | tie tied tying | bear bore borne born | beat beaten
        become became | begin began begun | bend bent | bind bound | bite bit bitten | bleed bled
        blow blew blown | break broke broken | breed bred | bring brought | build built | burn burnt
        buy bought | catch caught | choose chose chosen | come came | creep crept | deal dealt | dig dug
        do did done | draw drew drawn | drink drank drunk | drive drove driven | eat ate eaten
        fall fell fallen | feed fed | feel felt | fight fought | find found | flee fled | fly flew flown
        forbid forbade forbidden | forget forgot forgotten | forgive forgave forgiven | freeze froze frozen
        get got gotten | give gave given | go went gone | grind ground | grow grew grown | hang hung
        hear heard | hide hid hidden | hold held | keep kept | know knew known | lie lay lain | lay laid
        lead led | leave left | lend lent | light lit | lose lost | make made | mean meant | meet met
        overcome overcame | pay paid | prove proven | ride rode ridden | ring rang rung | rise rose risen
        run ran | say said | see saw seen | seek sought | sell sold | send sent | shake shook shaken
        shine shone | shoot shot | show shown | shrink shrank shrunk | sing sang sung | sink sank sunk | sit sat
        sleep slept | slide slid | speak spoke spoken | spend spent | spin spun | stand stood
        steal stole stolen | stick stuck | strike struck | swear swore sworn | sweep swept | swim swam swum
        swing swung | take took taken | teach taught | tear tore torn | tell told | think thought
        throw threw thrown | understand understood | undertake undertook undertaken | wake woke woken
        wear wore worn | weave wove woven | win won | withdraw withdrew withdrawn | write wrote written
        learn learnt | dream dreamt | spell spelt | spill spilt | spoil spoilt | lean leant | leap leapt | kneel knelt
        mow mown | sew sewn | sow sown | swell swollen | foresee foresaw foreseen | overtake overtook overtaken
        mistake mistook mistaken | withstand withstood | withhold withheld | cling clung | fling flung | sting stung
        spring sprang sprung | weep wept | outgrow outgrew outgrown | forego forewent
        misunderstand misunderstood
        undergo underwent undergone | rebuild rebuilt | oversee oversaw overseen | uphold upheld
        child children | man men | woman women | person people | foot feet | tooth teeth | mouse mice
        is am are 'm 're | was were | has have | good  | half halves | life lives | wife wives | leaf leaves
        wolf wolves | shelf shelves | knife knives | thief thieves | analysis analyses | crisis crises
        basis bases | criterion criteria | phenomenon phenomena | datum data
    """)
    for form in forms.split()
}
# Base forms of common verbs, so that "makes", "make" read as verbs.
VERBS = listed("""
    accept accuse act affect agree allow answer appear apply appoint approve arrest arrive ask attack attend
    become begin belong borrow bring broadcast build burn bury buy call cancel capture carry change close come
    complete compose conduct confirm connect conquer consist consume contain control convert convict cook cover
    create cross cut damage decrease defeat defend deliver demolish deny depend describe design destroy develop
    die direct discover donate draw drink drive earn eat edit elect employ enlarge enter equal establish exceed
    exist exit expand expire export extend fail fall farm feel finance find finish fly follow forbid found free
    fund get give go govern graduate grant grow guard happen harvest hear help hire hold hunt import include
    increase introduce invade invent invite issue join keep kill know lead leave lend let lie live lose make
    manage marry measure meet miss move need occur open operate oppose organise organize own paint pass pay
    perform permit photograph play possess print produce protect provide publish put raise reach read receive
    reduce refuse register reign reject release remain renovate rent repair replace represent request require
    restore return rise rule run sail save say see sell send sentence serve set show sign sing speak spend stand
    star store stream submit succeed sue supply support take teach tell think translate travel turn use walk
    want weigh win write
""")
CONVERSE = {  # X studied under Y: Y taught X
    ("study", "under"): "teach",
    ("learn", "from"): "teach",
    ("work", "for"): "employ",
    ("belong", "to"): "own",
}
