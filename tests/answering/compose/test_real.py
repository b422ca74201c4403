"""The real small model writes, end to end: the draft is its own, and what is shown of it is proven."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kb import prompts
from kb.answering.answer import Answer
from kb.models.language_model import KBLanguageModel
from kb.models.limits import Limits
from kb.models.residents import Residents
from tests.answering.compose.fuzz import faults_of, unproven
from tests.answering.compose.world import BRIDGE, MILL, QUESTION, answered, events, shelf, voice
from tests.models_fixtures import generated

if TYPE_CHECKING:
    from kb.models.loading import Loaded

TOKENS = 32


def test_smollm_drafts_from_the_sources_and_nothing_unproven_is_shown(smollm: Loaded, tmp_path: Path) -> None:
    llm = KBLanguageModel(Residents(smollm, tmp_path, most=1, most_rank=8), Limits(1024, TOKENS))
    with shelf(tmp_path, {"bridge.txt": BRIDGE, "mill.md": MILL}) as base:
        told = events(base, voice(llm, "auto"))
        answer = told[-1]
        assert isinstance(answer, Answer)
        asked = prompts.compose(QUESTION, [(one.document, one.text) for one in answer.sources], "en")
        assert answer.draft == generated(smollm, asked, TOKENS).partition("<|im_end|>")[0]
        assert list(faults_of(told, answer)) == []
        assert [fault for sentence in answer.sentences for fault in unproven(base, answer, sentence)] == []
        assert answer.status == "answered"  # with sentences of the draft or, where none is proven, with quotes
        assert answer.mode == (
            "compose" if len(answer.sentences) and answer.text != answered(base, None).text else "quote"
        )
        again = answered(base, voice(llm, "compose"))
        assert again.draft == answer.draft
        assert again.status == ("answered" if answer.mode == "compose" else "declined")
