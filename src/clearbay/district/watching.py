"""Sees that the files of a district have changed, without a restart and without anything that watches the disk."""

from dataclasses import dataclass

from clearbay.district.model import District
from clearbay.district.problems import DistrictError, Problem, Problems
from clearbay.district.reading import district_of
from clearbay.district.snapshot import take


@dataclass(frozen=True, slots=True)
class Change:
    """The folder was changed and is whole: what held until now, and what holds from now on.

    Both are the same district when a folder that had been refused is back to what it was.
    """

    old: District
    new: District


@dataclass(frozen=True, slots=True)
class Refusal:
    """The folder was changed and is not whole: the old district goes on holding."""

    problems: tuple[Problem, ...]


class Watcher:
    """Looks at a district folder whenever it is asked; `district` is the one in force."""

    def __init__(self, district: District) -> None:
        self.district = district
        self._seen = district.digest
        self._unsettled = ""

    def look(self) -> Change | Refusal | None:
        """Say what has happened since the last look; None when nothing has, or files may still be being written.

        A change is taken up when two looks in a row see the same bytes: an editor that writes in pieces is not caught
        in the middle. Each state of the folder is told once.
        """
        problems = Problems()
        snapshot = take(self.district.folder, problems)
        digest = snapshot.digest
        if digest == self._seen:
            self._unsettled = ""
            return None
        if digest != self._unsettled:
            self._unsettled = digest
            return None
        self._seen, self._unsettled = digest, ""
        try:
            new = district_of(snapshot, problems)
        except DistrictError as error:
            return Refusal(error.problems)
        old, self.district = self.district, new
        return Change(old, new)
