"""The index: one immutable generation folder a build, and one small file that names it."""
