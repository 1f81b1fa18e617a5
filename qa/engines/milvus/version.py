"""Which servers are new enough, by what they tell of themselves."""

import re

OLDEST, OLDEST_LITE = (2, 5), (3, 0)
_TOLD = re.compile(r"(milvus_lite-)?v?(\d+)\.(\d+)")


def wanting(told: str) -> str | None:
    """Tell why a server will not do, by the version that it tells; None if it will.

    A 2.3 server takes schemas that it does not understand, and says nothing.

    >>> wanting("v2.6.1-dev"), wanting("milvus_lite-3.2.2")
    (None, None)
    >>> wanting("2.3.5")
    'it is Milvus 2.3.5, and 2.5 or later is needed'
    """
    found = _TOLD.match(told)
    if found is None:
        return f"it tells its version as {told!r}, and Milvus 2.5 or later is needed"
    lite, version = found[1] is not None, (int(found[2]), int(found[3]))
    oldest = OLDEST_LITE if lite else OLDEST
    if version >= oldest:
        return None
    name = "Milvus Lite" if lite else "Milvus"
    number = told.removeprefix("milvus_lite-").removeprefix("v")
    return f"it is {name} {number}, and {oldest[0]}.{oldest[1]} or later is needed"
