"""Reads `permits.csv`: which standard applies to which point, with which profile, from when to when.

Columns: `point_id` (`*` for every point), `standard`, `profile` (`level=1A;built=2010`), `parameters` (codes joined by
`;`, empty or `all` for all), `valid_from`, `valid_to` (days, empty for open).
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from pathlib import Path

from clearbay.assess.permits import ALL_POINTS, Permit, PermitError, known_codes
from clearbay.assess.soil import ROTATION
from clearbay.assess.stack.judge_stack import FURNACE
from clearbay.assess.stack.pollutants import OXYGENS, STATES
from clearbay.district.cells import Cells
from clearbay.district.columns import PERMITS
from clearbay.district.located import Located, nearest, values
from clearbay.district.model import PointEntry
from clearbay.district.problems import Problem, Problems
from clearbay.district.table import read_rows
from clearbay.standards.collection import Standards
from clearbay.standards.model import Standard

FILE = "permits.csv"
AMBIENT_PRESSURE = "ba"
"""Pressure of the air at a stack [kPa], in its permit's profile."""
NEEDED_FACT = {"surface_water": "water_body", "soil": "land_use"}
"""What standards of a kind must be told although none of their limits could be chosen wrongly without it."""


def read_permits(path: Path) -> list[Permit]:
    """Read a permits file on its own (CSV as Excel saves it; lines that begin with # are comments).

    Raises
    ------
    PermitError : the file cannot be read, a column is missing, or a line is wrong; all wrong lines are named.
    """
    problems = Problems()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PermitError(f"{path}: cannot be read ({error.strerror})") from error
    found = permits_of(content, problems, str(path))
    if problems.errors:
        raise PermitError("\n".join(problem.said("en") for problem in sorted(problems.errors, key=_line)))
    return list(values(found))


def _line(problem: Problem) -> int:
    return problem.line


def permits_of(content: bytes, problems: Problems, file: str = FILE) -> list[Located[Permit]]:
    """Read the permits of a file's bytes; lines that are wrong are noted and left out."""
    found = []
    for row in read_rows(content, file, PERMITS, problems):
        cells = Cells(row, problems)
        standard, profile = cells.needed("standard"), cells.pairs("profile")
        codes: tuple[str, ...] | None = None
        if cells.text("parameters", "all") != "all":
            try:
                codes = known_codes(cells.text("parameters").split(";"))
            except PermitError as error:
                cells.wrong("unknown_code", reason=str(error).removeprefix("parameters: "))
        first, last = cells.day("valid_from"), cells.day("valid_to")
        if first is not None and last is not None and last < first:
            cells.wrong("order", last="valid_to", first="valid_from")
        point_id = cells.text("point_id", ALL_POINTS)
        if cells.sound:
            found.append(Located(row.line, Permit(point_id, standard, profile, codes, first, last)))
    return found


def check_permits(
    permits: list[Located[Permit]], points: Mapping[str, PointEntry], standards: Standards, problems: Problems
) -> None:
    """Note permits of unknown points and standards, profiles that their standard cannot use, and rivals in time."""
    for row in permits:
        permit = row.value
        if permit.point_id != ALL_POINTS and permit.point_id not in points:
            near = nearest(permit.point_id, points)
            problems.add(FILE, row.line, "unknown_point", value=permit.point_id, near=near)
        editions = [s for s in standards if permit.standard in (s.id, s.family)]
        if not editions:
            near = nearest(permit.standard, [*standards.families(), *standards.ids()])
            problems.add(FILE, row.line, "unknown_standard", value=permit.standard, near=near)
            continue
        _check_profile(row, editions, points, problems)
        _check_missing(row, editions, points.values(), problems)
    by_point: dict[tuple[str, str], list[Located[Permit]]] = {}
    for row in permits:
        by_point.setdefault((row.value.point_id, row.value.standard), []).append(row)
    for rows in by_point.values():
        for one, other in combinations(rows, 2):
            if _together(one.value, other.value):
                what = f"{other.value.standard} ({other.value.point_id})"
                problems.add(FILE, other.line, "overlap", what=what, line=one.line)


def _check_profile(row: Located[Permit], editions: list[Standard], points: Collection[str], problems: Problems) -> None:
    choices, numbers = _asked(editions)
    for name, value in row.value.profile.items():
        if name in choices:
            allowed = {*choices[name], ROTATION} if name == "land_use" else choices[name]
            if value not in allowed:
                said = ", ".join(sorted(allowed))
                standard = row.value.standard
                problems.add(FILE, row.line, "profile_value", standard=standard, name=name, value=value, allowed=said)
        elif name == FURNACE and editions[0].kind == "stack":
            if value not in points:
                problems.add(FILE, row.line, "unknown_point", value=value, near=nearest(value, points))
        elif name not in numbers:
            said = ", ".join([*choices, *sorted(numbers)]) or "—"
            problems.add(FILE, row.line, "unknown_profile", standard=row.value.standard, name=name, allowed=said)


def _check_missing(
    row: Located[Permit], editions: list[Standard], points: Iterable[PointEntry], problems: Problems
) -> None:
    """What the limits are chosen by must be stated by the permit or by every point that it applies to."""
    kind = editions[0].kind
    needed = {name for edition in editions for limit in edition.limits for name in limit.profile}
    if kind in NEEDED_FACT:
        needed = {NEEDED_FACT[kind]}
    choices, _ = _asked(editions)
    mine = [point for point in points if row.value.applies_to(point.point_id)]
    for name in sorted(needed - row.value.profile.keys()):
        if all(name in point.facts for point in mine) and mine:
            continue
        example = sorted(choices.get(name, {"…"}))[0]
        problems.add(FILE, row.line, "profile_missing", standard=row.value.standard, name=name, example=example)


def _asked(editions: Iterable[Standard]) -> tuple[dict[str, set[str]], set[str]]:
    """Words a profile may say, by name, and names of numbers that conditions ask for."""
    choices: dict[str, set[str]] = {}
    numbers: set[str] = set()
    for edition in editions:
        for name, words in edition.profile_values.items():
            choices.setdefault(name, set()).update(words)
        for limit in edition.limits:
            numbers.update(limit.when)
            for name, value in limit.profile.items():
                choices.setdefault(name, set()).add(value)
        if edition.kind == "stack":  # a stack's permit also describes the gas that is measured
            choices |= {"state": set(STATES), "oxygen": set(OXYGENS)}
            numbers.add(AMBIENT_PRESSURE)
    return choices, numbers


def _together(one: Permit, other: Permit) -> bool:
    """Whether two permits of a point and standard hold for the same parameter on the same day."""
    if one.parameters is not None and other.parameters is not None and not {*one.parameters} & {*other.parameters}:
        return False
    ends_before = one.valid_to is not None and other.valid_from is not None and one.valid_to < other.valid_from
    begins_after = other.valid_to is not None and one.valid_from is not None and other.valid_to < one.valid_from
    return not (ends_before or begins_after)
