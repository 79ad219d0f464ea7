"""The files of a district folder, read at one moment, and the digest over them."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from clearbay.district.columns import FILES
from clearbay.district.problems import Problems

PLAN_FILES = ("plan.yaml", "projects.csv", "milestones.csv", "indicators.yaml")
"""Files of a plan as it was approved; its journal grows with every report and is no part of the district."""
MAX_BYTES = 50_000_000
"""A larger file is no text that people keep; reading it would stall the service."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Bytes by path inside the folder (with /)."""

    folder: Path
    files: Mapping[str, bytes]

    @property
    def digests(self) -> Mapping[str, str]:
        """SHA-256 [hex] of each file."""
        return {name: hashlib.sha256(content).hexdigest() for name, content in self.files.items()}

    @property
    def digest(self) -> str:
        """SHA-256 [hex] over names and contents in the order of names."""
        whole = hashlib.sha256()
        for name in sorted(self.files):
            content = self.files[name]
            whole.update(f"{name}\0{len(content)}\0".encode())
            whole.update(content)
        return whole.hexdigest()


def take(folder: Path, problems: Problems) -> Snapshot:
    """Read the files of a district folder; what cannot be read is added to `problems`."""
    files: dict[str, bytes] = {}
    if not folder.is_dir():
        problems.add(str(folder), 0, "no_folder")
        return Snapshot(folder, files)
    for name in _names(folder):
        path = folder / name
        try:
            if path.stat().st_size > MAX_BYTES:
                problems.add(name, 0, "too_large", size=path.stat().st_size, most=MAX_BYTES)
                continue
            files[name] = path.read_bytes()
        except OSError as error:
            problems.add(name, 0, "unreadable", reason=error.strerror or str(error))
    return Snapshot(folder, files)


def _names(folder: Path) -> Iterator[str]:
    yield from (name for name in FILES if (folder / name).is_file())
    for below, pattern in (("twins", "*.yaml"), ("standards", "*.yaml"), ("standards", "*.yml")):
        yield from sorted(f"{below}/{path.name}" for path in (folder / below).glob(pattern) if path.is_file())
    for plan in sorted((folder / "plans").glob("*/")):
        yield from (f"plans/{plan.name}/{name}" for name in PLAN_FILES if (plan / name).is_file())
