"""From air to oxygen and electricity."""

OXYGEN_IN_AIR = 0.2995  # kg O2 per Nm3 of air (0 degC, 101.325 kPa): 20.95 % of 44.61 mol at 32 g
SATURATION_20 = 9.09  # g/m3, clean water at 20 degC and sea level


def kla_per_air(volume: float, depth: float, efficiency: float, alpha: float, fouling: float) -> float:
    """Return kLa in sewage at 20 degC [1/d] per Nm3/h of air blown into `volume` [m3] at `depth` [m].

    efficiency: standard oxygen transfer [share of oxygen per m of depth]; alpha, fouling: of the diffusers
    in sewage.
    Source: definition of SOTR and SOTE, ASCE 2-06.
    """
    transferred = 24.0 * OXYGEN_IN_AIR * 1000.0 * efficiency * depth  # g O2/d per Nm3/h
    return alpha * fouling * transferred / (SATURATION_20 * volume)


def blower_energy(depth: float, efficiency: float, losses: float = 0.35) -> float:
    """Return kWh per Nm3 of air for adiabatic compression to `depth` [m] of water plus `losses` [m].

    Source: adiabatic compression of air, n = 0.283, 20 degC inlet.
    """
    ratio = (10.33 + depth + losses) / 10.33
    work = 1.2932 * 8.314 * 293.15 / (28.97 * 0.283) * (ratio**0.283 - 1.0)  # kJ per Nm3
    return float(work / 3600.0 / efficiency)


def pump_energy(head: float, efficiency: float) -> float:
    """Return kWh per m3 lifted by `head` [m]."""
    return 9.81 * head / 3600.0 / efficiency
