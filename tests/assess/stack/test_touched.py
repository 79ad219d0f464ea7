"""Which days a revised value or a late tag touches; the digest of inputs as its page defines it."""

import hashlib
from datetime import UTC, date

import numpy as np
import polars as pl

from clearbay.assess.permits import Permit
from clearbay.assess.stack.touched import Revised, touched
from clearbay.standards import Standards
from clearbay.standards.stack_rules import StackRules
from tests.assess.stack.furnace_data import at, judged, left_out, only, series, table, tag

ZONES = {"wte-1": "Asia/Shanghai", "wte-2": "Asia/Shanghai"}
PERMITS = [Permit("wte-1", "GB 18485"), Permit("wte-2", "GB 18485")]


def rules(standards: Standards) -> StackRules:
    found = standards["GB 18485"].rules
    assert isinstance(found, StackRules)
    return found


def test_a_revised_value_touches_its_day_and_the_next(standards: Standards) -> None:
    revised = Revised("wte-1", at("2026-03-05T23:00").astimezone(UTC), 3600)
    found = touched([revised], [], [], rules(standards), PERMITS, zones=ZONES, until=date(2026, 3, 31))
    assert found == {("wte-1", date(2026, 3, 5)), ("wte-1", date(2026, 3, 6))}


def test_a_late_tag_also_touches_the_stretch_whose_budget_it_uses_up(standards: Standards) -> None:
    before = [tag("停炉", "2026-03-20T00:00", "2026-03-22T12:00")]  # exactly 60 h
    late = tag("故障", "2026-03-02T10:00", "2026-03-02T11:00", entered="2026-03-25T00:00")
    found = touched([], before, [*before, late], rules(standards), PERMITS, zones=ZONES, until=date(2026, 3, 31))
    days = {day.day for point, day in found if point == "wte-1"}
    assert {2, 3, 22} <= days
    assert not {1, 5, 10, 25} & days
    assert not any(point == "wte-2" for point, _ in found)


def test_days_that_are_not_touched_keep_their_findings(standards: Standards) -> None:
    values = table(series("a34013", [5.0] * 120), series("a19001", [11.0] * 120))
    late = [tag("启炉", "2026-03-03T05:00", "2026-03-03T07:00")]
    changed = judged(standards, values).join(judged(standards, values, tags=late), on="finding_id", suffix="_late")
    differ = changed.filter((pl.col("input_digest") != pl.col("input_digest_late")) & (pl.col("period_s") == 86400))
    days = {t.astimezone(at("2026-03-01T00:00").tzinfo).day for t in differ["time"].to_list()}
    assert days == {3, 4}


def test_the_digest_of_a_day_can_be_made_by_anyone(standards: Standards) -> None:
    values = table(series("a34013", [5.0] * 24), series("a19001", [11.0] * 24))
    found = only(judged(standards, values), "day", "a34013")

    def leaf(value: float) -> bytes:
        scaled = np.full(24, round(value * 10**9), dtype="<i8").tobytes()
        return hashlib.sha256(scaled + b"N\0" * 24 + b"\1" * 24).digest()

    def group(code: str, unit: str, value: float) -> bytes:
        line = f"wte-1\x1f{code}\x1fstandard\x1f{unit}\x1f3600\n".encode()
        return hashlib.sha256(line + leaf(value)).digest()

    whole = b"clearbay stack 1\n" + group("a34013", "mg/m3", 5.0) + group("a19001", "%", 11.0)
    assert found["input_digest"] == hashlib.sha256(whole + hashlib.sha256(b"").digest()).hexdigest()


def test_what_comes_later_in_the_day_is_no_input_of_an_hour(standards: Standards) -> None:
    nox = [100.0] * 6 + [900.0] + [100.0] * 17
    of = "a21002"

    def digest(nitrogen: list[float], oxygen: list[float], **more: object) -> object:
        found = judged(standards, table(series(of, nitrogen), series("a19001", oxygen)), **more)  # type: ignore[arg-type]
        return only(found, "1h", of)["input_digest"]

    so_far, whole = digest(nox[:7], [11.0] * 7), digest(nox, [11.0] * 24)
    assert so_far == whole
    assert digest(nox, [11.0] * 6 + [11.1] + [11.0] * 17) != whole
    assert digest([*nox[:6], 901.0, *nox[7:]], [11.0] * 24) != whole
    apart = tag("停炉", "2026-03-01T20:00", "2026-03-01T22:00")
    assert digest(nox, [11.0] * 24, tags=[apart]) == whole
    beside = tag("故障", "2026-03-01T06:00", "2026-03-01T07:00")
    assert digest(nox, [11.0] * 24, tags=[beside]) != whole


def test_the_digest_of_an_hour_can_be_made_by_anyone(standards: Standards) -> None:
    values = table(
        series("a21002", [900.0] * 12, period_s=300, start="2026-03-01T06:00"),
        series("a19001", [11.0] * 12, period_s=300, start="2026-03-01T06:00"),
    )

    def group(code: str, unit: str, value: float) -> bytes:
        line = f"wte-1\x1f{code}\x1fstandard\x1f{unit}\x1f300\n".encode()
        scaled = np.full(12, round(value * 10**9), dtype="<i8").tobytes()
        return hashlib.sha256(line + hashlib.sha256(scaled + b"N\0" * 12 + b"\1" * 12).digest()).digest()

    whole = b"clearbay stack 1\n" + group("a21002", "mg/m3", 900.0) + group("a19001", "%", 11.0)
    found = only(judged(standards, values), "1h", "a21002")
    assert found["input_digest"] == hashlib.sha256(whole + hashlib.sha256(b"").digest()).hexdigest()


def test_a_frozen_thermocouple_is_left_out_and_named(standards: Standards) -> None:
    moving = [900.0 + (k % 7) for k in range(288)]
    frozen = [*moving[:100], *([849.0] * 12), *moving[112:]]
    values = table(
        series("i33311", moving, period_s=300),
        series("i33321", frozen, period_s=300),
        series("i33322", moving, period_s=300),
    )
    found = only(judged(standards, values), "furnace_temperature")
    windows = found["windows"]
    assert isinstance(windows, list)
    assert (found["verdict"], found["value"], found["confidence"]) == ("met", 0.0, "unverified")
    assert left_out(found) == {"probe_frozen": 1}
    assert [(w["code"], w["period_s"], w["value"]) for w in windows[288:]] == [("i33321", 3600, 849.0)]
