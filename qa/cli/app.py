"""The program `qa`, and the commands that ask: ask, retrieve, evaluate.

Results go to stdout, progress and messages to stderr; `_EPILOG` has the exit codes. Each command
imports what it needs, so that `--help` is quick.
"""

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from qa.cli import batch, index, overview, releases, serve
from qa.cli.output import checked_output
from qa.cli.overview import print_reading
from qa.cli.parts import (
    Area,
    AsJson,
    AsTyped,
    Engine,
    From,
    Index,
    To,
    Today,
    print_json,
    write_lines,
)
from qa.errors import OutputClosed, QAError

if TYPE_CHECKING:
    from qa.evaluation.evaluate import Evaluation

_EPILOG = (
    "Exit codes: 0 answered or done, 1 refused or worth mending, 2 wrong usage, 3 other faults, "
    "4 built but not confirmed by the disk, 130 interrupted, 141 nobody reads the result."
)
_INTERRUPTED = 130  # which Typer makes of Ctrl+C without a word

app = typer.Typer(
    help="Ask press releases questions: answers are quoted word for word, or refused.",
    epilog=_EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for commands in (index, batch, overview, releases, serve):
    commands.add_to(app)

NoPeriod = Annotated[bool, typer.Option("--no-period", help="Read no period in the question.")]
NoArea = Annotated[bool, typer.Option("--no-area", help="Read no area in the question.")]


def main() -> None:
    """Run a command; errors become one line on stderr and an exit code."""
    level = logging.DEBUG if os.environ.get("QA_DEBUG") else logging.WARNING
    logging.basicConfig(format="%(levelname)s: %(message)s", level=level)
    try:
        with checked_output():
            app()
    except OutputClosed as error:
        sys.exit(error.exit_code)  # as quietly as any program that `head` has done with
    except QAError as error:
        sys.stderr.write(f"qa: {error}\n")
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, SystemExit) as end:
        if isinstance(end, SystemExit) and end.code != _INTERRUPTED:
            raise
        sys.stderr.write("qa: interrupted\n")
        sys.exit(_INTERRUPTED)
    except Exception as error:
        # Exit 1 would say "refused". The log has the details for whoever reports the fault.
        logging.getLogger(__name__).debug("fault", exc_info=True)
        sys.stderr.write(f"qa: an unexpected fault: {type(error).__name__}: {error}\n")
        sys.exit(3)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="Your question; - reads it from stdin.")],
    history: Annotated[
        list[str] | None,
        typer.Option("--history", help="An earlier question, oldest first; may be repeated."),
    ] = None,
    area: Area = None,
    published_from: From = None,
    published_to: To = None,
    as_typed: AsTyped = False,
    no_period: NoPeriod = False,
    no_area: NoArea = False,
    today: Today = None,
    index: Index = Path("index"),
    engine: Engine = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question with quotes; exit 0 if answered, 1 if refused."""
    import qa
    from qa.cli.show import answer_lines
    from qa.cli.show_overview import listing_lines, step_lines

    answer = qa.ask(
        _words(question),
        index=index,
        history=history or (),
        areas=area or (),
        published_from=published_from,
        published_to=published_to,
        understand=_rules(as_typed=as_typed, no_period=no_period, no_area=no_area),
        today=today,
    )
    if as_json:
        print_json(answer.to_dict())
    else:
        if answer.listing is not None:
            write_lines(sys.stdout, listing_lines(answer.listing))
        write_lines(sys.stdout, answer_lines(answer))
        if answer.later is not None:
            write_lines(sys.stdout, ["A later release says:", *step_lines(answer.later)])
    sys.exit(0 if answer.answered else 1)


@app.command()
def retrieve(
    question: Annotated[str, typer.Argument(help="Your question; - reads it from stdin.")],
    k: Annotated[int, typer.Option("-k", help="How many paragraphs, 1 to 100.")] = 5,
    area: Area = None,
    published_from: From = None,
    published_to: To = None,
    as_typed: AsTyped = False,
    no_period: NoPeriod = False,
    no_area: NoArea = False,
    today: Today = None,
    index: Index = Path("index"),
    engine: Engine = None,
    as_json: AsJson = False,
) -> None:
    """Give the best paragraphs for a question, whether or not they answer it."""
    import qa
    from qa.cli.show import hit_lines

    question = _words(question)
    how: dict[str, Any] = {
        "index": index,
        "areas": area or (),
        "published_from": published_from,
        "published_to": published_to,
        "understand": _rules(as_typed=as_typed, no_period=no_period, no_area=no_area),
        "today": today,
    }
    hits = qa.retrieve(question, k, **how)
    print_reading(question, **how)
    if as_json:
        print_json([hit.to_dict() for hit in hits])
    else:
        write_lines(sys.stdout, (line for hit in hits for line in hit_lines(hit)))


@app.command()
def evaluate(
    questions: Annotated[Path, typer.Argument(help="JSON lines, one judged question each.")],
    index: Index = Path("index"),
    engine: Engine = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", help="Compare with this run: what --json printed, or a report."),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option("--report", help="Write run, qrels, errors and plots into this folder."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure how good the answers are on judged questions."""
    from dataclasses import replace

    import qa
    from qa.evaluation.comparison import compare
    from qa.evaluation.evaluate import evaluate as run
    from qa.evaluation.gold_places import shelf_of
    from qa.evaluation.question_set import read_questions
    from qa.evaluation.report import prepare_folder, write_report
    from qa.evaluation.saved_run import read_run

    judged = read_questions(questions)
    saved = None if against is None else read_run(against, judged)
    if report is not None:
        prepare_folder(report)
    with qa.Assistant.open(index) as desk:
        evaluation = run(judged, desk, source=desk.source)
        if saved is not None:
            compared = compare(evaluation.outcomes, saved, str(against))
            evaluation = replace(evaluation, against=compared)
        _print_evaluation(evaluation, as_json=as_json)
        if report is not None:
            notes = write_report(report, evaluation, shelf_of(desk.generation))
            write_lines(sys.stderr, [*notes, f"report written to {report}"])


@app.callback(invoke_without_command=True)
def about(
    version: Annotated[
        bool, typer.Option("--version", help="Print version, model and reader, and exit.")
    ] = False,
) -> None:
    """Ask press releases questions: answers are quoted word for word, or refused."""
    if version:
        _print_version()


def _print_version() -> NoReturn:
    import qa
    from qa.embedding import SentenceTransformerEncoder
    from qa.reading import open_reader

    settings = qa.load_settings()
    model, reader = SentenceTransformerEncoder(settings), open_reader(settings)
    asked_by = f"{model.question_name} {model.question_fingerprint[:16]}"
    read_by = f"{reader.name} {reader.fingerprint[:16]}" if reader else "none"
    write_lines(
        sys.stdout,
        [
            f"qa {qa.__version__}",
            f"model {model.name} {model.fingerprint[:16]}",
            f"questions {asked_by}",
            f"reader {read_by}",
        ],
    )
    sys.exit(0)


def _print_evaluation(evaluation: "Evaluation", *, as_json: bool) -> None:
    from rich.console import Console

    from qa.evaluation.table import print_table

    if as_json:
        print_json(evaluation.to_dict())
    else:
        print_table(evaluation, Console())


def _rules(*, as_typed: bool, no_period: bool, no_area: bool) -> tuple[str, ...]:
    """Give the rules of understanding that are left on."""
    from qa.questions.understand import RULES

    off = {"period": no_period, "area": no_area}
    return tuple(rule for rule in RULES if not (as_typed or off.get(rule)))


def _words(question: str) -> str:
    return sys.stdin.read() if question == "-" else question
