"""What an assistant says over many releases at once: lists, and the story of a matter."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from qa.index.latest import Latest
from qa.questions.listing import list_rule
from qa.questions.read import Day, read_question
from qa.questions.understand import Rules, understanding_of
from qa.records import Listing, Step
from qa.serving import Serving


class Overview:
    """The part of an assistant that looks over many releases."""

    _latest: Latest[Serving]

    def list_releases(
        self,
        question: str,
        *,
        areas: Sequence[str] = (),
        published_from: Day = None,
        published_to: Day = None,
        understand: Rules = True,
        today: date | None = None,
    ) -> Listing:
        """List every release that a question is about, whether or not its words ask for a list.

        Args:
            question: Any words, such as "releases of Kent Police about Operation Anything", or
                just the words that the releases must hold.
            areas: List only these areas; all if empty.
            published_from: First publish day.
            published_to: Last publish day.
            understand: See `ask`; the rule "list" is always on.
            today: What "last week" counts from; the machine's own day if None.

        Raises:
            QuestionError: The question or a filter cannot be used.
        """
        with self._latest.lease() as serving:
            query = read_question(
                question,
                areas=areas,
                published=(published_from, published_to),
                known_areas=serving.areas,
                understanding=understanding_of(understand, today, serving.newest),
            )
            rule = replace(list_rule(query, serving.areas), is_sure=True)
            listing = serving.listing(replace(query, listing=rule))
            if listing is None:
                raise RuntimeError("a rule that can be read in no other way gave no list")
            return listing

    def timeline(self, release_or_question: str) -> tuple[Step, ...]:
        """Give the releases of one matter by date, each with a quote and why it is linked.

        Args:
            release_or_question: Path of a release, or a question whose first quote tells it.

        Raises:
            QuestionError: The question cannot be used.
        """
        with self._latest.lease() as serving:
            steps = serving.timeline(release_or_question)
            if steps:
                return steps
            how = understanding_of(True, None, serving.newest)
            query = read_question(release_or_question, known_areas=serving.areas, understanding=how)
            quotes = serving.answer(query).quotes
            return serving.timeline(quotes[0].release) if quotes else ()
