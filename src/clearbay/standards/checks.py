"""What the shape of a file cannot say: codes and units exist, sources are named, tables fit, no two limits collide."""

from difflib import get_close_matches
from itertools import pairwise, product

from clearbay.standards.build import cells, limit, variants
from clearbay.standards.model import Limit
from clearbay.standards.schema import Row, StandardFile
from clearbay.standards.stack_rules_checks import check_stack_rules
from clearbay.standards.yaml_source import Location, Source
from clearbay.vocabulary.parameters import UnknownParameter, parameter, parameters
from clearbay.vocabulary.units import UnitMismatch, unit


def check(file: StandardFile, source: Source) -> None:
    """Note every problem of a file whose shape is right."""
    if file.valid_to is not None and file.valid_to < file.valid_from:
        source.problem(("valid_to",), f"valid_to {file.valid_to} is before valid_from {file.valid_from}")
    _check_sources(file.defaults.source, ("defaults", "source"), file, source)
    for name, column in file.columns.items():
        _check_sources(column.source, ("columns", name, "source"), file, source)
    for i in range(len(file.limits)):
        _check_row(i, file, source)
    _check_collisions(file, source)
    _check_index(file, source)
    for i, row in enumerate(file.validity):
        for code in row.codes:
            _check_code(code, ("validity", i, "codes"), source)
        _check_sources(row.source, ("validity", i, "source"), file, source)
    for i, pending in enumerate(file.pending):
        for code in pending.codes:
            _check_code(code, ("pending", i, "codes"), source)
    sections = {
        "surface_water_rules": ("surface_water_rules", file.surface_water_rules),
        "ambient_air_rules": ("ambient_air_rules", file.ambient_air_rules),
        "stack": ("stack_rules", file.stack_rules),
    }
    for kind, (name, section) in sections.items():
        if (section is not None) != (file.kind == kind):
            here = (name,) if section is not None else ("kind",)
            source.problem(here, f"kind `{kind}` and the section `{name}` go together", key=section is not None)
    if file.stack_rules is not None:
        check_stack_rules(file.stack_rules, file, source)
    for i, code in enumerate(file.surface_water_rules.indicators if file.surface_water_rules else ()):
        _check_code(code, ("surface_water_rules", "indicators", i), source)
    _check_statuses(file, source)
    if file.kind == "air_index" and file.index is None:
        source.problem(("kind",), "kind `air_index` needs a section `index`")


def _check_statuses(file: StandardFile, source: Source) -> None:
    rules = file.surface_water_rules
    if rules is None:
        return
    named = [
        *((("section_status", i), row.status) for i, row in enumerate(rules.section_status)),
        *((("river_status", i), row.status) for i, row in enumerate(rules.river_status)),
    ]
    for where, status in named:
        if status not in rules.statuses:
            there = ", ".join(rules.statuses) or "none"
            source.problem(
                ("surface_water_rules", *where, "status"), f"there is no status `{status}`", f"`statuses` has: {there}"
            )


def check_codes(source: Source) -> None:
    """Note unknown codes in a file whose shape is wrong, so that they need not wait for a second look."""
    rows = source.data.get("limits") if isinstance(source.data, dict) else None
    for i, row in enumerate(rows if isinstance(rows, list) else ()):
        code = row.get("code") if isinstance(row, dict) and "name" not in row else None
        if isinstance(code, str):
            _check_code(code, ("limits", i, "code"), source)


