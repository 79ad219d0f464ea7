"""The example district as a fleet: every channel is fed, and what its loggers send is mapped to its points."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from clearbay.district import District, read_district
from clearbay.fleet.clock import BEIJING
from clearbay.hj212 import Version
from clearbay.platform.demo_fleet import DemoFleet, demo_fleet
from clearbay.platform.demonstration import resent

EXAMPLE = Path(__file__).resolve().parent.parent.parent / "examples" / "district"
START = datetime(2026, 3, 15, tzinfo=BEIJING)


@pytest.fixture(scope="module")
def district() -> District:
    return read_district(EXAMPLE)


@pytest.fixture(scope="module")
def made(district: District) -> DemoFleet:
    return demo_fleet(district, START)


def test_every_channel_of_every_logger_is_fed(district: District, made: DemoFleet):
    assert made.left_out == ()
    sent = {(plan.mn, plan.st, code) for plan in made.plan.loggers for code in plan.codes}
    assert sent == {(row.mn, row.st, row.code) for row in district.channels}
    assert [plan.mn for plan in made.plan.loggers] == [entry.mn for entry in district.loggers]


def test_loggers_speak_as_they_are_registered(district: District, made: DemoFleet):
    for entry, plan in zip(district.loggers, made.plan.loggers, strict=True):
        assert (plan.password, plan.key, plan.st) == (entry.password, entry.key, entry.st)
        assert plan.minutes in (0, entry.minutes)
        assert plan.version == entry.version
    assert {plan.version for plan in made.plan.loggers} == {Version.V2005, Version.V2017, Version.V2025}


def test_a_2005_logger_sends_its_own_codes_and_stamps_ends(made: DemoFleet):
    old = next(plan for plan in made.plan.loggers if plan.version is Version.V2005)
    assert [(c.code, c.source_code) for c in old.channels][:2] == [("011", "w01018"), ("060", "w21003")]
    assert old.stamps_end


def test_the_furnace_goes_into_2111_where_the_version_has_it(made: DemoFleet):
    first, second = made.plan.loggers[:2]
    assert (first.version, first.furnace) == (Version.V2017, False)
    assert (second.version, second.furnace) == (Version.V2025, True)
    assert next(c for c in first.channels if c.code == "a01901").only == ("2011", "2051")
    assert next(c for c in second.channels if c.code == "a01901").only == ()


def test_both_furnaces_have_a_history_of_five_minute_means_in_what_their_version_knows(made: DemoFleet):
    first, second = made.plan.loggers[:2]
    assert first.history["2051"] == second.history["2111"] == timedelta(days=6)
    assert first.minutes == 5
    assert first.history_codes == {"2051": ("a01901",)}  # and nothing else of its minutes: the rest comes by the hour
    assert "2111" not in first.history
    assert second.history_codes == {}


def test_what_is_sent_again_after_a_restart_is_whole(made: DemoFleet):
    assert all(logger.history_codes == {} for logger in resent(made).loggers)


def test_operators_declare_what_the_districts_log_says(district: District, made: DemoFleet):
    # the log was written from the same twin at rest; its disturbances are drawn anew, so minutes may differ
    declared = {(tag.point_id, tag.label, tag.start.date()): tag for tag in made.declared(START)}
    for tag in district.tags:
        if tag.start < START:
            found = declared[tag.point_id, tag.label, tag.start.date()]
            assert abs(found.start - tag.start) < timedelta(minutes=30)


def test_the_same_seed_gives_the_same_fleet_and_another_another(district: District, made: DemoFleet):
    def air(fleet: DemoFleet) -> object:
        plan = next(plan for plan in fleet.plan.loggers if plan.st == "22")
        return plan.channels[0].source.sample(START, 3600)

    assert air(demo_fleet(district, START)) == air(made)
    assert air(demo_fleet(district, START, seed=1)) != air(made)


def test_a_start_far_from_the_plants_file_has_events_of_its_own(district: District):
    start = datetime(2030, 7, 1, 8, tzinfo=BEIJING)
    made = demo_fleet(district, start)
    first = min(tag.start for tag in made.declared(start + timedelta(days=1)))
    assert start - timedelta(days=12) < first < start
