from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import QuestionError
from kb.language.normalize import canonical
from kb.retrieval.query import (
    LONGEST,
    MOST_PHRASES,
    MOST_VARIANTS,
    Query,
    QueryRules,
    Variant,
    clean_question,
    understand,
)

EVERYTHING = QueryRules(keywords=True, parts=True, scripts=True)
NOTHING = QueryRules(keywords=False, parts=False, scripts=False)


def named(question: str, kind: str, rules: QueryRules = EVERYTHING) -> list[str]:
    """The variants of one kind: "part", "script" or "keywords"."""
    return [variant.text for variant in understand(question, rules).variants if variant.name.split()[0] == kind]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("  Who   built it ? ", "Who built it?"),
        ("??? who built it !?!", "who built it?"),
        ("... - who built it,,,", "who built it"),
        ("Who built it... ", "Who built it"),
        ("Who, if anyone,, built it?!?!", "Who, if anyone, built it?"),
        ("Tell me about the U.S.", "Tell me about the U.S."),
        ("What is .NET?", "What is .NET?"),
        (".NET on -40 degrees", ".NET on -40 degrees"),
        ("-40 degrees", "-40 degrees"),
        ("std::vector in C++", "std::vector in C++"),
        ("is C# older than C++?", "is C# older than C++?"),
        ("นํ้าท่วมปีอะไร ?", "น้ำท่วมปีอะไร?"),
        ("เกิดอะไรขึ้นเมื่อ พ.ศ. ๒๕๖๐", "เกิดอะไรขึ้นเมื่อ พ.ศ. 2560"),
        ("who\x00 built\u200b it\x07?", "who built it?"),
        ("مَن بنى الجسر؟", "مَن بنى الجسر؟"),
        ("\u202emirror\u202c", "mirror"),
        ("🌉 Who built the bridge 🌉?", "🌉 Who built the bridge 🌉?"),
        ('a AND b NOT "c', "a AND b NOT c"),
        ("it's the dog's", "it's the dog's"),
        ("ตำรา ‘เก่า’ และ don’t", "ตำรา ‘เก่า’ และ don’t"),
    ],
)
def test_the_question_is_canonical_and_without_stray_punctuation(typed: str, text: str) -> None:
    query = understand(typed)
    assert query.text == text
    assert query.variants[0] == Variant("original", text)
    assert (query.typed, clean_question(typed)) == (typed, text)


@pytest.mark.parametrize(
    "question", ["", "  \n ", "?!", "🌉🌉", '""', "\x00\x07", "\u200b", "—", "«»", "ฯ", "ๆ", "\ud800"]
)
def test_a_question_without_a_word_is_refused(question: str) -> None:
    for read in (understand, clean_question):
        with pytest.raises(QuestionError) as caught:
            read(question)
        assert str(caught.value) == "The question holds no word to look for. Ask with at least one word or number"


@pytest.mark.parametrize(
    ("typed", "phrases", "text"),
    [
        ('who signed the "Treaty of Rome"?', ("Treaty of Rome",), "who signed the Treaty of Rome?"),
        (
            "“Let It Be,” «Revolver» 「ビートルズ」",
            ("Let It Be", "Revolver", "ビートルズ"),
            "Let It Be, Revolver ビートルズ",
        ),
        ('"one" and "One" and "one"', ("one", "One"), "one and One and one"),
        ('เพลง"หนักแผ่นดิน"แต่งปีไหน', ("หนักแผ่นดิน",), "เพลง หนักแผ่นดิน แต่งปีไหน"),
        ('half a "quote', (), "half a quote"),
        ('a 19" screen by "Acme Corp"', ("Acme Corp",), "a 19 screen by Acme Corp"),
        ("the 'small' ones, it's", (), "the 'small' ones, it's"),
        ('nothing in "?!" or " "', (), "nothing in? or"),
        ('"พ.ศ. ๒๕๖๐"', ("พ.ศ. ๒๕๖๐",), "พ.ศ. 2560"),
    ],
)
def test_quoted_words_are_phrases_and_stay_in_the_question(typed: str, phrases: tuple[str, ...], text: str) -> None:
    query = understand(typed)
    assert query.phrases == phrases
    assert query.text == text


