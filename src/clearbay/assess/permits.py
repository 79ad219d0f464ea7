"""What applies to a point: which standard, with which profile, for which parameters, from when to when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from clearbay.vocabulary.clocks import DEFAULT_ZONE
from clearbay.vocabulary.errors import ClearbayError
from clearbay.vocabulary.parameters import UnknownParameter, parameter

ALL_POINTS = "*"
NOTHING: Mapping[str, str] = MappingProxyType({})


class PermitError(ClearbayError):
    """A permit cannot be read, or does not say what its standard needs to know."""


@dataclass(frozen=True)
class Permit:
    """A standard that applies to a point.

    `standard` is a family ("GB 3095": the edition in force decides) or one edition ("GB 3095-2012"). `profile` says
    which of its limits: level, grade, class, land use, year of construction. `parameters` None means all measured.
    """

    point_id: str
    standard: str
    profile: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    parameters: tuple[str, ...] | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    also: frozenset[str] = frozenset()
    """Further points that the very same applies to."""

    def applies_to(self, point_id: str) -> bool:
        """Whether the permit is this point's (`*` is every point's)."""
        return self.point_id in (ALL_POINTS, point_id) or point_id in self.also

    def only(self, points: Sequence[str]) -> "Permit":
        """Give the permit for some of its points [at least one]."""
        return replace(self, point_id=points[0], also=frozenset(points[1:]))


def merged(permits: Iterable[Permit]) -> list[Permit]:
    """Join permits that differ in their point alone, so that what is the same is judged once."""
    groups: dict[tuple[object, ...], list[Permit]] = {}
    for p in permits:
        key = (p.standard, tuple(sorted(p.profile.items())), p.parameters, p.valid_from, p.valid_to)
        groups.setdefault(key, []).append(p)
    found: list[Permit] = []
    for group in groups.values():
        points = [p.point_id for p in group] + [point for p in group for point in p.also]
        found.append(group[0].only([ALL_POINTS] if ALL_POINTS in points else list(dict.fromkeys(points))))
    return found


@dataclass(frozen=True)
class Point:
    """A point: its legal zone, name, and facts that conditions of limits ask for (`ph`, `land_use`).

    `later` are facts that hold from an instant [s] on, in order of time: a field sampled twice has two pH.
    """

    point_id: str
    name: str = ""
    zone: str = DEFAULT_ZONE
    facts: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    later: tuple[tuple[int, Mapping[str, str]], ...] = ()

    def number(self, fact: str, t: int | None = None) -> Decimal | None:
        """Give a fact at an instant [s] as a number, None when it is not stated or not a number."""
        text = self.facts.get(fact)
        for since, facts in self.later:
            if t is not None and t >= since and fact in facts:
                text = facts[fact]
        if text is None or not text.strip():
            return None
        try:
            return Decimal(text.strip())
        except InvalidOperation:
            return None


def known_codes(codes: Iterable[str]) -> tuple[str, ...]:
    """Give the codes of a permit's parameters, checked: a mistyped one would silently leave its parameter unjudged.

    Raises
    ------
    PermitError : a code is not known.
    """
    found = tuple(code.strip() for code in codes if code.strip())
    for code in found:
        try:
            parameter(code)
        except UnknownParameter as error:
            raise PermitError(f"parameters: {error}") from error
    return found


def parse_permit(text: str, point_id: str = ALL_POINTS) -> Permit:
    """Read a permit as the command line writes it: `GB 18918:level=1A,built=2010,parameters=w01018+w21003`.

    Raises
    ------
    PermitError : a part is not `name=value`, or a parameter is not known.
    """
    standard, _, rest = text.partition(":")
    profile: dict[str, str] = {}
    parameters: tuple[str, ...] | None = None
    for part in filter(None, (p.strip() for p in rest.split(","))):
        name, equals, value = part.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise PermitError(
                f"permit {text!r}: {part!r} is not name=value; write for example "
                "'GB 18918:level=1A,built=2010' or 'GB 3095:grade=2'"
            )
        if name.strip() == "parameters":
            parameters = known_codes(value.split("+"))
        else:
            profile[name.strip()] = value.strip()
    if not standard.strip():
        raise PermitError(f"permit {text!r} names no standard")
    return Permit(point_id, standard.strip(), MappingProxyType(profile), parameters)
