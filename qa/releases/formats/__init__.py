"""Readers of the formats in which people have releases: one module each, behind `parts`."""
