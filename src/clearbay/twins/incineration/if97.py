"""Water and steam after IAPWS-IF97, regions 1, 2 and 4, as functions a compiled loop can call.

Pressures [MPa], temperatures [K], enthalpies [kJ/kg], entropies [kJ/(kg K)]. Coefficients: IAPWS R7-97(2012),
Tables 2, 10, 11 and 34. The backward functions invert the forward equations by Newton's method, so that
`h_ps` and `h_pt` agree to rounding; they need no backward equations of their own.
Range used here: 0.0007 to 16.5 MPa, 273.15 to 1073.15 K, at most 623.15 K on the liquid side.
"""

import math

import numpy as np
from numpy.typing import NDArray

from clearbay.twins.incineration.compiled import elementwise, kernel

R = 0.461526  # kJ/(kg K), specific gas constant of water

_N1 = np.array([
    0.14632971213167, -0.84548187169114, -0.37563603672040e1, 0.33855169168385e1, -0.95791963387872,
    0.15772038513228, -0.16616417199501e-1, 0.81214629983568e-3, 0.28319080123804e-3, -0.60706301565874e-3,
    -0.18990068218419e-1, -0.32529748770505e-1, -0.21841717175414e-1, -0.52838357969930e-4,
    -0.47184321073267e-3, -0.30001780793026e-3, 0.47661393906987e-4, -0.44141845330846e-5,
    -0.72694996297594e-15, -0.31679644845054e-4, -0.28270797985312e-5, -0.85205128120103e-9,
    -0.22425281908000e-5, -0.65171222895601e-6, -0.14341729937924e-12, -0.40516996860117e-6,
    -0.12734301741641e-8, -0.17424871230634e-9, -0.68762131295531e-18, 0.14478307828521e-19,
    0.26335781662795e-22, -0.11947622640071e-22, 0.18228094581404e-23, -0.93537087292458e-25,
])  # fmt: skip
_I1 = np.array([0] * 8 + [1] * 6 + [2] * 5 + [3] * 3 + [4] * 3 + [5, 8, 8, 21, 23, 29, 30, 31, 32])
_J1 = np.array([
    -2, -1, 0, 1, 2, 3, 4, 5, -9, -7, -1, 0, 1, 3, -3, 0, 1, 3, 17, -4, 0, 6, -5, -2, 10, -8, -11, -6, -29, -31,
    -38, -39, -40, -41,
])  # fmt: skip
_J20 = np.array([0, 1, -5, -4, -3, -2, -1, 2, 3])
_N20 = np.array([
    -0.96927686500217e1, 0.10086655968018e2, -0.56087911283020e-2, 0.71452738081455e-1, -0.40710498223928,
    0.14240819171444e1, -0.43839511319450e1, -0.28408632460772, 0.21268463753307e-1,
])  # fmt: skip
_I2 = np.array(
    [1] * 5 + [2] * 5 + [3] * 5 + [4] * 3 + [5] + [6] * 3 + [7] * 3 + [8] * 2 + [9] + [10] * 3 + [16] * 2
    + [18] + [20] * 3 + [21, 22, 23] + [24] * 3
)  # fmt: skip
_J2 = np.array([
    0, 1, 2, 3, 6, 1, 2, 4, 7, 36, 0, 1, 3, 6, 35, 1, 2, 3, 7, 3, 16, 35, 0, 11, 25, 8, 36, 13, 4, 10, 14, 29,
    50, 57, 20, 35, 48, 21, 53, 39, 26, 40, 58,
])  # fmt: skip
_N2 = np.array([
    -0.0017731742473213, -0.017834862292358, -0.045996013696365, -0.057581259083432, -0.050325278727930,
    -3.3032641670203e-05, -0.00018948987516315, -0.0039392777243355, -0.043797295650573, -2.6674547914087e-05,
    2.0481737692309e-08, 4.3870667284435e-07, -3.2277677238570e-05, -0.0015033924542148, -0.040668253562649,
    -7.8847309559367e-10, 1.2790717852285e-08, 4.8225372718507e-07, 2.2922076337661e-06, -1.6714766451061e-11,
    -0.0021171472321355, -23.895741934104, -5.9059564324270e-18, -1.2621808899101e-06, -0.038946842435739,
    1.1256211360459e-11, -8.2311340897998, 1.9809712802088e-08, 1.0406965210174e-19, -1.0234747095929e-13,
    -1.0018179379511e-09, -8.0882908646985e-11, 0.10693031879409, -0.33662250574171, 8.9185845355421e-25,
    3.0629316876232e-13, -4.2002467698208e-06, -5.9056029685639e-26, 3.7826947613457e-06, -1.2768608934681e-15,
    7.3087610595061e-29, 5.5414715350778e-17, -9.4369707241210e-07,
])  # fmt: skip
_N4 = np.array([
    0.11670521452767e4, -0.72421316703206e6, -0.17073846940092e2, 0.12020824702470e5, -0.32325550322333e7,
    0.14915108613530e2, -0.48232657361591e4, 0.40511340542057e6, -0.23855557567849, 0.65017534844798e3,
])  # fmt: skip


