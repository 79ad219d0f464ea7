"""The service as pages see it, over seeded values and the findings of the example files; nothing runs behind it."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from fake_district import DISTRICT, District
from fake_findings import findings_of_all
from fake_shapes import (
    Capture,
    Emission,
    Emissions,
    Energy,
    EventStream,
    Factor,
    Latest,
    LoggerState,
    Recomputed,
    Total,
)

from clearbay.district.model import Bilingual
from clearbay.hj212.building import frame_segment
from clearbay.vocabulary.tags import Tag

NOW = datetime(2026, 3, 30, 14, 30, tzinfo=UTC)
"""22:30 in Shanghai, within the span of the example files."""

STACK = {
    "a34013": ("reference_o2", "mg/m3", 8.0),
    "a21026": ("reference_o2", "mg/m3", 38.0),
    "a21002": ("reference_o2", "mg/m3", 165.0),
    "a21024": ("reference_o2", "mg/m3", 21.0),
    "a21005": ("reference_o2", "mg/m3", 24.0),
    "a21001": ("reference_o2", "mg/m3", 3.1),
    "a19001": ("raw", "%", 9.4),
    "a00000": ("raw", "m3/s", 21.0),
    "a01012": ("raw", "Cel", 148.0),
    "i33310": ("raw", "Cel", 941.0),
    "i33311": ("raw", "Cel", 948.0),
    "i33320": ("raw", "Cel", 902.0),
    "i33321": ("raw", "Cel", 906.0),
    "a01901": ("raw", "Cel", 921.0),
    "p51001": ("raw", "t/h", 36.2),
    "p51002": ("raw", "Cel", 402.0),
    "p51003": ("raw", "t/h", 16.4),
    "p51004": ("raw", "MW", 7.9),
    "p51005": ("raw", "MW", 6.6),
}
WATER = {"w01018": 25.0, "w21003": 1.4, "w21001": 10.2, "w21011": 0.26, "w01001": 7.05}
AIR = {"a34004": 31.0, "a34002": 58.0, "a21026": 7.0, "a21004": 28.0, "a21005": 0.5, "a05024": 71.0}
SERIES: dict[str, dict[str, tuple[str, str, float, int]]] = {
    **{p: {c: (*v, 60) for c, v in STACK.items()} for p in ("wte-1", "wte-2")},
    **{
        p: {c: ("raw", "1" if c == "w01001" else "mg/L", v, 3600) for c, v in WATER.items()}
        for p in ("DW001", "village-1")
    },
    **{p: {c: ("raw", "mg/m3" if c == "a21005" else "ug/m3", v, 3600) for c, v in AIR.items()} for p in ("Q01", "Q02")},
}


PACKETS = pa.schema(
    [
        ("number", pa.int64()), ("packet_id", pa.string()), ("received_at", pa.timestamp("us", "UTC")),
        ("peer", pa.string()), ("mn", pa.string()), ("cn", pa.int32()), ("verdict", pa.string()),
        ("reason", pa.string()), ("bytes", pa.binary()),
    ]
)  # fmt: skip


def value_at(point: str, code: str, at: datetime) -> float:
    """A daily swing and some noise, the same on every run."""
    base = SERIES[point][code][2]
    t = at.timestamp()
    seed = math.sin(t / 977.0 + len(point) + sum(map(ord, point + code)))
    swing = 0.02 if code.startswith("i333") or code in ("a01901", "w01001") else 0.18
    return base * (1 + swing * math.sin(t / 13751.0 + ord(point[-1])) + swing * 0.6 * seed * math.sin(t / 331.0))


class FakeLive:
    """Everything of `web.source.Live`; `stream` lets a test make something happen."""

    def __init__(self, district: District = DISTRICT, *, simulated: bool = True, now: datetime = NOW) -> None:
        self.simulated = simulated
        self.wrong: Sequence[Bilingual] = ()
        self.stream = EventStream()
        self._district = district
        self._now = now
        self._findings = findings_of_all()
        self.recomputed: Recomputed | None = None

    def now(self) -> datetime:
        return self._now

    def district(self) -> District:
        return self._district

    def troubles(self) -> Sequence[Bilingual]:
        return self.wrong

    def revision(self) -> int:
        return 1

    def latest(self, point_id: str) -> list[Latest]:
        found = []
        for code, (basis, unit, _, period) in SERIES.get(point_id, {}).items():
            at = datetime.fromtimestamp(self._now.timestamp() // period * period - period, UTC)
            value = round(value_at(point_id, code, at), 3)
            flag = "M" if (point_id, code) == ("wte-2", "a21005") else "N"
            found.append(Latest(code, basis, "avg", period, at, value, f"{value:g}", flag, unit))
        return found

    def latest_all(self) -> dict[str, list[Latest]]:
        return {point: self.latest(point) for point in SERIES}

    def history(
        self,
        point_id: str,
        code: str,
        basis: str,
        start: datetime,
        end: datetime,
        buckets: int = 600,
        statistic: str = "avg",
    ) -> pa.Table:
        empty = pa.schema(
            [
                ("time", pa.timestamp("us", "UTC")),
                *((n, pa.float64()) for n in ("low", "mean", "high")),
                ("count", pa.int64()),
            ]
        )
        if code not in SERIES.get(point_id, {}):
            return empty.empty_table()
        period = SERIES[point_id][code][3]
        step = max((end - start) / buckets, timedelta(seconds=period))
        rows = []
        at = start
        while at < min(end, self._now):
            # Every day from 03:00 to 05:00 UTC the analyser is silent: a gap must stay a gap.
            if not 3 <= at.hour < 5:
                mean = value_at(point_id, code, at)
                rows.append((at, mean * 0.96, mean, mean * 1.04, max(int(step.total_seconds()) // period, 1)))
            at += step
        columns = list(zip(*rows, strict=True)) if rows else [[]] * 5
        return pa.table([pa.array(c, f.type) for c, f in zip(columns, empty, strict=True)], schema=empty)

    def findings(
        self,
        point_id: str | None = None,
        standard: str | None = None,
        verdict: str | None = None,
        averaging: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        as_of: datetime | None = None,
        limit: int = 200,
        offset: int = 0,
        code: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> pa.Table:
        table = self._findings
        for name, wanted in (
            ("point_id", point_id),
            ("standard", standard),
            ("verdict", verdict),
            ("averaging", averaging),
            ("code", code),
        ):
            if wanted is not None:
                table = table.filter(pc.equal(table[name].cast(pa.string()), wanted))
        if since is not None:
            table = table.filter(pc.greater_equal(table["time"], pa.scalar(since, table["time"].type)))
        if until is not None:
            table = table.filter(pc.less(table["time"], pa.scalar(until, table["time"].type)))
        listed = [name for name in table.column_names if name not in ("windows", "left_out")]
        return table.sort_by([("time", "descending")]).slice(offset, limit).select(list(columns or listed))

    def limits(self, point_ids: Sequence[str], since: datetime, columns: Sequence[str]) -> pa.Table:
        rows = pl.from_arrow(self.findings(since=since, limit=10**9))
        assert isinstance(rows, pl.DataFrame)
        applied = pl.coalesce("limit_max", "limit_min").is_not_null()
        mine = rows.filter(pl.col("point_id").cast(pl.String).is_in(list(point_ids)) & applied)
        newest = mine.unique(["point_id", "code", "averaging"], keep="first", maintain_order=True)
        return newest.select(columns).to_arrow()

    def finding_counts(self, since: datetime, until: datetime, point_id: str | None = None) -> dict[str, int]:
        rows = self.findings(point_id, since=since, until=until, limit=10**9)
        counted = pl.from_arrow(rows.select(["verdict"])).cast(pl.String)  # type: ignore[union-attr]
        return dict(counted.group_by("verdict").len().rows())

    def finding(
        self, finding_id: str, as_of: datetime | None = None, revision: int | None = None
    ) -> dict[str, object] | None:
        rows = self._findings.filter(pc.equal(self._findings["finding_id"], finding_id)).to_pylist()
        return rows[0] if rows else None

    def revisions(self, finding_id: str) -> list[dict[str, object]]:
        row = self.finding(finding_id)
        return [] if row is None else [row]

    def recompute(self, finding_id: str) -> "Recomputed":
        return self.recomputed or Recomputed(self.finding(finding_id))

    def loggers(self) -> list[LoggerState]:
        return [
            LoggerState("CLEARBAY0000WTE001", "wte", "2017", self._now - timedelta(seconds=20), 41872, 41850, 4, 18),
            LoggerState("CLEARBAY0000STW001", "works", "2017", self._now - timedelta(minutes=3), 720, 719, 0, 1),
            LoggerState("CLEARBAY0000AIR001", "town", "2025", self._now - timedelta(minutes=31), 60, 60, 0, 0),
            LoggerState("CLEARBAY0000AIR002", "park", "2005", self._now - timedelta(hours=9), 41, 41, 0, 0),
        ]

    def packets(
        self, mn: str | None = None, verdict: str | None = None, before: int | None = None, limit: int = 100
    ) -> pa.Table:
        rows = [r for r in self._packets() if mn in (None, r["mn"]) and verdict in (None, r["verdict"])]
        rows = [r for r in rows if before is None or r["number"] < before]
        return pa.Table.from_pylist(rows[:limit], schema=PACKETS)

    def packets_behind(self, point_id: str, code: str, start: datetime, end: datetime, limit: int = 200) -> pa.Table:
        return self.packets(verdict="accepted", limit=2)

    def packet(self, packet_id: str) -> dict[str, object] | None:
        found = next((r for r in self._packets() if r["packet_id"] == packet_id), None)
        if found is None:
            return None
        made = {"point_id": "wte-1", "code": "a21026", "basis": "raw", "time": self._now, "period_s": 60,
                "statistic": "avg", "value": 38.0, "text": "38.0", "flag": "N", "unit": "mg/m3"}  # fmt: skip
        return found | {"observations": [made] if found["verdict"] == "accepted" else []}

    def _packets(self) -> list[dict[str, object]]:
        good = frame_segment(
            b"QN=20260330223000000;ST=31;CN=2051;PW=123456;MN=CLEARBAY0000WTE001;Flag=9;"
            b"CP=&&DataTime=20260330222900;a21026-Avg=38.0,a21026-Flag=N&&"
        )
        kinds = [("accepted", "", good), ("refused", "wrong_crc", good[:-6] + b"0000\r\n"), ("duplicate", "", good)]
        rows = []
        for k in range(250, 0, -1):
            verdict, reason, raw = kinds[0 if k % 40 else 1 + k % 80 // 40]
            at = self._now - timedelta(seconds=60 * (250 - k))
            rows.append({"number": k, "packet_id": f"01JQ{k:022d}", "received_at": at, "peer": "127.0.0.1:5021",
                         "mn": "CLEARBAY0000WTE001", "cn": 2051, "verdict": verdict, "reason": reason,
                         "bytes": raw})  # fmt: skip
        return rows

    def capture(self, point_id: str, start: datetime, end: datetime) -> list[Capture]:
        span = (end - start).total_seconds()
        return [
            Capture(
                code,
                basis,
                period,
                n := int(span // period),
                int(n * 0.93),
                int(n * 0.91),
                {"missing": n - int(n * 0.93), "maintenance": int(n * 0.93) - int(n * 0.91)},
            )
            for code, (basis, _, _, period) in SERIES.get(point_id, {}).items()
        ]

    def flags(self, point_id: str, code: str, start: datetime, end: datetime) -> pa.Table:
        at = self._now - timedelta(hours=6)
        rows = [(code, at, at + timedelta(minutes=50), "M", 50)] if point_id.startswith("wte") else []
        kinds = [pa.string(), pa.timestamp("us", "UTC"), pa.timestamp("us", "UTC"), pa.string(), pa.int64()]
        columns = list(zip(*rows, strict=True)) if rows else [[]] * 5
        return pa.table(
            [pa.array(c, k) for c, k in zip(columns, kinds, strict=True)],
            names=["code", "start", "end", "flag", "count"],
        )

    def tags(self, point_id: str | None = None, as_of: datetime | None = None) -> Sequence[Tag]:
        said = self._now - timedelta(hours=20)
        all_tags = [
            Tag("t1", "wte-1", "furnace", "正常运行", self._now - timedelta(days=9), None, said, "值长", "tags.csv:2"),
            Tag(
                "t2",
                "wte-2",
                "furnace",
                "启炉",
                self._now - timedelta(hours=18),
                self._now - timedelta(hours=15),
                said,
                "值长",
                "tags.csv:3",
            ),
            Tag("t3", "wte-2", "monitor", "CEMS维护", self._now - timedelta(hours=2), None, said, "运维", "tags.csv:4"),
        ]
        return [tag for tag in all_tags if point_id in (None, tag.point_id)]

    def emissions(self, point_id: str) -> "Emissions | None":
        month = Total(Fraction("312.4"), 301, 12, 24, 3)
        year = Total(Fraction("2511.75"), 1603, 40, 30, 0)
        first = self._now - timedelta(days=70)
        rows = (Emission("a21026", first, month, year, 316, 24, 0.981, 0.997),)
        return Emissions(self._now, rows) if point_id == "wte-1" else None

    def energy(self, site_id: str, start: datetime, end: datetime) -> Energy | None:
        if site_id != "wte":
            return None
        days = max((end - start).days, 1)
        first = start.date()
        waste = [780.0 + 30 * math.sin(k / 3) for k in range(days)]
        table = pa.table(
            {
                "day": pa.array([first + timedelta(days=k) for k in range(days)], pa.date32()),
                "waste_t": waste,
                "heat_mwh": [w * 1.9 for w in waste],
                "electricity_mwh": [w * 0.47 for w in waste],
                "fossil_t": [w * 0.39 for w in waste],
                "biogenic_t": [w * 0.55 for w in waste],
                "avoided_t": [w * 0.25 for w in waste],
            }
        )
        total = {name: float(np.sum(table[name].to_numpy())) for name in table.column_names if name != "day"}
        factors = (
            Factor(
                "fossil_share", "化石碳比例", "fossil share of carbon", 0.41, "1", "IPCC 2006 V5 T2.4", "one-source"
            ),
            Factor("grid", "电网排放因子", "grid emission factor", 0.5366, "kg/kWh", "MEE 2022", "unverified"),
        )
        return Energy(site_id, start, end, factors=factors, days=table, **total)

    def events(self) -> EventStream:
        return self.stream

    def happen_from_outside(self, kind: str, data: Mapping[str, object]) -> None:
        """Make something happen from another thread than the server's."""
        self.stream.loop.call_soon_threadsafe(self.stream.happen, kind, data)

    def day(self) -> date:
        return self._now.date()
