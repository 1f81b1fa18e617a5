"""The libraries that fetching needs: an extra of the project, so that most installs have less."""

from qa.errors import UsageError
from qa.releases.formats.known_formats import library_version

LIBRARIES = ("httpx2", "protego", "trafilatura", "lxml")


def require() -> None:
    """See that they are installed.

    Raises:
        UsageError: One is missing; the text has the cure.
    """
    for library in LIBRARIES:
        if library_version(library) is None:
            raise UsageError(
                f"fetching needs the package {library}, which is not installed; "
                f"pip install 'release-qa[fetch]'"
            )
