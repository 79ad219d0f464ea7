"""Activated Sludge Model No. 1 with the parameters of the benchmark (BSM1).

Source: Henze et al., Activated Sludge Models ASM1, ASM2, ASM2d and ASM3, IWA Scientific and Technical
Report 9 (2000); values and temperature pairs of the IWA benchmark simulation models (BSM1 2008, BSM2).
"""

from clearbay.twins.activated_sludge.table import Model, Parameter, Process, State

_BSM = "IWA BSM1/BSM2, 15 degC with the 10 degC value of the BSM2 temperature law"
_BSM1 = "IWA BSM1 (2008)"


def _p(name: str, value: float, unit: str, at_10: float | None = None) -> Parameter:
    pair = None if at_10 is None else (10.0, at_10)
    return Parameter(name, value, unit, _BSM if at_10 is not None else _BSM1, t_ref=15.0, pair=pair)


_STATES = (
    State("S_I", "g COD/m3", "inert soluble", False, {"COD": "1"}),
    State("S_S", "g COD/m3", "readily biodegradable", False, {"COD": "1"}),
    State("X_I", "g COD/m3", "inert particulate", True, {"COD": "1", "N": "i_XP"}),
    State("X_S", "g COD/m3", "slowly biodegradable", True, {"COD": "1"}),
    State("X_BH", "g COD/m3", "heterotrophs", True, {"COD": "1", "N": "i_XB"}),
    State("X_BA", "g COD/m3", "autotrophs", True, {"COD": "1", "N": "i_XB"}),
    State("X_P", "g COD/m3", "products of decay", True, {"COD": "1", "N": "i_XP"}),
    State("S_O", "g O2/m3", "oxygen", False, {"COD": "-1"}),
    State("S_NO", "g N/m3", "nitrate and nitrite", False, {"COD": "-4.57", "N": "1", "charge": "-1/14"}),
    State("S_NH", "g N/m3", "ammonia and ammonium", False, {"N": "1", "charge": "1/14"}),
    State("S_ND", "g N/m3", "soluble organic nitrogen", False, {"N": "1"}),
    State("X_ND", "g N/m3", "particulate organic nitrogen", True, {"N": "1"}),
    State("S_ALK", "mol HCO3-/m3", "alkalinity", False, {"charge": "-1"}),
)

_DECAY = {"X_S": "1 - f_P", "X_P": "f_P", "X_ND": "i_XB - f_P * i_XP"}

ASM1 = Model(
    name="ASM1",
    states=_STATES,
    parameters=(
        _p("mu_H", 4.0, "1/d", 3.0),
        _p("K_S", 10.0, "g COD/m3"),
        _p("K_OH", 0.2, "g O2/m3"),
        _p("K_NO", 0.5, "g N/m3"),
        _p("b_H", 0.3, "1/d", 0.2),
        _p("eta_g", 0.8, "-"),
        _p("mu_A", 0.5, "1/d", 0.3),
        _p("K_NH", 1.0, "g N/m3"),
        _p("K_OA", 0.4, "g O2/m3"),
        _p("b_A", 0.05, "1/d", 0.03),
        _p("k_a", 0.05, "m3/(g COD d)", 0.04),
        _p("k_h", 3.0, "1/d", 2.5),
        _p("K_X", 0.1, "-"),
        _p("eta_h", 0.8, "-"),
        _p("Y_H", 0.67, "g COD/g COD"),
        _p("Y_A", 0.24, "g COD/g N"),
        _p("f_P", 0.08, "-"),
        _p("i_XB", 0.08, "g N/g COD"),
        _p("i_XP", 0.06, "g N/g COD"),
    ),
    # Hydrolysis is written with k_h X_BH/(K_X X_BH + X_S): nothing is divided by a biomass that may be zero.
    factors={
        "r_O": "1 / (K_OH + S_O)",
        "m_O": "S_O * r_O",
        "anoxic": "K_OH * r_O * S_NO / (K_NO + S_NO)",
        "growth": "mu_H * S_S / (K_S + S_S) * X_BH",
        "surface": "k_h * X_BH / (K_X * X_BH + X_S + tiny) * (m_O + eta_h * anoxic)",
    },
    processes=(
        Process(
            "aerobic growth of heterotrophs",
            "growth * m_O",
            {"S_S": "-1/Y_H", "X_BH": "1", "S_O": "-(1-Y_H)/Y_H", "S_NH": "-i_XB", "S_ALK": "-i_XB/14"},
        ),
        Process(
            "anoxic growth of heterotrophs",
            "growth * eta_g * anoxic",
            {
                "S_S": "-1/Y_H",
                "X_BH": "1",
                "S_NO": "-(1-Y_H)/(2.86*Y_H)",
                "S_NH": "-i_XB",
                "S_ALK": "(1-Y_H)/(14*2.86*Y_H) - i_XB/14",
            },
        ),
        Process(
            "aerobic growth of autotrophs",
            "mu_A * S_NH / (K_NH + S_NH) * S_O / (K_OA + S_O) * X_BA",
            {
                "X_BA": "1",
                "S_O": "-(4.57-Y_A)/Y_A",
                "S_NO": "1/Y_A",
                "S_NH": "-i_XB - 1/Y_A",
                "S_ALK": "-i_XB/14 - 1/(7*Y_A)",
            },
        ),
        Process("decay of heterotrophs", "b_H * X_BH", {"X_BH": "-1", **_DECAY}),
        Process("decay of autotrophs", "b_A * X_BA", {"X_BA": "-1", **_DECAY}),
        Process("ammonification", "k_a * S_ND * X_BH", {"S_NH": "1", "S_ND": "-1", "S_ALK": "1/14"}),
        Process("hydrolysis of organics", "surface * X_S", {"S_S": "1", "X_S": "-1"}),
        Process("hydrolysis of organic nitrogen", "surface * X_ND", {"S_ND": "1", "X_ND": "-1"}),
    ),
    closing={},
    conserved=("COD", "N", "charge"),
    oxygen="S_O",
    quick=("S_S", "S_ND"),
    tss={"X_I": 0.75, "X_S": 0.75, "X_BH": 0.75, "X_BA": 0.75, "X_P": 0.75},
)
