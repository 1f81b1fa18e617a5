"""The words of a generation, for reading what is misspelt: made when first needed, then kept."""

import re
from collections import Counter

from qa.embedding import Encoder
from qa.index.generation import Generation
from qa.index.terms import new_stemmer
from qa.questions.spelling import FREQUENT, Speller

_LOOKED_AT = 8  # paragraphs that a word is looked up in


def speller_of(generation: Generation, encoder: Encoder) -> Speller:
    """Make a speller of the terms that the releases have, and the words that the model knows."""
    lexical = generation.release_terms
    known = lexical.dfs()
    least = min(FREQUENT, max(1, lexical.n // 100))
    frequent = tuple(term for term, n in known.items() if n >= least and term.isalpha())

    def stem(word: str) -> str:
        # A new one each time, in 3 µs: two questions at once may not share one.
        return str(new_stemmer().stemWord(word))

    def surface(term: str, typed: str) -> str | None:
        """Give the most frequent form of a term in some paragraphs; its own is no word."""
        rows = generation.paragraph_terms.texts_with(term)
        alive = generation.columns.alive[generation.columns.release_of[rows]]
        rows = rows[alive][:_LOOKED_AT].tolist()
        texts = (one.text.lower() for one in generation.catalogue.paragraphs(rows).values())
        forms = [word for text in texts for word in re.findall(r"[^\W\d_]+", text)]
        counted = Counter(word for word in forms if stem(word) == term)
        alike = sorted(counted, key=lambda word: (word[-1] != typed[-1], -counted[word], word))
        return alike[0] if alike else None

    def is_word(word: str) -> bool:
        return word in getattr(encoder, "words", ())

    return Speller(known, frequent, stem, is_word, surface)
