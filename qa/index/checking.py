"""Compare every file of a generation with its manifest, on as many threads as there are cores.

Opening waits for it, since nothing is used before it is known to be right. Hashing leaves
Python's lock, so two cores read an archive of two gigabytes in the time of one.
"""

import os
from concurrent.futures import ThreadPoolExecutor

from qa.index.files import check_file
from qa.index.store import Pinned

THREADS = 4  # at most; more would only wait for the disk


def check_generation(pinned: Pinned) -> None:
    """Compare every byte of a generation with its manifest.

    Raises:
        IndexDamaged: A file is missing, shorter, longer, or other than it was.
    """
    # The largest first, so that no core is left with it alone at the end.
    files = sorted(pinned.manifest.files.items(), key=lambda item: (-item[1].size, item[0]))
    with ThreadPoolExecutor(min(THREADS, os.cpu_count() or 1)) as pool:
        checks = [pool.submit(check_file, pinned.folder / name, record) for name, record in files]
        try:
            for check in checks:
                check.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
