"""Reads `sites.csv`: the places of a district."""

from pathlib import Path

from clearbay.district.cells import Cells
from clearbay.district.columns import SITES
from clearbay.district.located import Located, once
from clearbay.district.model import SITE_KINDS, Site
from clearbay.district.problems import Problems
from clearbay.district.snapshot import Snapshot
from clearbay.district.table import read_rows
from clearbay.district.yaml_text import YamlReader

FILE = "sites.csv"
TWIN_KINDS = {"wte_plant": "waste_to_energy", "sewage_station": "sewage_station"}
"""Kind of model file by kind of site."""


def read_sites(snapshot: Snapshot, problems: Problems) -> list[Located[Site]]:
    """Read the sites; what is wrong with a line is noted."""
    if FILE not in snapshot.files:
        return []
    found = []
    for row in read_rows(snapshot.files[FILE], FILE, SITES, problems):
        cells = Cells(row, problems)
        for name in ("lon", "lat"):
            cells.needed(name)
        site = Site(
            cells.identifier("site_id"),
            cells.one_of("kind", SITE_KINDS),
            cells.bilingual("name"),
            *cells.place(),
            cells.bilingual("operator", needed=False),
            cells.bilingual("address", needed=False),
            _twin(cells, snapshot),
            cells.day("opened"),
        )
        if site.site_id:  # a wrong line stays, so that lines that name it are not told off for it
            found.append(Located(row.line, site))
    return once(found, lambda site: site.site_id, "site_id", FILE, problems)


def _twin(cells: Cells, snapshot: Snapshot) -> Path | None:
    name, kind = cells.text("twin"), cells.text("kind")
    if not name:
        return None
    if kind not in TWIN_KINDS:
        cells.wrong("twin_of_none", kind=kind)
        return None
    content = snapshot.files.get(name)
    if content is None or not name.startswith("twins/"):
        cells.wrong("no_twin", value=name)
        return None
    inner = Problems()
    reader = YamlReader(name, inner)
    given = reader.text(reader.table(reader.read(content), name).get("kind"), "—")
    for problem in inner.errors:
        cells.wrong("twin", reason=problem)
    if not inner.errors and given != TWIN_KINDS[kind]:
        cells.wrong("twin_kind", value=name, found=given, wanted=TWIN_KINDS[kind])
    return snapshot.folder / name
