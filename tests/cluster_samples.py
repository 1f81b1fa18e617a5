"""What tests of building on a cluster share: more releases than one chunk, and a build of them.

    python -m tests.cluster_samples RELEASES INDEX MODEL ADDRESS WORK

builds in a process of its own, which can be killed.
"""

import sys
import zipfile
from pathlib import Path

from benchmarks.multiply import multiply
from qa.cluster import cluster_workers
from qa.embedding import SentenceTransformerEncoder
from qa.index.build import HERE, build_index, no_progress
from qa.releases.folder import load_files
from qa.settings import Settings

CHUNK = 100  # passages; so that there are many chunks
COPIES = 8  # of the sample releases, of which a thousand passages are the projection's


def many_releases(seeds, folder):
    """Write several times the sample releases, some of them in an archive."""
    multiply(load_files(seeds)[0], COPIES, folder)
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        for path in sorted((folder / "00").rglob("*.md")):
            archive.writestr(path.name, path.read_text("utf-8") + "\n\nAs sent.\n")
    return folder


def settings_of(model):
    return Settings(model=str(model), reader="none", dtype="float32")


def build_here(releases, index, model, workers=HERE, progress=no_progress, chunk=CHUNK):
    encoder = SentenceTransformerEncoder(settings_of(model), chunk=chunk)
    most = settings_of(model).max_file_kb * 1024  # it stands in the index
    return build_index(
        releases, index, encoder, max_file_bytes=most, workers=workers, progress=progress
    )


def build_there(releases, index, model, address, work, progress=no_progress):
    encoder = SentenceTransformerEncoder(settings_of(model), chunk=CHUNK)
    with cluster_workers(encoder, settings_of(model), address, Path(work)) as workers:
        return build_here(releases, index, model, workers, progress)


def shards(work):
    """Which file each shard is; one that was made anew is another."""
    return {path.name: path.stat().st_ino for path in Path(work).glob("shard-*")}


if __name__ == "__main__":
    build_there(*map(Path, sys.argv[1:4]), *sys.argv[4:])
