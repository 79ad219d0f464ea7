"""Sealing, re-decoding, back-ups, checks: what happens to a store over its life."""

import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from clearbay.hj212.reasons import Reason
from clearbay.hj212.sm4 import seal_frame
from clearbay.store import Channel, Store, StoreDamaged, StoreError, reading
from clearbay.store.backup import back_up
from clearbay.store.book import StoredFinding, enter_finding, enter_tag, findings, tags
from clearbay.store.checking import check_store
from clearbay.store.redecoding import redecode
from clearbay.store.sealing import seal_month
from clearbay.vocabulary.tags import Tag

MN = "010000A8900016F000169DC0"
OCTOBER = datetime(2026, 10, 31, 12, 0, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


def rows(store: Store, **asked) -> list[tuple]:
    con = store.cursor()
    try:
        table = reading.observations(con, store.manifest, store.folder, **asked)
    finally:
        con.close()
    return [(r["point_id"], r["time"], r["value"], r["revision"]) for r in table.to_pylist()]


@pytest.fixture
def two_months(tmp_path: Path, frame, push):
    with Store(tmp_path / "store", min_free_bytes=0, now=OCTOBER) as store:
        push(store, *[frame({"w01018-Rtd": f"{n}"}, f"202610312000{n:02d}") for n in range(30)], at=OCTOBER)
        push(store, *[frame({"w01018-Rtd": f"{n}"}, f"202611012000{n:02d}") for n in range(30)], at=NOVEMBER)
        yield store


def test_a_sealed_month_reads_as_before(two_months: Store, frame, push):
    store = two_months
    before = rows(store)
    assert store.manifest.hot == ("2026-10", "2026-11")
    sealed = seal_month(store, "2026-10")
    assert (sealed.packets, sealed.observations) == (30, 30)
    assert store.manifest.hot == ("2026-11",)
    assert not store.hot_path("2026-10").exists()
    assert rows(store) == before
    assert not check_store(store).problems
    # a correction and a resend of the sealed month
    assert push(store, frame({"w01018-Rtd": "99"}, "20261031200005", qn="20261102000000000"), at=NOVEMBER) == [0]
    assert push(store, frame({"w01018-Rtd": "7"}, "20261031200007"), at=NOVEMBER) == [1]
    assert rows(store)[5][2:] == (99.0, 1)
    assert len(rows(store)) == 60


def test_sealed_months_open_again_and_keep_the_latest(two_months: Store, frame, push):
    seal_month(two_months, "2026-10")
    two_months.close()
    store = Store(two_months.folder, min_free_bytes=0)
    assert store.latest(f"{MN}:32", "w01018")[0][3] == 29.0
    assert store.next_number == 60
    assert len(rows(store)) == 60
    store.close()
    two_months.__init__(two_months.folder, min_free_bytes=0)  # for the fixture to close


def test_sealed_parquet_is_plain_parquet(two_months: Store):
    seal_month(two_months, "2026-10")
    table = pq.read_table(two_months.folder / "sealed/2026-10/observations-31.parquet")
    assert table.column_names[:4] == ["series", "time", "period_s", "statistic"]
    assert table.num_rows == 30


def test_the_month_being_written_is_not_sealed(two_months: Store):
    with pytest.raises(StoreError, match="still written"):
        seal_month(two_months, "2026-11")
    with pytest.raises(StoreError, match="not hot"):
        seal_month(two_months, "2020-01")


@pytest.mark.parametrize("moment", ["_write", "replace_manifest", "detach"])
def test_a_kill_while_sealing_loses_nothing(two_months: Store, moment: str):
    """A real process is killed at each step of a seal."""
    before = rows(two_months)
    two_months.close()
    code = f"""
        import os, signal
        from clearbay.store import Store, sealing
        def die(*a, **k): os.kill(os.getpid(), signal.SIGKILL)
        store = Store({str(two_months.folder)!r}, min_free_bytes=0)
        if {moment!r} == "_write":
            real = sealing._write
            sealing._write = lambda *a: (real(*a), die())
        else:
            setattr(Store, {moment!r}, die)
        sealing.seal_month(store, "2026-10")
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    two_months.__init__(two_months.folder, min_free_bytes=0)
    assert rows(two_months) == before
    assert not check_store(two_months).problems
    assert ("2026-10" in two_months.manifest.hot) == (moment != "detach")
    assert two_months.hot_path("2026-10").exists() == (moment != "detach")


def test_a_corrected_map_decodes_anew(two_months: Store, frame, push):
    store = two_months
    seal_month(store, "2026-10")
    store.set_channels([Channel(MN, "32", "w01018", "outlet-1")], datetime(2026, 11, 2))
    done = redecode(store, MN, now=datetime(2026, 11, 2, tzinfo=UTC))
    assert (done.packets, done.added, done.withdrawn) == (60, 60, 60)
    assert {row[0] for row in rows(store)} == {"outlet-1"}
    assert len(rows(store)) == 60
    assert {row[0] for row in rows(store, as_of=NOVEMBER)} == {f"{MN}:32"}
    again = redecode(store, MN, now=datetime(2026, 11, 3, tzinfo=UTC))
    assert (again.added, again.withdrawn) == (0, 0)
    store.set_channels([], datetime(2026, 11, 4))
    redecode(store, MN, now=datetime(2026, 11, 4, tzinfo=UTC))
    assert {row[0] for row in rows(store)} == {f"{MN}:32"}
    assert not check_store(store).problems


def test_a_logger_registered_late_gets_its_packets_decoded(two_months: Store, frame, push):
    other = "88888880000001"
    push(two_months, frame({"w01018-Rtd": "5"}, mn=other), at=NOVEMBER, refuse=Reason.UNKNOWN_MN)
    assert redecode(two_months, other).added == 1
    assert rows(two_months, point_id=f"{other}:32")[0][2] == 5.0


def test_a_back_up_is_a_store(two_months: Store, tmp_path: Path, frame, push):
    seal_month(two_months, "2026-10")
    back_up(two_months, tmp_path / "copy")
    push(two_months, frame({"w01018-Rtd": "1"}, "20261102000000"), at=NOVEMBER)
    with Store(tmp_path / "copy", min_free_bytes=0) as copy:
        assert len(rows(copy)) == 60
        assert not check_store(copy).problems
    with pytest.raises(StoreError, match="not empty"):
        back_up(two_months, tmp_path / "copy")


def test_the_check_finds_what_was_changed(two_months: Store):
    seal_month(two_months, "2026-10")
    con = two_months.cursor()
    con.execute("UPDATE hot_2026_11.packets SET bytes = 'x'::BLOB || bytes WHERE number = 30")
    assert check_store(two_months).problems == ("1 packets do not have the digest of their bytes",)
    con.execute("DELETE FROM hot_2026_11.packets WHERE number = 31")
    assert "1 observations have no packet" in check_store(two_months).problems
    path = two_months.folder / "sealed/2026-10/packets.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert "has changed since it was sealed" in check_store(two_months).problems[0]


def test_a_damaged_manifest_is_told(tmp_path: Path):
    (tmp_path / "store.json").write_text("{")
    with pytest.raises(StoreDamaged, match="back-up"):
        Store(tmp_path)


def test_a_clock_that_jumps_back_does_not_reopen_a_month(two_months: Store, frame, push):
    assert push(two_months, frame({"w01018-Rtd": "1"}, "20261031210000"), at=OCTOBER) == [0]
    assert two_months.manifest.hot == ("2026-10", "2026-11")
    assert not check_store(two_months).problems


def test_tags_and_findings_are_revised_never_overwritten(two_months: Store):
    con = two_months.cursor()
    day = datetime(2026, 11, 2)
    tag = Tag("t1", "furnace-1", "furnace", "启炉", day, None, datetime(2026, 11, 2, 1), "操作员", "tags.csv")
    assert enter_tag(con, tag) == 0
    closed = Tag(
        "t1", "furnace-1", "furnace", "启炉", day, day.replace(hour=4), datetime(2026, 11, 2, 5), "操作员", "tags.csv"
    )
    assert enter_tag(con, closed) == 1
    assert [t.end for t in tags(con)] == [day.replace(hour=4)]
    assert [t.end for t in tags(con, as_of=datetime(2026, 11, 2, 2))] == [None]
    with pytest.raises(StoreError, match="kind"):
        enter_tag(con, Tag("t2", "x", "other", "", day, None, day, "", ""))

    def finding(verdict: str, at: datetime) -> StoredFinding:
        return StoredFinding(
            "f" * 24, "outlet", "w01018", "raw", day, 86400, "GB 18918-2002", "4.1.3", verdict, at, {"verdict": verdict}
        )

    assert enter_finding(con, finding("met", day)) == 0
    assert enter_finding(con, finding("met", day.replace(hour=1))) == 0
    assert enter_finding(con, finding("exceeded", day.replace(hour=2))) == 1
    assert [f.verdict for f in findings(con)] == ["exceeded"]
    assert [f.verdict for f in findings(con, as_of=day.replace(hour=1))] == ["met"]


KEY = b"sixteen letters!"


def sealed(frame: bytes) -> bytes:
    return seal_frame(frame[6:-6], KEY)


def test_what_an_encrypted_packet_gave_stays_when_no_key_opens_it(store: Store, frame, push):
    push(store, sealed(frame({"w01018-Rtd": "5"})), keys={MN: KEY})
    before = rows(store)
    assert before[0][2] == 5.0
    done = redecode(store, MN)
    assert (done.packets, done.added, done.withdrawn, done.unread) == (1, 0, 0, 1)
    assert rows(store) == before
    store.set_channels([Channel(MN, "32", "w01018", "outlet-1")], datetime(2026, 11, 22))
    done = redecode(store, MN, {MN: (b"another sixteen.", KEY)})
    assert (done.added, done.withdrawn, done.unread) == (1, 1, 0)
    assert [row[0] for row in rows(store)] == ["outlet-1"]


def test_what_a_later_packet_gave_that_cannot_be_opened_is_not_replaced_by_an_older_one(store: Store, frame, push):
    push(store, frame({"w01018-Rtd": "5"}), sealed(frame({"w01018-Rtd": "7"}, qn="20261120120001000")), keys={MN: KEY})
    assert [row[2] for row in rows(store)] == [7.0]
    assert redecode(store, MN).unread == 1
    assert [row[2] for row in rows(store)] == [7.0]


def test_minutes_keep_their_length_when_a_store_is_opened_without_its_gateway(tmp_path: Path, frame, push):
    with Store(tmp_path / "minutes", min_free_bytes=0, now=NOVEMBER) as store:
        store.set_minutes({MN: 300})
        push(store, frame({"w01018-Avg": "5"}, cn="2051"))
    with Store(tmp_path / "minutes", min_free_bytes=0, now=NOVEMBER) as store:
        done = redecode(store, MN)
        assert (done.added, done.withdrawn) == (0, 0)
