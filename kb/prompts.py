"""Every prompt a language model ever sees."""

from __future__ import annotations

LANGUAGES = {"th": "Thai", "en": "English"}

_PARAPHRASE = """\
Rewrite the question below in {count} different ways, as other people would ask the same thing.
Use other words where you can. Keep every name and every number as it is. Do not answer the question, and do not add \
to it.
Write in {language}, one question a line, nothing else.

Question: {question}
"""


def paraphrase(question: str, language: str, count: int) -> str:
    """Ask for other ways to put a question.

    Args:
        question: Clean, on one line.
        language: Of the question: "th", "en" or "other".
        count: How many are wanted.
    """
    named = LANGUAGES.get(language, "the language of the question")
    return _PARAPHRASE.format(count=count, language=named, question=" ".join(question.split()))
