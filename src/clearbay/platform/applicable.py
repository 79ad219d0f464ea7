"""What applies to a file that comes without permits: chosen from what it measures, and said aloud."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from clearbay.assess.permits import Permit, PermitError, Point, parse_permit
from clearbay.vocabulary.units import unit

AIR = {"a21026", "a21004", "a21005", "a05024", "a34002", "a34004"}
"""SO2, NO2, CO, O3, PM10, PM2.5: what ambient stations measure."""

OXYGEN, STACK = "a19001", {"a34013", "a21024", "a01901"}
"""Oxygen beside dust, hydrogen chloride or a furnace temperature: the stack of an incinerator."""

PERMANGANATE = "w01019"
"""A permanganate index is measured in surface water, not in effluents."""


@dataclass(frozen=True)
class Choice:
    """A way of judging that can be asked for by name: its permits and what is assumed by them."""

    permits: tuple[str, ...]
    zh: str
    en: str


CHOICES: dict[str, Choice] = {
    "air": Choice(
        ("HJ 633", "GB 3095:grade=2"),
        "按环境空气评价：HJ 633（AQI）与 GB 3095 二级",
        "judged as ambient air: HJ 633 (AQI) and GB 3095 grade 2",
    ),
    "us-air": Choice(("US EPA AQI",), "按美国 EPA AQI 评价", "judged by the US EPA AQI"),
    "surface-water": Choice(
        ("GB 3838:water_body=river",),
        "按地表水评价：GB 3838，河流限值（湖库请用 --permit 'GB 3838:water_body=lake'）",
        "judged as surface water: GB 3838 with the limits of rivers (lakes: --permit 'GB 3838:water_body=lake')",
    ),
    "lake": Choice(("GB 3838:water_body=lake",), "按湖库评价：GB 3838", "judged as a lake: GB 3838"),
    "incinerator": Choice(
        ("GB 18485",),
        "按生活垃圾焚烧炉评价：GB 18485（限值、炉温、标记规则；未核实的条款在判定中标明）",
        "judged as a waste incinerator: GB 18485 (limits, furnace temperature, marking rules; unverified ones say so)",
    ),
    "soil": Choice(("GB 15618",), "按农用地土壤评价：GB 15618", "judged as farmland soil: GB 15618"),
}


def permits_for(name: str) -> list[Permit]:
    """Give the permits of a way of judging.

    Raises
    ------
    PermitError : there is no such way, or it needs to be told more.
    """
    if name == "effluent":
        raise PermitError(
            "an effluent needs its level: --permit 'GB 18918:level=1A,built=2010' "
            "(level 1A, 1B, 2 or 3; built: year of construction, which decides the phosphorus limit)"
        )
    return [parse_permit(text) for text in CHOICES[name].permits]


def guess(table: pa.Table, points: tuple[Point, ...]) -> str:
    """Say which way of judging a measurement table asks for.

    Raises
    ------
    PermitError : it cannot be told from what was measured.
    """
    codes = set(_distinct(table, "code"))
    units = {unit(text).kind for text in _distinct(table, "unit")}
    if any("land_use" in point.facts for point in points) or (codes and all(c.startswith("s") for c in codes)):
        return "soil"
    if OXYGEN in codes and codes & STACK:
        return "incinerator"
    if codes & AIR and not any(c.startswith("w") for c in codes):
        return "us-air" if "amount fraction" in units else "air"
    if PERMANGANATE in codes:
        return "surface-water"
    if any(c.startswith("w") for c in codes):
        return "effluent"
    raise PermitError(
        f"what applies cannot be told from the parameters ({', '.join(sorted(codes)) or 'none'}); "
        "say it with --as or --permit"
    )


def _distinct(table: pa.Table, column: str) -> list[str]:
    values = pc.unique(table[column])
    plain = values.dictionary_decode() if pa.types.is_dictionary(values.type) else values
    return [str(v) for v in dict.fromkeys(plain.to_pylist())]
