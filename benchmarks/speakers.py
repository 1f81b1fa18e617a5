"""How often the right speaker is given to paragraphs that people labelled.

    python -m benchmarks.speakers LABELS.jsonl --releases DIR

Each line has `sha256` of a release file, `paragraph` from 1, and `speaker`: the name, or the office
where no name is given; null where nobody is quoted. The labels are no part of the project.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

from qa.language.same_name import same_person
from qa.records import Speaker
from qa.releases import read_folder


def main(arguments: list[str] | None = None) -> int:
    """Print the counts; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("labels", type=Path)
    parser.add_argument("--releases", type=Path, default=Path("seeds"))
    options = parser.parse_args(arguments)
    labels = [json.loads(line) for line in options.labels.read_text("utf-8").splitlines()]
    wanted = {one["sha256"] for one in labels}
    found: dict[tuple[str, int], Speaker | None] = {
        (release.sha256, paragraph.number): paragraph.speaker
        for release in read_folder(options.releases).releases
        if release.sha256 in wanted
        for paragraph in release.paragraphs
    }
    counts: Counter[str] = Counter()
    for label in labels:
        speaker = found[label["sha256"], label["paragraph"]]
        counts["told"] += (speaker is None) == (label["speaker"] is None)
        if label["speaker"] is not None:
            counts["quoted"] += 1
            counts["right"] += speaker is not None and _is(label["speaker"], speaker)
    print(f"right speaker {counts['right']} of {counts['quoted']} quoted paragraphs")
    print(f"quoted or not told rightly {counts['told']} of {len(labels)} paragraphs")
    return 0


def _is(label: str, speaker: Speaker) -> bool:
    if speaker.name:
        return same_person(label, speaker.name)
    return (speaker.role or "").casefold() == label.casefold()


if __name__ == "__main__":
    raise SystemExit(main())