def test_not_every_one_of_a_thousand_phrases_is_kept() -> None:
    query = understand(" ".join(f'"word {number}"' for number in range(1000)))
    assert query.phrases == tuple(f"word {number}" for number in range(MOST_PHRASES))
    assert "word 999" in query.text


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Who built it?", "en"),
        ("ใครสร้าง", "th"),
        ("TrueCrypt ใช้ทำอะไร", "th"),
        ("谁建的?", "other"),
        ("1943", "other"),
        ("مَن بنى الجسر", "other"),
    ],
)
def test_the_language_is_told_by_the_letters(question: str, language: str) -> None:
    assert understand(question).language == language


def test_english_keywords_are_the_telling_words() -> None:
    assert named("In which year was the Eiffel Tower built?", "keywords") == ["year Eiffel Tower built"]
    assert named("Eiffel Tower built", "keywords") == []  # the question itself
    assert named("หอไอเฟลสร้างเมื่อไร", "keywords") == []


def test_a_question_of_two_scripts_is_asked_in_each() -> None:
    assert named("โปรแกรม TrueCrypt เข้ารหัส disk แบบไหน", "script") == ["TrueCrypt disk", "โปรแกรม เข้ารหัส"]
    assert named("TrueCrypt คืออะไร", "script") == []  # nothing telling in Thai
    assert named("โปรแกรม TrueCrypt เข้ารหัสอะไร", "script", QueryRules()) == []


def test_a_rule_that_is_off_makes_nothing() -> None:
    question = "When was the Eiffel Tower built and who designed it?"
    assert [variant.name for variant in understand(question, NOTHING).variants] == ["original"]
    assert [variant.name for variant in understand(question).variants] == ["original", "part 1", "part 2"]
    everything = [variant.name for variant in understand(question, EVERYTHING).variants]
    assert everything == ["original", "part 1", "part 2", "keywords"]


COMPOUND = [
    (
        "When was the Eiffel Tower built and who designed it?",
        ["When was the Eiffel Tower built", "who designed Eiffel Tower?"],
    ),
    ("When was the bridge built, and who designed it?", ["When was the bridge built", "who designed it bridge built?"]),
    (
        "Could you tell me who wrote Emma and where Dickens was born?",
        ["who wrote Emma", "where Dickens was born?"],
    ),
    ("Who wrote Emma? And when did Dickens die?", ["Who wrote Emma?", "And when did Dickens die?"]),
    (
        "When was Harvard founded, how large is its endowment and who runs it?",
        ["When was Harvard founded", "how large is Harvard endowment", "who runs Harvard?"],
    ),
    (
        "How many people live in Paris, and what about London?",
        ["How many people live in Paris", "what about London people live?"],
    ),
    ("Who discovered radium as well as what did Bohr study?", ["Who discovered radium", "what did Bohr study?"]),
    (
        "Newton wrote the Principia. Where was he born and when did Leibniz die?",
        ["Newton wrote the Principia. Where was he born", "when did Leibniz die?"],
    ),
    (
        "When was the Treaty of Rome signed and who signed it?",
        ["When was the Treaty of Rome signed", "who signed Treaty Rome?"],
    ),
    ("Who painted Guernica, and where?", []),  # the other side has nothing of its own
    ("How high is the Bhumibol Dam and how long?", ["How high is the Bhumibol Dam", "how long Bhumibol Dam?"]),
    ("List the moons of Mars and name the largest one", ["List the moons of Mars", "name the largest one"]),
    ("สะพานสร้างเมื่อไรและใครเป็นคนออกแบบ", ["สะพานสร้างเมื่อไร", "ใครเป็นคนออกแบบ สะพาน สร้าง"]),
    (
        "ลิเวอร์พูลก่อตั้งปีไหน แล้วสนามแอนฟีลด์จุคนได้กี่คน",
        ["ลิเวอร์พูลก่อตั้งปีไหน", "สนามแอนฟีลด์จุคนได้กี่คน"],
    ),
    ("ใครแต่งเรื่องคู่กรรม ภาพยนตร์เรื่องแฟนฉันฉายปีอะไร", []),  # no joint and no question word at the space
    ("คู่กรรมใครแต่งครับ ภาพยนตร์แฟนฉันฉายปีอะไรครับ", ["คู่กรรมใครแต่งครับ", "ภาพยนตร์แฟนฉันฉายปีอะไรครับ"]),
    (
        "ใครเป็นผู้แต่งและผู้กำกับเรื่องคู่กรรม และภาพยนตร์แฟนฉันฉายเมื่อไร",
        ["ใครเป็นผู้แต่งและผู้กำกับเรื่องคู่กรรม", "ภาพยนตร์แฟนฉันฉายเมื่อไร"],
    ),
]


