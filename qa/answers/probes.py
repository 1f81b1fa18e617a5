"""Questions that a corpus asks of itself, to see how chances come out on it.

A chance was fitted on one corpus. On another, smaller or of other subjects, the same signs
come out higher or lower, whether or not a question is answered. So a build asks probes made
from the releases themselves: what stands before a figure in some paragraph, and the headline.
Each is asked twice: of all releases, which answer it, and of all but its own and those that
repeat it, which do not.

They are no natural questions, so nothing but the two middles is taken from them: those of the
corpus that the chances were fitted on are kept with the reader, and a later corpus's middles
are moved onto them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from qa.answers.chance import log_odds, signs_of
from qa.index.columns import TRAITS, Columns
from qa.index.generation import Generation
from qa.language.markup import plain
from qa.reading import Middles, Reader
from qa.records import Query
from qa.retrieval.asked import Asked
from qa.retrieval.scope import Scope, scope_of
from qa.retrieval.search import search

PROBES = 40  # releases that are asked about
MIN_PROBES = 8  # fewer say nothing
_FIGURE = re.compile(r"(?:£\s?)?\b\d[\d,.]*\b\s+((?:[a-z][\w-]*\s+){1,4}[a-z][\w-]*)")
_TITLE_WORDS = 9


@dataclass(frozen=True, slots=True)
class Probe:
    """One question made from a release.

    Attributes:
        question: e.g. "how many weapons were seized, Week of action against county lines".
        release: Row of the release that answers it.
    """

    question: str
    release: int


def probe_middles(
    generation: Generation,
    reader: Reader,
    ask: Callable[[str], Asked],
    progress: Callable[[int, int], None],
) -> Middles | None:
    """Ask the probes of a corpus, and give the middle log-odds of answered and unanswered ones.

    Args:
        generation: The corpus.
        reader: Reads the probes.
        ask: Makes a question ready.
        progress: Called with (probes asked, probes in all).

    Returns:
        None where the corpus is too small to tell, or the reader brings no chances.
    """
    if reader.chances is None:
        return None
    answered: list[float] = []
    unanswered: list[float] = []
    probes = make_probes(generation)
    for done, probe in enumerate(probes):
        progress(done, len(probes))
        asked = ask(probe.question)
        everything = scope_of(Query(probe.question), generation.columns)
        for scope, found_in in (
            (everything, answered),
            (_without(probe.release, everything, generation), unanswered),
        ):
            found = search(asked, generation, scope, reader, 1)
            if found.paragraphs and found.paragraphs[0].read is not None:
                found_in.append(
                    log_odds(signs_of(asked, generation, found), reader.chances.weights)
                )
    progress(len(probes), len(probes))
    if min(len(answered), len(unanswered)) < MIN_PROBES:
        return None
    return Middles(float(np.median(answered)), float(np.median(unanswered)))


def make_probes(generation: Generation) -> list[Probe]:
    """Make up to `PROBES` questions from releases spread evenly over the corpus."""
    probes: list[Probe] = []
    n = generation.columns.n_releases
    for release in np.random.default_rng(0).permutation(n)[: 5 * PROBES]:
        if len(probes) == PROBES:
            break
        probes += list(_probes_of(int(release), generation))[:1]
    return probes


def _probes_of(release: int, generation: Generation) -> Iterator[Probe]:
    rows = generation.columns.rows_of(release)
    trait = dict(zip(TRAITS, generation.columns.traits[rows].T, strict=True))
    wanted = rows[(trait["has_digit"] > 0) & (trait["is_heading"] == 0) & (trait["is_aside"] == 0)]
    title = " ".join(generation.catalogue.heads([release])[release].title.split()[:_TITLE_WORDS])
    paragraphs = generation.catalogue.paragraphs(wanted.tolist())
    for row in wanted:
        figure = _FIGURE.search(plain(paragraphs[int(row)].text).text)
        if figure is not None:
            yield Probe(f"how many {' '.join(figure[1].split())}, {title}?", release)


def _without(release: int, scope: Scope, generation: Generation) -> Scope:
    """Leave out a release, and every one that repeats a paragraph of it that few others have."""
    columns = generation.columns
    hashes = columns.text_hash[columns.rows_of(release)]
    same = np.isin(columns.text_hash, [one for one in hashes if _is_rare(int(one), columns)])
    allowed = scope.releases.copy()
    allowed[columns.release_of[same]] = False
    allowed[release] = False
    return Scope(allowed, False, scope.searched)


def _is_rare(text_hash: int, columns: Columns) -> bool:
    return int((columns.text_hash == text_hash).sum()) <= 5
