"""Copying a store while it is written to."""

import os
import shutil
from pathlib import Path

from clearbay.store.errors import StoreError
from clearbay.store.manifest import sync_folder, write_manifest
from clearbay.store.store import Store, month_name, sql_text


def back_up(store: Store, target: Path) -> Path:
    """Copy a store to a new folder as it stands at one moment of each file; writing goes on meanwhile.

    Observations and packets of a month are copied in one snapshot, the book after them, so every series an
    observation names is there. Raises StoreError when the folder is not empty.
    """
    if target.exists() and any(target.iterdir()):
        raise StoreError(f"{target} is not empty; a back-up needs a folder of its own")
    target.mkdir(parents=True, exist_ok=True)
    with store.writing:
        manifest = store.manifest
    con = store.cursor()
    try:
        for source, file in [*((month_name(m), f"hot-{m}.duckdb") for m in manifest.hot), ("book", "book.duckdb")]:
            con.execute(f"ATTACH '{sql_text(str(target / file))}' AS copy_of_{source}")
            con.execute(f"COPY FROM DATABASE {source} TO copy_of_{source}")
            con.execute(f"DETACH copy_of_{source}")
    finally:
        con.close()
    for entry in manifest.sealed:
        folder = target / entry.folder
        folder.mkdir(parents=True)
        for name in entry.files:
            shutil.copy2(store.folder / entry.folder / name, folder / name)
            with (folder / name).open("rb") as copied:
                os.fsync(copied.fileno())
        sync_folder(folder)
    write_manifest(target, manifest)
    return target
