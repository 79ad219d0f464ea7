"""How many households, and people, are joined to each sewage station on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from clearbay.district.model import Household


@dataclass(frozen=True, slots=True)
class Connected:
    """Households that are joined, and the people who live in them."""

    households: int = 0
    persons: int = 0


def connected_on(register: Iterable[Household], day: date) -> Mapping[str, Connected]:
    """Count by station what is joined on a day: from the day `joined` to the day before `left`.

    Stations that no household is joined to are absent.
    """
    counts: dict[str, Connected] = {}
    for stay in register:
        if stay.joined <= day and (stay.left is None or day < stay.left):
            before = counts.get(stay.site_id, Connected())
            counts[stay.site_id] = Connected(before.households + 1, before.persons + stay.persons)
    return counts


def connected_by_day(register: Iterable[Household], site_id: str | None = None) -> list[tuple[date, Connected]]:
    """Give the steps of a station, or of all: each day on which the count changed, and what is joined from it on."""
    moves: dict[date, list[int]] = {}
    for stay in register:
        if site_id is not None and stay.site_id != site_id:
            continue
        for day, sign in ((stay.joined, 1), (stay.left, -1)):
            if day is not None:
                step = moves.setdefault(day, [0, 0])
                step[0] += sign
                step[1] += sign * stay.persons
    found: list[tuple[date, Connected]] = []
    households = persons = 0
    for day in sorted(moves):
        households, persons = households + moves[day][0], persons + moves[day][1]
        found.append((day, Connected(households, persons)))
    return found
