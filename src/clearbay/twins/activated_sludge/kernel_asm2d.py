"""Kernel of ASM2d with fat, written by codegen.py: change the table, not this file."""

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
    K_h = k[0]
    eta_NO3 = k[1]
    eta_fe = k[2]
    K_O2 = k[3]
    K_NO3 = k[4]
    K_X = k[5]
    mu_H = k[6]
    q_fe = k[7]
    eta_NO3H = k[8]
    b_H = k[9]
    K_F = k[10]
    K_fe = k[11]
    K_A = k[12]
    K_NH4 = k[13]
    K_P = k[14]
    K_ALK = k[15]
    q_PHA = k[16]
    q_PP = k[17]
    mu_PAO = k[18]
    eta_NO3P = k[19]
    b_PAO = k[20]
    b_PP = k[21]
    b_PHA = k[22]
    K_PS = k[23]
    K_PP = k[24]
    K_MAX = k[25]
    K_IPP = k[26]
    K_PHA = k[27]
    mu_AUT = k[28]
    b_AUT = k[29]
    K_O2A = k[30]
    K_NH4A = k[31]
    K_ALKA = k[32]
    k_PRE = k[33]
    k_RED = k[34]
    K_ALKP = k[35]
    k_FAT = k[58]
    for c in range(spans.shape[0]):
        here = y[20 * c : 20 * c + 20]
        there = dy[20 * c : 20 * c + 20]
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
        d13 = -out * here[13]
        d14 = -out * here[14]
        d15 = -out * here[15]
        d16 = -out * here[16]
        d17 = -out * here[17]
        d18 = -out * here[18]
        d19 = -out * here[19]
        for e in range(spans[c, 0], spans[c, 1]):
            w = weights[e]
            row = y[links[e, 3] : links[e, 3] + 20]
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
            d13 += w * row[13]
            d14 += w * row[14]
            d15 += w * row[15]
            d16 += w * row[16]
            d17 += w * row[17]
            d18 += w * row[18]
            d19 += w * row[19]
        for e in range(spans[c, 1], spans[c, 2]):
            w = weights[e]
            row = origins[links[e, 3] : links[e, 3] + 20]
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
            d13 += w * row[13]
            d14 += w * row[14]
            d15 += w * row[15]
            d16 += w * row[16]
            d17 += w * row[17]
            d18 += w * row[18]
            d19 += w * row[19]
        S_O2 = here[0]
        S_F = max(here[1], 0.0)
        S_A = max(here[2], 0.0)
        S_NH4 = max(here[3], 0.0)
        S_NO3 = max(here[4], 0.0)
        S_PO4 = max(here[5], 0.0)
        S_ALK = max(here[7], 0.0)
        X_S = max(here[10], 0.0)
        X_H = max(here[11], 0.0)
        X_PAO = max(here[12], 0.0)
        X_PP = max(here[13], 0.0)
        X_PHA = max(here[14], 0.0)
        X_AUT = max(here[15], 0.0)
        X_MeOH = max(here[17], 0.0)
        X_MeP = max(here[18], 0.0)
        X_FAT = max(here[19], 0.0)
        q0 = K_O2 + abs(S_O2)
        q1 = K_NO3 + S_NO3
        q2 = K_ALK + S_ALK
        q3 = K_NH4 + S_NH4
        q4 = K_P + S_PO4
        q5 = K_X * X_H + X_S + tiny
        q6 = S_F + S_A + tiny
        q7 = K_F + S_F
        q8 = K_A + S_A
        q9 = K_PHA * X_PAO + X_PHA + tiny
        q10 = K_PS + S_PO4
        q11 = K_fe + S_F
        q12 = K_PP * X_PAO + X_PP + tiny
        q13 = K_O2A + abs(S_O2)
        q14 = K_NH4A + S_NH4
        q15 = K_ALKA + S_ALK
        q16 = K_ALKP + S_ALK
        q17 = K_X * X_H + X_FAT + tiny
        q01 = q0 * q1
        q23 = q2 * q3
        both = 1 / (q01 * q23)
        one = both * q23
        two = both * q01
        per0 = one * q1
        per1 = one * q0
        per2 = two * q3
        per3 = two * q2
        q45 = q4 * q5
        q67 = q6 * q7
        both = 1 / (q45 * q67)
        one = both * q67
        two = both * q45
        per4 = one * q5
        per5 = one * q4
        per6 = two * q7
        per7 = two * q6
        q89 = q8 * q9
        q1011 = q10 * q11
        both = 1 / (q89 * q1011)
        one = both * q1011
        two = both * q89
        per8 = one * q9
        per9 = one * q8
        per10 = two * q11
        per11 = two * q10
        q1213 = q12 * q13
        q1415 = q14 * q15
        both = 1 / (q1213 * q1415)
        one = both * q1415
        two = both * q1213
        per12 = one * q13
        per13 = one * q12
        per14 = two * q15
        per15 = two * q14
        one = 1 / (q16 * q17)
        per16 = one * q17
        per17 = one * q16
        m_O2 = S_O2 * per0
        i_O2 = 1 - m_O2
        m_NO3 = S_NO3 * per1
        anoxic = i_O2 * m_NO3
        anaerobic = i_O2 * (1 - m_NO3)
        m_ALK = S_ALK * per2
        nutrients = S_NH4 * per3 * S_PO4 * per4 * m_ALK
        hydrolysis = K_h * X_S * X_H * per5
        share_F = S_F * per6
        growth_F = mu_H * S_F * per7 * share_F * nutrients * X_H
        growth_A = mu_H * S_A * per8 * (1 - share_F) * nutrients * X_H
        has_PHA = X_PHA * per9 * X_PAO
        room_PP = max(K_MAX * X_PAO - X_PP, 0.0)
        storage_PP = q_PP * S_PO4 * per10 * m_ALK * has_PHA * room_PP / (K_IPP * X_PAO + room_PP + tiny)
        growth_PAO = mu_PAO * nutrients * has_PHA
        r0 = hydrolysis * m_O2
        r1 = hydrolysis * eta_NO3 * anoxic
        r2 = hydrolysis * eta_fe * anaerobic
        r3 = growth_F * m_O2
        r4 = growth_A * m_O2
        r5 = growth_F * eta_NO3H * anoxic
        r6 = growth_A * eta_NO3H * anoxic
        r7 = q_fe * anaerobic * S_F * per11 * m_ALK * X_H
        r8 = b_H * X_H
        r9 = q_PHA * S_A * per8 * m_ALK * X_PP * per12 * X_PAO
        r10 = storage_PP * m_O2
        r11 = storage_PP * eta_NO3P * anoxic
        r12 = growth_PAO * m_O2
        r13 = growth_PAO * eta_NO3P * anoxic
        r14 = b_PAO * X_PAO * m_ALK
        r15 = b_PP * X_PP * m_ALK
        r16 = b_PHA * X_PHA * m_ALK
        r17 = mu_AUT * S_O2 * per13 * S_NH4 * per14 * S_PO4 * per4 * S_ALK * per15 * X_AUT
        r18 = b_AUT * X_AUT
        r19 = k_PRE * S_PO4 * X_MeOH
        r20 = k_RED * X_MeP * S_ALK * per16
        r21 = k_FAT * X_FAT * X_H * per17 * (m_O2 + eta_NO3 * anoxic + eta_fe * anaerobic)
        there[0] = d0 + nu[21] * r3 + nu[28] * r4 + nu[69] * r10 + nu[83] * r12 + nu[113] * r17
        there[1] = d1 + nu[0] * r0 + nu[7] * r1 + nu[14] * r2 + nu[22] * r3 + nu[35] * r5 + nu[51] * r7
        there[2] = d2 + nu[29] * r4 + nu[43] * r6 + nu[52] * r7 + nu[63] * r9 + nu[109] * r16
        there[3] = (
            d3
            + nu[1] * r0
            + nu[8] * r1
            + nu[15] * r2
            + nu[23] * r3
            + nu[30] * r4
            + nu[36] * r5
            + nu[44] * r6
            + nu[53] * r7
            + nu[56] * r8
            + nu[75] * r11
            + nu[84] * r12
            + nu[90] * r13
            + nu[98] * r14
            + nu[114] * r17
            + nu[120] * r18
            + nu[137] * r21
        )
        there[4] = d4 + nu[37] * r5 + nu[45] * r6 + nu[76] * r11 + nu[91] * r13 + nu[115] * r17
        there[5] = (
            d5
            + nu[2] * r0
            + nu[9] * r1
            + nu[16] * r2
            + nu[24] * r3
            + nu[31] * r4
            + nu[38] * r5
            + nu[46] * r6
            + nu[54] * r7
            + nu[57] * r8
            + nu[64] * r9
            + nu[70] * r10
            + nu[77] * r11
            + nu[85] * r12
            + nu[92] * r13
            + nu[99] * r14
            + nu[105] * r15
            + nu[116] * r17
            + nu[121] * r18
            + nu[127] * r19
            + nu[132] * r20
            + nu[138] * r21
        )
        there[6] = d6 + nu[3] * r0 + nu[10] * r1 + nu[17] * r2
        there[7] = (
            d7
            + nu[4] * r0
            + nu[11] * r1
            + nu[18] * r2
            + nu[25] * r3
            + nu[32] * r4
            + nu[39] * r5
            + nu[47] * r6
            + nu[55] * r7
            + nu[58] * r8
            + nu[65] * r9
            + nu[71] * r10
            + nu[78] * r11
            + nu[86] * r12
            + nu[93] * r13
            + nu[100] * r14
            + nu[106] * r15
            + nu[110] * r16
            + nu[117] * r17
            + nu[122] * r18
            + nu[128] * r19
            + nu[133] * r20
            + nu[139] * r21
        )
        there[8] = d8 + nu[40] * r5 + nu[48] * r6 + nu[79] * r11 + nu[94] * r13
        there[9] = d9 + nu[59] * r8 + nu[101] * r14 + nu[123] * r18
        there[10] = (
            d10 + nu[5] * r0 + nu[12] * r1 + nu[19] * r2 + nu[60] * r8 + nu[102] * r14 + nu[124] * r18 + nu[140] * r21
        )
        there[11] = d11 + nu[26] * r3 + nu[33] * r4 + nu[41] * r5 + nu[49] * r6 + nu[61] * r8
        there[12] = d12 + nu[87] * r12 + nu[95] * r13 + nu[103] * r14
        there[13] = d13 + nu[66] * r9 + nu[72] * r10 + nu[80] * r11 + nu[107] * r15
        there[14] = d14 + nu[67] * r9 + nu[73] * r10 + nu[81] * r11 + nu[88] * r12 + nu[96] * r13 + nu[111] * r16
        there[15] = d15 + nu[118] * r17 + nu[125] * r18
        there[16] = (
            d16
            + nu[6] * r0
            + nu[13] * r1
            + nu[20] * r2
            + nu[27] * r3
            + nu[34] * r4
            + nu[42] * r5
            + nu[50] * r6
            + nu[62] * r8
            + nu[68] * r9
            + nu[74] * r10
            + nu[82] * r11
            + nu[89] * r12
            + nu[97] * r13
            + nu[104] * r14
            + nu[108] * r15
            + nu[112] * r16
            + nu[119] * r17
            + nu[126] * r18
            + nu[129] * r19
            + nu[134] * r20
            + nu[141] * r21
        )
        there[17] = d17 + nu[130] * r19 + nu[135] * r20
        there[18] = d18 + nu[131] * r19 + nu[136] * r20
        there[19] = d19 + nu[142] * r21
