import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clearbay.hj212.reasons import Reason
from clearbay.store import Channel, Store, StoreError, StoreFull, StoreInUse, reading
from clearbay.store.checking import check_store
from clearbay.store.ulid import packet_number

MN = "010000A8900016F000169DC0"
NOVEMBER = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ACCEPTED, DUPLICATE, REFUSED = 0, 1, 2


def observations(store: Store, **asked) -> list[dict]:
    con = store.cursor()
    try:
        return reading.observations(con, store.manifest, store.folder, **asked).to_pylist()
    finally:
        con.close()


def values(store: Store, **asked) -> list[float | None]:
    return [row["value"] for row in observations(store, **asked)]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path):
    (tmp_path / "taken").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="cannot be written"):
        Store(tmp_path / "taken")
    (tmp_path / "store" / "lock").mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot be written"):
        Store(tmp_path / "store")


def test_an_observation_has_the_shape_of_the_contract(store: Store, frame, push):
    assert push(store, frame({"w01018-Rtd": "40.10", "w01018-Flag": "N"})) == [ACCEPTED]
    (row,) = observations(store)
    packet_id = row.pop("packet_id")
    assert packet_number(packet_id) == 0
    assert row == {
        "point_id": f"{MN}:32",
        "code": "w01018",
        "basis": "raw",
        "time": datetime(2026, 11, 20, 4, 0),
        "period_s": 0,
        "statistic": "value",
        "value": 40.1,
        "text": "40.10",
        "flag": "N",
        "quality": 1,
        "received_at": datetime(2026, 11, 20, 4, 0),
        "revision": 0,
    }


def test_minutes_hours_and_days_start_where_the_label_says(store: Store, frame, push):
    push(
        store,
        frame({"w01018-Avg": "1"}, "20261120084000", cn="2051"),
        frame({"w01018-Avg": "2", "w01018-Cou": "3"}, "20261120080000", cn="2061"),
        frame({"w01018-Max": "4"}, "20261120000000", cn="2031"),
        frame({"a01901-Avg": "5"}, "20261120080000", cn="2111"),
    )
    found = {(r["code"], r["period_s"], r["statistic"]): (r["time"], r["value"]) for r in observations(store)}
    assert found == {
        ("w01018", 600, "avg"): (datetime(2026, 11, 20, 0, 40), 1.0),
        ("w01018", 3600, "avg"): (datetime(2026, 11, 20, 0, 0), 2.0),
        ("w01018", 3600, "sum"): (datetime(2026, 11, 20, 0, 0), 3.0),
        ("w01018", 86400, "max"): (datetime(2026, 11, 19, 16, 0), 4.0),
        ("a01901", 300, "avg"): (datetime(2026, 11, 20, 0, 0), 5.0),
    }


def test_converted_values_are_another_basis(store: Store, frame, push):
    push(store, frame({"a21026-Avg": "20", "a21026-ZsAvg": "25"}, cn="2061"))
    assert {(r["basis"], r["value"]) for r in observations(store)} == {("raw", 20.0), ("reference_o2", 25.0)}


def test_a_resend_is_known_and_kept_but_not_counted_twice(store: Store, frame, push):
    one = frame({"w01018-Rtd": "1"})
    assert push(store, one, one) == [ACCEPTED, DUPLICATE]
    assert push(store, one) == [DUPLICATE]
    assert values(store) == [1.0]
    con = store.cursor()
    assert reading.packet_counts(con, store.manifest, store.folder) == [(MN, 0, "", 1), (MN, 1, "", 2)]


def test_a_resend_is_known_after_a_restart_and_after_it_left_memory(tmp_path: Path, frame, push):
    old = frame({"w01018-Rtd": "1"}, "20261120110000")
    with Store(tmp_path, min_free_bytes=0, remembered=10, now=NOVEMBER) as store:
        push(store, old)
        for step in range(60):
            push(store, frame({"w01018-Rtd": "2"}, f"202611201200{step:02d}"))
        assert push(store, old) == [DUPLICATE]
    with Store(tmp_path, min_free_bytes=0, remembered=10) as store:
        assert push(store, old, frame({"w01018-Rtd": "9"}, "20261120105959")) == [DUPLICATE, ACCEPTED]


def test_the_same_value_again_is_a_no_op_another_is_a_revision(store: Store, frame, push):
    when = "20261120120000"
    push(store, frame({"w01018-Rtd": "1", "w01018-Flag": "N"}, when, qn="20261120120000001"))
    push(store, frame({"w01018-Rtd": "1.0", "w01018-Flag": "N"}, when, qn="20261120120000002"), at=NOVEMBER + HOUR)
    push(store, frame({"w01018-Rtd": "2", "w01018-Flag": "N"}, when, qn="20261120120000003"), at=NOVEMBER + 2 * HOUR)
    push(store, frame({"w01018-Rtd": "2", "w01018-Flag": "M"}, when, qn="20261120120000004"), at=NOVEMBER + 3 * HOUR)
    assert [(r["value"], r["flag"], r["revision"]) for r in observations(store)] == [(2.0, "M", 2)]
    assert [r["revision"] for r in observations(store, all_revisions=True)] == [0, 1, 2]
    assert values(store, as_of=NOVEMBER + HOUR) == [1.0]
    assert values(store, as_of=NOVEMBER - HOUR) == []
    assert store.latest(f"{MN}:32", "w01018") == [("value", 0, datetime(2026, 11, 20, 4, 0, tzinfo=UTC), 2.0)]


