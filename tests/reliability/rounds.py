"""A small corpus that is all new in every round, but for one release, so that a mixture shows.

Every paragraph of round 7 holds the word "round7". An index serves round 7 if its texts are
those of round 7 to the letter, its terms name no other round, and its vectors find them. Rounds 1,
4, 7 and so on are written whole; those between are updates, of which all but one release is new.
"""

import re
import zlib
from contextlib import closing
from pathlib import Path

import numpy as np

from qa.index.build import build_index
from qa.index.generation import open_generation
from qa.index.store import current_name
from tests.word_encoder import WordEncoder

_ROUND = re.compile(r"round(\d+)")


class _Numbers(dict):
    def setdefault(self, word, _):
        return zlib.crc32(word.encode()) % RoundWords.vocabulary_size


class RoundWords(WordEncoder):
    """The word encoder with few words, alike in every process."""

    vocabulary_size = 256

    def __init__(self):
        super().__init__("rounds")
        self.numbers = _Numbers()


STAYS = "mill.md"
MODEL = (RoundWords.name, "rounds")


def texts_of(round_):
    return {
        "fair.md": f"# Harvest fair of round{round_}\n\nSome visitors of round{round_} came.\n",
        "bridge.md": f"# Footbridge of round{round_}\n\nIt shuts in round{round_} for repair.\n\n"
        f"Call the office of round{round_}.\n",
        STAYS: "# Old mill\n\nThe mill stands since 1801.\n",
    }


def write_releases(folder, round_):
    """Write the releases of a round into a folder of its own; gives the folder."""
    place = Path(folder) / f"releases-{round_}"
    place.mkdir(parents=True, exist_ok=True)
    for name, text in texts_of(round_).items():
        (place / name).write_text(text)
    return place


def publish_round(releases, index, *, fresh=False, within=None):
    """Build; if not told otherwise, an update unless it is a round that is written whole."""
    if within is None:
        round_ = int(releases.name.rpartition("-")[2])
        within = 0 if round_ % 3 == 1 else 100
    return build_index(
        releases,
        index,
        RoundWords(),
        max_file_bytes=10_000,
        fresh=fresh,
        update_within=within,
    )


def round_served(index):
    """Open the index as the program does, and give the round it serves.

    Raises:
        IndexFault: It cannot be opened.
        AssertionError: It opens, and what is in it is not one round whole.
    """
    with closing(open_generation(index, MODEL)) as generation:
        return round_of(generation)


def round_of(generation):
    """Give the round that an open generation serves; see `round_served`."""
    releases = generation.rows_by_path
    stored = {path: generation.catalogue.release(row).text for path, row in releases.items()}
    (found,) = {int(number) for text in stored.values() for number in _ROUND.findall(text)}
    assert stored == texts_of(found), "texts of another round"
    assert generation.manifest.counts.releases == len(stored)
    by_release = {path: generation.columns.rows_of(row) for path, row in releases.items()}
    paragraphs = np.concatenate(list(by_release.values()))
    rows = np.array(list(releases.values()))
    for part, alive in (("paragraph_terms", paragraphs), ("release_terms", rows)):
        words = {word for one in generation.segments for word in getattr(one, part).vocabulary}
        terms = getattr(generation, part)
        named = {w for w in words if _ROUND.fullmatch(w) and terms.having(w, alive).any()}
        assert named == {f"round{found}"}, f"terms of {named} with texts of {found}"
    allowed = np.zeros(len(generation.columns.release_of), dtype=bool)
    allowed[paragraphs] = True
    vectors = [vector for one in generation.segments for vector in one.dense.vectors]
    for path, its_rows in by_release.items():
        for row in its_rows.tolist():
            nearest = int(generation.dense.nearest(vectors[row], 1, allowed)[0])
            cosine = generation.dense.cosines(vectors[row], np.array([nearest]))[0]
            assert cosine > 0.999, "vectors are astray"
            text = generation.catalogue.paragraphs([row])[row].text
            assert path == STAYS or f"round{found}" in text
    return found


def faults_of(index, releases, round_, allowed):
    """Give what is wrong with an index after an accident: nothing, if all is well.

    Args:
        index: The index folder.
        releases: A folder to publish next, and
        round_: its round; 0 to publish nothing.
        allowed: Rounds it may serve now; 0 stands for there being no index yet.
    """
    from qa.errors import IndexFault, IndexMissing

    faults = []
    try:
        served = round_served(index)
    except IndexMissing:
        served = 0
    except (IndexFault, AssertionError) as error:
        return [f"{type(error).__name__}: {error}"]
    if served not in allowed:
        faults.append(f"serves round {served}, not one of {sorted(allowed)}")
    if round_:
        faults += _faults_of_the_next(index, releases, round_)
    return faults


def _faults_of_the_next(index, releases, round_):
    try:
        publish_round(releases, index)
        served = round_served(index)
    except Exception as error:
        return [f"the next publish fails: {type(error).__name__}: {error}"]
    if served != round_:
        return [f"the next publish serves round {served}, not {round_}"]
    there = {path.name for path in (index / "gens").iterdir()}
    if current_name(index) not in there or len(there) > 2 or any(n[0] == "." for n in there):
        return [f"the next publish leaves {sorted(there)}"]
    return []
