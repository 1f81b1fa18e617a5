"""Read a question and the paragraphs of a release together, and point at the answer."""

from qa.reading.open import open_reader
from qa.reading.reader import Chances, Middles, Page, PageReading, Reader, Reading

__all__ = ["Chances", "Middles", "Page", "PageReading", "Reader", "Reading", "open_reader"]
