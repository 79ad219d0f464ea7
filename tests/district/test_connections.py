"""Households are joined from a day on, and until the day before they leave."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clearbay.district import Household
from clearbay.district.connections import Connected, connected_by_day, connected_on

DAY = date(2026, 3, 1)
stays = st.builds(
    lambda number, site, persons, first, length: Household(
        f"H{number}", site, persons, DAY + timedelta(first), DAY + timedelta(first + length) if length else None
    ),
    st.integers(0, 99), st.sampled_from(["a", "b"]), st.integers(0, 8), st.integers(0, 30), st.integers(0, 20),
)  # fmt: skip


def test_a_household_counts_from_the_day_it_joins_to_the_day_before_it_leaves() -> None:
    register = [Household("H1", "a", 3, DAY, DAY + timedelta(2)), Household("H2", "b", 2, DAY + timedelta(1), None)]
    counted = [dict(connected_on(register, DAY + timedelta(n))) for n in (-1, 0, 1, 2)]
    assert counted == [
        {}, {"a": Connected(1, 3)}, {"a": Connected(1, 3), "b": Connected(1, 2)}, {"b": Connected(1, 2)},
    ]  # fmt: skip


@given(st.lists(stays, max_size=12))
def test_the_steps_agree_with_the_count_of_every_day(register: list[Household]) -> None:
    for site in ("a", "b"):
        now = Connected()
        steps = dict(connected_by_day(register, site))
        for n in range(60):
            day = DAY + timedelta(n)
            now = steps.get(day, now)
            assert now == connected_on(register, day).get(site, Connected())


@given(st.lists(stays, max_size=12))
def test_all_stations_together_are_the_sum_of_each(register: list[Household]) -> None:
    for day, total in connected_by_day(register):
        each = connected_on(register, day).values()
        assert total == Connected(sum(c.households for c in each), sum(c.persons for c in each))
