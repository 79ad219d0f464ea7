"""Writes a plant's series as its loggers would report it, and says in a table what is in it."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from rich.table import Table

from clearbay.cli.language import Language
from clearbay.twins.incineration.errors import PlantFileError
from clearbay.twins.incineration.operation import NORMAL
from clearbay.twins.incineration.plant_file import SeriesPlan
from clearbay.twins.incineration.series import CODES, FURNACE, LineSeries

MG = ("dust", "so2", "nox", "hcl", "co", "nh3")
FURNACE_CODES = dict(zip(FURNACE, ("i33330", "i33320", "i33310"), strict=True))
"""HJ 212-2017 Table B.10: lower, middle and upper section, probe 0."""
UNITS = {CODES[channel]: "mg/m3" for channel in MG} | dict.fromkeys(FURNACE_CODES.values(), "Cel") | {
    "a19001": "%", "a00000": "m3/h", "a01012": "Cel", "a01014": "%",
}  # fmt: skip
TAG_COLUMNS = ("tag_id", "revision", "point_id", "kind", "label", "start", "end", "entered_at", "by", "source")


@dataclass(frozen=True)
class LineTable:
    """One line's series and its number."""

    line: int
    series: LineSeries


def frame(table: LineTable, plan: SeriesPlan, period_s: int) -> pl.DataFrame:
    """Wide frame of one line: `time` (UTC, start of the period), means by code, flags.

    A mean of a longer period takes minutes flagged N only; with fewer than three quarters of them it is empty and the
    period carries the flag of its last minute that is not N. `-Zs` columns are at 11 % O2, dry.
    """
    s = table.series
    step = period_s // 60
    whole = len(s.values) // step
    start = plan.start.astimezone(UTC)
    columns: dict[str, object] = {
        "time": [start + timedelta(seconds=period_s * k) for k in range(whole)],
        "point_id": [f"line-{table.line}"] * whole,
    }
    o2 = s["o2_stack"]
    for channel, code in CODES.items():
        columns[code] = _means(s[channel], s.stack_flag, step, whole)
        if channel in MG:
            at_11 = s[channel] * 10.0 / np.maximum(21.0 - o2, 0.1)
            columns[f"{code}-Zs"] = _means(np.where(o2 < 19.0, at_11, np.nan), s.stack_flag, step, whole)
    for channel, name in FURNACE_CODES.items():
        columns[name] = _means(s[channel], s.furnace_flag, step, whole)
    columns["steam_t_h"] = _means(s["steam_t_h"], np.full(len(s.values), "N"), step, whole)
    columns["flag_stack"] = _flags(s.stack_flag, step, whole)
    columns["flag_furnace"] = _flags(s.furnace_flag, step, whole)
    return pl.DataFrame(columns)


def _means(values: np.ndarray, flags: np.ndarray, step: int, whole: int) -> np.ndarray:
    v = values[: whole * step].reshape(whole, step)
    if step == 1:
        return v[:, 0]
    fine = (flags[: whole * step].reshape(whole, step) == "N") & np.isfinite(v)
    count = fine.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(fine, v, 0.0).sum(axis=1) / count
    return np.where(count >= 0.75 * step, mean, np.nan)


def _flags(flags: np.ndarray, step: int, whole: int) -> list[str]:
    f = flags[: whole * step].reshape(whole, step)
    out = []
    for row in f:
        other = row[row != "N"]
        out.append("N" if len(other) <= 0.25 * step else str(other[-1]))
    return out


def write(target: Path, tables: list[LineTable], plan: SeriesPlan, period_s: int) -> list[Path]:
    """Write all lines: Parquet long (a row for each value), CSV wide (a row for each time), and tags beside it.

    Raises:
        PlantFileError: the files cannot be written.
    """
    wide = pl.concat([frame(t, plan, period_s) for t in tables])
    tags = target.with_name(f"{target.stem}-tags.csv")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix == ".csv":
            headed = {name: f"{name}({UNITS[name.removesuffix('-Zs')]})" for name in wide.columns if _is_code(name)}
            wide.rename(headed).write_csv(target, float_precision=4, datetime_format="%Y-%m-%dT%H:%M:%SZ")
        else:
            long(wide, period_s).write_parquet(target)
        _tags(tables, plan).write_csv(tags)
    except OSError as error:
        raise PlantFileError(f"{target}: cannot be written ({error.strerror}); choose another with --out") from error
    return [target, tags]


