"""Keeps compiled kernels in step with the sources they were made of.

Numba looks at the one file a kernel stands in. Kernels and tables of other files are compiled into it: without this, a
changed table or a newly installed version would go on being computed as the old one was.
"""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

STAMP = "kernels.stamp"
SOURCES = ("*.py", "*.npz", "*.csv")


def drop_stale(folder: Path) -> None:
    """Remove the cached kernels of a package whose sources are not those that the kernels were compiled from.

    Parameters
    ----------
    folder : of the package; its own files are looked at (name, size, time of change), not those of packages in it.
    """
    state = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in folder.glob(pattern)):
        found = path.stat()
        state.update(f"{path.name} {found.st_size} {found.st_mtime_ns}\n".encode())
    elsewhere = os.environ.get("NUMBA_CACHE_DIR")
    places = {folder / "__pycache__"}
    if elsewhere:
        # Marked before the first kernel is kept there: without its stamp the next process would drop all of them.
        places |= {_place_in(Path(elsewhere), folder), *Path(elsewhere).glob(f"{folder.name}_*")}
    for place in sorted(places):
        stamp = place / STAMP
        # Another process may be at it too, and a read-only installation has no cache of its own to go stale.
        with suppress(OSError):
            if stamp.is_file() and stamp.read_text() == state.hexdigest():
                continue
            for index in place.glob("*.nb[ic]"):
                index.unlink(missing_ok=True)
            place.mkdir(parents=True, exist_ok=True)
            stamp.write_text(state.hexdigest())


def _place_in(cache: Path, folder: Path) -> Path:
    """Where numba keeps the kernels of a package in a cache of its own: its name and the SHA-1 of its path."""
    whole = str(folder.absolute())
    return cache / f"{folder.name}_{hashlib.sha1(whole.encode(), usedforsecurity=False).hexdigest()}"
