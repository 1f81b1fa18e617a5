"""Programs that measure or fit; none is a test, and none is needed to use the project."""
