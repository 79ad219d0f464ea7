"""Kernel of ASM2d with fat, written by codegen.py: change the table, not this file."""

# ruff: noqa: N806
from clearbay.twins.activated_sludge.jit import kernel
from clearbay.twins.activated_sludge.table import FloatArray


@kernel
def react(y: FloatArray, dy: FloatArray, n_cells: int, k: FloatArray, nu: FloatArray) -> None:
    """Add the reaction rates of all cells to dy [g/(m3 d)]."""
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
    for c in range(n_cells):
        o = 20 * c
        S_O2 = max(y[o + 0], 0.0)
        S_F = max(y[o + 1], 0.0)
        S_A = max(y[o + 2], 0.0)
        S_NH4 = max(y[o + 3], 0.0)
        S_NO3 = max(y[o + 4], 0.0)
        S_PO4 = max(y[o + 5], 0.0)
        S_ALK = max(y[o + 7], 0.0)
        X_S = max(y[o + 10], 0.0)
        X_H = max(y[o + 11], 0.0)
        X_PAO = max(y[o + 12], 0.0)
        X_PP = max(y[o + 13], 0.0)
        X_PHA = max(y[o + 14], 0.0)
        X_AUT = max(y[o + 15], 0.0)
        X_MeOH = max(y[o + 17], 0.0)
        X_MeP = max(y[o + 18], 0.0)
        X_FAT = max(y[o + 19], 0.0)
        m_O2 = S_O2 / (K_O2 + S_O2)
        i_O2 = 1 - m_O2
        m_NO3 = S_NO3 / (K_NO3 + S_NO3)
        anoxic = i_O2 * m_NO3
        anaerobic = i_O2 * (1 - m_NO3)
        m_ALK = S_ALK / (K_ALK + S_ALK)
        nutrients = S_NH4 / (K_NH4 + S_NH4) * S_PO4 / (K_P + S_PO4) * m_ALK
        hydrolysis = K_h * X_S * X_H / (K_X * X_H + X_S + tiny)
        share_F = S_F / (S_F + S_A + tiny)
        growth_F = mu_H * S_F / (K_F + S_F) * share_F * nutrients * X_H
        growth_A = mu_H * S_A / (K_A + S_A) * (1 - share_F) * nutrients * X_H
        has_PHA = X_PHA / (K_PHA * X_PAO + X_PHA + tiny) * X_PAO
        room_PP = max(K_MAX * X_PAO - X_PP, 0.0)
        storage_PP = q_PP * S_PO4 / (K_PS + S_PO4) * m_ALK * has_PHA * room_PP / (K_IPP * X_PAO + room_PP + tiny)
        growth_PAO = mu_PAO * nutrients * has_PHA
        r0 = hydrolysis * m_O2
        r1 = hydrolysis * eta_NO3 * anoxic
        r2 = hydrolysis * eta_fe * anaerobic
        r3 = growth_F * m_O2
        r4 = growth_A * m_O2
        r5 = growth_F * eta_NO3H * anoxic
        r6 = growth_A * eta_NO3H * anoxic
        r7 = q_fe * anaerobic * S_F / (K_fe + S_F) * m_ALK * X_H
        r8 = b_H * X_H
        r9 = q_PHA * S_A / (K_A + S_A) * m_ALK * X_PP / (K_PP * X_PAO + X_PP + tiny) * X_PAO
        r10 = storage_PP * m_O2
        r11 = storage_PP * eta_NO3P * anoxic
        r12 = growth_PAO * m_O2
        r13 = growth_PAO * eta_NO3P * anoxic
        r14 = b_PAO * X_PAO * m_ALK
        r15 = b_PP * X_PP * m_ALK
        r16 = b_PHA * X_PHA * m_ALK
        r17 = (
            mu_AUT
            * S_O2
            / (K_O2A + S_O2)
            * S_NH4
            / (K_NH4A + S_NH4)
            * S_PO4
            / (K_P + S_PO4)
            * S_ALK
            / (K_ALKA + S_ALK)
            * X_AUT
        )
        r18 = b_AUT * X_AUT
        r19 = k_PRE * S_PO4 * X_MeOH
        r20 = k_RED * X_MeP * S_ALK / (K_ALKP + S_ALK)
        r21 = k_FAT * X_FAT * X_H / (K_X * X_H + X_FAT + tiny) * (m_O2 + eta_NO3 * anoxic + eta_fe * anaerobic)
        dy[o + 0] += nu[21] * r3 + nu[28] * r4 + nu[69] * r10 + nu[83] * r12 + nu[113] * r17
        dy[o + 1] += nu[0] * r0 + nu[7] * r1 + nu[14] * r2 + nu[22] * r3 + nu[35] * r5 + nu[51] * r7
        dy[o + 2] += nu[29] * r4 + nu[43] * r6 + nu[52] * r7 + nu[63] * r9 + nu[109] * r16
        dy[o + 3] += (
            nu[1] * r0
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
        dy[o + 4] += nu[37] * r5 + nu[45] * r6 + nu[76] * r11 + nu[91] * r13 + nu[115] * r17
        dy[o + 5] += (
            nu[2] * r0
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
        dy[o + 6] += nu[3] * r0 + nu[10] * r1 + nu[17] * r2
        dy[o + 7] += (
            nu[4] * r0
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
        dy[o + 8] += nu[40] * r5 + nu[48] * r6 + nu[79] * r11 + nu[94] * r13
        dy[o + 9] += nu[59] * r8 + nu[101] * r14 + nu[123] * r18
        dy[o + 10] += (
            nu[5] * r0 + nu[12] * r1 + nu[19] * r2 + nu[60] * r8 + nu[102] * r14 + nu[124] * r18 + nu[140] * r21
        )
        dy[o + 11] += nu[26] * r3 + nu[33] * r4 + nu[41] * r5 + nu[49] * r6 + nu[61] * r8
        dy[o + 12] += nu[87] * r12 + nu[95] * r13 + nu[103] * r14
        dy[o + 13] += nu[66] * r9 + nu[72] * r10 + nu[80] * r11 + nu[107] * r15
        dy[o + 14] += nu[67] * r9 + nu[73] * r10 + nu[81] * r11 + nu[88] * r12 + nu[96] * r13 + nu[111] * r16
        dy[o + 15] += nu[118] * r17 + nu[125] * r18
        dy[o + 16] += (
            nu[6] * r0
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
        dy[o + 17] += nu[130] * r19 + nu[135] * r20
        dy[o + 18] += nu[131] * r19 + nu[136] * r20
        dy[o + 19] += nu[142] * r21