@pytest.mark.parametrize(("question", "parts"), COMPOUND)
def test_a_compound_question_is_asked_in_parts(question: str, parts: list[str]) -> None:
    assert named(question, "part") == parts


ONE_QUESTION = """
    Who wrote Pride and Prejudice?
    Who designed and built the Eiffel Tower?
    What is the difference between a frog and a toad?
    What is the difference between what Kant said and what Hume said?
    Which country borders France and has the largest population?
    Who was the poet who fought at Missolonghi and who died there?
    What happened between 1914 and 1918 in Serbia and Montenegro?
    What did Newton, who was born in 1642, write about light?
    When and where was Mozart born?
    How do I cook rice and beans?
    What are the causes and effects of acid rain?
    Where can I buy salt and pepper?
    Which rivers flow through Austria, Hungary and Serbia?
    What happens to steel when it is heated and when it is cooled?
    Who is the man that founded Ford and what?
    What do the Red Cross and the Red Crescent do?
    How did Romeo and Juliet die?
    Is it true that Rome and Carthage fought three wars?
    Which company makes Word, Excel, and Outlook?
    Why do cats and dogs fight?
    What does AT&T stand for and why?
    Black and white films of the thirties
    Who was Mr. Darcy?
    Which laws did the king sign and the parliament pass?
"""
ONE_THAI_QUESTION = """
    ใครแต่งเรื่องพระอภัยมณีและขุนช้างขุนแผน
    ความแตกต่างระหว่างกบและคางคกคืออะไร
    สงครามระหว่างใครกับประเทศใดเกิดขึ้นเมื่อไร
    ต้มยำกุ้งและแกงเขียวหวานใส่อะไรบ้าง
    โรมิโอกับจูเลียตตายอย่างไร
    ใครเป็นทั้งผู้กำกับและนักแสดงนำของภาพยนตร์เรื่องนี้
    ประเทศไทยและลาวมีพรมแดนยาวเท่าไร
    เขาแต่งงานกับใคร
    ใครกับใครแต่งงานกัน
    ฝนตกแล้วถนนเปียกเพราะอะไร
    เรียนจบแล้วทำงานที่ไหน
    ประกอบด้วยกี่ส่วนและแต่ละส่วน
    สาเหตุและผลของฝนกรดมีอะไรบ้าง
    ข้าวกับถั่วปลูกในฤดูไหน
    พ่อและแม่ของโมสาร์ทชื่ออะไร
    วันและเวลาของการแข่งขันคือเมื่อไร
    สีขาวและสีดำบนธงหมายถึงอะไร
    รถไฟและรถเมล์แบบไหนถูกกว่า
    แมวกับหมาทำไมไม่ถูกกัน
    ข้อดีและข้อเสียของพลังงานลม
    ใคร ๆ ก็รู้จักและอะไร ๆ ก็ดี
    เกิดเมื่อไรและที่ไหน
"""


@pytest.mark.parametrize("question", [line.strip() for line in (ONE_QUESTION + ONE_THAI_QUESTION).split("\n") if line])
def test_one_question_is_not_cut_at_an_and(question: str) -> None:
    assert not question or named(question, "part") == []


