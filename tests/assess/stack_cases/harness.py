"""Reads worked cases, builds what they tell into observations and tags, judges them, and compares what comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import yaml

from clearbay.assess.judge import judge
from clearbay.assess.observations import SCHEMA
from clearbay.assess.permits import Point, parse_permit
from clearbay.assess.superseding import supersede
from clearbay.standards import Standards
from clearbay.vocabulary.tags import Tag
from tests.assess.stack_cases.notation import NAMES, Frame, NotationError, parameter_of, series, tag

FOLDER = Path(__file__).parent
CONFIDENCES = ("verified", "one-source", "unverified")
FIELDS = {
    "title", "clause", "confidence", "day", "days", "zone", "point", "permits", "told", "tags", "working", "expect",
    "stages", "amounts",
}  # fmt: skip
STAGE_FIELDS = {"as of", "told again", "expect"}


@dataclass(frozen=True)
class Case:
    """A worked case: where it stands, and its content as written."""

    file: str
    number: int
    content: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What a test run calls it."""
        return f"{self.file}-{self.number:02}-{self.content['title']['en']}"

    @property
    def frame(self) -> Frame:
        """What the times of the case refer to."""
        days = self.content.get("days", self.content.get("day"))
        first, last = days if isinstance(days, list) else (days, days)
        if not isinstance(first, date) or not isinstance(last, date):
            raise NotationError(f"{self.name}: `day: 2026-03-01` or `days: [2026-03-01, 2026-03-02]` is missing")
        content = self.content
        return Frame(first, last, content.get("zone", "Asia/Shanghai"), content.get("point", "wte-1"))


def cases(pattern: str = "*.yaml") -> list[Case]:
    """All cases of the folder's files, checked for the fields that each must have."""
    found: list[Case] = []
    for path in sorted(FOLDER.glob(pattern)):
        for number, content in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), start=1):
            found.append(_checked(Case(path.stem, number, content)))
    return found


def _checked(case: Case) -> Case:
    where = f"{case.file}.yaml, case {case.number}"
    content = case.content
    if unknown := set(content) - FIELDS:
        raise NotationError(f"{where}: {sorted(unknown)} is not known")
    if set(content.get("title", {})) != {"zh", "en"}:
        raise NotationError(f"{where}: a title in zh and en is missing")
    if not content.get("clause") or content.get("confidence") not in CONFIDENCES:
        raise NotationError(f"{where}: the clause, or how sure it is, is missing")
    if not content.get("working"):
        raise NotationError(f"{where}: the working by hand is missing")
    for stage in content.get("stages", ()):
        if unknown := set(stage) - STAGE_FIELDS:
            raise NotationError(f"{where}: {sorted(unknown)} is not known of a stage")
    return case


def run(case: Case, standards: Standards) -> list[str]:
    """Judge a case and say everything in which what came out differs from what must come out."""
    if "stages" not in case.content:
        return differences(_judged(case, standards, case.content["told"], None), case.content["expect"], case.frame)
    found: list[str] = []
    standing: pa.Table | None = None
    told = dict(case.content["told"])
    for stage in case.content["stages"]:
        as_of = case.frame.moment(str(stage["as of"]))
        told |= stage.get("told again", {})
        news = _judged(case, standards, told, as_of)
        news = news if standing is None else supersede(standing, news)
        found += [f"as of {stage['as of']}: {line}" for line in differences(news, stage["expect"], case.frame)]
        standing = news if standing is None else pa.concat_tables([standing, news]).unify_dictionaries()
    return found


def _judged(case: Case, standards: Standards, told: Mapping[str, str], as_of: datetime | None) -> pa.Table:
    frame = case.frame
    tags = told_tags(case.content.get("tags", ()), frame)
    names = {name.partition(" of ")[2] or frame.point for name in told} | {frame.point}
    return judge(
        observations(told, frame),
        standards,
        [replace(parse_permit(text), point_id="*") for text in case.content.get("permits", ["GB 18485"])],
        assessed_at=as_of or datetime(2027, 2, 1, tzinfo=UTC),
        points=[Point(name, zone=frame.zone) for name in sorted(names)],
        span=(frame.first, frame.last),
        tags=known_by(tags, as_of),
    )


def told_tags(items: Sequence[str | Mapping[str, Any]], frame: Frame) -> list[Tag]:
    """The tags of a case; `{tag: 启炉 08:00 to 12:00, days: [2026-01-05, ...]}` is one for each of the days."""
    found: list[Tag] = []
    for item in items:
        days = [frame.first] if isinstance(item, str) else item["days"]
        for day in days:
            text = item if isinstance(item, str) else item["tag"]
            found.append(tag(text, replace(frame, first=day), len(found) + 1))
    return found


def known_by(tags: list[Tag], as_of: datetime | None) -> list[Tag]:
    """Tags that had been entered by an instant: of each the last revision."""
    known = [t for t in tags if as_of is None or t.entered_at <= as_of]
    last = {t.tag_id: t for t in sorted(known, key=lambda t: t.revision)}
    return [t for t in known if last[t.tag_id] is t]


