"""Kernel of ASM1, written by codegen.py: change the table, not this file."""

# ruff: noqa: N806
import numpy as np

from clearbay.twins.activated_sludge.jit import kernel
from clearbay.twins.activated_sludge.table import FloatArray


@kernel
def change(
    y: FloatArray, origins: FloatArray, dy: FloatArray, spans: np.ndarray, links: np.ndarray,
    weights: FloatArray, loss: FloatArray, k: FloatArray, nu: FloatArray,
) -> None:  # fmt: skip
    """Write the change of all cells by flow and reaction into dy [g/(m3 d)]."""
    tiny = 1e-20
    mu_H = k[0]
    K_S = k[1]
    K_OH = k[2]
    K_NO = k[3]
    b_H = k[4]
    eta_g = k[5]
    mu_A = k[6]
    K_NH = k[7]
    K_OA = k[8]
    b_A = k[9]
    k_a = k[10]
    k_h = k[11]
    K_X = k[12]
    eta_h = k[13]
    for c in range(spans.shape[0]):
        here = y[13 * c : 13 * c + 13]
        there = dy[13 * c : 13 * c + 13]
        out = loss[c]
        d0 = -out * here[0]
        d1 = -out * here[1]
        d2 = -out * here[2]
        d3 = -out * here[3]
        d4 = -out * here[4]
        d5 = -out * here[5]
        d6 = -out * here[6]
        d7 = -out * here[7]
        d8 = -out * here[8]
        d9 = -out * here[9]
        d10 = -out * here[10]
        d11 = -out * here[11]
        d12 = -out * here[12]
        for e in range(spans[c, 0], spans[c, 1]):
            w = weights[e]
            row = y[links[e, 3] : links[e, 3] + 13]
            d0 += w * row[0]
            d1 += w * row[1]
            d2 += w * row[2]
            d3 += w * row[3]
            d4 += w * row[4]
            d5 += w * row[5]
            d6 += w * row[6]
            d7 += w * row[7]
            d8 += w * row[8]
            d9 += w * row[9]
            d10 += w * row[10]
            d11 += w * row[11]
            d12 += w * row[12]
        for e in range(spans[c, 1], spans[c, 2]):
            w = weights[e]
            row = origins[links[e, 3] : links[e, 3] + 13]
            d0 += w * row[0]
            d1 += w * row[1]
            d2 += w * row[2]
            d3 += w * row[3]
            d4 += w * row[4]
            d5 += w * row[5]
            d6 += w * row[6]
            d7 += w * row[7]
            d8 += w * row[8]
            d9 += w * row[9]
            d10 += w * row[10]
            d11 += w * row[11]
            d12 += w * row[12]
        S_S = max(here[1], 0.0)
        X_S = max(here[3], 0.0)
        X_BH = max(here[4], 0.0)
        X_BA = max(here[5], 0.0)
        S_O = here[7]
        S_NO = max(here[8], 0.0)
        S_NH = max(here[9], 0.0)
        S_ND = max(here[10], 0.0)
        X_ND = max(here[11], 0.0)
        q0 = K_OH + abs(S_O)
        q1 = K_NO + S_NO
        q2 = K_S + S_S
        q3 = K_X * X_BH + X_S + tiny
        q4 = K_NH + S_NH
        q5 = K_OA + abs(S_O)
        q01 = q0 * q1
        q23 = q2 * q3
        both = 1 / (q01 * q23)
        one = both * q23
        two = both * q01
        per0 = one * q1
        per1 = one * q0
        per2 = two * q3
        per3 = two * q2
        one = 1 / (q4 * q5)
        per4 = one * q5
        per5 = one * q4
        r_O = per0
        m_O = S_O * r_O
        anoxic = K_OH * r_O * S_NO * per1
        growth = mu_H * S_S * per2 * X_BH
        surface = k_h * X_BH * per3 * (m_O + eta_h * anoxic)
        r0 = growth * m_O
        r1 = growth * eta_g * anoxic
        r2 = mu_A * S_NH * per4 * S_O * per5 * X_BA
        r3 = b_H * X_BH
        r4 = b_A * X_BA
        r5 = k_a * S_ND * X_BH
        r6 = surface * X_S
        r7 = surface * X_ND
        there[0] = d0
        there[1] = d1 + nu[0] * r0 + nu[5] * r1 + nu[26] * r6
        there[2] = d2
        there[3] = d3 + nu[15] * r3 + nu[19] * r4 + nu[27] * r6
        there[4] = d4 + nu[1] * r0 + nu[6] * r1 + nu[16] * r3
        there[5] = d5 + nu[10] * r2 + nu[20] * r4
        there[6] = d6 + nu[17] * r3 + nu[21] * r4
        there[7] = d7 + nu[2] * r0 + nu[11] * r2
        there[8] = d8 + nu[7] * r1 + nu[12] * r2
        there[9] = d9 + nu[3] * r0 + nu[8] * r1 + nu[13] * r2 + nu[23] * r5
        there[10] = d10 + nu[24] * r5 + nu[28] * r7
        there[11] = d11 + nu[18] * r3 + nu[22] * r4 + nu[29] * r7
        there[12] = d12 + nu[4] * r0 + nu[9] * r1 + nu[14] * r2 + nu[25] * r5
