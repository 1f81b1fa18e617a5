"""The command that answers many questions at once."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from qa.cli.parts import Engine, Index, write_lines
from qa.errors import UsageError


def add_to(app: typer.Typer) -> None:
    """Make a command of the function below."""
    app.command()(batch)


def batch(
    questions: Annotated[Path, typer.Argument(help="CSV or lines of questions; - is stdin.")],
    index: Index = Path("index"),
    engine: Engine = None,
) -> None:
    """Answer a table of questions with a table of quotes, as CSV on stdout.

    The table has a column "question" and, if you like, "area", "from" and "to"; a file without
    it is taken as one question a line. Each row of the result is a row of the table as it was,
    then the first quote with its source, offsets and hash, or the refusal. A row that cannot be
    asked has its error. Where the table has a column of that name already, that of the answer
    is called answer_..., e.g. answer_area.
    """
    import qa
    from qa.web.export.batch import answer_line, batch_table, counts, read_batch

    batch = read_batch(_text(questions))
    with qa.Assistant.open(index) as desk:
        lines = [answer_line(desk.ask, question) for question in batch.questions]
    sys.stdout.buffer.write(batch_table(batch.head, lines))
    sys.stdout.flush()
    answered, unasked = counts(lines)
    rest = f", {unasked} could not be asked" if unasked else ""
    write_lines(sys.stderr, [f"{answered} of {len(lines)} answered{rest}"])


def _text(file: Path) -> str:
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}; name a CSV file") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: is not UTF-8 at byte {error.start}; save it as UTF-8") from None
