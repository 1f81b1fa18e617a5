"""From what a person typed to a `Query`: checked, and read together with what it leans on."""
