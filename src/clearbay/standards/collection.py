"""The collection of standards that an assessment asks: by id, by family, by day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from clearbay.standards.errors import LimitNotFound, StandardNotFound
from clearbay.standards.model import Limit, Standard


@dataclass(frozen=True)
class Standards:
    """An immutable collection of standards; `on` is the day it was cut down to, None when it holds all editions."""

    all: tuple[Standard, ...]
    on: date | None = None

    def __iter__(self) -> Iterator[Standard]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def at(self, on: date) -> "Standards":
        """Give only what is in force on a day: the standards and, inside them, the limits."""
        return Standards(
            tuple(
                replace(s, limits=tuple(limit for limit in s.limits if limit.holds_on(on)))
                for s in self.all
                if s.holds_on(on)
            ),
            on,
        )

    def __getitem__(self, id_or_family: str) -> Standard:
        """Find a standard by its id, or by its family the edition in force.

        Raises
        ------
        StandardNotFound : none of that name, none in force on the day, or several editions and no day chosen.
        """
        for standard in self.all:
            if standard.id == id_or_family:
                return standard
        editions = self.editions(id_or_family)
        if len(editions) == 1:
            return editions[0]
        if editions and self.on is not None:
            return editions[-1]
        if editions:
            listed = "; ".join(f"{s.id} {_span(s)}" for s in editions)
            raise StandardNotFound(f"{id_or_family} has several editions: {listed}. Choose a day with .at(day)")
        when = f" in force on {self.on}" if self.on else ""
        names = [*self.ids(), *self.families()]
        near = get_close_matches(id_or_family, names, n=3, cutoff=0.5) or names
        raise StandardNotFound(f"there is no standard {id_or_family!r}{when}; there is: {', '.join(near) or 'none'}")

    def ids(self) -> list[str]:
        """Ids of all standards, in order."""
        return [s.id for s in self.all]

    def families(self) -> list[str]:
        """Families of all standards, each once, in order."""
        return list(dict.fromkeys(s.family for s in self.all))

    def editions(self, family: str) -> list[Standard]:
        """All editions of a family by the day they came into force."""
        return sorted((s for s in self.all if s.family == family), key=lambda s: s.valid_from)

    def limits(
        self,
        standard: str,
        *,
        code: str | None = None,
        averaging: str | None = None,
        profile: Mapping[str, str] | None = None,
    ) -> list[Limit]:
        """List the limits of a standard, of a code, an averaging, or those a permit's profile brings into play.

        A limit applies to a profile when everything the limit asks for stands in the profile; what the profile says
        beyond that is ignored. Without `profile` every column is listed.

        Raises
        ------
        StandardNotFound : see `__getitem__`.
        """
        return [
            limit
            for limit in self[standard].limits
            if (code is None or limit.code == code)
            and (averaging is None or limit.averaging == averaging)
            and (profile is None or limit.profile.items() <= profile.items())
        ]

    def limit(
        self,
        standard: str,
        *,
        code: str,
        averaging: str,
        profile: Mapping[str, str],
        facts: Mapping[str, Decimal] | None = None,
    ) -> Limit:
        """Give the one limit for a code, averaging, profile and numeric facts (pH, w01010, built).

        Raises
        ------
        LimitNotFound : none applies, or several do because a fact is missing or a day was not chosen.
        """
        facts = facts or {}
        listed = self.limits(standard, code=code, averaging=averaging, profile=profile)
        found = [
            limit
            for limit in listed
            if all(name in facts and rule.holds(facts[name]) for name, rule in limit.when.items())
        ]
        if len(found) == 1:
            return found[0]
        asked = f"{standard}, {code}, {averaging}, {_said(profile)}"
        if found:
            keys = "; ".join(f"{limit.key} {limit.valid_from}..{limit.valid_to or ''}" for limit in found)
            raise LimitNotFound(f"several limits apply to {asked}: {keys}. Choose a day with .at(day)")
        needed = sorted({name for limit in listed for name in limit.when} - facts.keys())
        if needed:
            raise LimitNotFound(f"the limit for {asked} depends on {', '.join(needed)}: give these facts")
        there = sorted({f"{limit.averaging} {_said(limit.profile)}" for limit in self.limits(standard, code=code)})
        raise LimitNotFound(f"no limit for {asked}; for this code there is: {'; '.join(there) or 'none'}")


def _said(profile: Mapping[str, str]) -> str:
    return " ".join(f"{key}={value}" for key, value in profile.items()) or "any profile"


def _span(standard: Standard) -> str:
    return f"{standard.valid_from}..{standard.valid_to or ''}"
