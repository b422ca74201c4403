"""English follow-ups, each with the question that was meant."""

from __future__ import annotations

import pytest

from kb.answering.conversation import Turn, standalone


def asked(question: str, answer: str = "") -> Turn:
    return Turn(question, question, answer)


DESIGNED = asked("Who designed the Saltmarrow lighthouse?", "It was designed by Mary Hobson in 1860.")
OPEN = asked("When is the museum open in summer?", "Every day except Tuesday.")
PRICE = asked("How much is a ticket for an adult?", "A ticket costs £11.")
HOUSES = asked(
    "Which houses can be rented?",
    "Two houses can be rented. The assistant keeper's cottage sleeps four. The principal keeper's house sleeps six.",
)
SUSPECTS = asked("Who were the suspects?", "Holmes named three men: James Ryder, Henry Baker and John Horner [1].")
BIRDS = asked("How many kittiwakes nest on the western cliff?", "Wardens counted 1,265 pairs.")
LIVES = asked("Where does Sherlock Holmes live?", "He lives in Baker Street with Dr. Watson.")

CASES = [
    # pronouns
    (DESIGNED, "And when was it built?", "When was the Saltmarrow lighthouse built?"),
    (DESIGNED, "Did she live there?", "Did Mary Hobson live at the Saltmarrow lighthouse?"),
    (LIVES, "What is his profession?", "What is Sherlock Holmes's profession?"),
    (LIVES, "How did Watson meet him?", "How did Watson meet Sherlock Holmes?"),
    (LIVES, "How long does it take to get there?", "How long does it take to get to Baker Street?"),
    (BIRDS, "When do they breed?", "When do the kittiwakes breed?"),
    (SUSPECTS, "Why did they do it?", "Why did the suspects do it?"),
    (OPEN, "How do I get there?", "How do I get to the museum?"),
    # demonstratives and years
    (DESIGNED, "What happened in that year?", "What happened in 1860?"),
    (DESIGNED, "How tall is that lighthouse?", "How tall is the Saltmarrow lighthouse?"),
    # ellipsis
    (OPEN, "What about in winter?", "When is the museum open in winter?"),
    (OPEN, "in January?", "When is the museum open in January?"),
    (OPEN, "What about Tuesdays?", "When is the museum open on Tuesdays?"),
    (OPEN, "And the tower?", "When is the tower open in summer?"),
    (OPEN, "Why?", "Why is the museum open in summer?"),
    (OPEN, "Why is that?", "Why is the museum open in summer?"),
    (OPEN, "if it rains?", "When is the museum open in summer if it rains?"),
    (PRICE, "And for a child?", "How much is a ticket for a child?"),
    (PRICE, "And children?", "How much is a ticket for children?"),
    (PRICE, "Where can I buy one?", "Where can I buy a ticket?"),
    (DESIGNED, "In which year?", "Who designed the Saltmarrow lighthouse, and in which year?"),
    (DESIGNED, "Tell me more", "Tell me more about the Saltmarrow lighthouse."),
    (BIRDS, "And on the eastern cliff?", "How many kittiwakes nest on the eastern cliff?"),
    (asked("What is a heron called in English?"), "and in Thai?", "What is a heron called in Thai?"),
    (asked("When was the mill built?"), "By whom?", "By whom was the mill built?"),
    (asked("Is the café closed today?"), "Until when?", "Until when is the café closed today?"),
    # ordinals
    (HOUSES, "What does the second one cost?", "What does the principal keeper's house cost?"),
    (HOUSES, "and the second one?", "Which houses can be rented, and what about the principal keeper's house?"),
    (HOUSES, "How many people does the first one sleep?", "How many people does the assistant keeper's cottage sleep?"),
    (SUSPECTS, "Where did the second live?", "Where did Henry Baker live?"),
    (SUSPECTS, "Who was the last one married to?", "Who was John Horner married to?"),
    (asked("Who was the first man on the moon?"), "And the second one?", "Who was the second man on the moon?"),
    # without an answer to lean on
    (asked("Which edict ended it all?"), "When was it declared?", "When was the edict that ended it all declared?"),
    (asked("Who built the mill?"), "When did he die?", "When did the person who built the mill die?"),
]


@pytest.mark.parametrize(("turn", "question", "meant"), CASES, ids=[question for _, question, _ in CASES])
def test_a_follow_up_is_completed(turn: Turn, question: str, meant: str) -> None:
    found = standalone(question, [turn])
    assert found.text == meant
    assert found.rewritten
    assert found.why


ALONE = [
    (LIVES, "Who is Irene Adler?"),
    (LIVES, "When did Irene Adler leave her house?"),
    (LIVES, "and who was the King of Bohemia?"),
    (BIRDS, "When is the path closed?"),
    (OPEN, "How many rooms are there?"),
    (OPEN, "How did the keepers spend their evenings?"),
    (OPEN, "Is it true that the fog horn fell silent?"),
    (OPEN, "  What time is it?\n"),
    (SUSPECTS, "What was the second world war about?"),
    (SUSPECTS, "When trade grows, what happens to it?"),
    (DESIGNED, "Que hora es?"),
    (DESIGNED, "?"),
    (DESIGNED, "Thanks"),
]


@pytest.mark.parametrize(("turn", "question"), ALONE, ids=[question for _, question in ALONE])
def test_a_new_topic_is_left_byte_for_byte(turn: Turn, question: str) -> None:
    found = standalone(question, [turn])
    assert (found.text, found.rewritten) == (question, False)


def test_a_topic_lasts_over_several_turns() -> None:
    history: list[Turn] = []
    for question, meant in [
        ("How tall is the lighthouse?", "How tall is the lighthouse?"),
        ("When was it built?", "When was the lighthouse built?"),
        ("By whom?", "By whom was the lighthouse built?"),
        ("And how many steps does it have?", "How many steps does the lighthouse have?"),
        ("What about the mill?", "How many steps does the mill have?"),
    ]:
        understood = standalone(question, history)
        assert understood.text == meant
        history.append(Turn(question, understood.text, ""))


def test_the_sex_of_a_pronoun_tells_two_people_apart() -> None:
    turn = asked("Did Mr. Rucastle hire Miss Hunter?", "Mr. Rucastle hired Miss Hunter.")
    assert standalone("What did she earn?", [turn]).text == "What did Miss Hunter earn?"
    assert standalone("What did he want?", [turn]).text == "What did Mr. Rucastle want?"


def test_a_long_answer_does_not_say_which_name_was_asked_for() -> None:
    quotes = "Colonel Stark came in. " * 12
    found = standalone("Where was he born?", [asked("Who built the press?", quotes)])
    assert found.text == "Where was the person who built the press born?"


def test_without_history_nothing_is_changed() -> None:
    assert standalone("Who designed it?", []).text == "Who designed it?"
    assert standalone("Who designed it?", [Turn("", "  ", "")]).rewritten is False


def test_a_very_long_question_says_what_it_means() -> None:
    question = "Who designed it, " + "and so on " * 40
    assert standalone(question, [DESIGNED]).text == question
