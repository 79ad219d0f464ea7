"""Reads the folder of text files that describes a district, and tells what changes in it."""

from clearbay.district.model import (
    Activity,
    AlarmRule,
    Bilingual,
    District,
    Household,
    LoggerEntry,
    PointEntry,
    Site,
)
from clearbay.district.problems import DistrictError, Problem
from clearbay.district.reading import read_district

__all__ = [
    "Activity",
    "AlarmRule",
    "Bilingual",
    "District",
    "DistrictError",
    "Household",
    "LoggerEntry",
    "PointEntry",
    "Problem",
    "Site",
    "read_district",
]
