"""Publish a generation of an index folder on a Milvus server.

Segments that are not there yet are loaded into collections of their own, and so is the record of
the generation; then the alias that says what serves is changed, in one step. A load that is broken
off leaves collections that nothing names; the next that ends with the same segment removes them,
and so does any after `LOST`. Two programs that publish at once do not meet: the last to end serves,
and one that is still loading what another has published is told that it could not.
"""

import json
import time
from contextlib import closing
from pathlib import Path

from qa.engines.engine import GRACE, Loaded
from qa.engines.far.tables import digests_of
from qa.engines.milvus.collections import RowsDiffer, load_segment, make_values
from qa.engines.milvus.server import Server
from qa.engines.milvus.serving import (
    ALIAS,
    GENERATION,
    SEGMENT,
    Record,
    Replaced,
    made_at,
    named_by_alias,
    new_name,
    pair_of,
    read_record,
)
from qa.engines.milvus.values import RECORD
from qa.errors import EngineUnavailable, IndexNotWritten
from qa.index.store import Pinned, pin_current

LOST = 86_400.0  # seconds after which no load is still at work


def publish(index: str | Path, address: str, *, grace: float = GRACE) -> Loaded:
    """Publish a generation, and tell what was done; see `qa.engines.publish`.

    With a grace of 0 what no generation needs is removed too, even if another program is just
    loading it.

    Raises:
        EngineUnfit: The server is too old.
    """
    begun = time.monotonic()
    with closing(pin_current(index)) as pinned, closing(Server(address)) as server:
        before = _serving(server)
        try:
            record, rows = _published(server, pinned, before)
            removed = _removed(server, record, grace)
        except (EngineUnavailable, RowsDiffer) as error:
            raise IndexNotWritten(
                f"generation {pinned.name} could not be published at {server.place}: "
                f"{error.found}. "
                "What served there before still does; publish it with the same build command again"
            ) from error
    changed = record is not before
    return Loaded(pinned.name, changed, rows, round(time.monotonic() - begun, 3), removed)


def _serving(server: Server) -> Record | None:
    named = named_by_alias(server)
    return read_record(server, named) if named is not None else None


def _published(server: Server, pinned: Pinned, before: Record | None) -> tuple[Record, int]:
    manifest, rows = pinned.manifest, 0
    if before and before.current.name == pinned.name and before.current.is_whole(manifest):
        return before, 0
    there = _collections(server)
    segments = []
    for (digest, _), files in zip(digests_of(manifest), pinned.segments, strict=True):
        segment = _known(before, there, digest)
        if segment is None:
            segment = new_name(SEGMENT, digest)
            rows += load_segment(server, segment, files, manifest.model.dimension)
        segments.append(segment)
    return _switched(server, pinned, segments), rows


def _known(before: Record | None, there: list[str], digest: str) -> str | None:
    """Give the segment of a digest that a generation has, and which is so whole."""
    if before is None:
        return None
    for segments in (before.current.segments, *(one.segments for one in before.replaced)):
        for segment in segments:
            if segment.startswith(SEGMENT + digest) and set(pair_of(segment)) <= set(there):
                return segment
    return None


def _switched(server: Server, pinned: Pinned, segments: list[str]) -> Record:
    """Write the record of a generation, and make it the one that serves."""
    now = time.time()
    before = _serving(server)  # another one than before the load, if somebody else was quicker
    there = set(_collections(server))
    if gone := {one for segment in segments for one in pair_of(segment)} - there:
        raise RowsDiffer(f"another program has removed {', '.join(sorted(gone))}")
    replaced: list[Replaced] = []
    if before is not None:
        replaced = [one for one in before.replaced if one.collection in there]
        replaced.append(Replaced(before.collection, before.current.segments, now))
    facts = {
        "name": pinned.name,
        "segments": segments,
        "published": now,
        "replaced": [
            {"collection": one.collection, "segments": one.segments, "at": one.at}
            for one in replaced
        ],
    }
    collection = new_name(GENERATION, pinned.name)
    pair = (0, json.dumps(facts).encode(), pinned.manifest.to_json())
    make_values(server, collection, {RECORD: iter([pair])})
    record = read_record(server, collection)
    method = "create_alias" if before is None else "alter_alias"
    server.write(method, collection_name=collection, alias=ALIAS)
    return record


def _removed(server: Server, record: Record, grace: float) -> tuple[str, ...]:
    """Remove generations that were replaced long ago, and what loads left; gives the segments."""
    now = time.time()
    current = Replaced(record.collection, record.current.segments, now)
    kept = set(current.collections)
    ended: set[str] = set()
    doubles = tuple(segment[: len(SEGMENT) + 16] for segment in record.current.segments)
    for one in record.replaced:
        (ended if now - one.at >= grace else kept).update(one.collections)
    removed = []
    for collection in _collections(server):
        if collection in kept:
            continue
        is_lost = collection.startswith(doubles) or now - made_at(collection) > LOST
        if collection in ended or grace == 0 or is_lost:
            server.write("drop_collection", collection)
            removed.append(collection)
    return tuple(
        one.removesuffix("_values")
        for one in sorted(removed)
        if one.startswith(SEGMENT) and one.endswith("_values")
    )


def _collections(server: Server) -> list[str]:
    names: list[str] = server.read("list_collections")
    return sorted(name for name in names if name.startswith((GENERATION, SEGMENT)))
