"""Reads `activities.csv`: the activity calendar."""

from collections.abc import Collection

from clearbay.district.cells import Cells
from clearbay.district.columns import ACTIVITIES
from clearbay.district.located import Located, nearest, once
from clearbay.district.model import ACTIVITY_KINDS, Activity
from clearbay.district.problems import Problems
from clearbay.district.snapshot import Snapshot
from clearbay.district.table import read_rows

FILE = "activities.csv"


def read_activities(
    snapshot: Snapshot, sites: Collection[str], zone: str, problems: Problems
) -> list[Located[Activity]]:
    """Read the calendar; times without an offset are in `zone`; lines that are wrong are noted and left out."""
    if FILE not in snapshot.files:
        return []
    found = []
    for row in read_rows(snapshot.files[FILE], FILE, ACTIVITIES, problems):
        cells = Cells(row, problems)
        site_id = cells.text("site_id")
        if site_id and site_id not in sites:
            cells.wrong("unknown_site", value=site_id, near=nearest(site_id, sites))
        for name in ("start", "end"):
            cells.needed(name)
        start, end = cells.instant("start", zone), cells.instant("end", zone)
        if start is not None and end is not None and end < start:
            cells.wrong("order", last="end", first="start")
        activity_id, kind = cells.identifier("activity_id"), cells.one_of("kind", ACTIVITY_KINDS)
        title, public = cells.bilingual("title"), cells.yes("public")
        note = cells.bilingual("note", needed=False)
        if cells.sound and start is not None and end is not None:
            found.append(Located(row.line, Activity(activity_id, kind, site_id, start, end, title, public, note)))
    return once(found, lambda activity: activity.activity_id, "activity_id", FILE, problems)
