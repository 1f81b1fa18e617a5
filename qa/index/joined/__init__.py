"""Base and delta as one: each part answers over the rows of both, the delta's counted on."""
