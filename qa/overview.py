"""What an assistant says beside answers: lists, the story of a matter, how a question is read."""

from collections.abc import Sequence
from dataclasses import replace

from qa.asking import Filters, ask_in_turn, read_in, understanding_in
from qa.errors import QuestionError
from qa.index.latest import Latest
from qa.questions.day import Day
from qa.questions.listing import list_rule
from qa.questions.read import read_as
from qa.questions.understand import Rules
from qa.records import Listing, ReadAs, Step
from qa.releases.formats.known_formats import ENDINGS
from qa.releases.naming import nearest_path
from qa.serving import Serving


class Overview:
    """The part of an assistant that looks over many releases, and over the question."""

    _latest: Latest[Serving]

    def read_as(
        self,
        question: str,
        *,
        areas: Sequence[str] = (),
        published_from: Day = None,
        published_to: Day = None,
        understand: Rules = True,
        today: Day = None,
    ) -> ReadAs:
        """Tell how a question is read by itself, as every answer, hit and list comes of it.

        Args:
            question: Any words; at most 2,000 characters.
            areas: See `ask`, as the others.
            published_from: First publish day searched.
            published_to: Last publish day searched.
            understand: What the words may say.
            today: What "last week" counts from; the machine's own day if None.

        Raises:
            QuestionError: The question or a filter cannot be used.
        """
        with self._latest.lease() as serving:
            filters = Filters(areas, (published_from, published_to))
            how = understanding_in(serving, understand, today)
            return read_as(read_in(serving, question, filters, how))

    def list_releases(
        self,
        question: str,
        *,
        areas: Sequence[str] = (),
        published_from: Day = None,
        published_to: Day = None,
        understand: Rules = True,
        today: Day = None,
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
            filters = Filters(areas, (published_from, published_to))
            how = understanding_in(serving, understand, today)
            query = read_in(serving, question, filters, how)
            rule = replace(list_rule(query, serving.areas), is_sure=True)
            listing = serving.listing(replace(query, listing=rule))
            if listing is None:
                raise RuntimeError("a rule that can be read in no other way gave no list")
            return listing

    def timeline(
        self,
        release_or_question: str,
        *,
        understand: Rules = True,
        today: Day = None,
    ) -> tuple[Step, ...]:
        """Give the releases of one matter by date, each with a quote and why it is linked.

        Args:
            release_or_question: Path of a release, or a question whose first quote tells it.
            understand: What the words of a question may say; see `ask`.
            today: What "last week" counts from; the machine's own day if None.

        Raises:
            QuestionError: The question cannot be used; or it is a path, and of no release.
        """
        with self._latest.lease() as serving:
            steps = serving.timeline(release_or_question)
            if steps:
                return steps
            if _is_path(release_or_question):
                raise QuestionError(_unknown(release_or_question, serving))
            how = understanding_in(serving, understand, today)
            quotes = ask_in_turn(serving, release_or_question, (), Filters(), how).quotes
            return serving.timeline(quotes[0].release) if quotes else ()


def _is_path(text: str) -> bool:
    """Tell whether a text that is no release was meant for one: one word, as files end."""
    return len(text.split()) == 1 and text.strip().lower().endswith(ENDINGS)


def _unknown(path: str, serving: Serving) -> str:
    near = nearest_path(path, list(serving.generation.rows_by_path))
    hint = f"did you mean {near!r}?" if near else "answers and 'qa list' name releases"
    return f"there is no release {path!r} in the index; {hint}"
