"""Reads a district folder whole, or tells everything that is wrong with it."""

from difflib import get_close_matches
from functools import cache
from pathlib import Path

from clearbay.assess.permits import ALL_POINTS
from clearbay.district.activities import read_activities
from clearbay.district.alarms import read_alarms
from clearbay.district.channels import read_channels
from clearbay.district.columns import FILES, REQUIRED
from clearbay.district.households import read_households
from clearbay.district.located import Located, values
from clearbay.district.loggers import read_loggers
from clearbay.district.main_file import read_main_file
from clearbay.district.model import District, PointEntry, Site
from clearbay.district.outline import Ring, check_place, read_outline, rings
from clearbay.district.permits import FILE as PERMITS_FILE
from clearbay.district.permits import check_permits, permits_of
from clearbay.district.plans import read_plans
from clearbay.district.points import FILE as POINTS_FILE
from clearbay.district.points import read_points
from clearbay.district.problems import DistrictError, Problem, Problems
from clearbay.district.sites import FILE as SITES_FILE
from clearbay.district.sites import read_sites
from clearbay.district.snapshot import Snapshot, take
from clearbay.district.tags import FILE as TAGS_FILE
from clearbay.district.tags import check_tags, tags_of
from clearbay.standards.collection import Standards
from clearbay.standards.errors import StandardsFilesError
from clearbay.standards.loader import load


def read_district(folder: Path) -> District:
    """Read a district folder.

    Raises
    ------
    DistrictError : with every problem of every file, each as `file:line: what; what to do` in Chinese and English.
    """
    problems = Problems()
    return district_of(take(folder, problems), problems)


def district_of(snapshot: Snapshot, problems: Problems) -> District:
    """Make a district of files that were read; raises as `read_district`, `problems` being what was found before."""
    if problems.errors:
        raise DistrictError(snapshot.folder, problems.errors)
    _check_files(snapshot, problems)
    main = read_main_file(snapshot, problems)
    outline = read_outline(snapshot, problems)
    sites = read_sites(snapshot, problems)
    by_site = {row.value.site_id: row.value for row in sites}
    points = read_points(snapshot, by_site, main.zone, problems)
    by_point = {row.value.point_id: row.value for row in points}
    loggers = read_loggers(snapshot, by_site, problems)
    channels = read_channels(snapshot, [row.value.mn for row in loggers], by_point, problems)
    standards, folders = _standards(snapshot, problems)
    permits = permits_of(snapshot.files[PERMITS_FILE], problems) if PERMITS_FILE in snapshot.files else []
    check_permits(permits, by_point, standards, problems)
    tags = tags_of(snapshot.files[TAGS_FILE], main.zone, problems) if TAGS_FILE in snapshot.files else []
    check_tags(tags, by_point, problems)
    households = read_households(snapshot, by_site, problems)
    activities = read_activities(snapshot, by_site, main.zone, problems)
    alarms = read_alarms(snapshot, by_point, problems)
    plans = read_plans(snapshot, main, problems)
    if outline:
        _check_places(sites, points, rings(outline), problems)
    if problems.errors:
        raise DistrictError(snapshot.folder, in_order(problems))
    heard = {row.value.mn for row in channels}
    for logger in loggers:
        if logger.value.mn not in heard:
            problems.add("loggers.csv", logger.line, "silent_logger")
    fed, judged = {row.value.point_id for row in channels}, {row.value.point_id for row in permits}
    for point in points:
        if point.value.point_id not in fed:
            problems.add(POINTS_FILE, point.line, "unfed_point")
        if not judged & {point.value.point_id, ALL_POINTS}:
            problems.add(POINTS_FILE, point.line, "unjudged_point")
    return District(
        snapshot.folder,
        main.name,
        main.zone,
        values(sites),
        values(points),
        values(loggers),
        values(channels),
        values(permits),
        values(tags),
        values(households),
        values(activities),
        values(alarms),
        outline,
        plans,
        folders,
        main.texts,
        snapshot.digest,
        snapshot.digests,
        problems.notices,
    )


_NO_TABLE = ("no_file", "unreadable", "not_text", "no_heading", "missing_column", "unknown_column", "doubled_column")
_NAMED_BY = {
    "unknown_site": "sites.csv",
    "not_a_station": "sites.csv",
    "unknown_point": "points.csv",
    "alarm_points": "points.csv",
    "unknown_logger": "loggers.csv",
}


def in_order(problems: Problems) -> list[Problem]:
    """Give the errors by file and line, without those that only follow from a table that could not be read at all."""
    unread = {problem.file for problem in problems.errors if problem.kind in _NO_TABLE}
    kept = [problem for problem in problems.errors if _NAMED_BY.get(problem.kind) not in unread]
    rank = {name: n for n, name in enumerate(FILES)}
    return sorted(kept, key=lambda problem: (rank.get(problem.file, len(rank)), problem.file, problem.line))


def _check_files(snapshot: Snapshot, problems: Problems) -> None:
    for name in REQUIRED:
        if name not in snapshot.files:
            problems.add(name, 0, "no_file")
    for path in sorted(snapshot.folder.iterdir()):
        if path.is_file() and path.suffix in (".csv", ".yaml", ".yml", ".geojson") and path.name not in FILES:
            near = get_close_matches(path.name, FILES, n=1) or FILES
            problems.add(path.name, 0, "stray_file", near=", ".join(near))


@cache
def _bundled() -> Standards:
    return load()


def _standards(snapshot: Snapshot, problems: Problems) -> tuple[Standards, tuple[Path, ...]]:
    """The standards that permits may name, and the folder of the district's own where it has one."""
    if not any(name.startswith("standards/") for name in snapshot.files):
        return _bundled(), ()
    folder = snapshot.folder / "standards"
    try:
        return load(folder), (folder,)
    except StandardsFilesError as error:
        for problem in error.problems:
            inside = problem.path.name if problem.path.parent == folder else str(problem.path)
            problems.add(f"standards/{inside}", problem.line, "standards", reason=problem.reason)
        return _bundled(), ()


def _check_places(
    sites: list[Located[Site]], points: list[Located[PointEntry]], outline: tuple[Ring, ...], problems: Problems
) -> None:
    places = {row.value.site_id: (row.value.lon, row.value.lat) for row in sites}
    for row in sites:
        check_place(SITES_FILE, row.line, row.value.site_id, row.value.lon, row.value.lat, outline, problems)
    for entry in points:
        point = entry.value
        if (point.lon, point.lat) != places.get(point.site_id):
            check_place(POINTS_FILE, entry.line, point.point_id, point.lon, point.lat, outline, problems)