def test_late_data_are_neither_lost_nor_doubled(store: Store, frame, push):
    push(store, frame({"w01018-Rtd": "5"}, "20261120120500"))
    late = [frame({"w01018-Rtd": f"{n}"}, f"2026112012000{n}") for n in range(5)]
    push(store, *late)
    push(store, *[frame({"w01018-Rtd": f"{n}"}, f"2026112012000{n}", qn=f"2026112013000{n}000") for n in range(5)])
    assert values(store) == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert len(observations(store, all_revisions=True)) == 6
    assert store.latest(f"{MN}:32", "w01018")[0][3] == 5.0


def test_repeats_within_one_batch(store: Store, frame, push):
    when = "20261120120000"
    push(store, *[frame({"w01018-Rtd": v}, when, qn=f"{when}{n:03d}") for n, v in enumerate(("1", "1", "2", "2"))])
    assert [(r["value"], r["revision"]) for r in observations(store, all_revisions=True)] == [(1.0, 0), (2.0, 1)]


def test_refused_packets_are_kept_with_their_reason(store: Store, frame, push):
    good = frame({"w01018-Rtd": "1"})
    assert push(store, good[:-6] + b"0000\r\n", b"GET / HTTP/1.1\r\n") == [REFUSED, REFUSED]
    con = store.cursor()
    kept = reading.packets(con, store.manifest, store.folder).to_pylist()
    assert [(p["reason"], p["bytes"]) for p in kept] == [
        ("wrong_crc", good[:-6] + b"0000"),
        ("garbage", b"GET / HTTP/1.1\r\n"),
    ]
    assert observations(store) == []


def test_times_no_calendar_can_hold_do_no_harm(store: Store, frame, push):
    assert push(store, frame({"w01018-Rtd": "1"}, "00010101000000"), frame({"w01018-Rtd": "2"}, "99991231235959")) == [
        0,
        0,
    ]
    assert values(store) == []
    assert not check_store(store).problems


def test_unknown_marks_and_values_of_text(store: Store, frame, push):
    push(
        store, frame({"w01018-Rtd": "1", "w01018-Flag": "P", "w01001-Rtd": "7", "w01001-Flag": "D", "p99101-Rtd": "St"})
    )
    assert {r["code"]: (r["value"], r["flag"], r["quality"]) for r in observations(store)} == {
        "w01018": (1.0, "P", 2),
        "w01001": (7.0, "D", 4),
        "p99101": (None, "", 9),
    }


def test_one_process_owns_a_store(store: Store):
    code = f"from clearbay.store import Store; Store({str(store.folder)!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode
    assert StoreInUse.__name__ in done.stderr


def test_a_full_disk_is_told_and_nothing_half_written(store: Store, frame, push):
    push(store, frame({"w01018-Rtd": "1"}))
    store._min_free = 1 << 62
    with pytest.raises(StoreFull, match="make room"):
        push(store, frame({"w01018-Rtd": "2"}, "20261120120030"))
    store._min_free = 0
    assert push(store, frame({"w01018-Rtd": "2"}, "20261120120030")) == [ACCEPTED]
    assert values(store) == [1.0, 2.0]


def test_the_channel_map_names_points_and_labels(store: Store, frame, push):
    noon = int(datetime(2026, 11, 20, 4, 0, tzinfo=UTC).timestamp())
    store.set_channels(
        [
            Channel(MN, "32", "w01018", "outlet-old", label="end", valid_to=noon),
            Channel(MN, "32", "w01018", "outlet-new", valid_from=noon),
        ],
        datetime(2026, 11, 1),
    )
    push(
        store,
        frame({"w01018-Avg": "1"}, "20261120110000", cn="2061"),
        frame({"w01018-Avg": "2"}, "20261120120000", cn="2061"),
        frame({"w21003-Avg": "3"}, "20261120120000", cn="2061"),
    )
    assert [(r["point_id"], r["time"].hour, r["value"]) for r in observations(store)] == [
        (f"{MN}:32", 4, 3.0),
        ("outlet-new", 4, 2.0),
        ("outlet-old", 2, 1.0),
    ]


def test_a_replaced_logger_goes_on_with_the_same_series(store: Store, frame, push):
    other = "88888880000001"
    store.set_channels(
        [Channel(MN, "32", "w01018", "outlet"), Channel(other, "32", "w01018", "outlet")], datetime(2026, 11, 1)
    )
    push(store, frame({"w01018-Rtd": "1"}))
    push(store, frame({"w01018-Rtd": "1"}, mn=other))
    push(store, frame({"w01018-Rtd": "2"}, qn="20261120120000999", mn=other))
    assert [(r["value"], r["revision"]) for r in observations(store, all_revisions=True)] == [(1.0, 0), (2.0, 1)]


def test_unknown_loggers_are_kept_for_later(store: Store, frame, push):
    assert push(store, frame({"w01018-Rtd": "1"}), refuse=Reason.UNKNOWN_MN) == [REFUSED]
    assert values(store) == []


def test_what_the_database_holds_in_memory_is_bounded(store: Store, tmp_path: Path):
    """Rows stay in memory until a checkpoint; without limits a service that runs for days holds what it ever wrote."""
    con = store.cursor()
    try:
        limit, spill = con.execute(
            "SELECT current_setting('memory_limit'), current_setting('temp_directory')"
        ).fetchone()
        [threshold] = con.execute("SELECT current_setting('checkpoint_threshold')").fetchone()
    finally:
        con.close()
    assert limit.endswith("MiB")
    assert float(limit.split()[0]) <= 256
    assert Path(spill) == tmp_path / "store" / "spill"
    assert threshold.endswith("MiB")
    assert float(threshold.split()[0]) <= 32
