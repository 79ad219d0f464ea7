"""District folders for tests: the starter's files with some of them put otherwise."""

from pathlib import Path

from clearbay.district import DistrictError, Problem, read_district
from clearbay.district.starter import starter_files

SITES = "site_id,kind,name_zh,name_en,lon,lat,twin\n"
POINTS = "point_id,site_id,kind,name_zh,name_en,facts\n"
PLANT_SITES = SITES + "wte,wte_plant,厂,Plant,121.25,30.86,\nv1,sewage_station,站,Station,121.24,30.85,\n"
PLANT_POINTS = POINTS + "wte-1,wte,stack,一线,Line 1,\nv1-out,v1,effluent,出水,Effluent,built=2021\n"
PLANT = {
    "sites.csv": PLANT_SITES,
    "points.csv": PLANT_POINTS,
    "loggers.csv": "mn,site_id,version,key\nM1,wte,2017,\n",
    "channels.csv": "mn,st,code,point_id\nM1,31,a21026,wte-1\n",
    "permits.csv": "point_id,standard,profile\nv1-out,GB 18918,level=1A\n",
    "households.csv": "household_id,site_id,persons,joined,left\nH1,v1,3,2026-03-01,\n",
    "activities.csv": None,
    "alarms.yaml": None,
}
"""A plant of one line and a sewage station."""


def district_folder(folder: Path, files: dict[str, str | bytes | None] | None = None) -> Path:
    """Write the starter's files; those in `files` are written instead, or left out where they are None."""
    texts: dict[str, str | bytes | None] = {**starter_files(), **(files or {})}
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def plant_folder(folder: Path, **files: str | bytes | None) -> Path:
    """Write a plant and a station; `sites_csv="…"` puts a file otherwise."""
    named = {name.replace("_csv", ".csv").replace("_yaml", ".yaml").replace("_geojson", ".geojson"): text
             for name, text in files.items()}  # fmt: skip
    return district_folder(folder, {**PLANT, **named})


def problems_of(folder: Path) -> list[Problem]:
    """Read a folder that must be refused, and give what is told."""
    try:
        read_district(folder)
    except DistrictError as error:
        return list(error.problems)
    raise AssertionError("the folder was read, but should have been refused")


def told(folder: Path) -> list[tuple[str, int, str]]:
    """File, line and kind of each problem of a folder that must be refused."""
    return [(problem.file, problem.line, problem.kind) for problem in problems_of(folder)]
