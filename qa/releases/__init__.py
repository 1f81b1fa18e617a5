"""From release files to `Release` records: `read_folder` reads, and reports what it could not."""

from qa.releases.folder import ReadReport, read_folder

__all__ = ["ReadReport", "read_folder"]
