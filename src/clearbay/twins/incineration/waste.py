"""What is in the waste: composition and calorific value made to agree, never taken from two tables.

A generic analysis of the combustible gives 7 % less than the stated calorific value of a Shanghai design waste. So
the combustible is taken as two known parts, biogenic and plastic, and their share is what makes both tables hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clearbay.twins.incineration.errors import InfeasibleCase
from clearbay.twins.incineration.thermochemistry import LATENT


@dataclass(frozen=True)
class Waste:
    """Mass shares [kg/kg] of waste as it is, its lower calorific value [kJ/kg], and its fossil carbon share [-]."""

    carbon: float
    hydrogen: float
    oxygen: float
    nitrogen: float
    sulphur: float
    chlorine: float
    ash: float
    water: float
    lhv: float
    fossil_carbon: float

    def inputs(self) -> dict[str, float]:
        """The inputs of a line that describe what is fired."""
        return {
            "carbon": self.carbon, "hydrogen": self.hydrogen, "oxygen": self.oxygen, "nitrogen": self.nitrogen,
            "sulphur": self.sulphur, "chlorine": self.chlorine, "ash": self.ash, "water": self.water, "lhv": self.lhv,
        }  # fmt: skip


# kg/kg of the dry, ash-free part; priors (textbook ranges), not measured at any plant. C, H, O, N
BIOGENIC = (0.484, 0.065, 0.430, 0.021)  # food, paper, wood as one
PLASTIC = (0.750, 0.115, 0.130, 0.005)  # polyolefins with PET, PVC's Cl counted apart


def boie(carbon: float, hydrogen: float, oxygen: float, nitrogen: float, sulphur: float, water: float) -> float:
    """Lower calorific value [kJ/kg] from mass shares (Boie's formula in its VDI form)."""
    return 34800 * carbon + 93900 * hydrogen + 10500 * sulphur + 6300 * nitrogen - 10800 * oxygen - 2450 * water


def from_proximate(water: float, ash: float, lhv: float, chlorine: float = 0.0032, sulphur: float = 0.0011) -> Waste:
    """Waste of stated water, ash [kg/kg] and lower calorific value [kJ/kg]: finds the plastic share that gives it.

    Raises:
        InfeasibleCase: no mixture of biogenic matter and plastic has that calorific value; the message says what has.
    """
    combustible = 1.0 - water - ash - chlorine - sulphur
    if min(water, ash, chlorine, sulphur) < 0 or combustible <= 0.02:
        raise InfeasibleCase(
            f"water {water:g}, ash {ash:g}, Cl {chlorine:g} and S {sulphur:g} leave {combustible:.3f} kg/kg to burn; "
            "at least 0.02 is needed, and none may be negative"
        )
    low, high = _range(combustible, sulphur, water)
    plastic = (lhv - low) / (high - low)
    if not 0.0 <= plastic <= 1.0:
        raise InfeasibleCase(
            f"no waste of {100 * water:.1f} % water and {100 * ash:.1f} % ash has {lhv:g} kJ/kg; "
            f"it must lie between {low:.0f} (all biogenic) and {high:.0f} (all plastic)"
        )
    carbon, hydrogen, oxygen, nitrogen = (
        combustible * ((1 - plastic) * b + plastic * p) for b, p in zip(BIOGENIC, PLASTIC, strict=True)
    )
    fossil = combustible * plastic * PLASTIC[0] / carbon
    return Waste(carbon, hydrogen, oxygen, nitrogen, sulphur, chlorine, ash, water, lhv, fossil)


def _range(combustible: float, sulphur: float, water: float) -> tuple[float, float]:
    """Lower calorific value [kJ/kg] with all of the combustible biogenic, and with all of it plastic."""
    b, p = ([combustible * share for share in part] for part in (BIOGENIC, PLASTIC))
    return boie(b[0], b[1], b[2], b[3], sulphur, water), boie(p[0], p[1], p[2], p[3], sulphur, water)


def from_census(water: float, lhv: float, ash: float) -> Waste:
    """`from_proximate`, with the calorific value held to what the composition can have (surveys scatter)."""
    combustible = 1.0 - water - ash - 0.0043
    low, high = _range(combustible, 0.0011, water)
    return from_proximate(water, ash, min(max(lhv, low + 1.0), high - 1.0))


def mix(wastes: Sequence[Waste], shares: Sequence[float]) -> Waste:
    """Mass-weighted mixture, as the crane makes it in the pit.

    Raises:
        InfeasibleCase: no waste, unequal lengths, or shares that are negative or do not sum to 1.
    """
    if not wastes or len(wastes) != len(shares) or min(shares) < 0 or abs(sum(shares) - 1.0) > 1e-9:
        raise InfeasibleCase("a mixture needs as many shares as wastes, none negative, summing to 1")

    def mean(name: str) -> float:
        return float(sum(s * getattr(w, name) for w, s in zip(wastes, shares, strict=True)))

    carbon = mean("carbon")
    fossil = sum(s * w.carbon * w.fossil_carbon for w, s in zip(wastes, shares, strict=True)) / carbon
    return Waste(
        carbon, mean("hydrogen"), mean("oxygen"), mean("nitrogen"), mean("sulphur"), mean("chlorine"), mean("ash"),
        mean("water"), mean("lhv"), fossil,
    )  # fmt: skip


def drain(received: Waste, leachate: float) -> Waste:
    """Waste fired after the pit has let go `leachate` [kg per kg received], taken as water.

    The calorific value rises as the latent heat at 25 degC says: LHV = (LHV_in + 2443 L)/(1 - L).

    Raises:
        InfeasibleCase: more leachate than the waste has water.
    """
    if not 0.0 <= leachate < received.water:
        raise InfeasibleCase(f"leachate is {leachate:g} kg/kg; the waste received holds {received.water:g} of water")
    rest = 1.0 - leachate
    shares = {n: getattr(received, n) / rest for n in ("carbon", "hydrogen", "oxygen", "nitrogen", "sulphur",
                                                       "chlorine", "ash")}  # fmt: skip
    lhv = (received.lhv + LATENT * leachate) / rest
    return replace(received, **shares, water=(received.water - leachate) / rest, lhv=lhv)
