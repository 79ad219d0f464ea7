"""Findings made anew from packets: what was changed in the store or in a packet is found, and named."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clearbay.district import District
from clearbay.hj212 import frame_segment
from clearbay.hj212.sm4 import seal_frame
from clearbay.platform.recomputing import Remade, remake
from clearbay.standards import Standards
from clearbay.store import Channel
from clearbay.store.redecoding import redecode
from tests.platform.judged_district import AIR, BEIJING, WATER, WATER_POINT, Judge, example, hour

DAY = datetime(2026, 3, 16, tzinfo=BEIJING)
HOUR = timedelta(hours=1)
SO2, COD = "a21026", "w01018"
KEY, NEWER = b"sixteen letters!", b"another sixteen."


@pytest.fixture(scope="module")
def known() -> tuple[District, Standards]:
    return example()


@pytest.fixture
def judge(tmp_path: Path, known: tuple[District, Standards]) -> Iterator[Judge]:
    made = Judge(tmp_path / "store", DAY, *known)
    yield made
    made.close()


def day_of_so2(judge: Judge, *frames: bytes, keys: dict[str, bytes] | None = None) -> dict[str, object]:
    """Send a day of hours at 151 ug/m3 (or other frames) and give the finding on its mean."""
    judge.push(*(frames or [so2(k) for k in range(24)]), keys=keys)
    judge.now = DAY + timedelta(days=1, minutes=5)
    judge.look()
    return finding(judge)


def so2(k: int, value: str = "151") -> bytes:
    return hour(AIR, "22", DAY + k * HOUR, {SO2: value})


def finding(judge: Judge) -> dict[str, object]:
    (row,) = [r for r in judge.found() if r["code"] == SO2 and r["averaging"] == "day" and r["time"] == DAY]
    return row


def anew(judge: Judge, keys: dict[str, tuple[bytes, ...]] | None = None) -> Remade:
    return remake(judge.store, judge.judging, finding(judge), keys or {})


def tamper(judge: Judge, statement: str, *values: object) -> None:
    con = judge.store.cursor()
    con.execute(statement.format(month="hot_2026_03"), list(values))
    con.close()


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def sealed(frame: bytes, key: bytes) -> bytes:
    return seal_frame(frame[6:-6], key)


def test_an_untouched_finding_comes_out_of_its_packets(judge: Judge):
    stored = day_of_so2(judge)
    made = anew(judge)
    assert made.agrees
    assert (made.inputs, made.checked, made.packets) == (24, 24, 24)
    assert made.finding is not None
    assert (made.finding["value"], made.finding["windows"]) == (stored["value"], stored["windows"])


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("value", 51.0, "151 (= 51) N 2026-03-16T01:00Z 3600s avg raw air-1"),
        ("flag", "D", "151 D 2026-03-16T01:00Z 3600s avg raw air-1"),
        ("time", datetime(2026, 3, 16, 1, 5), "151 N 2026-03-16T01:05Z 3600s avg raw air-1"),
        ("statistic", 3, "151 N 2026-03-16T01:00Z 3600s max raw air-1"),
        ("period_s", 86400, "151 N 2026-03-16T01:00Z 86400s avg raw air-1"),
    ],
)
def test_a_row_that_was_tampered_with_is_found_and_named(judge: Judge, column: str, value: object, said: str):
    day_of_so2(judge)
    tamper(judge, f"UPDATE {{month}}.observations SET {column} = ? WHERE time = '2026-03-16 01:00:00'", value)
    made = anew(judge)
    assert "packets" in made.differing
    differences = [one for one in made.differences if one.packet_id]
    assert {one.mn for one in differences} == {AIR}
    assert {one.code for one in differences} == {SO2}
    assert said in {one.stored for one in differences}
    assert "151 N 2026-03-16T01:00Z 3600s avg raw air-1" in {one.decoded for one in differences}
    assert len({one.packet_id for one in differences}) == 1


def test_another_basis_or_point_is_found(judge: Judge):
    day_of_so2(judge)
    tamper(judge, "UPDATE book.series SET basis = 'standard' WHERE code = ?", SO2)
    made = anew(judge)
    assert made.checked == 0
    assert len(made.differences) >= 24


def test_a_row_that_was_taken_away_is_found(judge: Judge):
    day_of_so2(judge)
    tamper(judge, "DELETE FROM {month}.observations WHERE time = '2026-03-16 01:00:00'")
    (one,) = anew(judge).differences
    assert (one.stored, one.decoded) == ("", "151 N 2026-03-16T01:00Z 3600s avg raw air-1")


def test_a_packet_that_gives_another_value_is_found(judge: Judge):
    """The bytes were changed, check sum and all: decoding gives 951, the digest noted at arrival is another."""
    day_of_so2(judge)
    tamper(judge, "UPDATE {month}.packets SET bytes = ? WHERE number = 9", so2(9, "951")[:-2])
    made = anew(judge)
    assert {"packets", "value", "windows"} <= set(made.differing)
    assert made.checked == 23
    said = {(one.stored, one.decoded) for one in made.differences if one.code == SO2 and one.packet_id}
    standing, given = "151 N 2026-03-16T01:00Z", "951 N 2026-03-16T01:00Z"
    assert said == {(f"{standing} 3600s avg raw air-1", f"{given} 3600s avg raw air-1")}
    assert any(one.stored.startswith("digest ") for one in made.differences)
    # The judgement is of what the packets give: (23 x 151 + 951) / 24 = 184.3
    assert made.finding is not None
    assert made.finding["value"] == 184


def test_a_packet_that_cannot_be_read_any_more_is_found(judge: Judge):
    day_of_so2(judge)
    tamper(judge, "UPDATE {month}.packets SET bytes = ? WHERE number = 9", so2(9)[:-2].replace(b"151", b"152"))
    made = anew(judge)
    assert "wrong_crc" in {one.decoded for one in made.differences}


def test_a_packet_that_is_gone_is_found(judge: Judge):
    day_of_so2(judge)
    tamper(judge, "DELETE FROM {month}.packets WHERE number = 9")
    (one,) = anew(judge).differences[:1]
    assert (one.stored[:3], one.decoded) == ("151", "no_packet")


def test_encrypted_packets_are_opened_with_the_loggers_key(judge: Judge):
    day_of_so2(judge, *(sealed(so2(k), KEY) for k in range(24)), keys={AIR: KEY})
    made = anew(judge, {AIR: (KEY,)})
    assert made.agrees
    assert (made.inputs, made.checked, made.opened) == (24, 24, 24)


def test_packets_of_before_a_change_of_key_are_opened_with_the_older_one(judge: Judge):
    judge.push(*(sealed(so2(k), KEY) for k in range(12)), keys={AIR: KEY})
    day_of_so2(judge, *(sealed(so2(k), NEWER) for k in range(12, 24)), keys={AIR: NEWER})
    assert anew(judge, {AIR: (NEWER, KEY)}).agrees


def test_packets_that_no_key_opens_are_said_to_be_so_and_never_agree(judge: Judge):
    judge.push(*(so2(k) for k in range(12)))
    day_of_so2(judge, *(sealed(so2(k), KEY) for k in range(12, 24)), keys={AIR: KEY})
    for keys in ({}, {AIR: (NEWER,)}):
        made = anew(judge, keys)
        assert not made.agrees
        assert dict(made.sealed) == {AIR: 12}
        assert (made.inputs, made.checked) == (24, 12)
        # What stands gives the same finding; but half of it was not checked.
        assert made.differing == ()


def test_a_tampered_value_of_an_encrypted_packet_is_found(judge: Judge):
    day_of_so2(judge, *(sealed(so2(k), KEY) for k in range(24)), keys={AIR: KEY})
    tamper(judge, "UPDATE {month}.observations SET value = 51, text = '51' WHERE packet = 9")
    (one,) = [d for d in anew(judge, {AIR: (KEY,)}).differences if d.packet_id]
    assert (one.stored.split()[0], one.decoded.split()[0]) == ("51", "151")


def test_corrected_and_repeated_values_agree(judge: Judge):
    """Of one hour the packet that came last counts; a repeat of the same value is no row of its own."""
    judge.push(*(so2(k) for k in range(24)))
    later = frame_segment(so2(3)[6:-6].replace(b"QN=20260316030000000", b"QN=20260316030000001"))
    judge.now = DAY + timedelta(hours=23)
    judge.push(so2(5, "99"), later)
    judge.now = DAY + timedelta(days=1, minutes=5)
    judge.look()
    made = anew(judge)
    assert made.agrees
    assert (made.inputs, made.checked, made.packets) == (24, 24, 26)


def test_packets_are_decoded_with_the_channel_map_that_held_when_they_came(judge: Judge):
    day_of_so2(judge)
    judge.now += timedelta(days=1)
    rows = [c for c in judge.judging.district.channels if not (c.mn == AIR and c.code == SO2)]
    judge.store.set_channels([*rows, Channel(AIR, "22", SO2, "elsewhere")], utc(judge.now))
    assert anew(judge).agrees
    redecode(judge.store, AIR, now=judge.now + HOUR)
    made = anew(judge)
    # Now the values are withdrawn, and their packets give them to another point: nothing is left of the finding.
    assert (made.inputs, made.finding) == (0, None)
    assert made.differences == ()


def test_several_points_and_codes_of_a_logger_are_told_apart(judge: Judge):
    judge.push(*(hour(WATER, "32", DAY + k * HOUR, {COD: "30", "w21003": "2"}) for k in range(24)))
    judge.now = DAY + timedelta(days=1, minutes=5)
    judge.look()
    for row in judge.found():
        if row["point_id"] == WATER_POINT and row["period_s"] == 86400:
            assert remake(judge.store, judge.judging, row, {}).agrees, row["rule"]


def test_minutes_are_as_long_as_they_were(judge: Judge):
    """The length of minute data is not in a packet; the one that held when it came is used."""
    judge.store.set_minutes({AIR: 300}, DAY)
    minutes = [DAY + timedelta(minutes=5 * k) for k in range(288)]
    day_of_so2(judge, *(hour(AIR, "22", at, {SO2: "151"}, cn="2051") for at in minutes))
    judge.store.set_minutes({AIR: 600}, judge.now)
    made = anew(judge)
    assert made.agrees
    assert made.checked == 288
