"""What engines share whose rows lie on a server: which rows there are, and how they are read.

A segment is six tables of pairs of byte strings, each found by its number, and a table of vectors
(`tables`). What an adapter adds is where they lie (`source`), and publishing.
"""
