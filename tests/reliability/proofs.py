"""The proofs, by name: what each one shows, and the function that runs it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proof:
    """One proof.

    Attributes:
        title: What is tried.
        function: "module.function" of `tests.reliability`.
        least: Cases that the full run must have.
        traces: Whether strace is needed.
        apart: Whether it must run in a lab; those that make labs themselves do not.
    """

    title: str
    function: str
    least: int
    traces: bool = False
    apart: bool = True


PROOFS = (
    Proof("disks after a power cut", "power_loss.prove", 20_000, traces=True),
    Proof("kill -9 at each write-side syscall", "kills.prove", 200, traces=True),
    Proof("kill -9 at random", "kills.prove_random", 200),
    Proof("a failing or lying disk", "failing_disk.prove", 500, traces=True),
    Proof("files cut to every length", "damage.prove_truncations", 10_000),
    Proof("single bits turned", "damage.prove_flips", 10_000),
    Proof("files gone, grown, zeroed or swapped", "damage.prove_other_damage", 100),
    Proof("publishes beneath readers", "readers.prove", 300),
    Proof("releases that come, change and go", "machine.prove", 200),
    Proof("broken protocols, each caught", "mutants.prove", 20, traces=True, apart=False),
)
