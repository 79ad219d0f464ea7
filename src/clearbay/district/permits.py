"""Reads `permits.csv`: which standard applies to which point, with which profile, from when to when.

Columns: `point_id` (`*` for every point), `standard`, `profile` (`level=1A;built=2010`), `parameters` (codes joined by
`;`, empty or `all` for all), `valid_from`, `valid_to` (days, empty for open).
"""

import csv
import re
from datetime import date
from pathlib import Path
from types import MappingProxyType

from clearbay.assess.permits import ALL_POINTS, Permit, PermitError, known_codes

COLUMNS = ("point_id", "standard", "profile", "parameters", "valid_from", "valid_to")
NEEDED = ("point_id", "standard")


def read_permits(path: Path) -> list[Permit]:
    """Read a permits file (CSV, UTF-8 with or without a byte-order mark; lines that begin with # are comments).

    Raises
    ------
    PermitError : the file cannot be read, a column is missing, or a line is wrong; all wrong lines are named.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PermitError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise PermitError(f"{path}: is not UTF-8 text (byte {error.start}); save it as CSV UTF-8") from error
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip() and line[0] != "#"]
    if not lines:
        raise PermitError(f"{path}: is empty; its header is {','.join(COLUMNS)}")
    header = [name.strip() for name in next(csv.reader([lines[0][1]]))]
    missing = [name for name in NEEDED if name not in header]
    unknown = [name for name in header if name not in COLUMNS]
    if missing or unknown:
        wrong = [f"no column {name}" for name in missing] + [f"column {name!r} is not known" for name in unknown]
        raise PermitError(f"{path}:{lines[0][0]}: {'; '.join(wrong)}; the columns are {', '.join(COLUMNS)}")
    permits: list[Permit] = []
    problems: list[str] = []
    for number, line in lines[1:]:
        cells = next(csv.reader([line]))
        if len(cells) != len(header):
            problems.append(f"{path}:{number}: {len(cells)} cells, but the header has {len(header)}")
            continue
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
        try:
            permits.append(_permit(row))
        except PermitError as error:
            problems.append(f"{path}:{number}: {error}")
    if problems:
        raise PermitError("\n".join(problems))
    return permits


def _permit(row: dict[str, str]) -> Permit:
    if not row["standard"]:
        raise PermitError("no standard is named")
    parameters = row.get("parameters", "")
    codes = None if parameters in ("", "all") else known_codes(parameters.split(";"))
    first, last = _day(row, "valid_from"), _day(row, "valid_to")
    if first is not None and last is not None and last < first:
        raise PermitError(f"valid_to {last} lies before valid_from {first}")
    return Permit(row["point_id"] or ALL_POINTS, row["standard"], _profile(row.get("profile", "")), codes, first, last)


def _profile(text: str) -> MappingProxyType[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, (p.strip() for p in re.split("[;,]", text))):
        name, equals, value = part.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise PermitError(f"profile {part!r} is not name=value; write for example level=1A;built=2010")
        found[name.strip()] = value.strip()
    return MappingProxyType(found)


def _day(row: dict[str, str], name: str) -> date | None:
    text = row.get(name, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PermitError(f"{name} {text!r} is not a day such as 2026-03-01") from error
