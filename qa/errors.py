"""Every error this package raises on purpose, as one family.

A caller can catch `QAError` and show its text: each message says what was found,
what was expected, and what to do about it.

    QAError
    ├── UsageError             what was asked for cannot be done as asked      (exit 2)
    │   ├── SettingsError      a settings file or value is wrong
    │   ├── QuestionError      an empty or oversized question, a wrong filter or k
    │   ├── QuestionSetError   a file of test questions is wrong, with its line
    │   ├── SavedRunError      a saved evaluation is none, or is of other questions
    │   ├── NotAdded           one file or page was not put among the releases
    │   │   ├── AlreadyThere   since the very same is among them
    │   │   └── Unreachable    since its server is not reached, or must not be
    │   └── ReportError        a report cannot be written where it was asked for
    ├── ReleasesError          the folder of releases cannot be read           (exit 3)
    │   └── UnreadableRelease  one file of it cannot; a build skips it and goes on
    ├── ModelError             the embedding model or the reader is missing or damaged
    ├── OutputFault            standard output cannot be written to
    │   └── OutputClosed       since whoever read it has gone                 (exit 141)
    ├── BrokenOff              a build was interrupted                        (exit 130)
    ├── ClusterError           the machines of a build are lost, or do not fit together
    └── IndexFault             the index cannot be used or written
        ├── IndexMissing       nothing has been built there yet
        ├── IndexDamaged       a file differs from what the manifest says
        ├── IndexModelMismatch built with another model than is asked with
        ├── IndexTooNew        written by a later version of this program
        ├── IndexTooOld        written by an earlier version, in another format
        ├── IndexBusy          another build is writing to it
        ├── IndexNotWritten    a build could not be published; the old index still serves
        ├── EngineUnavailable  the server that holds the index cannot be asked now
        ├── EngineUnfit        the server that should hold it is too old
        └── IndexNotConfirmed  published, but perhaps not on disk yet         (exit 4)

Imports nothing from qa.
"""

import re

_MAX_REASON = 400  # characters
# Of a name or a reason: a new line would make two of one line of a report, others turn letters
# round, and halves of characters cannot be written.
UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_RUN_UNSHOWN = re.compile(f"{UNSHOWN.pattern}+")


class QAError(Exception):
    """Base of all errors that are raised on purpose; its text is fit to be shown."""

    exit_code = 3


class UsageError(QAError):
    """What was asked for cannot be done as asked."""

    exit_code = 2


class SettingsError(UsageError):
    """A settings file, or one value in it, is wrong."""


class QuestionError(UsageError):
    """A question, or an option given with it, is outside what can be answered."""


class QuestionSetError(UsageError):
    """A file of test questions is wrong; the text names the line and the field."""


class SavedRunError(UsageError):
    """A saved evaluation cannot be read, or this one cannot be compared with it."""


class ReportError(UsageError):
    """A report cannot be written into the folder named for it."""


class NotAdded(UsageError):
    """One file or page was not put among the releases; nothing of it was written.

    Attributes:
        reason: What is wrong with it.
        cure: What can be done about it.
    """

    def __init__(self, reason: str, cure: str) -> None:
        super().__init__(f"{reason}; {cure}")
        self.reason = reason
        self.cure = cure


class AlreadyThere(NotAdded):
    """The very same file is among the releases.

    Attributes:
        path: Of that file, below the releases folder.
    """

    def __init__(self, path: str) -> None:
        super().__init__(f"it is the very same as {path!r}", "it needs no adding")
        self.path = path


class Unreachable(NotAdded):
    """A server is not reached, or must not be, does not want to be asked now, or is too slow."""


class ReleasesError(QAError):
    """The folder of releases is missing, or is no folder, or holds nothing readable."""


class UnreadableRelease(ReleasesError):
    """One file cannot be read as a release.

    Attributes:
        reason: What is wrong with the file, and where; one line, whatever it repeats of the file.
        cure: What its owner can do about it.
    """

    def __init__(self, reason: str, cure: str) -> None:
        reason = _RUN_UNSHOWN.sub(" ", reason)[:_MAX_REASON]
        super().__init__(f"{reason}; {cure}")
        self.reason = reason
        self.cure = cure