def _check_row(i: int, file: StandardFile, source: Source) -> None:
    row, at = file.limits[i], ("limits", i)
    given = [name for name in ("values", "every", "value") if getattr(row, name) is not None]
    if len(given) != 1:
        reason = "a row needs one of `values` (by column), `every` (column) or `value`"
        source.problem(at, reason + (f"; this one has {' and '.join(given)}" if given else ""))
    for name in row.values or ():
        if name not in file.columns:
            near = get_close_matches(name, file.columns, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"columns: {', '.join(file.columns) or 'none declared'}"
            source.problem((*at, "values", name), f"there is no column `{name}`", hint, key=True)
    if row.every is not None and not file.columns:
        source.problem((*at, "every"), "`every` needs `columns`", "use `value` for a figure that stands alone")
    for name in ("averaging", "unit", "source", "clause"):
        if getattr(row, name) is None and getattr(file.defaults, name) is None:
            source.problem(at, f"`{name}` is missing", "give it in the row or in `defaults`")
    if row.name is None:
        _check_code(row.code, (*at, "code"), source)
    for code in row.also:
        _check_code(code, (*at, "also"), source)
    _check_unit(row, at, file, source)
    _check_sources(row.source, (*at, "source"), file, source)
    for where, column, cell in cells(file, i):
        one = limit(file, row, column, cell, (row.code, {}))
        if one.valid_to is not None and one.valid_to < one.valid_from:
            source.problem(where, f"this limit ends on {one.valid_to}, before it begins on {one.valid_from}")


def _check_code(code: str, at: Location, source: Source) -> None:
    if code not in parameters():
        try:
            parameter(code)
        except UnknownParameter as error:
            hint = "for a parameter of your own add `name: {zh: …, en: …}` to the row"
            source.problem(at, str(error), hint)


def _check_unit(row: Row, at: Location, file: StandardFile, source: Source) -> None:
    text = row.unit or file.defaults.unit
    if text is None:
        return
    where = (*at, "unit") if row.unit else at
    try:
        given = unit(text)
    except UnitMismatch as error:
        source.problem(where, str(error))
        return
    known = parameters().get(row.code)
    if known is None or row.name is not None:
        return
    try:
        wanted = unit(known.unit)
    except UnitMismatch:
        return  # the annex itself has units of its own kind for a few codes (t/(km2.month))
    gas = known.molar_mass is not None and {given.kind, wanted.kind} == {"amount fraction", "mass/gas volume"}
    if given.kind != wanted.kind and not gas:
        reason = f"{given.symbol} ({given.kind}) does not measure {known.name_en} [{known.unit}]"
        source.problem(where, reason, "give the unit of the standard's table")


def _check_sources(names: list[str] | None, at: Location, file: StandardFile, source: Source) -> None:
    for name in names or ():
        if name not in file.sources:
            listed = ", ".join(file.sources) or "none"
            source.problem(at, f"`{name}` is not among the sources", f"`sources` has: {listed}")


def _check_collisions(file: StandardFile, source: Source) -> None:
    """Two figures for one case on one day: nobody could say which applies."""
    seen: dict[str, list[tuple[Limit, Location]]] = {}
    for i, row in enumerate(file.limits):
        for variant, (where, column, cell) in product(variants(row), cells(file, i)):
            one = limit(file, row, column, cell, variant)
            for other, there in seen.get(one.key, []):
                if _overlap(one, other):
                    line = source.mark(there)[0]
                    source.problem(where, f"a second limit for {one.key}", f"the first is on line {line}")
            seen.setdefault(one.key, []).append((one, where))


def _overlap(a: Limit, b: Limit) -> bool:
    return (b.valid_to is None or a.valid_from <= b.valid_to) and (a.valid_to is None or b.valid_from <= a.valid_to)


def _check_index(file: StandardFile, source: Source) -> None:
    if file.index is None:
        return
    for i, row in enumerate(file.index.items):
        at: Location = ("index", "items", i)
        _check_code(row.code, (*at, "code"), source)
        _check_sources(row.source, (*at, "source"), file, source)
        for name in ("source", "clause"):
            if getattr(row, name) is None and getattr(file.defaults, name) is None:
                source.problem(at, f"`{name}` is missing", "give it in the row or in `defaults`")
        points = row.breakpoints
        if any(low >= high for low, high in pairwise(points)):
            source.problem((*at, "breakpoints"), "the breakpoints do not rise")
        indices = row.indices if row.indices is not None else file.index.indices[: len(points)]
        if len(indices) != len(points):
            reason = f"{len(points)} breakpoints need {len(points)} indices, there are {len(indices)}"
            source.problem((*at, "breakpoints"), reason)
        for name, lows in (("lows", row.lows), ("index_lows", row.index_lows)):
            if lows is not None and len(lows) != len(points) - 1:
                reason = f"{len(points)} breakpoints make {len(points) - 1} segments, `{name}` has {len(lows)}"
                source.problem((*at, name), reason)
        if (row.lows is None) != (row.index_lows is None):
            source.problem(at, "`lows` and `index_lows` go together")
    bands = file.index.bands
    for i in range(1, len(bands)):
        if bands[i].low != bands[i - 1].high + 1:
            reason = f"the band starts at {bands[i].low}, the one before ends at {bands[i - 1].high}"
            source.problem(("index", "bands", i), reason)
