"""Reads `district.yaml`: name, legal zone, the order of plans, and texts that pages show."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from clearbay.district.model import Bilingual
from clearbay.district.problems import Problems
from clearbay.district.snapshot import Snapshot
from clearbay.district.yaml_text import YamlReader
from clearbay.vocabulary.clocks import DEFAULT_ZONE, UnknownZone
from clearbay.vocabulary.clocks import zone as zone_of

FILE = "district.yaml"
KEYS = ("name", "zone", "plans", "texts")


@dataclass(frozen=True, slots=True)
class MainFile:
    """What `district.yaml` says; `plans` are (line, folder name) in the order pages show them."""

    name: Bilingual
    zone: str = DEFAULT_ZONE
    plans: tuple[tuple[int, str], ...] = ()
    texts: Mapping[str, Bilingual] = field(default_factory=dict)


def read_main_file(snapshot: Snapshot, problems: Problems) -> MainFile:
    """Read the main file; what is wrong is noted, and stand-ins are given."""
    nothing = MainFile(Bilingual("", ""))
    if FILE not in snapshot.files:
        return nothing
    reader = YamlReader(FILE, problems)
    root = reader.read(snapshot.files[FILE])
    if root is None:
        if not any(problem.file == FILE for problem in problems.errors):
            reader.wrong(1, "missing_key", name="name")
        return nothing
    given = reader.table(root, FILE, KEYS)
    name = reader.bilingual(given.get("name"), "name", root.line)
    zone = reader.text(given.get("zone"), DEFAULT_ZONE)
    try:
        zone_of(zone)
    except UnknownZone:
        reader.wrong(given["zone"].line, "zone", value=zone)
        zone = DEFAULT_ZONE
    plans = tuple((item.line, reader.text(item)) for item in reader.items(given.get("plans"), "plans"))
    texts = {
        key: reader.bilingual(node, f"texts.{key}", node.line)
        for key, node in reader.table(given.get("texts"), "texts").items()
    }
    return MainFile(name, zone, plans, texts)
