"""Releases come, change and go, and the index is built again: compared with plain Python.

The model is a dictionary of texts and three formulas: cosine over word counts, BM25, and the list
of paragraphs. After each build the index must hold what the dictionary held when it was built, and
find what the formulas find; between builds it must not change.
"""

import math
import shutil
import tempfile
import zlib
from collections import Counter
from contextlib import closing
from pathlib import Path

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
        self.there, self.built = {}, None

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
        self.there[name] = (title, [" ".join(words) for words in texts])

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

    @rule(fresh=st.booleans())
    def build(self, fresh):
        if not self.there:
            with pytest.raises(ReleasesError):
                publish_round(self.folder, self.index, fresh=fresh)
            return
        changed = self.built != self.there or fresh
        report = publish_round(self.folder, self.index, fresh=fresh)
        assert report.changed == changed
        self.built = dict(self.there)

    @invariant()
    def agrees(self):
        if not hasattr(self, "built"):
            return
        if self.built is None:
            with pytest.raises(IndexMissing):
                open_generation(self.index, MODEL)
            return
        with closing(open_generation(self.index, MODEL)) as generation:
            _agree(generation, self.built)
        Releases.checks += 1


def _agree(generation, releases):
    rows = [(name, *releases[name]) for name in sorted(releases)]
    every = [(title, text) for _, title, texts in rows for text in texts]
    stored = generation.catalogue.paragraphs(range(len(every) + 1))
    assert [one.text for one in stored.values()] == [text for _, text in every]
    heads = generation.catalogue.heads(range(len(rows) + 1))
    assert [(h.id, h.title) for h in heads.values()] == [(name, title) for name, title, _ in rows]
    passages = [text.split() for _, text in every]
    for word in WORDS:
        scores = generation.paragraph_terms.score([word])
        assert scores == pytest.approx([_bm25(word, passages, p) for p in passages], abs=1e-5)
        asked = RoundWords().encode_query(word).vector
        found = generation.dense.nearest(asked, len(every))
        cosines = [_cosine([word], [title, *text.split()]) for title, text in every]
        assert sorted(found) == list(range(len(every)))
        assert [cosines[row] for row in found] == pytest.approx(sorted(cosines)[::-1], abs=1e-5)


def _bm25(term, texts, text):
    """Lucene's BM25 with k1 = 1.5 and b = 0.75, from its formula."""
    n, df, tf = len(texts), sum(term in one for one in texts), text.count(term)
    mean = sum(map(len, texts)) / n
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
