"""Reads `households.csv`: the register of households that are joined to sewage stations; no names are kept."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from clearbay.district.cells import Cells
from clearbay.district.columns import HOUSEHOLDS
from clearbay.district.located import Located, nearest
from clearbay.district.model import SITE_KINDS, Household, Site
from clearbay.district.problems import Problems
from clearbay.district.snapshot import Snapshot
from clearbay.district.table import read_rows

FILE = "households.csv"
MOST_PERSONS = 200
"""A boarding house; above it a row is a typing error."""


def read_households(snapshot: Snapshot, sites: Mapping[str, Site], problems: Problems) -> list[Located[Household]]:
    """Read the register; a household that moved stands once a stay, and its stays must not overlap."""
    if FILE not in snapshot.files:
        return []
    found = []
    stations = [site_id for site_id, site in sites.items() if site.kind == "sewage_station"]
    for row in read_rows(snapshot.files[FILE], FILE, HOUSEHOLDS, problems):
        cells = Cells(row, problems)
        site_id, persons = cells.needed("site_id"), cells.whole("persons", 0, MOST_PERSONS)
        site = sites.get(site_id)
        if site is None and site_id:
            cells.wrong("unknown_site", value=site_id, near=nearest(site_id, stations))
        elif site is not None and site.kind in SITE_KINDS and site.kind != "sewage_station":
            cells.wrong("not_a_station", value=site_id, kind=site.kind)
        cells.needed("joined")
        joined, left = cells.day("joined"), cells.day("left")
        if joined is not None and left is not None and left <= joined:
            cells.wrong("order", last="left", first="joined")
        household_id = cells.identifier("household_id")
        if cells.sound and joined is not None:
            found.append(Located(row.line, Household(household_id, site_id, persons, joined, left)))
    _note_overlaps(found, problems)
    return found


def _note_overlaps(rows: list[Located[Household]], problems: Problems) -> None:
    stays: dict[str, list[Located[Household]]] = {}
    for row in rows:
        stays.setdefault(row.value.household_id, []).append(row)
    for household_id, own in stays.items():
        own.sort(key=lambda row: (row.value.joined, row.line))
        for before, after in pairwise(own):
            if after.value.joined < (before.value.left or date.max):
                problems.add(FILE, after.line, "overlap", what=household_id, line=before.line)