@kernel
def _powers(x: float, low: int, high: int) -> NDArray[np.float64]:
    """x**k for k = low..high, by multiplication."""
    out = np.empty(high - low + 1)
    out[-low] = 1.0
    for k in range(1, high + 1):
        out[k - low] = out[k - low - 1] * x
    inverse = 1.0 / x
    for k in range(-1, low - 1, -1):
        out[k - low] = out[k - low + 1] * inverse
    return out


@kernel
def water(p: float, t: float) -> tuple[float, float, float, float]:
    """Volume [m3/kg], enthalpy, entropy and heat capacity cp of liquid water (region 1)."""
    pi, tau = p / 16.53, 1386.0 / t
    a = _powers(7.1 - pi, -1, 32)
    b = _powers(tau - 1.222, -43, 17)
    gamma = gamma_pi = gamma_tau = gamma_tau2 = 0.0
    for k in range(34):
        i, j, n = _I1[k], _J1[k], _N1[k]
        ai, bj = a[i + 1], b[j + 43]
        gamma += n * ai * bj
        gamma_pi -= n * i * a[i] * bj
        gamma_tau += n * ai * j * b[j + 42]
        gamma_tau2 += n * ai * j * (j - 1) * b[j + 41]
    volume = pi * gamma_pi * R * t / p * 1e-3
    return volume, R * t * tau * gamma_tau, R * (tau * gamma_tau - gamma), -R * tau * tau * gamma_tau2


@kernel
def steam(p: float, t: float) -> tuple[float, float, float, float]:
    """Volume [m3/kg], enthalpy, entropy and heat capacity cp of steam (region 2)."""
    pi, tau = p, 540.0 / t
    gamma, gamma_tau, gamma_tau2 = math.log(pi), 0.0, 0.0
    c = _powers(tau, -7, 3)
    for k in range(9):
        j, n = _J20[k], _N20[k]
        gamma += n * c[j + 7]
        gamma_tau += n * j * c[j + 6]
        gamma_tau2 += n * j * (j - 1) * c[j + 5]
    gamma_pi = 1.0 / pi
    a = _powers(pi, -1, 24)
    b = _powers(tau - 0.5, -2, 58)
    for k in range(43):
        i, j, n = _I2[k], _J2[k], _N2[k]
        ai, bj = a[i + 1], b[j + 2]
        gamma += n * ai * bj
        gamma_pi += n * i * a[i] * bj
        gamma_tau += n * ai * j * b[j + 1]
        gamma_tau2 += n * ai * j * (j - 1) * b[j]
    volume = pi * gamma_pi * R * t / p * 1e-3
    return volume, R * t * tau * gamma_tau, R * (tau * gamma_tau - gamma), -R * tau * tau * gamma_tau2


