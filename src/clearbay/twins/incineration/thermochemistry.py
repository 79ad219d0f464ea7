"""What the gases and solids of an incineration line are made of, and what they hold: atoms, masses, enthalpies.

Enthalpies are absolute: formation at 298.15 K plus sensible heat, so that a reaction needs no heat of its own and a
balance over any unit is one sum. Gas: NASA seven-coefficient polynomials, 200 to 6000 K (McBride, Gordon and Reno,
NASA TM-4513, 1993; species file of Cantera 3.2 `nasa_gas.yaml`). Solids: heats of formation of the NBS tables
(Wagman et al., J. Phys. Chem. Ref. Data 11, suppl. 2, 1982), one heat capacity for all of them.
"""

import numpy as np
from numpy.typing import NDArray

from clearbay.twins.incineration.compiled import kernel

Floats = NDArray[np.float64]

R = 8.31446261815324  # kJ/(kmol K)
T0 = 298.15  # K, reference of the heats of formation
NM3_PER_KMOL = 22.414  # at 273.15 K, 101.325 kPa
SOLID_CP = 0.9  # kJ/(kg K), ash and residues; a prior

ELEMENTS = ("C", "H", "O", "N", "S", "Cl", "Ar", "Ca")
ATOMIC_MASS = np.array([12.011, 1.008, 15.999, 14.007, 32.06, 35.45, 39.95, 40.078])  # kg/kmol, CIAAW 2021

GASES = ("CO2", "H2O", "O2", "N2", "Ar", "SO2", "HCl", "CO", "NO", "NH3", "HNCO", "N2O")
CO2, H2O, O2, N2, AR, SO2, HCL, CO, NO, NH3, HNCO, N2O = range(12)
GAS_ATOMS = np.array(
    # C  H  O  N  S  Cl Ar Ca
    [
        [1, 0, 2, 0, 0, 0, 0, 0],
        [0, 2, 1, 0, 0, 0, 0, 0],
        [0, 0, 2, 0, 0, 0, 0, 0],
        [0, 0, 0, 2, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 1, 0],
        [0, 0, 2, 0, 1, 0, 0, 0],
        [0, 1, 0, 0, 0, 1, 0, 0],
        [1, 0, 1, 0, 0, 0, 0, 0],
        [0, 0, 1, 1, 0, 0, 0, 0],
        [0, 3, 0, 1, 0, 0, 0, 0],
        [1, 1, 1, 1, 0, 0, 0, 0],
        [0, 0, 1, 2, 0, 0, 0, 0],
    ],
    dtype=float,
)
GAS_MASS = GAS_ATOMS @ ATOMIC_MASS
# a1..a6 below 1000 K, then a1..a6 above
NASA = np.array([
    [2.35677352, 8.98459677e-3, -7.12356269e-6, 2.45919022e-9, -1.43699548e-13, -48371.9697,
     4.63659493, 2.74131991e-3, -9.95828531e-7, 1.60373011e-10, -9.16103468e-15, -49024.9341],
    [4.19864056, -2.0364341e-3, 6.52040211e-6, -5.48797062e-9, 1.77197817e-12, -30293.7267,
     2.67703787, 2.97318329e-3, -7.7376969e-7, 9.44336689e-11, -4.26900959e-15, -29885.8938],
    [3.78245636, -2.99673415e-3, 9.847302e-6, -9.68129508e-9, 3.24372836e-12, -1063.94356,
     3.66096083, 6.56365523e-4, -1.41149485e-7, 2.05797658e-11, -1.29913248e-15, -1215.97725],
    [3.53100528, -1.23660987e-4, -5.02999437e-7, 2.43530612e-9, -1.40881235e-12, -1046.97628,
     2.95257626, 1.39690057e-3, -4.92631691e-7, 7.86010367e-11, -4.60755321e-15, -923.948645],
    [2.5, 0.0, 0.0, 0.0, 0.0, -745.375, 2.5, 0.0, 0.0, 0.0, 0.0, -745.375],
    [3.2665338, 5.3237902e-3, 6.8437552e-7, -5.2810047e-9, 2.5590454e-12, -36908.148,
     5.2451364, 1.9704204e-3, -8.0375769e-7, 1.5149969e-10, -1.0558004e-14, -37558.227],
    [3.5248171, 2.9984862e-5, -8.6221891e-7, 2.0979721e-9, -9.8658191e-13, -12150.509,
     2.7665884, 1.4381883e-3, -4.6993e-7, 7.3499408e-11, -4.3731106e-15, -11917.468],
    [3.57953347, -6.1035368e-4, 1.01681433e-6, 9.07005884e-10, -9.04424499e-13, -14344.086,
     3.04848583, 1.35172818e-3, -4.85794075e-7, 7.88536486e-11, -4.69807489e-15, -14266.1171],
    [4.21859896, -4.63988124e-3, 1.10443049e-5, -9.34055507e-9, 2.80554874e-12, 9845.09964,
     3.26071234, 1.19101135e-3, -4.29122646e-7, 6.94481463e-11, -4.03295681e-15, 9921.43132],
    [4.30177808, -4.7712733e-3, 2.19341619e-5, -2.29856489e-8, 8.28992268e-12, -6748.06394,
     2.71709692, 5.56856338e-3, -1.76886396e-6, 2.6741726e-10, -1.52731419e-14, -6584.51989],
    [2.24322454, 1.4498638e-2, -1.52609054e-5, 8.36364453e-9, -1.72191967e-12, -13425.7512,
     5.29404664, 4.0303965e-3, -1.41290348e-6, 2.24428234e-10, -1.3285938e-14, -14165.3759],
    [2.2571686, 1.13046338e-2, -1.3671035e-5, 9.68162098e-9, -2.93055583e-12, 8741.77146,
     4.82318873, 2.62685279e-3, -9.58426058e-7, 1.59991296e-10, -9.77416939e-15, 8073.35662],
])  # fmt: skip