def long(wide: pl.DataFrame, period_s: int) -> pl.DataFrame:
    """One row for each value, in the shape of an observation: point, code, basis, time, period, statistic, flag."""
    values = [name for name in wide.columns if _is_code(name)]
    melted = wide.unpivot(values, index=["time", "point_id", "flag_stack", "flag_furnace"], variable_name="name")
    furnace = pl.col("name").is_in(list(FURNACE_CODES.values()))
    basis = (
        pl.when(pl.col("name").str.ends_with("-Zs"))
        .then(pl.lit("reference_o2"))
        .when(pl.col("name").is_in([CODES[c] for c in MG]))
        .then(pl.lit("standard"))
        .otherwise(pl.lit("raw"))
    )
    return melted.select(
        "point_id", pl.col("name").str.replace("-Zs", "").alias("code"), basis.alias("basis"), "time",
        pl.lit(period_s).cast(pl.Int32).alias("period_s"), pl.lit("avg").alias("statistic"), pl.col("value"),
        pl.col("name").str.replace("-Zs", "").replace_strict(UNITS).alias("unit"),
        pl.when(furnace).then(pl.col("flag_furnace")).otherwise(pl.col("flag_stack")).alias("flag"),
    ).sort("point_id", "code", "basis", "time")  # fmt: skip


def _is_code(name: str) -> bool:
    return name.removesuffix("-Zs") in UNITS


def _tags(tables: list[LineTable], plan: SeriesPlan) -> pl.DataFrame:
    """Tags as a district's tags.csv has them; each is entered when its span ends."""
    rows: list[dict[str, str]] = []
    for t in tables:
        for number, tag in enumerate(t.series.tags, start=1):
            end = (plan.start + timedelta(seconds=tag.end_s)).isoformat()
            start = (plan.start + timedelta(seconds=tag.start_s)).isoformat()
            name = f"line-{t.line}-{number}"
            cells = (name, "0", f"line-{t.line}", tag.kind, tag.label, start, end, end, "twin", "twin")
            rows.append(dict(zip(TAG_COLUMNS, cells, strict=True)))
    return pl.DataFrame(rows, schema=dict.fromkeys(TAG_COLUMNS, pl.String))


def cold_means(series: LineSeries) -> int:
    """Five-minute means of the upper section below 850 degC in normal operation with a sound thermocouple."""
    whole = len(series.values) // 5
    upper = series["furnace_upper_c"][: whole * 5].reshape(whole, 5)
    fine = (series["state"] == NORMAL) & (series.furnace_flag == "N")
    return int(((upper.mean(axis=1) < 850.0) & fine[: whole * 5].reshape(whole, 5).all(axis=1)).sum())


def summary(tables: list[LineTable], speak: Language) -> Table:
    """What the series holds, line by line: means in normal operation, tagged hours, cold five-minute means."""
    zh = speak == "zh"
    out = Table(title="时间序列" if zh else "time series", title_justify="left")
    out.add_column("")
    for t in tables:
        out.add_column(f"{t.line} 号线" if zh else f"line {t.line}", justify="right")
    names = {
        "furnace_lower_c": ("炉膛下部 °C", "lower furnace °C"),
        "furnace_middle_c": ("炉膛中部 °C", "middle furnace °C"),
        "furnace_upper_c": ("炉膛上部 °C", "upper furnace °C"), "steam_t_h": ("主蒸汽 t/h", "main steam t/h"),
        "nox": ("NOx mg/m³ 实测", "NOx mg/m³ measured"), "hcl": ("HCl mg/m³ 实测", "HCl mg/m³ measured"),
        "so2": ("SO₂ mg/m³ 实测", "SO2 mg/m³ measured"), "co": ("CO mg/m³ 实测", "CO mg/m³ measured"),
        "o2_stack": ("O₂ %", "O2 %"),
    }  # fmt: skip
    for channel, (name_zh, name_en) in names.items():
        cells = []
        for t in tables:
            flag = t.series.furnace_flag if channel in FURNACE else t.series.stack_flag
            fine = (t.series["state"] == NORMAL) & (flag == "N")
            v = t.series[channel][fine]
            cells.append(f"{v.mean():.1f} ± {v.std():.1f}" if len(v) else "—")
        out.add_row(name_zh if zh else name_en, *cells)
    out.add_row(
        "5 min 均值低于 850 °C 次数" if zh else "5-min means below 850 °C",
        *(str(cold_means(t.series)) for t in tables),
    )
    labels = sorted({tag.label for t in tables for tag in t.series.tags})
    for label in labels:
        hours = [sum(g.end_s - g.start_s for g in t.series.tags if g.label == label) / 3600 for t in tables]
        out.add_row(f"{label} h", *(f"{h:.2f}" for h in hours))
    return out
