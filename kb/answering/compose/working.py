"""A question and an adapter that works without documents -> steps, each computed again."""

from __future__ import annotations

import re
import time
from collections.abc import Generator
from contextlib import closing
from typing import TYPE_CHECKING

from kb import prompts
from kb.answering.answer import Dropped, Sentence
from kb.answering.compose.composing import Composed
from kb.answering.compose.drafting import Draft
from kb.answering.events import Drafted, Judged
from kb.language.segment import language

if TYPE_CHECKING:
    from kb.answering.ask import Voice


_NOTES = re.compile(
    r"<<[^<>\n]*>>|^\s*#{1,6}(?=\s)"
)  # as sums are trained on: "He has 48/2 = <<48/2=24>>24", "#### 24"


def work(question: str, voice: Voice) -> Generator[Drafted | Judged, None, Composed]:
    """Let an adapter work a question out; yields what happens, returns the steps that hold.

    Args:
        question: As it stands alone; its numbers are what may be computed with.
        voice: Who works.
    """
    from kb.answering.worked import worked

    done = Composed(Draft(prompts.worked(question, language(question)), voice))
    with closing(done.draft.deltas()) as deltas:
        for delta in deltas:
            yield Drafted(delta)
    began = time.perf_counter()
    steps = worked(question, done.draft.text)
    done.verify = time.perf_counter() - began
    done.note_the_end()
    for step in steps:
        done.judged += 1
        if step.status == "computed":
            shown = _NOTES.sub("", step.text).strip()
            done.sentences.append(Sentence(shown, "computed", ()))
            yield Judged(step.text, shown, "computed", step.why)
        else:
            done.dropped.append(Dropped(step.text, step.status, step.why))
            yield Judged(step.text, None, step.status, step.why)
    return done


def heading(adapter: str | None, model: str, tongue: str) -> str:
    """The line under which an answer stands that no document proves.

    Args:
        adapter: Who worked it out; None is the model itself.
        model: Its name.
        tongue: "th", or anything else for English.
    """
    if tongue == "th":
        return f"คำนวณโดย {adapter or model} ไม่ได้มาจากเอกสารของคุณ"
    return f"Worked by {'adapter ' + adapter if adapter else model}, not from your documents"
