"""What a model table must keep: its rows conserve, its kernels are what the tables say."""

import ast
from pathlib import Path

import numpy as np
import pytest

from clearbay.twins.activated_sludge import kernel_asm1, kernel_asm2d, table
from clearbay.twins.activated_sludge.asm1 import ASM1
from clearbay.twins.activated_sludge.asm2d import ASM2D, ASM2D_FAT, with_metal
from clearbay.twins.activated_sludge.codegen import kernel_source
from clearbay.twins.activated_sludge.errors import InputError


def test_asm1_rows_conserve_cod_nitrogen_and_charge_with_dinitrogen_booked():
    matrix, content = table.stoichiometry(ASM1), table.composition(ASM1)
    dinitrogen = -(matrix @ content["N"])  # what leaves as N2, g N
    # 1.71 = 4.57 - 2.86, the literals of the benchmark
    assert np.abs(matrix @ content["COD"] - 1.71 * dinitrogen).max() < 1e-14
    assert np.abs(matrix @ content["charge"]).max() < 1e-15
    assert np.flatnonzero(np.abs(dinitrogen) > 1e-14).tolist() == [1]  # anoxic growth alone


@pytest.mark.parametrize("model", [ASM2D, ASM2D_FAT, with_metal(ASM2D, "Al")], ids=["ASM2d", "fat", "aluminium"])
def test_asm2d_rows_conserve_cod_n_p_charge_and_tss(model):
    matrix, content = table.stoichiometry(model), table.composition(model)
    for quantity in model.conserved:
        assert np.abs(matrix @ content[quantity]).max() < 1e-14, quantity


def test_asm2d_has_21_processes_and_19_states_and_the_metal_row_of_the_book():
    assert (len(ASM2D.processes), len(ASM2D.states)) == (21, 19)
    row = dict(zip(ASM2D.state_names, table.stoichiometry(ASM2D)[19], strict=True))
    # IWA STR 9, ASM2d table: -1, +0.048, -3.45, +4.87, +1.42
    assert row["S_PO4"] == -1
    assert row["S_ALK"] == pytest.approx(0.048, abs=5e-4)
    assert row["X_MeOH"] == pytest.approx(-3.45, abs=5e-3)
    assert row["X_MeP"] == pytest.approx(4.87, abs=5e-3)
    assert row["X_TSS"] == pytest.approx(1.42, abs=5e-3)


def test_aluminium_takes_2_52_and_gives_3_94():
    model = with_metal(ASM2D, "Al")
    row = dict(zip(model.state_names, table.stoichiometry(model)[19], strict=True))
    assert (row["X_MeOH"], row["X_MeP"]) == (pytest.approx(-2.52, abs=5e-3), pytest.approx(3.94, abs=5e-3))


@pytest.mark.parametrize(("model", "module"), [(ASM1, kernel_asm1), (ASM2D_FAT, kernel_asm2d)])
def test_the_kernels_are_what_codegen_writes(model, module):
    written = ast.dump(ast.parse(Path(module.__file__).read_text(encoding="utf-8")))
    assert written == ast.dump(ast.parse(kernel_source(model)))


def react(module, y, dy, k, nu):
    """One cell that nothing enters or leaves."""
    spans, links = np.zeros((1, 3), dtype=np.int64), np.zeros((0, 4), dtype=np.int64)
    module.change(y, np.zeros(0), dy, spans, links, np.zeros(0), np.zeros(1), k, nu)


@pytest.mark.parametrize(("model", "module"), [(ASM1, kernel_asm1), (ASM2D_FAT, kernel_asm2d)])
def test_a_kernel_is_stoichiometry_times_rates(model, module):
    rng = np.random.default_rng(7)
    y = rng.uniform(0.5, 30.0, len(model.states))
    k = table.kinetic_parameters(model, np.array([15.0]))[0]
    dy = np.zeros_like(y)
    react(module, y, dy, k, table.coefficients(model))
    names = dict(zip(model.state_names, y, strict=True)) | {p.name: v for p, v in zip(model.parameters, k, strict=True)}
    names |= {"tiny": 1e-20, "max": max}
    for factor, text in model.factors.items():
        names[factor] = eval(text, {"__builtins__": {}}, names)
    rates = np.array([eval(p.rate, {"__builtins__": {}}, names) for p in model.processes])
    np.testing.assert_allclose(dy, table.stoichiometry(model).T @ rates, rtol=1e-12, atol=1e-12)


def test_no_rate_is_infinite_where_everything_is_nought():
    for model, module in ((ASM1, kernel_asm1), (ASM2D_FAT, kernel_asm2d)):
        y = np.zeros(len(model.states))
        dy = np.zeros_like(y)
        react(module, y, dy, table.kinetic_parameters(model, np.array([15.0]))[0], table.coefficients(model))
        assert (dy == 0).all()


def test_parameters_follow_the_benchmark_temperature_law():
    at = table.kinetic_parameters(ASM1, np.array([10.0, 15.0, 20.0]))
    mu = [p.name for p in ASM1.parameters].index("mu_H")
    assert at[:2, mu] == pytest.approx([3.0, 4.0])
    assert at[2, mu] == pytest.approx(4.0 * 4.0 / 3.0)


def test_an_unknown_or_negative_parameter_is_refused():
    with pytest.raises(InputError, match="no parameter 'mu_X'"):
        ASM1.with_values({"mu_X": 1.0})
    with pytest.raises(InputError, match="mu_H"):
        ASM1.with_values({"mu_H": -1.0})
