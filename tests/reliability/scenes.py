"""Where an accident finds an index: nothing there yet, one generation, or the mess of old ones."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.lab import PUBLISHED, subject
from tests.reliability.rounds import publish_round, write_releases
from tests.reliability.tracing import RECORD, traced, write_points

SCENES = ("first", "second", "after many")


@dataclass(frozen=True, slots=True)
class Scene:
    """An index before a publish.

    Attributes:
        name: One of `SCENES`.
        template: A copy of the index folder; it is not there before a first publish.
        served: Round that serves; 0 if none.
        releases: Folder to publish, of round `served` + 1.
        next_releases: Folder to publish after the accident, of round `served` + 2.
    """

    name: str
    template: Path
    served: int
    releases: Path
    next_releases: Path

    def laid_out(self, place):
        """Copy the index to a place; gives its folder."""
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        if self.template.is_dir():
            shutil.copytree(self.template, place / "index")
        return place / "index"


def scenes(scratch):
    """Make every scene in a scratch folder."""
    folders = {round_: write_releases(scratch, round_) for round_ in range(1, 6)}
    made = []
    for name, served in zip(SCENES, (0, 1, 3), strict=True):
        template = scratch / f"template-{served}"
        for round_ in range(1, served + 1):
            publish_round(folders[round_], template)
        if name == "after many":
            _litter(template)
        made.append(Scene(name, template, served, folders[served + 1], folders[served + 2]))
    return made


def points_of(scene, scratch):
    """Give the write-side calls of the publish of a scene: pairs (name, how many-th)."""
    index, log = scene.laid_out(scratch / "recorded"), scratch / "log"
    folders = {scene.served + 1: scene.releases}
    with subject(index, folders) as process, traced(process.pid, *RECORD, log=log):
        process.begin()
        ended = process.wait()
    assert ended == (PUBLISHED, scene.served + 1), ended
    return write_points(log, index)


def _litter(index):
    """Leave what builds leave that were broken off at various moments."""
    serving = sorted((index / "gens").iterdir())[-1]
    for name in (".stage-1-0123abcd", ".trash-g00000001-0123abcd", "g00000009-0123abcd"):
        shutil.copytree(serving, index / "gens" / name)
    (index / "gens" / "g00000009-0123abcd" / "manifest.json").unlink()
    shutil.copytree(serving, index / "gens" / "g00000008-0123abcd")
    (index / ".CURRENT.tmp").write_bytes(b"half")
