"""Dated limits as data, and the loader that checks them."""

from clearbay.standards.collection import Standards
from clearbay.standards.errors import (
    LimitNotFound,
    StandardNotFound,
    StandardsFileError,
    StandardsFilesError,
)
from clearbay.standards.loader import load
from clearbay.standards.model import (
    Band,
    Index,
    IndexItem,
    Limit,
    Pending,
    Range,
    SensitiveGroup,
    Standard,
    Validity,
)
from clearbay.standards.rules import AmbientAirRules, SurfaceWaterRules

__all__ = [
    "AmbientAirRules",
    "Band",
    "Index",
    "IndexItem",
    "Limit",
    "LimitNotFound",
    "Pending",
    "Range",
    "SensitiveGroup",
    "Standard",
    "StandardNotFound",
    "Standards",
    "StandardsFileError",
    "StandardsFilesError",
    "SurfaceWaterRules",
    "Validity",
    "load",
]
