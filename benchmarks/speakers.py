"""How often the right speaker is given to paragraphs that a reader labelled, and where not.

    python -m benchmarks.speakers LABELS.jsonl --releases DIR

Each line has `sha256` of a release file, `paragraph` from 1, `quoted` (whether the paragraph is, in
the main, somebody's quoted words) and `speaker`: the name, or the office as written where no name
is given; null where nobody is. The labels are no part of the project.
"""

import argparse
import json
from pathlib import Path

from qa.evaluation.intervals import measure, share_interval
from qa.language.same_name import same_person
from qa.records import Paragraph, Speaker
from qa.releases import read_folder


def main(arguments: list[str] | None = None) -> int:
    """Print the misses and the shares; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("labels", type=Path)
    parser.add_argument("--releases", type=Path, default=Path("seeds"))
    options = parser.parse_args(arguments)
    labels = [json.loads(line) for line in options.labels.read_text("utf-8").splitlines()]
    found = _paragraphs(options.releases, {label["sha256"] for label in labels})
    named: list[tuple[str, bool]] = []
    told: list[tuple[str, bool]] = []
    for label in labels:
        release, paragraph = label["sha256"], found[label["sha256"], label["paragraph"]]
        told.append((release, (paragraph.speaker is not None) == label["quoted"]))
        right = _is(label["speaker"], paragraph.speaker)
        if label["quoted"]:
            named.append((release, right))
        if not right:
            print(f"{release[:12]} paragraph {label['paragraph']}: {label['speaker']}")
            print(f"    {paragraph.speaker}\n    {paragraph.text[:160]!r}")
    print("right speaker of quoted paragraphs:", _share(named))
    print("quoted or not told rightly:", _share(told))
    return 0


def _paragraphs(folder: Path, wanted: set[str]) -> dict[tuple[str, int], Paragraph]:
    return {
        (release.sha256, paragraph.number): paragraph
        for release in read_folder(folder).releases
        if release.sha256 in wanted
        for paragraph in release.paragraphs
    }


def _is(label: str | None, speaker: Speaker | None) -> bool:
    if label is None or speaker is None:
        return label is None and speaker is None
    if speaker.name:
        return same_person(label, speaker.name)
    return (speaker.role or "").casefold() == label.casefold()


def _share(points: list[tuple[str, bool]]) -> str:
    """Give the share with two intervals: paragraphs of one release stand or fall together."""
    of_release: dict[str, list[bool]] = {}
    for release, right in points:
        of_release.setdefault(release, []).append(right)
    drawn = measure(
        [sum(of) for of in of_release.values()], [len(of) for of in of_release.values()]
    )
    total = sum(right for _, right in points)
    low, high = share_interval(total, len(points))
    return (
        f"{total} of {len(points)}, {total / len(points):.3f}; Wilson {low:.3f} to {high:.3f}, "
        f"{len(of_release)} releases drawn anew {drawn.low:.3f} to {drawn.high:.3f}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
