"""Which version of HJ 212 a packet speaks."""

from enum import StrEnum


class Version(StrEnum):
    """A version of the protocol; `SURFACE_WATER` is the stations' dialect whose Flag collides with 2025."""

    V2005 = "2005"
    V2017 = "2017"
    V2025 = "2025"
    SURFACE_WATER = "surface-water"


SURFACE_WATER_SYSTEM = "21"
VERSION_BITS = {Version.V2005: 0, Version.V2017: 1, Version.V2025: 2, Version.SURFACE_WATER: 2}
_BY_BITS = {0: Version.V2005, 1: Version.V2017, 2: Version.V2025}


def detect_version(st: str, flag: int | None, registered: Version | None = None) -> Version:
    """Return the version of a packet from its Flag and ST; the station's registration decides where
    these do not.

    Bits 2 to 7 of Flag are the version (HJ 212-2017 Table 3): 0 is 2005, 1 is 2017, 2 is 2025, but also the
    surface-water stations' dialect, told by ST=21. Without a Flag a packet is 2005, and so are unknown
    bits, unless
    the station is registered otherwise.
    """
    if flag is None or flag >> 2 not in _BY_BITS:
        return registered or Version.V2005
    found = _BY_BITS[flag >> 2]
    if found is not Version.V2025:
        return found
    if registered in (Version.V2025, Version.SURFACE_WATER):
        return registered
    return Version.SURFACE_WATER if st == SURFACE_WATER_SYSTEM else found
