"""Build on many machines: Ray runs the processes, the work folder holds what they made.

    files ─► groups ─► readers ─► readings ─┐
                                            ├─► the very same build as on one machine
    passages ─► chunks ─► encoders ─► shards┘

A chunk is what one encoder sorts by length and batches together, so a chunk gives the same floats
wherever it is computed. What is made of it lies in a shard, a file named by all that decides its
bytes; a build that was broken off takes up the shards that are there.
"""

from qa.cluster.connect import LOCAL
from qa.cluster.workers import cluster_workers

__all__ = ["LOCAL", "cluster_workers"]
