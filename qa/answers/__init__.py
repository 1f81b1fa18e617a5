"""From ranked paragraphs to an `Answer`: quotes with their sources, or a refusal."""