@kernel
def saturation_k(p: float) -> float:
    """Saturation temperature at a pressure (region 4, equation 31)."""
    beta = p**0.25
    e = beta * beta + _N4[2] * beta + _N4[5]
    f = _N4[0] * beta * beta + _N4[3] * beta + _N4[6]
    g = _N4[1] * beta * beta + _N4[4] * beta + _N4[7]
    d = 2.0 * g / (-f - math.sqrt(f * f - 4.0 * e * g))
    s = _N4[9] + d
    return float(0.5 * (s - math.sqrt(s * s - 4.0 * (_N4[8] + _N4[9] * d))))


@kernel
def saturation_mpa(t: float) -> float:
    """Saturation pressure at a temperature (region 4, equation 30)."""
    theta = t + _N4[8] / (t - _N4[9])
    a = theta * theta + _N4[0] * theta + _N4[1]
    b = _N4[2] * theta * theta + _N4[3] * theta + _N4[4]
    c = _N4[5] * theta * theta + _N4[6] * theta + _N4[7]
    return float((2.0 * c / (-b + math.sqrt(b * b - 4.0 * a * c))) ** 4)


@kernel
def h_water(p: float, t: float) -> float:
    """Enthalpy of liquid water [kJ/kg]."""
    return water(p, t)[1]


@kernel
def h_steam(p: float, t: float) -> float:
    """Enthalpy of steam [kJ/kg]."""
    return steam(p, t)[1]


@kernel
def steam_at_entropy(p: float, s: float) -> tuple[float, float, float]:
    """Enthalpy, temperature [K] and dryness of steam at a pressure and entropy; dryness 1 when superheated."""
    t_sat = saturation_k(p)
    _, h1, s1, cp = steam(p, t_sat)
    if s < s1:
        _, h0, s0, _ = water(p, t_sat)
        x = (s - s0) / (s1 - s0)
        return h0 + x * (h1 - h0), t_sat, x
    t = t_sat * math.exp((s - s1) / (cp * 0.93))
    h = h1
    for _ in range(20):
        t = min(max(t, t_sat), 1073.15)
        _, h, s_at, cp = steam(p, t)
        step = (s - s_at) * t / cp
        t += step
        if abs(step) < 1e-9 * t:
            break
    return h, t, 1.0


@kernel
def steam_at_enthalpy(p: float, h: float) -> tuple[float, float, float]:
    """Entropy, temperature [K] and dryness of steam at a pressure and enthalpy; dryness 1 when superheated."""
    t_sat = saturation_k(p)
    _, h1, s1, cp = steam(p, t_sat)
    if h < h1:
        _, h0, s0, _ = water(p, t_sat)
        x = (h - h0) / (h1 - h0)
        return s0 + x * (s1 - s0), t_sat, x
    t, s = t_sat + (h - h1) / (cp * 0.93), s1
    for _ in range(20):
        t = min(max(t, t_sat), 1073.15)
        _, h_at, s, cp = steam(p, t)
        step = (h - h_at) / cp
        t += step
        if abs(step) < 1e-9 * t:
            break
    return s, t, 1.0


@elementwise
def h_pt(p: float, t: float) -> float:
    """Enthalpy [kJ/kg] of water or steam, elementwise over arrays; liquid below saturation (regions 1, 2)."""
    if t < 623.15 and p > saturation_mpa(t):
        return water(p, t)[1]
    return steam(p, t)[1]


@elementwise
def s_pt(p: float, t: float) -> float:
    """Entropy [kJ/(kg K)] of water or steam, elementwise over arrays (regions 1, 2)."""
    if t < 623.15 and p > saturation_mpa(t):
        return water(p, t)[2]
    return steam(p, t)[2]


@elementwise
def h_ps(p: float, s: float) -> float:
    """Enthalpy [kJ/kg] of wet or superheated steam at a pressure and entropy, elementwise (regions 2, 4)."""
    return steam_at_entropy(p, s)[0]


@elementwise
def t_sat(p: float) -> float:
    """Saturation temperature [K], elementwise (region 4)."""
    return saturation_k(p)