# Solids and liquids, per kmol. HCl and SO3 "bound" are what the ash keeps: CaO + 2 HCl -> CaCl2.H2O less CaO, and
# CaO + SO3 -> CaSO4 less CaO, so that the ash itself stays an inert of fixed mass.
SOLIDS = ("C(s)", "HCl bound", "SO3 bound", "Ca(OH)2", "CaCl2", "CaSO3.0.5H2O", "CaCO3", "H2O(l)", "urea", "NH3(aq)")
CARBON, HCL_BOUND, SO3_BOUND, LIME, CACL2, CASO3, CACO3, WATER, UREA, AMMONIA = range(10)
SOLID_ATOMS = np.array([
    [1, 0, 0, 0, 0, 0, 0, 0],
    [0, 1, 0, 0, 0, 1, 0, 0],
    [0, 0, 3, 0, 1, 0, 0, 0],
    [0, 2, 2, 0, 0, 0, 0, 1],
    [0, 0, 0, 0, 0, 2, 0, 1],
    [0, 1, 3.5, 0, 1, 0, 0, 1],
    [1, 0, 3, 0, 0, 0, 0, 1],
    [0, 2, 1, 0, 0, 0, 0, 0],
    [1, 4, 1, 2, 0, 0, 0, 0],
    [0, 3, 0, 1, 0, 0, 0, 0],
], dtype=float)  # fmt: skip
SOLID_MASS = SOLID_ATOMS @ ATOMIC_MASS
# kJ/kmol; bound ones: (-795.8 - 241.8 + 635.1) / 2 and -1434.1 + 635.1 kJ/mol
SOLID_FORMATION = 1e3 * np.array([0.0, -201.25, -799.0, -986.09, -795.8, -1311.7, -1206.92, -285.83, -333.1, -80.29])

# Dry air in moles per mole of O2 (US Standard Atmosphere 1976, CO2 at its present share counted in)
AIR_N2, AIR_AR, AIR_CO2 = 0.78084 / 0.20946, 0.00934 / 0.20946, 0.00036 / 0.20946


# the same, times R and divided by 1..5, so that enthalpy is one Horner scheme
_SCALED = NASA * R / np.array([1, 2, 3, 4, 5, 1, 1, 2, 3, 4, 5, 1])


@kernel
def mixture(n: Floats, solids_kg: float, out: Floats) -> None:
    """Coefficients (13) of the enthalpy of a gas [kmol/s] that carries solids [kg/s]; written to `out`."""
    for c in range(12):
        out[c] = 0.0
    for k in range(12):
        amount = n[k]
        if amount != 0.0:
            for c in range(12):
                out[c] += amount * _SCALED[k, c]
    out[12] = solids_kg * SOLID_CP


@kernel
def enthalpy(mix: Floats, t: float) -> float:
    """Absolute enthalpy flow [kW] of a mixture at t [K]; solids count from 298.15 K, without their formation."""
    a = 6 if t > 1000.0 else 0
    poly = mix[a] + t * (mix[a + 1] + t * (mix[a + 2] + t * (mix[a + 3] + t * mix[a + 4])))
    return float(t * poly + mix[a + 5] + mix[12] * (t - T0))


@kernel
def heat_capacity(mix: Floats, t: float) -> float:
    """Heat capacity flow [kW/K] of a mixture at t [K]."""
    a = 6 if t > 1000.0 else 0
    poly = 2.0 * mix[a + 1] + t * (3.0 * mix[a + 2] + t * (4.0 * mix[a + 3] + t * 5.0 * mix[a + 4]))
    return float(mix[a] + t * poly + mix[12])


@kernel
def molar_enthalpy(gas: int, t: float) -> float:
    """Absolute enthalpy [kJ/kmol] of one gas at t [K]."""
    a = 6 if t > 1000.0 else 0
    c = _SCALED[gas]
    poly = c[a] + t * (c[a + 1] + t * (c[a + 2] + t * (c[a + 3] + t * c[a + 4])))
    return float(t * poly + c[a + 5])


@kernel
def temperature(mix: Floats, h: float, guess: float) -> float:
    """Temperature [K] at which a mixture holds the enthalpy flow h [kW] (Newton)."""
    t = guess
    for _ in range(30):
        step = (h - enthalpy(mix, t)) / heat_capacity(mix, t)
        t = min(max(t + step, 200.0), 3500.0)
        if abs(step) < 1e-7 * t:  # Newton squares the error: what is left is rounding
            break
    return t


def gas_enthalpy(n: Floats, t_k: Floats) -> Floats:
    """Absolute enthalpy [kW] of gas flows n (..., 12) [kmol/s] at t_k (...) [K], species by species.

    Written apart from `mixture` and `enthalpy` on purpose: the balance check uses this one, the solver those.
    """
    t = np.asarray(t_k, dtype=float)[..., None]
    a = np.where(t[..., None] > 1000.0, NASA[:, 6:], NASA[:, :6])
    series = a[..., 0] * t + a[..., 1] * t**2 / 2 + a[..., 2] * t**3 / 3 + a[..., 3] * t**4 / 4
    molar = R * (series + a[..., 4] * t**5 / 5 + a[..., 5])
    return np.asarray((molar * n).sum(axis=-1))


GAS_FORMATION = np.array([float(gas_enthalpy(np.eye(12)[k], np.array(T0))) for k in range(12)])  # kJ/kmol at 298.15 K
LATENT = (GAS_FORMATION[H2O] - SOLID_FORMATION[WATER]) / GAS_MASS[H2O]  # kJ/kg at 25 degC
