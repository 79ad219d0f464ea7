"""Which spans are judged again after a change of what operators declare."""

from collections.abc import Iterable
from datetime import datetime

from clearbay.vocabulary.clocks import local_date
from clearbay.vocabulary.tags import Tag


def reached(before: Iterable[Tag], after: Iterable[Tag], zone: str, now: datetime) -> list[Tag]:
    """Give the tags whose spans a change reaches over, `before` and `after` being all that was declared.

    These are tags that came or went, every revision of theirs, and of the same furnace and calendar years the tags that
    end after the first of them begins: budgets of a year or quarter are drawn on in order of time, so that one tag less
    leaves more for those after it.
    """
    old, new = set(before), set(after)
    ids = {tag.tag_id for tag in old ^ new}
    moved = [tag for tag in old | new if tag.tag_id in ids]
    first: dict[tuple[str, int], datetime] = {}
    for tag in moved:
        for year in _years(tag, zone, now):
            first[tag.point_id, year] = min(tag.start, first.get((tag.point_id, year), tag.start))
    beside = [
        tag
        for tag in (old | new) - set(moved)
        if any(
            (tag.point_id, year) in first and (tag.end is None or tag.end >= first[tag.point_id, year])
            for year in _years(tag, zone, now)
        )
    ]
    return sorted((*moved, *beside), key=lambda tag: (tag.point_id, tag.start, tag.tag_id, tag.revision))


def _years(tag: Tag, zone: str, now: datetime) -> range:
    first = local_date(tag.start, zone).year
    return range(first, max(first, local_date(tag.end or now, zone).year) + 1)