def observations(told: Mapping[str, str], frame: Frame) -> pa.Table:
    """What a case tells of measurements as a measurement table; `told` by parameter, `NOx of wte-2` for another."""
    columns: dict[str, list[Any]] = {name: [] for name in SCHEMA.names}
    for names, text in told.items():
        for name in names.split(", "):
            what, _, point = name.partition(" of ")
            code, basis, unit = parameter_of(what)
            period, rows = series(text, frame)
            for row in rows:
                for column, item in {
                    "point_id": point or frame.point,
                    "code": code,
                    "basis": basis,
                    "time": row.start,
                    "period_s": period,
                    "statistic": "avg",
                    "value": row.value,
                    "text": "" if row.value is None else repr(row.value),
                    "unit": unit,
                    "flag": row.flag,
                    "quality": 9 if row.value is None else 1,
                    "source": 0,
                    "row": len(columns["row"]) + 2,
                }.items():
                    columns[column].append(item)
    arrays = {}
    for field in SCHEMA:
        words = pa.types.is_dictionary(field.type)
        array = pa.array(columns[field.name], field.type.value_type if words else field.type)
        arrays[field.name] = array.dictionary_encode().cast(field.type) if words else array
    return pa.table(arrays, schema=SCHEMA)


def differences(findings: pa.Table, expected: Mapping[str, Any], frame: Frame) -> list[str]:
    """Say in words what of `expected` (by `WHAT [PARAMETER] [of POINT] [(REASON)] [@ MOMENT]`) did not come out."""
    table = pl.from_arrow(findings)
    assert isinstance(table, pl.DataFrame)
    table = table.with_columns(pl.col(pl.Categorical).cast(pl.String))
    found: list[str] = []
    for about, wanted in expected.items():
        rows = _about(table, about, frame)
        if wanted == "none":
            found += [f"{about}: there is a finding, verdict {row['verdict']}" for row in rows]
        elif len(rows) != 1:
            found.append(f"{about}: {len(rows)} findings, not 1; there are {_kinds(table)}")
        else:
            found += [f"{about}: {line}" for line in _differs(rows[0], wanted, frame)]
    return found


def _kinds(table: pl.DataFrame) -> str:
    pairs = table.select("averaging", "code").unique().sort("averaging", "code").rows()
    return ", ".join(f"{averaging} {code}" for averaging, code in pairs) or "none at all"


def _about(table: pl.DataFrame, about: str, frame: Frame) -> list[dict[str, Any]]:
    words, _, moment = about.partition(" @ ")
    words, _, reason = words.removesuffix(")").partition(" (")
    words, _, point = words.partition(" of ")
    kind, _, name = words.partition(" ")
    rows = table.filter(pl.col("averaging") == kind)
    if name:
        rows = rows.filter(pl.col("code") == NAMES[name][0])
    if moment:
        rows = rows.filter(pl.col("time") == frame.moment(moment if ":" in moment else f"{moment} 00:00"))
    if point:
        rows = rows.filter(pl.col("point_id") == point)
    found = rows.to_dicts()
    return [row for row in found if not reason or reason in {entry["reason"] for entry in row["left_out"]}]


def _differs(row: Mapping[str, Any], wanted: Mapping[str, Any], frame: Frame) -> list[str]:
    found: list[str] = []
    for name, value in wanted.items():
        if name == "windows":
            found += _windows(row["windows"], value, frame)
        elif name == "left out":
            left_out = {entry["reason"]: entry["count"] for entry in row["left_out"]}
            if left_out != value:
                found.append(f"left out {left_out}, not {value}")
        elif name == "clause says":
            if value not in row["clause"]:
                found.append(f"the clause is {row['clause']!r}, which does not say {value!r}")
        elif name == "supersedes":
            if row["supersedes"] != f"{row['finding_id']}.{value}":
                found.append(f"supersedes {row['supersedes']}, not revision {value}")
        elif not _same(row[name], value):
            found.append(f"{name} is {row[name]!r}, not {value!r}")
    return found


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, float) and isinstance(wanted, (int, float)):
        # Cases are worked to what a person writes down; findings carry nine places.
        return abs(found - wanted) <= 5e-7 * max(1.0, abs(wanted))
    return bool(found == wanted)


def _windows(windows: list[dict[str, Any]], wanted: Mapping[str, Any], frame: Frame) -> list[str]:
    found: list[str] = []
    for moment, fields in wanted.items():
        at = frame.moment(moment)
        mine = [w for w in windows if w["time"] == at]
        if len(mine) != 1:
            found.append(f"{len(mine)} windows at {moment}, not 1")
            continue
        for name, value in fields.items():
            if not _same(mine[0][name], value):
                found.append(f"at {moment} {name} is {mine[0][name]!r}, not {value!r}")
    return found
