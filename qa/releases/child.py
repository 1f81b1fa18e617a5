"""The child of `qa.releases.extraction`: reads one file after another, within its limits.

    python -m qa.releases.child BYTES_OF_MEMORY

It has files on its standard input and answers on its standard output; it opens no file, and ends
when its parent does.
"""

import json
import os
import resource
import sys
from collections.abc import Iterator
from typing import IO, Any

from qa.errors import UnreadableRelease
from qa.releases.extraction import MEMORY_EXIT
from qa.releases.formats.document import Document, Refused, Source
from qa.releases.formats.known_formats import guarded, read_part


def main() -> None:
    """Answer until there is nothing more to read."""
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # what a library prints is no answer
    questions = sys.stdin.buffer
    while line := questions.readline():
        asked = json.loads(line)
        for message in _answers(asked, questions):
            answers.write(json.dumps(message) + "\n")
            answers.flush()


def _answers(asked: dict[str, Any], questions: IO[bytes]) -> Iterator[dict[str, Any]]:
    try:
        _allow(asked["seconds"])
        columns = asked["columns"]
        source = Source(
            asked["name"],
            questions.read(asked["size"]),
            asked["max_bytes"],
            columns.encode("latin-1") if columns is not None else None,
        )
        for number, part in enumerate(guarded(source)):
            if number < asked["start"]:
                continue
            _allow(asked["seconds"])
            yield {"what": "part", "number": number, "inner": part.inner}
            for item in read_part(part, source.max_bytes):
                yield _message(item)
                _allow(asked["seconds"])
    except UnreadableRelease as error:
        yield {"what": "unreadable", "reason": error.reason, "cure": error.cure}
    except MemoryError:
        os._exit(MEMORY_EXIT)  # there may be too little left even to say so
    else:
        yield {"what": "done"}


def _message(item: Document | Refused) -> dict[str, Any]:
    if isinstance(item, Document):
        return {"what": "document", "document": item.to_dict()}
    return {"what": "refused", "inner": item.inner, "reason": item.reason, "cure": item.cure}


def _allow(seconds: float) -> None:
    """Allow some more seconds of the processor: an end even if no parent is there to end it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    total = int(used.ru_utime + used.ru_stime + 2 * seconds) + 2
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (total, hard))


if __name__ == "__main__":
    main()
