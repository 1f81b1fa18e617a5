"""Tell what readers are worth together: what an ensemble would have to teach a reader of its own.

    python -m benchmarks.ensemble READER READER … --training DIR --index DIR

Each READER is a folder of an adapter. They are compared one by one, and all together: scores and
log-odds are the means, the span is that of the first. An ensemble costs as many times the time,
so it is no reader to ship but a teacher: if it is hardly better than the best of them, there is
nothing to distil.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.comparing import HEAD, row
from benchmarks.training_record import add_data_options
from qa.errors import QAError
from qa.model_files import find_model
from qa.reading import Chances, Page, PageReading, Reader, Reading
from qa.reading.page_reader import PageReader
from qa.settings import Settings


class Ensemble:
    """Readers that read the same, and whose scores are averaged."""

    ranking = None
    chances: Chances | None = None

    def __init__(self, readers: Sequence[Reader]) -> None:
        self.readers = readers
        self.name = " and ".join(reader.name for reader in readers)
        self.fingerprint = " ".join(reader.fingerprint for reader in readers)

    def read(self, question: str, pages: Sequence[Page]) -> list[PageReading]:
        """Let all read, and give the means."""
        read = [reader.read(question, pages) for reader in self.readers]
        return [_mean(some) for some in zip(*read, strict=True)]


def _mean(some: Sequence[PageReading]) -> PageReading:
    """Average what several readers made of one page."""
    readings = [
        Reading(
            sum(one.score for one in of_one) / len(of_one),
            of_one[0].span,
            sum(one.span_score for one in of_one) / len(of_one),
        )
        for of_one in zip(*(page.readings for page in some), strict=True)
    ]
    told = [page.answers for page in some if page.answers is not None]
    return PageReading(tuple(readings), sum(told) / len(told) if told else None)


def main(arguments: list[str] | None = None) -> int:
    """Print a row for each reader, and one for all; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("readers", nargs="+", type=Path, help="folders of adapters")
    add_data_options(parser)
    parser.add_argument("--asked", type=int, default=600, help="held-out questions")
    options = parser.parse_args(arguments)
    try:
        base = find_model(Settings())
        readers = [PageReader(base, "auto", folder) for folder in options.readers]
        print("\n".join(HEAD))
        rows: list[Reader] = [*readers, Ensemble(readers)]
        for reader in rows:
            print(row(reader.name, reader, options, options.asked), flush=True)
    except QAError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
