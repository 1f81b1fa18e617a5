"""The commands: build, ask, retrieve, evaluate, verify, serve.

Results go to stdout, progress and messages to stderr. Exit codes: 0 answered or done,
1 refused (or faults found by `verify`), 2 wrong usage, 3 anything else, 130 interrupted.
Each command imports what it needs, so that `--help` is quick.
"""

import json
import logging
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from qa.errors import QAError

if TYPE_CHECKING:
    from qa.evaluation.evaluate import Evaluation

_EPILOG = "Exit codes: 0 answered or done, 1 refused, 2 wrong usage, 3 other faults."

app = typer.Typer(
    help="Ask press releases questions: answers are quoted word for word, or refused.",
    epilog=_EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Index = Annotated[Path, typer.Option("--index", envvar="QA_INDEX", help="Folder of the index.")]
Releases = Annotated[Path, typer.Option("--releases", help="Folder of release files.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Area = Annotated[
    list[str] | None, typer.Option("--area", help="Search only this area; may be repeated.")
]
From = Annotated[
    str | None, typer.Option("--from", help="First publish day, e.g. 2020-10-01.", metavar="DATE")
]
To = Annotated[
    str | None, typer.Option("--to", help="Last publish day, e.g. 2020-10-31.", metavar="DATE")
]


def main() -> None:
    """Run a command; errors become one line on stderr and an exit code."""
    level = logging.DEBUG if os.environ.get("QA_DEBUG") else logging.WARNING
    logging.basicConfig(format="%(levelname)s: %(message)s", level=level)
    try:
        app()
    except QAError as error:
        sys.stderr.write(f"qa: {error}\n")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("qa: interrupted\n")
        sys.exit(130)
    except Exception as error:
        # Exit 1 would say "refused". The log has the details for whoever reports the fault.
        logging.getLogger(__name__).debug("fault", exc_info=True)
        sys.stderr.write(f"qa: an unexpected fault: {type(error).__name__}: {error}\n")
        sys.exit(3)


@app.command()
def build(
    releases: Releases = Path("seeds"),
    index: Index = Path("index"),
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Use nothing of the index that is there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Build the index of a folder of releases; quick if nothing has changed."""
    import qa
    from qa.progress import shown_progress
    from qa.show import build_lines

    with shown_progress() as progress:
        report = qa.build(releases, index, fresh=fresh, progress=progress)
    if as_json:
        _print_json(report.to_dict())
        return
    *skips, summary = build_lines(report, report.skipped)
    _write_lines(sys.stderr, skips)
    _write_lines(sys.stdout, [summary])


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
    index: Index = Path("index"),
    as_json: AsJson = False,
) -> None:
    """Answer a question with quotes; exit 0 if answered, 1 if refused."""
    import qa
    from qa.show import answer_lines

    answer = qa.ask(
        _words(question),
        index=index,
        history=history or (),
        areas=area or (),
        published_from=published_from,
        published_to=published_to,
    )
    if as_json:
        _print_json(answer.to_dict())
    else:
        _write_lines(sys.stdout, answer_lines(answer))
    sys.exit(0 if answer.answered else 1)


@app.command()
def retrieve(
    question: Annotated[str, typer.Argument(help="Your question; - reads it from stdin.")],
    k: Annotated[int, typer.Option("-k", help="How many paragraphs, 1 to 100.")] = 5,
    area: Area = None,
    published_from: From = None,
    published_to: To = None,
    index: Index = Path("index"),
    as_json: AsJson = False,
) -> None:
    """Give the best paragraphs for a question, whether or not they answer it."""
    import qa
    from qa.show import hit_lines

    hits = qa.retrieve(
        _words(question),
        k,
        index=index,
        areas=area or (),
        published_from=published_from,
        published_to=published_to,
    )
    if as_json:
        _print_json([hit.to_dict() for hit in hits])
    else:
        _write_lines(sys.stdout, (line for hit in hits for line in hit_lines(hit)))


@app.command()
def evaluate(
    questions: Annotated[Path, typer.Argument(help="JSON lines, one judged question each.")],
    index: Index = Path("index"),
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
            _write_lines(sys.stderr, [*notes, f"report written to {report}"])


@app.command()
def verify(
    index: Index = Path("index"),
    releases: Annotated[
        Path | None, typer.Option("--releases", help="Also tell which of these files changed.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every byte of the index, and every quote against its release."""
    from qa.index.verify import verify_index

    found = verify_index(index, releases)
    if as_json:
        _print_json(found.to_dict())
    else:
        _write_lines(sys.stderr, [*found.faults, *found.changed])
        _write_lines(
            sys.stdout,
            [
                f"{found.generation}: {found.files} files, {found.releases:,} releases and "
                f"{found.quotes:,} quotes checked, {len(found.faults)} faults"
            ],
        )
    sys.exit(1 if found.faults else 0)


@app.command()
def serve(
    index: Index = Path("index"),
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port to listen on.")] = 7860,
) -> None:
    """Open the chat in a local web server, until interrupted."""
    from qa.settings import load_settings
    from qa.web.serve import serve as run

    run(index, settings=load_settings(), host=host, port=port)


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
    _write_lines(
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
        _print_json(evaluation.to_dict())
    else:
        print_table(evaluation, Console())


def _words(question: str) -> str:
    return sys.stdin.read() if question == "-" else question


def _print_json(values: Any) -> None:
    sys.stdout.write(json.dumps(values, ensure_ascii=False, indent=2) + "\n")


def _write_lines(stream: Any, lines: Iterable[str]) -> None:
    for line in lines:
        stream.write(f"{line}\n")
