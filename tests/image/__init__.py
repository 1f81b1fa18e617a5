"""The image: its Dockerfile read as the official parser reads it, and its steps done in earnest."""
