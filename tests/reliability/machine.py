"""Releases come, change and go, and the index is built again: compared with plain Python.

The model is a dictionary of texts and three formulas: cosine over word counts, BM25, and the list
of paragraphs. After each build the index must hold what the dictionary held when it was built, and
find what the formulas find; between builds it must not change. A build is whole or an update: then
BM25 has the numbers of the last that was whole, which the model remembers too.
"""

import math
import shutil
import tempfile
import zlib
from collections import Counter
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from qa.errors import IndexMissing, ReleasesError
from qa.index.generation import open_generation
from qa.index.purge import purge_index
from tests.reliability.counts import Outcome
from tests.reliability.rounds import MODEL, RoundWords, publish_round
from tests.word_encoder import DIMENSION

# Words that stay as they are when they are stemmed, and stop no search.
WORDS = ("pear", "plum", "fig", "bench", "cart", "lamp", "drum", "owl")
names = st.sampled_from(("a.md", "b.md", "c/d.md", "e.txt"))
paragraphs = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=4), min_size=1, max_size=3
)


class Releases(RuleBasedStateMachine):
    """A folder of releases, its index, and what plain Python says of both."""

    checks = 0

    @initialize()
    def begin(self):
        self.scratch = Path(tempfile.mkdtemp())
        self.folder, self.index = self.scratch / "releases", self.scratch / "index"
        self.folder.mkdir()
        self.there, self.built, self.base = {}, None, {}

    def teardown(self):
        if hasattr(self, "scratch"):
            shutil.rmtree(self.scratch)

    @rule(name=names, title=st.sampled_from(WORDS), texts=paragraphs)
    def put(self, name, title, texts):
        """Add a release, or change the one that has the name."""
        body = "\n\n".join(" ".join(words) for words in texts)
        place = self.folder / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"---\ntitle: {title}\n---\n\n{body}\n")
        self.there[name] = (title, tuple(" ".join(words) for words in texts))

    @precondition(lambda self: getattr(self, "there", None))
    @rule(data=st.data())
    def remove(self, data):
        name = data.draw(st.sampled_from(sorted(self.there)))
        (self.folder / name).unlink()
        del self.there[name]

    @precondition(lambda self: getattr(self, "there", None))
    @rule(data=st.data(), to=names)
    def rename(self, data, to):
        name = data.draw(st.sampled_from(sorted(self.there)))
        (self.folder / to).parent.mkdir(exist_ok=True)
        (self.folder / name).replace(self.folder / to)
        self.there[to] = self.there.pop(name)

    @rule(fresh=st.booleans(), within=st.sampled_from((0, 0.5, 100, 100)))
    def build(self, fresh, within):
        if not self.there:
            with pytest.raises(ReleasesError):
                publish_round(self.folder, self.index, fresh=fresh, within=within)
            return
        changed = self.built != self.there or fresh
        weight = len(self.there.items() ^ self.base.items())
        report = publish_round(self.folder, self.index, fresh=fresh, within=within)
        assert report.changed == changed
        self.built = dict(self.there)
        if fresh or (changed and weight > within * len(self.base)):
            self.base = dict(self.there)
        assert report.awaiting_purge == len(self.base.items() - self.there.items())

    @precondition(lambda self: getattr(self, "built", None))
    @rule()
    def purge(self):
        done = purge_index(self.index, wait=0)
        assert done.compacted == len(self.base.items() - self.built.items())
        assert {path.name for path in (self.index / "gens").iterdir()} == {done.generation}
        if done.compacted:
            self.base = dict(self.built)

    @invariant()
    def agrees(self):
        if not hasattr(self, "built"):
            return
        if self.built is None:
            with pytest.raises(IndexMissing):
                open_generation(self.index, MODEL)
            return
        with closing(open_generation(self.index, MODEL)) as generation:
            _agree(generation, self.built, self.base)
        Releases.checks += 1


def _agree(generation, releases, base):
    row_of = generation.rows_by_path
    assert sorted(row_of) == sorted(releases)
    heads = generation.catalogue.heads(row_of.values())
    every, rows = [], []
    for name, (title, texts) in releases.items():
        assert (heads[row_of[name]].id, heads[row_of[name]].title) == (name, title)
        rows += generation.columns.rows_of(row_of[name]).tolist()
        every += [(title, text) for text in texts]
    stored = generation.catalogue.paragraphs(rows)
    assert [stored[row].text for row in rows] == [text for _, text in every]
    ours = [text.split() for _, text in every]
    whole = [text.split() for _, texts in base.values() for text in texts]
    later = releases.items() - base.items()
    added = [text.split() for _, (_, texts) in later for text in texts]
    allowed = np.isin(np.arange(len(generation.columns.release_of)), rows)
    for word in WORDS:
        scores = generation.paragraph_terms.score([word])[rows]
        assert scores == pytest.approx([_bm25(word, whole, added, p) for p in ours], abs=1e-5)
        asked = RoundWords().encode_query(word).vector
        found = generation.dense.nearest(asked, len(every), allowed).tolist()
        cosines = [_cosine([word], [title, *text.split()]) for title, text in every]
        assert sorted(found) == sorted(rows)
        by_row = dict(zip(rows, cosines, strict=True))
        assert [by_row[row] for row in found] == pytest.approx(sorted(cosines)[::-1], abs=1e-5)


def _bm25(term, base, added, text):
    """Lucene's BM25 with k1 = 1.5 and b = 0.75, from its formula, by the numbers of the base.

    A term that the base has not is as rare as it is in what was added, among all.
    """
    n, df, tf = len(base), sum(term in one for one in base), text.count(term)
    if df == 0:
        n, df = n + len(added), sum(term in one for one in added)
    mean = sum(map(len, base)) / len(base)
    idf = math.log(1 + (n - df + 0.5) / (df + 0.5))
    return idf * tf / (tf + 1.5 * (0.25 + 0.75 * len(text) / mean))


def _cosine(one, other):
    """The cosine of two lists of words, each word counted in the dimension of its number."""
    a, b = (
        Counter(zlib.crc32(word.encode()) % 256 % DIMENSION for word in words)
        for words in (one, other)
    )
    lengths = math.sqrt(sum(v * v for v in a.values()) * sum(v * v for v in b.values()))
    return sum(a[d] * b[d] for d in a) / lengths


def prove(counts, enough=None, only=""):
    """Run the machine; its own report is the failure."""
    Releases.checks = 0
    chosen = settings(
        max_examples=counts.examples,
        stateful_step_count=counts.steps,
        deadline=None,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    try:
        seed(counts.seed)(Releases)
        run_state_machine_as_test(Releases, settings=chosen)
    except Exception as error:
        return Outcome(counts.examples, (f"{type(error).__name__}: {error}",))
    failures = () if Releases.checks else ("nothing was compared",)
    return Outcome(counts.examples, failures, f"{Releases.checks} comparisons")
