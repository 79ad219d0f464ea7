"""Kernel of ASM1, written by codegen.py: change the table, not this file."""

# ruff: noqa: N806
from clearbay.twins.activated_sludge.jit import kernel
from clearbay.twins.activated_sludge.table import FloatArray


@kernel
def react(y: FloatArray, dy: FloatArray, n_cells: int, k: FloatArray, nu: FloatArray) -> None:
    """Add the reaction rates of all cells to dy [g/(m3 d)]."""
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
    for c in range(n_cells):
        o = 13 * c
        S_S = max(y[o + 1], 0.0)
        X_S = max(y[o + 3], 0.0)
        X_BH = max(y[o + 4], 0.0)
        X_BA = max(y[o + 5], 0.0)
        S_O = max(y[o + 7], 0.0)
        S_NO = max(y[o + 8], 0.0)
        S_NH = max(y[o + 9], 0.0)
        S_ND = max(y[o + 10], 0.0)
        X_ND = max(y[o + 11], 0.0)
        r_O = 1 / (K_OH + S_O)
        m_O = S_O * r_O
        anoxic = K_OH * r_O * S_NO / (K_NO + S_NO)
        growth = mu_H * S_S / (K_S + S_S) * X_BH
        surface = k_h * X_BH / (K_X * X_BH + X_S + tiny) * (m_O + eta_h * anoxic)
        r0 = growth * m_O
        r1 = growth * eta_g * anoxic
        r2 = mu_A * S_NH / (K_NH + S_NH) * S_O / (K_OA + S_O) * X_BA
        r3 = b_H * X_BH
        r4 = b_A * X_BA
        r5 = k_a * S_ND * X_BH
        r6 = surface * X_S
        r7 = surface * X_ND
        dy[o + 1] += nu[0] * r0 + nu[5] * r1 + nu[26] * r6
        dy[o + 3] += nu[15] * r3 + nu[19] * r4 + nu[27] * r6
        dy[o + 4] += nu[1] * r0 + nu[6] * r1 + nu[16] * r3
        dy[o + 5] += nu[10] * r2 + nu[20] * r4
        dy[o + 6] += nu[17] * r3 + nu[21] * r4
        dy[o + 7] += nu[2] * r0 + nu[11] * r2
        dy[o + 8] += nu[7] * r1 + nu[12] * r2
        dy[o + 9] += nu[3] * r0 + nu[8] * r1 + nu[13] * r2 + nu[23] * r5
        dy[o + 10] += nu[24] * r5 + nu[28] * r7
        dy[o + 11] += nu[18] * r3 + nu[22] * r4 + nu[29] * r7
        dy[o + 12] += nu[4] * r0 + nu[9] * r1 + nu[14] * r2 + nu[25] * r5
