from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from kb.evaluation import metrics
from kb.evaluation.datasets import Question, QuestionSet
from kb.evaluation.quotes import squeeze
from kb.evaluation.selection import Wanted, cut_to, edited, measure, plain, twice, wanted
from kb.language.segment import words
from kb.settings import Settings

TEXT = "The bridge was built in 1862. It fell in a storm. The new one stands since 1901, further up the river."
THAI = "สะพานสร้างเสร็จในปี 1862 โดยช่างจากเมืองหลวง พายุพัดสะพานพังลงในคืนฤดูฝน ชาวบ้านสร้างสะพานใหม่ในปี 1901 ที่ต้นน้ำ"


def question(text: str, *answers: str, paragraph: str = "bridge") -> Question:
    return Question(text, text, answers, paragraph, bool(answers), "fit")


class TestWanted:
    def test_the_sentences_that_hold_an_answer_spaces_and_case_aside(self) -> None:
        found = wanted([question("when?", "in  1862", "SINCE 1901")], {"bridge": [TEXT]})
        assert found == [
            Wanted(
                "when?", ("thebridgewasbuiltin1862.", "thenewonestandssince1901,furtheruptheriver.")
            )
        ]  # fmt: skip

    def test_those_of_every_version(self) -> None:
        versions = {"bridge": [TEXT, TEXT.replace("built", "raised")]}
        assert wanted([question("when?", "1862")], versions)[0].sentences == (
            "thebridgewasbuiltin1862.",
            "thebridgewasraisedin1862.",
        )

    def test_an_answer_over_two_sentences_is_left_out(self) -> None:
        assert wanted([question("when?", "1862. It fell")], {"bridge": [TEXT]}) == []


class TestMeasure:
    def test_plain_gets_as_many_characters_as_were_selected_in_the_mean(self) -> None:
        passages = {
            "a": ["x" * 10, "answer a"],  # selected: the second alone; plain: the first and half of the second
            "b": ["answer b", "y" * 10],  # both have it
            "c": ["z" * 10, "z" * 5, "answer c"],  # selected: three; plain: cut before it
        }
        chosen = {"a": passages["a"][1:], "b": passages["b"][:1], "c": passages["c"]}
        asked = [Wanted(name, (squeeze(f"answer {name}"),)) for name in passages]
        lines = measure(asked, chosen.__getitem__, passages.__getitem__)
        room = round((8 + 8 + 23) / 3)
        assert room == 13
        assert [(line.part, line.measure) for line in lines] == [
            ("selected", "the sentence that answers is among them"),
            ("plain top-k", "the same in as many characters"),
            ("selected", "over plain top-k"),
            ("selected", "passages"),
            ("selected", "characters"),
        ]
        assert lines[0].interval == metrics.mean([1.0, 1.0, 1.0])
        assert lines[1].interval == metrics.mean([0.0, 1.0, 0.0])
        assert lines[2].interval == metrics.paired([1.0, 1.0, 1.0], [0.0, 1.0, 0.0])
        assert lines[3].interval.value == pytest.approx(5 / 3)
        assert lines[4].interval.value == pytest.approx(13)

    @hypothesis(deadline=None)
    @given(st.lists(st.text(max_size=9), max_size=6), st.integers(0, 40))
    def test_texts_are_cut_where_the_characters_end(self, texts: list[str], characters: int) -> None:
        assert "".join(cut_to(texts, characters)) == "".join(texts)[:characters]


class TestTwice:
    @pytest.mark.parametrize("text", [TEXT * 3, THAI * 3])
    def test_few_words_differ_and_none_of_an_answer(self, text: str) -> None:
        copy = edited(text, ["1862", "storm"], random.Random(1))
        assert copy != text
        before, after = words(text), words(copy)
        changed = round(0.03 * len(before))
        assert copy.count("1862") == 3
        assert copy.count("storm") == text.count("storm")
        assert len(before) - changed <= len(after) <= len(before) + changed
        assert sum(word not in after for word in before) <= 3 * changed

    def test_a_text_that_is_all_answer_stays(self) -> None:
        assert edited("in 1862", ["in 1862"], random.Random(0)) == "in 1862"
        assert edited("", [], random.Random(0)) == ""

    def test_every_paragraph_comes_with_a_copy_and_the_same_seed_gives_the_same(self) -> None:
        paragraphs = {"bridge": TEXT, "thai": THAI}
        known = QuestionSet("s", "en", paragraphs, {"bridge": "B", "thai": "T"}, (question("when?", "1862"),))
        made = twice(known, seed=3)
        assert {name: texts[0] for name, texts in made.items()} == paragraphs
        assert all(texts[1] != texts[0] for texts in made.values())
        assert "1862" in made["bridge"][1]
        assert twice(known, seed=3) == made
        assert twice(known, seed=4) != made


def test_plain_shows_the_whole_pool_in_its_order() -> None:
    bare = plain(Settings()).retrieval
    assert (bare.top_k, bare.pool, bare.least_relevance, bare.mmr_lambda) == (50, 50, 0.0, 1.0)
    assert not bare.near_duplicates
    assert not bare.auto_top_k
    assert bare.sentences == Settings().retrieval.sentences