class ModelError(QAError):
    """The embedding model or the reader is missing, damaged, or of a kind that is not used."""


class OutputFault(QAError):
    """Standard output cannot be written to."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"standard output cannot be written to: {found}. Make room, or send it elsewhere"
        )


class OutputClosed(OutputFault):
    """Whoever read standard output has gone, as `head` does; the code is the one of SIGPIPE."""

    exit_code = 141

    def __init__(self) -> None:
        super().__init__("nobody reads it any more")


class BrokenOff(QAError):
    """A build was interrupted."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("the build was broken off; what was published last goes on serving")


class ClusterError(QAError):
    """A build on several machines cannot go on; what was made of it is taken up by the next."""


class IndexFault(QAError):
    """The index cannot be used, or cannot be written."""


class IndexMissing(IndexFault):
    """Nothing has been built in the index folder yet.

    Attributes:
        folder: The folder as it was named, or the address of a server.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        super().__init__(
            f"there is no index in {folder!r} yet. "
            f"Build it with: python -m qa build --index {folder} --releases YOUR_RELEASES"
        )


class IndexDamaged(IndexFault):
    """A file of the index is missing or differs from what the manifest says of it."""

    def __init__(self, place: str, found: str) -> None:
        self.place = place
        self.found = found
        super().__init__(
            f"the index is damaged: {place}: {found}. Nothing was answered from it. "
            f"Rebuild it with: python -m qa build --releases YOUR_RELEASES --index ITS_FOLDER"
        )


class IndexModelMismatch(IndexFault):
    """The index was built by one embedding model and is opened with another."""

    def __init__(self, *, built_with: str, asked_with: str) -> None:
        super().__init__(
            f"the index was built with {built_with}, but the settings name {asked_with}; "
            f"vectors of different models cannot be compared. Rebuild it with: "
            f"python -m qa build --releases YOUR_RELEASES --index ITS_FOLDER"
        )


class IndexTooNew(IndexFault):
    """The index was written by a later version of this program, in a format unknown here."""

    def __init__(self, *, found: object, known: int, program: str) -> None:
        super().__init__(
            f"the index has format {found!r} (written by qa {program}); this program reads "
            f"format {known}. Update the program, or rebuild with: "
            f"python -m qa build --fresh --releases YOUR_RELEASES --index ITS_FOLDER"
        )


class IndexTooOld(IndexFault):
    """The index was written by an earlier version of this program, in a format read no more."""

    def __init__(self, *, found: int, known: int, program: str) -> None:
        super().__init__(
            f"the index has format {found} (written by qa {program}); this program reads "
            f"format {known}. Rebuild it with: "
            f"python -m qa build --releases YOUR_RELEASES --index ITS_FOLDER"
        )


class IndexBusy(IndexFault):
    """Another process is building into the same folder."""

    def __init__(self, folder: str, holder: str) -> None:
        super().__init__(
            f"another build is writing to {folder!r} ({holder}). "
            f"Wait for it to end, or stop it, then build again"
        )


class IndexNotWritten(IndexFault):
    """A build could not be published; what was there before still serves."""


class EngineUnavailable(IndexFault):
    """The server that holds the index cannot be asked now; it is asked again by the next question.

    Attributes:
        place: Its address, without a password.
        found: What was seen of it.
    """

    def __init__(self, place: str, found: str) -> None:
        self.place = place
        self.found = found
        super().__init__(
            f"the index at {place} cannot be asked now: {found}. "
            f"Nothing is lost: ask again, or build again, once the server answers"
        )


class EngineUnfit(IndexFault):
    """The server that an address names is of a kind or version that cannot hold an index."""

    def __init__(self, place: str, found: str) -> None:
        super().__init__(
            f"the server at {place} cannot hold an index: {found}. "
            f"Upgrade it, or name another one with: --engine ADDRESS"
        )


class IndexNotConfirmed(IndexFault):
    """A build was published and serves, but the disk did not confirm it."""

    exit_code = 4

    def __init__(self, generation: str, found: str) -> None:
        super().__init__(
            f"generation {generation} serves now, but the disk did not confirm it ({found}); "
            f"after a power cut the one before may serve again. Check the disk, then write it "
            f"anew with: python -m qa build --fresh --releases YOUR_RELEASES --index ITS_FOLDER"
        )
