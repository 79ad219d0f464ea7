"""Writes the numba kernel of a model from its table; the committed kernels are its output, tested to be."""

from clearbay.twins.activated_sludge.table import Model, pattern


def kernel_source(model: Model) -> str:
    """Python source of `react(y, dy, n_cells, k, nu)`: adds the reaction rates of all cells to dy.

    y, dy: cells one after another, each with the model's states [table units]; k: parameters at the
    temperature; nu: the coefficients of `table.coefficients`.
    """
    n = len(model.states)
    entries = pattern(model)
    used = " ".join([*model.factors.values(), *(p.rate for p in model.processes)])
    lines = [
        f'"""Kernel of {model.name}, written by codegen.py: change the table, not this file."""',
        "",
        "# ruff: noqa: N806",
        "from clearbay.twins.activated_sludge.jit import kernel",
        "from clearbay.twins.activated_sludge.table import FloatArray",
        "",
        "",
        "@kernel",
        "def react(y: FloatArray, dy: FloatArray, n_cells: int, k: FloatArray, nu: FloatArray) -> None:",
        '    """Add the reaction rates of all cells to dy [g/(m3 d)]."""',
        "    tiny = 1e-20",
    ]
    names = _names(used)
    lines += [f"    {p.name} = k[{i}]" for i, p in enumerate(model.parameters) if p.name in names]
    lines.append("    for c in range(n_cells):")
    lines.append(f"        o = {n} * c")
    lines += [f"        {s.name} = max(y[o + {i}], 0.0)" for i, s in enumerate(model.states) if s.name in names]
    lines += [f"        {name} = {text}" for name, text in model.factors.items()]
    lines += [f"        r{i} = {p.rate}" for i, p in enumerate(model.processes)]
    for column in range(n):
        terms = [f"nu[{e}] * r{row}" for e, (row, state) in enumerate(entries) if state == column]
        if terms:
            lines.append(f"        dy[o + {column}] += {' + '.join(terms)}")
    return "\n".join(lines) + "\n"


def _names(text: str) -> set[str]:
    for mark in "()*/+-,":
        text = text.replace(mark, " ")
    return set(text.split())
