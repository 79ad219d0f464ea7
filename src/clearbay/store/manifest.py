"""What files make up a store, in one small file that is replaced in one step."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from clearbay.store.errors import StoreDamaged

FORMAT = 1
NAME = "store.json"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A month that is sealed: its folder, rows, first and last times [µs since 1970 UTC], SHA-256 of each file."""

    month: str
    folder: str
    packets: int
    observations: int
    first_time: int
    last_time: int
    first_packet: int
    last_packet: int
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of a store: hot months (the last one is written to) and sealed ones."""

    store_id: int
    hot: tuple[str, ...]
    sealed: tuple[Sealed, ...] = ()

    def with_hot(self, month: str) -> "Manifest":
        """The manifest with one more hot month."""
        return replace(self, hot=(*self.hot, month))

    def with_sealed(self, sealed: Sealed) -> "Manifest":
        """The manifest with a hot month sealed."""
        return replace(self, hot=tuple(m for m in self.hot if m != sealed.month), sealed=(*self.sealed, sealed))


def new_manifest(month: str) -> Manifest:
    """A manifest for a new store, with a random 40-bit id."""
    return Manifest(secrets.randbits(40), (month,))


def read_manifest(folder: Path) -> Manifest | None:
    """Read the manifest; None when the folder holds no store. Raises StoreDamaged."""
    path = folder / NAME
    try:
        content = json.loads(path.read_text())
        if content["format"] != FORMAT:
            raise StoreDamaged(f"{path} has format {content['format']}; this version reads {FORMAT}")
        sealed = tuple(Sealed(**entry) for entry in content["sealed"])
        return Manifest(content["store_id"], tuple(content["hot"]), sealed)
    except FileNotFoundError:
        return None
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise StoreDamaged(f"{path} cannot be read ({error}); restore it from a back-up") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one crash-safe step."""
    content = {
        "format": FORMAT,
        "store_id": manifest.store_id,
        "hot": list(manifest.hot),
        "sealed": [asdict(entry) for entry in manifest.sealed],
    }
    replace_file(folder / NAME, json.dumps(content, indent=1).encode())


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that after a crash it holds the old content or the new, whole."""
    new = path.with_name(path.name + ".new")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames within a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
