"""Turn XQuAD (BEIR layout) into releases and judged questions, so that `qa evaluate` can be run.

    python -m benchmarks.xquad XQUAD_FOLDER OUT
    python -m qa build --releases OUT/releases --index OUT/index
    python -m qa evaluate OUT/questions.jsonl --index OUT/index

Each of the 240 paragraphs becomes a release of its own, with the title of its article.

Source: Artetxe, Ruder and Yogatama, "On the Cross-lingual Transferability of Monolingual
Representations", ACL 2020; the English part. CC BY-SA 4.0.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def main() -> None:
    """Write releases and questions."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("xquad", type=Path, help="folder with corpus.jsonl, queries.jsonl, ...")
    parser.add_argument("out", type=Path, help="folder to write to")
    options = parser.parse_args()

    releases = options.out / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    for paragraph in _lines(options.xquad / "corpus.jsonl"):
        head = f"---\ntitle: {json.dumps(paragraph['title'])}\n---\n\n"
        (releases / _file(paragraph["_id"])).write_text(head + paragraph["text"], encoding="utf-8")
    questions = "".join(json.dumps(one) + "\n" for one in _questions(options.xquad))
    (options.out / "questions.jsonl").write_text(questions, encoding="utf-8")


def _questions(folder: Path) -> Iterator[dict[str, Any]]:
    answers = {one["query_id"]: one["answers"] for one in _lines(folder / "answers.jsonl")}
    rows = (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    paragraph_of = {row.split("\t")[0]: row.split("\t")[1] for row in rows}
    for query in _lines(folder / "queries.jsonl"):
        release = _file(paragraph_of[query["_id"]])
        yield {
            "id": query["_id"],
            "type": "xquad",
            "question": query["text"],
            "answerable": True,
            "gold": [{"release": release, "answer": one} for one in answers[query["_id"]]],
        }


def _file(paragraph: str) -> str:
    return f"{paragraph.replace('/', '_').replace('#', '-')}.md"


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


if __name__ == "__main__":
    main()
