"""From samples to sections and from sections to a river, basin or lake: means, status, main pollutants, change.

Source: 环办[2011]22号. A river of fewer than five sections: each indicator's mean over the sections, then the
single-factor rule; of five or more: the shares of sections by class. A change between two periods is dG - dD, the
change of the share of classes I-III less the change of the share worse than V.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import narwhals as nw
from narwhals.typing import IntoFrame

from clearbay.assess import exact
from clearbay.assess.frames import Lazy, lazy
from clearbay.assess.limit_expressions import UNDETECTED, number, quotient, require, sure, usable
from clearbay.assess.main_pollutants import Ranked, main_pollutants, with_foremost
from clearbay.assess.surface_water import Indicator, SurfaceWaterError, classify, indicators, status_of
from clearbay.standards.model import Standard
from clearbay.standards.rules import ShareRule, SurfaceWaterRules

UNDETECTED_SHARE = Fraction(1, 2)
"""Share of the detection limit that stands for an undetected value in a mean.

环办监测函[2020]82号, 7 and SL 219-2013, 12.2.5, both as one article quotes them: one source, unverified in the text.
"""


def period_means(
    frame: IntoFrame | Lazy,
    standard: Standard,
    columns: Mapping[str, str],
    by: Sequence[str],
    rules: SurfaceWaterRules,
    *,
    flags: Mapping[str, str] | None = None,
) -> Lazy:
    """Mean of every indicator over the rows of a group: samples of a section in a period, or sections of a river.

    Means are arithmetic, pH included (环办[2011]22号 names no other), over whole numbers of 10**-9 of the unit, and so
    the same on every engine.

    Parameters
    ----------
    frame : one row a sample (or a section), values in the unit of the standard's limits.
    columns : code -> column of the frame.
    by : columns that name the group, such as section and month.
    flags : code -> column of flags; an undetected value (`ND`) enters as half its detection limit; where nothing was
        detected the mean is the largest detection limit, flagged `ND` again, so that it is judged as one.

    Returns
    -------
    frame with one row a group: `by`, every column of `columns` that is evaluated (its mean; null where no row counts),
    `valid_<code>` (values that counted), the flag columns, `samples` (rows).

    Raises
    ------
    SurfaceWaterError, ColumnsError : as in `surface_water.classify`; ColumnsError also if a column of `by` is missing.
    """
    table = lazy(frame)
    items = indicators(standard, columns, rules, flags)
    read = [*by, *(item.column for item in items), *(item.flag for item in items if item.flag)]
    require(table, read, [*(f"valid_{item.code}" for item in items), "samples"])
    parts: list[nw.Expr] = [nw.col(name) for name in by]
    sums: list[nw.Expr] = [nw.len().cast(nw.Int64).alias("samples")]
    means: list[nw.Expr] = [nw.col(name) for name in by]
    for item in items:
        parts += _parts(table, item)
        sums += [nw.col(f"{part}_{item.code}").sum().cast(nw.Int64) for part in ("__sum", "__valid", "__nd")]
        sums += [nw.col(f"__most_{item.code}").max()]
        means += _mean(item)
    return table.select(*parts).group_by(*by).agg(*sums).select(*means, "samples")


def _parts(table: Lazy, item: Indicator) -> list[nw.Expr]:
    value = number(table, item.column)
    places = exact.places(_unit(item))
    sound = usable(value)
    whole = exact.scaled(value, places)
    undetected = nw.lit(False)
    if item.flag is not None:
        undetected = sure(nw.col(item.flag) == UNDETECTED) & sound
        whole = nw.when(undetected).then(exact.scaled(value, places, UNDETECTED_SHARE)).otherwise(whole)
    return [
        nw.when(sound).then(whole).otherwise(nw.lit(0, nw.Int64)).alias(f"__sum_{item.code}"),
        sound.cast(nw.Int64).alias(f"__valid_{item.code}"),
        undetected.cast(nw.Int64).alias(f"__nd_{item.code}"),
        nw.when(undetected).then(value).otherwise(nw.lit(0.0)).alias(f"__most_{item.code}"),
    ]


def _mean(item: Indicator) -> list[nw.Expr]:
    places = exact.places(_unit(item))
    valid, undetected = nw.col(f"__valid_{item.code}"), nw.col(f"__nd_{item.code}")
    mean = quotient(exact.half_even_quotient(nw.col(f"__sum_{item.code}"), valid), 10.0**places)
    nothing = (undetected > 0) & (undetected == valid)
    columns = [
        nw.when(nothing).then(nw.col(f"__most_{item.code}")).otherwise(mean).alias(item.column),
        valid.alias(f"valid_{item.code}"),
    ]
    if item.flag is not None:
        columns.append(nw.when(nothing).then(nw.lit(UNDETECTED)).otherwise(nw.lit("")).alias(item.flag))
    return columns


def _unit(item: Indicator) -> str:
    return next(iter(item.limits.values()))[0].unit


def river_status(
    sections: IntoFrame | Lazy,
    standard: Standard,
    columns: Mapping[str, str],
    by: Sequence[str],
    rules: SurfaceWaterRules,
    *,
    water_body: str = "river",
    flags: Mapping[str, str] | None = None,
) -> Lazy:
    """Status of rivers, basins or lakes from their classified sections.

    Parameters
    ----------
    sections : what `surface_water.classify` gave, one row a section (and period); only those that have a class count.
    columns, flags : as they were classified.
    by : columns that name the river (and period).
    water_body : "river" or "lake".

    Returns
    -------
    frame with one row a river: `by`, `sections` (with a class), `without_class`, `good` and `worse_than_v` (numbers of
    sections of classes I-III and worse than V), `good_share` and `worse_than_v_share` [%], `method` ("mean" or
    "shares"), `class` and `deciding` (of the means; null by shares), `status` (id, see `rules.statuses`),
    `main_pollutants` (by shares: the three codes that exceed class III in most sections; by means: as for a section),
    `exceeding_<code>` (sections in which the code is worse than class III).

    Raises
    ------
    SurfaceWaterError, ColumnsError : as in `surface_water.classify`.
    """
    table = lazy(sections)
    items = [item for item in indicators(standard, columns, rules, flags) if not item.apart]
    evaluated = {item.code: item.column for item in items}
    used_flags = {item.code: item.flag for item in items if item.flag}
    require(table, [*by, *evaluated.values(), *used_flags.values(), *(f"class_{c}" for c in evaluated), "class"], [])
    third = rules.classes.index(rules.reference_class) + 1
    counts = _counts(table, list(evaluated), by, third, len(rules.classes) + 1)

    classed = table.filter(~nw.col("class").is_null()).select(*by, *evaluated.values(), *used_flags.values())
    means = period_means(classed, standard, evaluated, by, rules, flags=used_flags)
    means = classify(means, standard, evaluated, water_body, rules, flags=used_flags)
    means = main_pollutants(means, standard, evaluated, water_body, rules)
    means = means.select(
        *by,
        nw.col("class").alias("__class"),
        nw.col("deciding").alias("__deciding"),
        nw.col("main_pollutants").alias("__main"),
    )
    shares = with_foremost(
        counts,
        [_by_share(code) for code in evaluated],
        rules.main_pollutants,
        nw.col("sections") > 0,
        "__foremost",
    )
    few = nw.col("sections") < rules.shares_from_sections
    some = nw.col("sections") > 0
    joined = shares.join(means, on=list(by), how="left")
    return joined.select(
        *by,
        "sections",
        "without_class",
        "good",
        "worse_than_v",
        _share("good").alias("good_share"),
        _share("worse_than_v").alias("worse_than_v_share"),
        nw.when(some & few).then(nw.lit("mean")).when(some).then(nw.lit("shares")).alias("method"),
        nw.when(few).then(nw.col("__class")).alias("class"),
        nw.when(few).then(nw.col("__deciding")).alias("deciding"),
        nw.when(few).then(status_of(nw.col("__class"), rules)).otherwise(_by_shares(rules)).alias("status"),
        nw.when(few).then(nw.col("__main")).otherwise(nw.col("__foremost")).alias("main_pollutants"),
        *(f"exceeding_{code}" for code in evaluated),
    )


def _counts(table: Lazy, codes: Sequence[str], by: Sequence[str], third: int, worst: int) -> Lazy:
    def ones(condition: nw.Expr) -> nw.Expr:
        return sure(condition).cast(nw.Int64)

    class_ = nw.col("class")
    names = ["sections", "without_class", "good", "worse_than_v", *(f"exceeding_{code}" for code in codes)]
    parts = [~class_.is_null(), class_.is_null(), class_ <= third, class_ == worst]
    parts += [nw.col(f"class_{code}") > third for code in codes]
    return (
        table.select(*by, *(ones(part).alias(name) for part, name in zip(parts, names, strict=True)))
        .group_by(*by)
        .agg(*(nw.col(name).sum().cast(nw.Int64) for name in names))
    )


def _by_share(code: str) -> Ranked:
    exceeding = nw.col(f"exceeding_{code}")
    return Ranked(code, nw.when(exceeding > 0).then(exceeding), nw.lit(None, nw.Float64))


def _share(name: str) -> nw.Expr:
    return nw.when(nw.col("sections") > 0).then(nw.col(name) * 100.0 / nw.col("sections"))


def _by_shares(rules: SurfaceWaterRules) -> nw.Expr:
    status = nw.lit(None, nw.String)
    for rule in reversed(rules.river_status):
        status = nw.when(_share_rule(rule) & (nw.col("sections") > 0)).then(nw.lit(rule.status)).otherwise(status)
    return status


def _share_rule(rule: ShareRule) -> nw.Expr:
    held = nw.lit(True)
    for name, at_least, below in (
        ("good", rule.good_ge, rule.good_lt),
        ("worse_than_v", rule.worse_than_v_ge, rule.worse_than_v_lt),
    ):
        # Whole numbers on both sides: 3 of 4 sections are 75 %, not 74.99….
        for bound, lower in ((at_least, True), (below, False)):
            if bound is None:
                continue
            edge = Fraction(bound)
            share = nw.col(name) * (100 * edge.denominator)
            whole = nw.col("sections") * edge.numerator
            held = held & ((share >= whole) if lower else (share < whole))
    return held


def change(before: IntoFrame | Lazy, after: IntoFrame | Lazy, by: Sequence[str], rules: SurfaceWaterRules) -> Lazy:
    """Change of rivers between two periods: dG - dD, and how large the rules call it.

    Parameters
    ----------
    before, after : what `river_status` gave for the two periods, one row a river.
    by : columns that name the river.

    Returns
    -------
    frame with one row a river of both periods: `by`, `good_change` (dG) and `worse_than_v_change` (dD) [percentage
    points], `balance` (dG - dD), `direction` ("better", "worse", "none"), `change` (id of the rule that names it).

    Raises
    ------
    SurfaceWaterError : the rules name no change.
    ColumnsError : a column is missing.
    """
    if not rules.change:
        raise SurfaceWaterError("the rules do not say how a change is called")
    counts = ["sections", "good", "worse_than_v"]
    first, second = lazy(before), lazy(after)
    for table in (first, second):
        require(table, [*by, *counts], [])
    old = first.select(*by, *(nw.col(name).alias(f"__{name}") for name in counts))
    both = second.select(*by, *counts).join(old, on=list(by), how="inner")
    both = both.filter((nw.col("sections") > 0) & (nw.col("__sections") > 0))

    def points(new: nw.Expr, old_: nw.Expr) -> nw.Expr:
        return new * nw.col("__sections") - old_ * nw.col("sections")

    both = both.with_columns(
        points(nw.col("good"), nw.col("__good")).alias("__g"),
        points(nw.col("worse_than_v"), nw.col("__worse_than_v")).alias("__d"),
        (nw.col("sections") * nw.col("__sections")).alias("__n"),
    ).with_columns((nw.col("__g") - nw.col("__d")).alias("__b"))
    balance, whole = nw.col("__b"), nw.col("__n")
    size = nw.lit(None, nw.String)
    for rule in rules.change:
        held = _beyond(balance, whole, Fraction(rule.above))
        if rule.above == 0:
            held = nw.lit(True)  # the smallest change begins with none at all
        if rule.up_to is not None:
            held = held & ~_beyond(balance, whole, Fraction(rule.up_to))
        size = nw.when(held).then(nw.lit(rule.id)).otherwise(size)
    return both.select(
        *by,
        (nw.col("__g") * 100.0 / whole).alias("good_change"),
        (nw.col("__d") * 100.0 / whole).alias("worse_than_v_change"),
        (balance * 100.0 / whole).alias("balance"),
        nw.when(balance > 0)
        .then(nw.lit("better"))
        .when(balance < 0)
        .then(nw.lit("worse"))
        .otherwise(nw.lit("none"))
        .alias("direction"),
        size.alias("change"),
    )


def _beyond(balance: nw.Expr, whole: nw.Expr, points: Fraction) -> nw.Expr:
    return balance.abs() * (100 * points.denominator) > whole * points.numerator
