"""Proofs that an index survives power cuts, kills, failing disks, damage and rivals.

Each proof is a function that counts its cases and lists its failures; a test runs a share of the
cases, `make proof` all of them. `tests.reliability.mutants` breaks the protocol in some twenty
places, one at a time, and each break must be caught: so each proof is shown to be able to fail.
"""
