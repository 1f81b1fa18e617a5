r"""Text for a terminal or a file of text, in which control characters are shown, not obeyed.

The page has its own way (`qa.web.escape`): a browser obeys other characters.

Imports nothing from qa.
"""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but the tab and the end of a line


def visible(text: str) -> str:
    r"""Give text with control characters shown rather than obeyed.

    >>> print(visible("red: \x1b[31m\r\nnext"))
    red: \x1b[31m
    next
    """
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text.replace("\r\n", "\n"))
