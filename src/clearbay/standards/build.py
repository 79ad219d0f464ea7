"""From the checked shape of a file to the frozen values of `model`: rows times columns become limits."""

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import TypeAlias, TypeVar

from clearbay.standards.build_rules import ambient_air_rules, stack_rules, surface_water_rules
from clearbay.standards.model import (
    Band,
    Confidence,
    Index,
    IndexItem,
    Limit,
    Pending,
    SensitiveGroup,
    Standard,
    Validity,
)
from clearbay.standards.rules import Rules
from clearbay.standards.schema import Cell, Column, IndexFile, IndexRow, Row, StandardFile
from clearbay.standards.yaml_source import Location

T = TypeVar("T")

Variant: TypeAlias = tuple[str, Mapping[str, str]]
"""A code and a profile."""

NO_COLUMN = Column()


def cells(file: StandardFile, row: int) -> Iterator[tuple[Location, Column, Cell]]:
    """Every figure of a row of the table with where it stands in the file and its column."""
    entry = file.limits[row]
    at: Location = ("limits", row)
    if entry.values is not None:
        for name, cell in entry.values.items():
            yield (*at, "values", name), file.columns.get(name, NO_COLUMN), cell
    elif entry.every is not None:
        for column in file.columns.values():
            yield (*at, "every"), column, entry.every
    elif entry.value is not None:
        yield (*at, "value"), NO_COLUMN, entry.value


def variants(row: Row) -> Iterator[Variant]:
    """Every code and profile a row stands for (`also` codes, several values of a profile)."""
    for code in (row.code, *row.also):
        for values in product(*row.profile.values()):
            yield code, dict(zip(row.profile, values, strict=True))


def limit(file: StandardFile, row: Row, column: Column, cell: Cell, variant: Variant) -> Limit:
    """Make one limit of a row, a column and their figure, for one of the row's variants."""
    d = file.defaults
    code, profile = variant
    low, high = cell.low, cell.high
    if cell.single:
        low, high = (cell.low, None) if _first(row.bound, d.bound, "at_most") == "at_least" else (None, cell.high)
    clause = _first(row.clause, d.clause, "")
    return Limit(
        standard=file.id,
        clause=f"{clause} ({row.no})" if row.no else clause,
        code=code,
        averaging=_first(row.averaging, d.averaging, ""),
        basis=_first(row.basis, d.basis, "raw"),
        minimum=low,
        maximum=high,
        unit=_first(row.unit, d.unit, ""),
        decimals=row.decimals if row.decimals is not None else d.decimals,
        profile=_frozen({**column.profile, **profile}),
        when=_frozen({**column.when, **row.when}),
        valid_from=max(file.valid_from, row.valid_from or file.valid_from, column.valid_from or file.valid_from),
        valid_to=min((day for day in (file.valid_to, row.valid_to, column.valid_to) if day), default=None),
        source=tuple(_first(row.source or column.source, d.source, [])),
        confidence=_confidence(row.confidence or column.confidence, file),
        note=row.note,
        state=_first(row.state, d.state, ""),
        must_not_be_detected=cell.not_detectable,
    )


def standard(file: StandardFile, path: Path, digest: str) -> Standard:
    """Make the standard that a checked file describes."""
    return Standard(
        id=file.id,
        family=file.family,
        kind=file.kind,
        title_zh=file.title.zh,
        title_en=file.title.en,
        valid_from=file.valid_from,
        valid_to=file.valid_to,
        limits=tuple(
            limit(file, row, column, cell, variant)
            for i, row in enumerate(file.limits)
            for variant in variants(row)
            for _, column, cell in cells(file, i)
        ),
        index=_index(file, file.index) if file.index else None,
        validity=tuple(
            Validity(
                averaging=v.averaging,
                of=v.of,
                at_least=v.at_least,
                unit=v.unit,
                codes=tuple(v.codes),
                per=v.per,
                months=tuple(v.months),
                note=v.note,
                clause=v.clause,
                source=tuple(_first(v.source, file.defaults.source, [])),
                confidence=_confidence(v.confidence, file),
            )
            for v in file.validity
        ),
        pending=tuple(
            Pending(p.averaging, tuple(p.codes), p.clause, p.valid_from, p.text.zh, p.text.en) for p in file.pending
        ),
        rules=_rules(file),
        sources=_frozen(file.sources),
        notes_zh=tuple(file.notes.zh),
        notes_en=tuple(file.notes.en),
        profile_values=_frozen(
            {key: _frozen({v: (n.zh, n.en) for v, n in names.items()}) for key, names in file.profiles.items()}
        ),
        names=_frozen({row.code: (row.name.zh, row.name.en) for row in file.limits if row.name}),
        path=path,
        digest=digest,
        confidence=file.confidence,
    )


def _index(file: StandardFile, index: IndexFile) -> Index:
    def items(report: str) -> tuple[IndexItem, ...]:
        return tuple(_item(file, index, row) for row in index.items if report in row.reports)

    return Index(
        standard=file.id,
        result=index.result,
        concentration=index.concentration,
        hourly=items("hourly"),
        daily=items("daily"),
        bands=tuple(
            Band(
                low=b.low,
                high=b.high,
                level=b.level,
                name_zh=b.name.zh,
                name_en=b.name.en,
                colour=b.colour,
                colour_name_zh=b.colour_name.zh,
                colour_name_en=b.colour_name.en,
                effect_zh=b.effect.zh,
                effect_en=b.effect.en,
                advice_zh=b.advice.zh,
                advice_en=b.advice.en,
            )
            for b in index.bands
        ),
        primary_above=index.primary_above,
        exceeding_above=index.exceeding_above,
        missing_one_publish_above=index.missing_one_publish_above,
        groups=tuple(SensitiveGroup(g.code, g.text.zh, g.text.en) for g in index.groups),
    )


def _item(file: StandardFile, index: IndexFile, row: IndexRow) -> IndexItem:
    indices = row.indices if row.indices is not None else index.indices[: len(row.breakpoints)]
    return IndexItem(
        code=row.code,
        averaging=row.averaging,
        unit=row.unit,
        decimals=row.decimals,
        concentrations=tuple(row.breakpoints),
        indices=tuple(indices),
        lows=tuple(row.lows) if row.lows is not None else None,
        index_lows=tuple(row.index_lows) if row.index_lows is not None else None,
        above=row.above if isinstance(row.above, int) else None,
        extrapolates=row.above == "extrapolated",
        clause=_first(row.clause, file.defaults.clause, ""),
        source=tuple(_first(row.source, file.defaults.source, [])),
        confidence=_confidence(row.confidence, file),
        note=row.note,
    )


def _rules(file: StandardFile) -> Rules | None:
    if file.surface_water_rules:
        return surface_water_rules(file.surface_water_rules)
    if file.ambient_air_rules:
        return ambient_air_rules(file.ambient_air_rules)
    if file.stack_rules:
        return stack_rules(file.stack_rules)
    return None


def _confidence(own: Confidence | None, file: StandardFile) -> Confidence:
    return own or file.defaults.confidence or file.confidence


def _first(own: T | None, default: T | None, last: T) -> T:
    if own is not None:
        return own
    return default if default is not None else last


def _frozen(mapping: Mapping[str, T]) -> Mapping[str, T]:
    # A plain copy, read-only by its type: a MappingProxyType could not be sent to Spark's workers.
    return dict(mapping)
