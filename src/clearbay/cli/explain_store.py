"""Asking for the evidence of a finding: the service that runs on a store, or the store itself where none does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from clearbay.gateway.control import NoService, ask
from clearbay.platform.explaining import explained
from clearbay.platform.service import Service, Where
from clearbay.vocabulary.errors import ClearbayError

INSTANTS = ("time", "assessed_at")


class DistrictWanted(ClearbayError):
    """No service runs, and without the district nobody knows what applies."""


@dataclass(frozen=True)
class Told:
    """A finding, the same made anew (None: it does not come out), and the packets behind it."""

    finding: dict[str, object]
    again: dict[str, object] | None
    differing: tuple[str, ...]
    inputs: int
    checked: int
    decoded: int
    opened: int
    sealed: Mapping[str, int]
    differences: tuple[Mapping[str, str], ...]
    packets: tuple[Mapping[str, object], ...]


def asked(data: Path, district: Path | None, finding_id: str) -> Told:
    """Explain a finding of the data folder of a service.

    Raises
    ------
    DistrictWanted : no service runs there and `district` is not given. NotOneFinding, StoreError, DistrictError
    """
    store = data / "store" if (data / "store").is_dir() else data
    try:
        reply = ask(store, {"do": "explain", "finding": finding_id})
    except NoService:
        if district is None:
            raise DistrictWanted(
                f"no service runs on {data}; say with --district which district its findings are of"
            ) from None
        service = Service(Where(district, store.parent, min_free_bytes=0))
        try:
            reply = explained(service.live, service.judged, finding_id)
        finally:
            service.store.close()
    again, packets = reply["again"], cast("list[Mapping[str, object]]", reply["packets"])
    return Told(
        _instants(cast("dict[str, object]", reply["finding"])),
        _instants(cast("dict[str, object]", again)) if again is not None else None,
        tuple(cast("list[str]", reply["differing"])),
        int(str(reply["inputs"])),
        int(str(reply["checked"])),
        int(str(reply["decoded"])),
        int(str(reply["opened"])),
        cast("Mapping[str, int]", reply["sealed"]),
        tuple(cast("list[Mapping[str, str]]", reply["differences"])),
        tuple(packets),
    )


def _instants(record: dict[str, object]) -> dict[str, object]:
    """A record whose instants are instants again."""
    read = {name: datetime.fromisoformat(str(record[name])) for name in INSTANTS if record.get(name)}
    windows = cast("list[dict[str, object]]", record.get("windows") or [])
    listed = [window | {"time": datetime.fromisoformat(str(window["time"]))} for window in windows]
    return record | read | {"windows": listed}
