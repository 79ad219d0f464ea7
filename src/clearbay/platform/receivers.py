"""Whom notices go to: a file of addresses that only its owner may read, outside every folder that is shown."""

import stat
from collections.abc import Mapping
from pathlib import Path

import yaml

from clearbay.vocabulary.errors import ClearbayError

FILE = "receivers.yaml"
"""Its name in the data folder: a mapping of a receiver's name to one address of apprise or several."""


class ReceiversError(ClearbayError):
    """The file of receivers cannot be used; the message never holds an address, which may be a secret."""


class Receivers:
    """Addresses by name. What is printed of it are names: addresses hold passwords and tokens."""

    def __init__(self, addresses: Mapping[str, tuple[str, ...]]) -> None:
        self._addresses = dict(addresses)

    def __repr__(self) -> str:
        return f"Receivers({', '.join(sorted(self._addresses))})"

    def lines(self, name: str) -> tuple[str, ...]:
        """Give the lines of a receiver, one an address, as `duty/1`, `duty/2`; none where there is no such receiver."""
        return tuple(f"{name}/{n}" for n in range(1, len(self._addresses.get(name, ())) + 1))

    def address(self, line: str) -> str | None:
        """Give the address behind a line."""
        name, _, number = line.rpartition("/")
        addresses = self._addresses.get(name, ())
        return addresses[int(number) - 1] if number.isdigit() and 0 < int(number) <= len(addresses) else None


NOBODY = Receivers({})


def read_receivers(path: Path, district: Path) -> Receivers:
    """Read the file; where there is none, nobody is told.

    Raises
    ------
    ReceiversError : others may read it, it lies in the district's folder, or it does not say names and addresses.
    """
    if not path.exists():
        return NOBODY
    if path.resolve().is_relative_to(district.resolve()):
        raise ReceiversError(
            f"{path}: addresses are secrets and the district's folder is shown; move the file elsewhere"
        )
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ReceiversError(f"{path}: others may read it, and addresses are secrets; run: chmod 600 {path}")
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        # YAML's own message quotes the line, which may hold a secret.
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}" if mark is not None else ""
        raise ReceiversError(f"{path}{where}: it cannot be read as YAML; write `name: address` a line") from None
    if given is None:
        return NOBODY
    if not isinstance(given, dict):
        raise ReceiversError(f"{path}: write `name: address` a line, or a list of addresses under a name")
    found = {}
    for name, value in given.items():
        addresses = value if isinstance(value, list) else [value]
        if not isinstance(name, str) or "/" in name or not all(isinstance(a, str) and "://" in a for a in addresses):
            raise ReceiversError(f"{path}: under {name!r} stands no address such as mailto:// or dingtalk://")
        found[name] = tuple(addresses)
    return Receivers(found)
