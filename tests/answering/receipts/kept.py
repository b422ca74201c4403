"""A shelf of documents -> answers that quote them, and their receipts."""

from __future__ import annotations

from kb.answering.answer import Answer, Citation, Sentence
from kb.answering.receipts import Circumstances, Receipt, Request, Writer, documents_read
from kb.index.snapshot import Snapshot
from kb.retrieval.source import Source, Step
from tests.index.shelf import Shelf

BRIDGE = "The bridge was built in 1871."
TOLL = "The toll was two pence."
MILL = "โรงสีหยุดเดินเครื่องเมื่อ พ.ศ. 2473"
CIRCUMSTANCES = Circumstances(
    generation=1, index={"pipeline": {"reader": "1"}}, calibration="c0", settings={"llm": {"seed": 0}}, version="1"
)
WRITER = Writer(model="double", base_digest="b0", quantisation="none", seed=0, temperature=0.0)


def quoting(
    snapshot: Snapshot, *quotes: tuple[str, str], question: str = "When?", shown: tuple[str, ...] = ()
) -> Answer:
    """An answer that quotes words of documents; `shown` are documents among the sources that are not quoted."""
    citations, sources = [], []
    for number, (name, words) in enumerate(quotes, start=1):
        row = snapshot.find(name)
        assert row is not None
        start = snapshot.text(row.id).index(words)
        citations.append(Citation(number, name, None, None, start, start + len(words), words))
    for name in [*(name for name, _ in quotes), *shown]:
        row = snapshot.find(name)
        assert row is not None
        text = snapshot.text(row.id)
        sources.append(
            Source(name, None, 0, len(text), text, 0.9, (Step("dense", "as typed", 1, 0.1 + 0.2, True, ""),))
        )
    return Answer(
        question,
        question,
        "answered",
        "Quoted",
        "quote",
        "\n\n".join(f"{one.quote} [{one.number}]" for one in citations),
        tuple(Sentence(one.quote, "supported", (one.number,)) for one in citations),
        citations=tuple(citations),
        sources=tuple(sources),
    )


def receipt_of(answer: Answer, snapshot: Snapshot) -> Receipt:
    request = Request(question=answer.question, standalone_question=answer.standalone_question)
    documents = documents_read(answer, snapshot)
    return Receipt(request=request, answer=answer, documents=documents, circumstances=CIRCUMSTANCES)


def asked(shelf: Shelf, *quotes: tuple[str, str], question: str = "When?", shown: tuple[str, ...] = ()) -> Receipt:
    """The receipt of an answer from what is indexed now."""
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        return receipt_of(quoting(snapshot, *quotes, question=question, shown=shown), snapshot)
