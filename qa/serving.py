"""One open generation, with the models that read questions to it: from a query to an answer.

Reads    a `Query`
Gives    an `Answer`, or hits
"""

from dataclasses import replace
from datetime import date
from functools import cached_property

from threadpoolctl import ThreadpoolController

from qa.answers.choose import Chosen, choose
from qa.answers.cite import as_quote, cite
from qa.answers.decide import Decided, decide, middles_of
from qa.answers.go_on import more_of
from qa.answers.listing import SHOWN, listing_of
from qa.answers.name_speaker import mark_speaker, with_speaker
from qa.answers.refuse import refusal
from qa.answers.story import later_of, timeline_of
from qa.answers.tell import noting_period, noting_speaker, with_way_out
from qa.answers.what_next import quote_onward
from qa.answers.whole_release import row_of
from qa.embedding import Encoder
from qa.index.generation import Generation
from qa.index.terms import new_stemmer
from qa.questions.read import read_as
from qa.questions.spelling import Speller
from qa.questions.what_next import Onward
from qa.reading import Reader
from qa.records import Answer, Hit, Listing, Period, Query, Quote, Refusal, Release, Searched, Step
from qa.retrieval.asked import Asked, make_ready
from qa.retrieval.carried import carried_row
from qa.retrieval.scope import Scope, scope_of
from qa.retrieval.search import Found, search
from qa.serving_words import speller_of

MAX_QUOTES = 5


