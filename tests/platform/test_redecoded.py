"""Values that decoding anew gives, corrects or takes away: their days are judged again, now or at the next start."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clearbay.district import District
from clearbay.platform.recomputing import remake
from clearbay.standards import Standards
from clearbay.store import Channel
from clearbay.store.redecoding import redecode
from tests.platform.judged_district import AIR, AIR_POINT, BEIJING, Judge, example, hour

DAY = datetime(2026, 3, 16, tzinfo=BEIJING)
SO2, NO2 = "a21026", "a21004"


@pytest.fixture(scope="module")
def known() -> tuple[District, Standards]:
    return example()


@pytest.fixture
def judge(tmp_path: Path, known: tuple[District, Standards]) -> Iterator[Judge]:
    """A day of SO2 was judged: its mean of 151 ug/m3 exceeds grade 2 (150)."""
    made = Judge(tmp_path / "store", DAY, *known)
    made.push(*(hour(AIR, "22", DAY + k * timedelta(hours=1), {SO2: "151"}) for k in range(24)))
    made.now = DAY + timedelta(days=1, minutes=5)
    made.look()
    yield made
    made.close()


def day_of(judge: Judge, code: str, point: str = AIR_POINT) -> list[dict[str, object]]:
    return [
        row
        for row in judge.found()
        if (row["point_id"], row["code"], row["averaging"], row["time"]) == (point, code, "day", DAY)
    ]


def map_to(judge: Judge, *changed: Channel) -> None:
    """Put a channel map in force in which codes of the air station go elsewhere, and decode its packets anew."""
    codes = {channel.code for channel in changed}
    rows: Sequence[Channel] = [c for c in judge.judging.district.channels if c.mn != AIR or c.code not in codes]
    judge.now += timedelta(hours=1)
    judge.store.set_channels([*rows, *changed], judge.now.astimezone(UTC).replace(tzinfo=None))
    redecode(judge.store, AIR, now=judge.now)


def test_labels_at_the_end_of_the_hour_move_a_value_into_another_day_which_is_judged_again(judge: Judge):
    map_to(judge, Channel(AIR, "22", SO2, AIR_POINT, unit="ug/m3", label="end"))
    assert judge.look() > 0
    (row,) = day_of(judge, SO2)
    # The hour stamped 00:00 belongs to the day before now: 23 hours are left.
    assert (row["valid"], row["revision"], row["verdict"]) == (23, 2, "exceeded")
    assert remake(judge.store, judge.judging, row, {}).agrees
    assert judge.look() == 0


def test_a_service_that_did_not_run_judges_them_at_its_next_start(judge: Judge):
    map_to(judge, Channel(AIR, "22", SO2, AIR_POINT, unit="ug/m3", label="end"))
    judge.begin()
    judge.look()
    assert day_of(judge, SO2)[0]["valid"] == 23


def test_a_service_that_was_killed_before_it_wrote_the_findings_judges_them_at_its_next_start(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
):
    map_to(judge, Channel(AIR, "22", SO2, AIR_POINT, unit="ug/m3", label="end"))
    with monkeypatch.context() as killed:
        killed.setattr(judge.continuous, "_judge_days", lambda: 0)
        judge.look()
    judge.begin()
    judge.look()
    assert day_of(judge, SO2)[0]["valid"] == 23


def test_decoding_anew_twice_is_seen_twice(judge: Judge):
    for label, valid in (("end", 23), ("start", 24), ("end", 23)):
        map_to(judge, Channel(AIR, "22", SO2, AIR_POINT, unit="ug/m3", label=label))
        judge.look()
        assert day_of(judge, SO2)[0]["valid"] == valid


def test_a_finding_whose_values_are_gone_does_not_stand(judge: Judge):
    """The channel was of another parameter all along: the exceedance of SO2 is no finding any more, that of NO2 is."""
    before = day_of(judge, SO2)[0]
    map_to(judge, Channel(AIR, "22", SO2, "elsewhere"))
    judge.look()
    (row,) = day_of(judge, SO2)
    assert (row["verdict"], row["value"], row["valid"]) == ("not_evaluable", None, 0)
    assert (row["revision"], row["supersedes"]) == (2, f"{before['finding_id']}.1")
    assert remake(judge.store, judge.judging, row, {}).agrees
    assert {r["verdict"] for r in judge.found() if r["code"] == SO2} <= {"not_evaluable"}
    assert judge.look() == 0
    # And it comes back with its values.
    map_to(judge, Channel(AIR, "22", SO2, AIR_POINT, unit="ug/m3"))
    judge.look()
    (row,) = day_of(judge, SO2)
    assert (row["verdict"], row["value"], row["revision"]) == ("exceeded", 151, 3)


def test_packets_of_a_logger_that_was_not_registered_are_judged_when_they_are_decoded(judge: Judge):
    """Values that come to a point by decoding anew are judged on their days, however long ago."""
    map_to(judge, Channel(AIR, "22", SO2, "air-2", unit="ug/m3"))
    judge.look()
    assert all(row["verdict"] == "not_evaluable" for row in day_of(judge, SO2))
    map_to(judge, Channel(AIR, "22", SO2, AIR_POINT, unit="ug/m3"))
    judge.begin()
    judge.look()
    assert day_of(judge, SO2)[0]["verdict"] == "exceeded"
