"""A BEIR folder and a SQuAD file of a few lines, as a user may bring them."""

from __future__ import annotations

import json
from pathlib import Path

TEXTS = {"d1": "wings lift planes", "d2": "heat flows slowly", "d3": "planes need engines", "d4": "boats float"}
QUERIES = {"q1": "what do wings lift", "q2": "how does heat move", "q3": "planes and engines"}
GAINS = {"q1": {"d1": 1}, "q2": {"d2": 1}, "q3": {"d3": 2, "d1": 1}}


def beir_folder(folder: Path, qrels: str = "test") -> Path:
    """Four documents, three judged queries, one that nobody judged."""
    (folder / "qrels").mkdir(parents=True)
    corpus = [{"_id": name, "title": "", "text": text} for name, text in TEXTS.items()]
    queries = [{"_id": name, "text": text} for name, text in {**QUERIES, "q9": "never judged"}.items()]
    for name, rows in (("corpus", corpus), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    rows = [f"{query}\t{document}\t{gain}" for query, gains in GAINS.items() for document, gain in gains.items()]
    (folder / "qrels" / f"{qrels}.tsv").write_text("query-id\tcorpus-id\tscore\n" + "\n".join(rows) + "\n")
    return folder


def squad_file(file: Path) -> Path:
    """Two articles of one Thai and one English paragraph, one question on each and one that has no answer."""
    articles = [
        ("แม่น้ำ", "แม่น้ำโขงยาว river", "แม่น้ำโขง river", "โขง"),
        ("Bern", "Bern is old", "Bern how old", "old"),
    ]
    data = [
        {
            "title": title,
            "paragraphs": [
                {
                    "context": context,
                    "qas": [{"id": title, "question": question, "answers": [{"text": answer, "answer_start": 0}]}],
                }
            ],
        }
        for title, context, question, answer in articles
    ]
    data[1]["paragraphs"][0]["qas"].append(  # type: ignore[index, union-attr]
        {"id": "none", "question": "Which moon?", "answers": [], "is_impossible": True}
    )
    file.write_text(json.dumps({"version": "v2.0", "data": data}, ensure_ascii=False), encoding="utf-8")
    return file
