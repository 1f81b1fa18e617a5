"""From a `Query` to hits, in two stages: find releases, then rank their paragraphs."""
