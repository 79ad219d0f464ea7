"""The limits beside live values: of each point, code and averaging the one that was applied last."""

from datetime import datetime, timedelta
from pathlib import Path

from tests.platform.judged_district import AIR, AIR_POINT, BEIJING, WATER_POINT, Judge, example, hour

DAY = datetime(2026, 3, 16, tzinfo=BEIJING)
HOUR = timedelta(hours=1)
COLUMNS = ["point_id", "code", "averaging", "time", "limit_max"]


def test_of_each_code_and_averaging_the_newest_is_given_once(tmp_path: Path) -> None:
    judge = Judge(tmp_path / "store", DAY + timedelta(days=1, hours=1), *example())
    try:
        judge.push(*(hour(AIR, "22", DAY + k * HOUR, {"a21026": str(k + 1), "a21004": "20"}) for k in range(24)))
        judge.continuous.look()
        asked = {"columns": COLUMNS, "known": ("limit_max", "limit_min")}
        where, values = ["point_id IN (SELECT unnest(?))", "time >= ?"], [[AIR_POINT, WATER_POINT], DAY]
        every = judge.judged.select(where, values, **asked).to_pylist()
        newest = judge.judged.select(where, values, newest_by=COLUMNS[:3], **asked).to_pylist()
    finally:
        judge.close()
    first: dict[tuple[str, ...], dict[str, object]] = {}
    for row in every:  # newest first
        first.setdefault((row["point_id"], row["code"], row["averaging"]), row)
    assert len(every) > len(newest) > 1
    assert newest == list(first.values())
