"""Turn texts into vectors: one for a paragraph, and one for each word piece in it.

A paragraph of a release leans on its headline, so the model reads title and paragraph
together; the word pieces of the paragraph alone are kept, and serve to find which
paragraph, and which sentence in it, speaks of what is asked.
"""

from qa.embedding.encoder import Encoded, Encoder, Fitted, Passage
from qa.embedding.sentence_transformer import SentenceTransformerEncoder

__all__ = ["Encoded", "Encoder", "Fitted", "Passage", "SentenceTransformerEncoder"]