class Serving:
    """Answers queries from one generation; safe under threads."""

    def __init__(
        self, generation: Generation, encoder: Encoder, reader: Reader | None = None
    ) -> None:
        self.generation = generation
        self.encoder = encoder
        self.reader = reader
        self._pools = ThreadpoolController()

    @property
    def name(self) -> str:
        """Name of the generation."""
        return self.generation.name

    def close(self) -> None:
        """Let go of the generation."""
        self.generation.close()

    @cached_property
    def speller(self) -> Speller:
        """Corrects words that no release has."""
        return speller_of(self.generation, self.encoder)

    @property
    def areas(self) -> tuple[str, ...]:
        """All areas that have releases, sorted."""
        return self.generation.columns.areas

    @property
    def counts(self) -> Searched:
        """How many releases and paragraphs there are."""
        counts = self.generation.manifest.counts
        return Searched(counts.releases, counts.paragraphs)

    @property
    def span(self) -> Period | None:
        """From the first to the last known publish day; None if none is known."""
        days = self.generation.columns.published
        days = days[days[:, 0] > 0]
        if not len(days):
            return None
        return Period(
            date.fromordinal(int(days[:, 0].min())), date.fromordinal(int(days[:, 1].max()))
        )

    @property
    def newest(self) -> date | None:
        """Publish day of the newest release; None if none is known."""
        last = int(self.generation.columns.published[:, 1].max(initial=0))
        return date.fromordinal(last) if last > 0 else None

    def source(self, release: str) -> str | None:
        """Give the text of a release as its file was read, by path; None if unknown."""
        found = self.release(release)
        return None if found is None else found.text

    def release(self, path: str) -> Release | None:
        """Give a release, without its paragraphs, by path; None if unknown."""
        row = self.generation.rows_by_path.get(path)
        return None if row is None else self.generation.catalogue.release(row)

    def answer(self, query: Query) -> Answer:
        """Answer with quotes, best first, or refuse; and with a list, if one is asked for."""
        listing = self.listing(query, SHOWN)
        answer = self._quoted(query, is_listed=listing is not None and listing.total > 0)
        later = later_of(answer, self.generation, new_stemmer())
        return replace(answer, listing=listing, later=later)

    def answer_onward(self, query: Query, onward: Onward) -> Answer:
        """Answer with the next release of the matter quoted before; refuse if none is known."""
        scope = scope_of(query, self.generation.columns)
        found = quote_onward(onward, self.generation, scope, new_stemmer())
        if found is None and onward.stage:
            return self.answer(query)
        note = f"Taken to ask what the next release says of the matter of “{onward.title}”."
        if found is None:
            query = replace(query, context=(), notes=(*query.notes, note))
            return self._answer(query, scope, refused=refusal("nothing_later", scope.searched))
        quote, why = found
        query = replace(query, context=(), notes=(*query.notes, note, f"Linked, since {why}."))
        answer = self._answer(query, scope, quotes=(quote,))
        return replace(answer, later=later_of(answer, self.generation, new_stemmer()))

    def timeline(self, release: str) -> tuple[Step, ...]:
        """Give the releases of the matter that a release is about, by path; none if unknown."""
        row = row_of(release, self.generation)
        return () if row is None else timeline_of(row, self.generation, new_stemmer())

    def listing(self, query: Query, shown: int | None = None) -> Listing | None:
        """Give the list that a query asks for, with at most `shown` entries."""
        return listing_of(query, self.generation, new_stemmer(), shown)

    def _quoted(self, query: Query, *, is_listed: bool) -> Answer:
        query, scope = self._in_scope(query)
        asked = self.asked(query)
        about = carried_row(query.leaning, self.generation)
        if query.leaning.goes_on and about is not None:
            if scope.releases[about]:
                return self._going_on(query, asked, scope, about)
            # Filters are exact, of what was quoted before too.
            return self._answer(query, scope, refused=refusal("nothing_in_scope", scope.searched))
        refused = _cannot_search(asked, scope)
        if refused is not None:
            return self._answer(query, scope, refused=refused)
        found = self._search(asked, scope, MAX_QUOTES)
        query = noting_speaker(noting_period(query, found), found)
        if not found.paragraphs:
            return self._answer(query, scope, refused=refusal("nothing_fits", scope.searched))
        decided = self._decided(asked, found)
        if not decided.answers and not is_listed:
            nearest = cite([Chosen(found.paragraphs[0])], asked, self.generation)[0]
            refused = refusal("nothing_fits", scope.searched, nearest)
            return self._answer(query, scope, refused=refused, chance=decided.chance)
        quotes = self._quotes(found, asked, scope)
        return self._answer(query, scope, quotes=quotes, chance=decided.chance)

    def hits(self, query: Query, k: int) -> list[Hit]:
        """Give the `k` best paragraphs, whether or not they answer."""
        query, scope = self._in_scope(query)
        asked = self.asked(query)
        if _cannot_search(asked, scope):
            return []
        found = self._search(asked, scope, k).paragraphs[:k]
        return cite([Chosen(one) for one in found], asked, self.generation)

    def asked(self, query: Query) -> Asked:
        """Make a query ready: its terms and vectors."""
        return make_ready(query, self.encoder, new_stemmer())

    def _in_scope(self, query: Query) -> tuple[Query, Scope]:
        """Filter; what the question says is set aside where it leaves nothing to search."""
        scope = scope_of(query, self.generation.columns)
        if scope.searched.releases or query.given is None:
            return query, scope
        note = "No release fits what the question says of when and where, which was set aside."
        query = replace(query.given, notes=(*query.notes, note))
        return query, scope_of(query, self.generation.columns)

    def _search(self, asked: Asked, scope: Scope, k: int) -> Found:
        # numpy's threads, waiting beside torch's, made a question take 262 ms instead of 185.
        with self._pools.limit(limits=1, user_api="blas"):
            return search(asked, self.generation, scope, self.reader, k)

    def _decided(self, asked: Asked, found: Found) -> Decided:
        chances = self.reader.chances if self.reader is not None else None
        here = middles_of(self.generation, self.encoder, self.reader)
        return decide(asked, self.generation, found, chances, here)

    def _quotes(self, found: Found, asked: Asked, scope: Scope) -> tuple[Quote, ...]:
        chosen = choose(found.paragraphs, self.generation, MAX_QUOTES)
        if asked.asks_who:
            chosen = with_speaker(chosen, self.generation, MAX_QUOTES)
        hits = cite(chosen, asked, self.generation)
        if asked.asks_who:
            paragraphs = self.generation.catalogue.paragraphs(one.found.row for one in chosen)
            hits = mark_speaker(hits, [paragraphs[one.found.row] for one in chosen])
        both = zip(hits, chosen, strict=True)
        return tuple(as_quote(hit, one, self.generation, scope) for hit, one in both)

    def _going_on(self, query: Query, asked: Asked, scope: Scope, release: int) -> Answer:
        """Quote more of a release, or say that there is no more."""
        more = more_of(release, query.leaning.quoted, self.generation)
        if not more:
            return self._answer(query, scope, refused=refusal("nothing_left", scope.searched))
        hits = cite(more, asked, self.generation)
        both = zip(hits, more, strict=True)
        quotes = tuple(as_quote(hit, one, self.generation, scope) for hit, one in both)
        return self._answer(query, scope, quotes=quotes)

    def _answer(
        self,
        query: Query,
        scope: Scope,
        *,
        quotes: tuple[Quote, ...] = (),
        refused: Refusal | None = None,
        chance: float | None = None,
    ) -> Answer:
        return Answer(
            question=query.typed or query.text,
            answered=refused is None,
            refusal=with_way_out(refused, query),
            read_as=read_as(query),
            quotes=quotes,
            searched=scope.searched,
            generation=self.generation.name,
            probability=None if chance is None else round(chance, 4),
        )


def _cannot_search(asked: Asked, scope: Scope) -> Refusal | None:
    if not scope.searched.releases:
        return refusal("nothing_in_scope", scope.searched)
    if not asked.terms:
        return refusal("no_words", scope.searched)
    return None