def test_thai_questions_are_not_shortened() -> None:
    question = "สะพานข้ามแม่น้ำแห่งนี้สร้างขึ้นในสมัยใดและมีความยาวทั้งหมดกี่เมตร" * 50
    assert understand(question).text == question


def test_a_very_long_question_has_no_variants() -> None:
    sentence = "when was the bridge built and who designed it? "
    filler = "in the year of the flood " * (LONGEST // 25)
    assert len(understand(sentence).variants) == 3
    assert len(understand(filler[: LONGEST - len(sentence)] + sentence, EVERYTHING).variants) > 1
    assert len(understand(filler + sentence, EVERYTHING).variants) == 1


LONG = [
    "word " * 20_000,
    "สะพาน" * 20_000,
    "สะพานสร้างเมื่อไรและ " * 5_000,
    '"' * 100_000,
    '" ' * 50_000 + "x",
    '"a' * 50_000,
    "“a" * 50_000,
    "?! " * 33_000 + "a",
    "a" + " ?" * 50_000,
    "a " + "." * 100_000,
    "x" * 100_000,
    ", and who " * 10_000,
    "\u202e\x00🌉" * 33_000 + "a",
    "مَن بنى الجسر؟ " * 6_000,
]


@pytest.mark.parametrize("question", LONG)
def test_a_hundred_thousand_characters_are_read_whole_and_have_no_variants(question: str) -> None:
    query = understand(question + "last", EVERYTHING)
    assert query.text.endswith("last")
    assert [letter for letter in query.text if letter.isalnum()] == [
        letter for letter in canonical(question + "last") if letter.isalnum()
    ]
    assert len(query.variants) == 1 or len(query.text) <= LONGEST
    assert len(query.phrases) <= MOST_PHRASES


WORDS = st.sampled_from(
    [
        "who",
        "when was",
        "and",
        "it",
        "the",
        "Rome",
        "bridge",
        "built",
        "?",
        ",",
        "กับ",
        "และ",
        "ใคร",
        "เมื่อไร",
        "สะพาน",
        "สร้าง",
        '"',
        "“",
        "”",
        "«",
        "»",
        "「",
        "」",
        "'",
        "๒๕",
        "25",
        "Ω",
        "🌉",
        "\x00",
        "\u202e",
        "\n",
        "as well as",
        "แล้ว",
        "ส่วน",
        "ๆ",
        "ํา",
    ]
)
QUESTIONS = (
    st.text(max_size=60) | st.lists(WORDS, max_size=25).map(" ".join) | st.lists(WORDS, max_size=25).map("".join)
)


def read(question: str, rules: QueryRules) -> Query | None:
    try:
        return understand(question, rules)
    except QuestionError:
        assert not any(character.isalnum() for character in canonical(question).replace("ๆ", ""))
        return None


@settings(deadline=None, max_examples=300)
@given(question=QUESTIONS, rules=st.builds(QueryRules, st.booleans(), st.booleans(), st.booleans()))
def test_whatever_is_asked(question: str, rules: QueryRules) -> None:
    query = read(question, rules)
    if query is None:
        return
    whole = canonical(question)
    assert query.text == clean_question(question) == clean_question(query.text)
    assert any(character.isalnum() for character in query.text)
    assert "  " not in query.text
    assert "\n" not in query.text
    assert not set(query.text) & set('"“”«»「」๐๑๒๓๔๕๖๗๘๙')
    assert len(query.text) <= len(whole)
    assert query.variants[0] == Variant("original", query.text)
    assert len(query.variants) <= MOST_VARIANTS
    assert len({variant.name for variant in query.variants}) == len(query.variants)
    assert len({variant.text for variant in query.variants}) == len(query.variants)
    assert all(any(character.isalnum() for character in variant.text) for variant in query.variants)
    for phrase in query.phrases:
        assert phrase in whole
        assert any(character.isalnum() for character in phrase)
        assert phrase == phrase.strip(" .,;:!?")
    if rules == NOTHING:
        assert len(query.variants) == 1
