"""Pictures and the page of a sewage station's run."""

from clearbay.reports.station.page import Picture, pictures

__all__ = ["Picture", "pictures"]
