"""Measurement files in, one measurement table out: CSV and Parquet, long or wide, with every row accounted for."""

from clearbay.files.errors import FileError, OptionError, UnreadableFiles
from clearbay.files.options import PRESETS
from clearbay.files.plan import Ignored, Note
from clearbay.files.read import read
from clearbay.files.reading import Counts, FileReport, Reading
from clearbay.files.rejects import write_csv as write_rejects

__all__ = [
    "PRESETS",
    "Counts",
    "FileError",
    "FileReport",
    "Ignored",
    "Note",
    "OptionError",
    "Reading",
    "UnreadableFiles",
    "read",
    "write_rejects",
]
