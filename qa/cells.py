"""Cells of tables that people open in a spreadsheet: a text stays a text there, and does nothing.

Imports nothing from qa.
"""

from typing import Any

# As OWASP lists them, with the wide forms that some programs read alike.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guarded(value: Any) -> Any:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    Numbers, offsets among them, are given back as they are.

    >>> guarded("=1+1"), guarded(" ＝1+1"), guarded("1+1"), guarded(-1)
    ("'=1+1", "' ＝1+1", '1+1', -1)
    """
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return value
