"""Writes the numba kernel of a model from its table; the committed kernels are its output, tested to be."""

import re

from clearbay.twins.activated_sludge.table import Model, pattern

_DIVISOR = re.compile(r"/ \(([^()]*)\)")


def kernel_source(model: Model) -> str:
    """Python source of `change(y, origins, dy, spans, links, weights, loss, k, nu)`: dy/dt of all cells.

    y, dy: cells one after another, each with the model's states [table units]; spans, links, weights, loss and
    origins: what flows, of records.Net and records.Work; k: parameters at the temperature; nu: the coefficients
    of `table.coefficients`. Sizes stand as numbers and every load before the stores, so that the compiler can
    compute states side by side.
    """
    n = len(model.states)
    entries = pattern(model)
    used = " ".join([*model.factors.values(), *(p.rate for p in model.processes)])
    lines = [
        f'"""Kernel of {model.name}, written by codegen.py: change the table, not this file."""',
        "",
        "# ruff: noqa: N806",
        "import numpy as np",
        "",
        "from clearbay.twins.activated_sludge.jit import kernel",
        "from clearbay.twins.activated_sludge.table import FloatArray",
        "",
        "",
        "@kernel",
        "def change(",
        "    y: FloatArray, origins: FloatArray, dy: FloatArray, spans: np.ndarray, links: np.ndarray,",
        "    weights: FloatArray, loss: FloatArray, k: FloatArray, nu: FloatArray,",
        ") -> None:  # fmt: skip",
        '    """Write the change of all cells by flow and reaction into dy [g/(m3 d)]."""',
        "    tiny = 1e-20",
    ]
    names = _names(used)
    lines += [f"    {p.name} = k[{i}]" for i, p in enumerate(model.parameters) if p.name in names]
    lines += [
        "    for c in range(spans.shape[0]):",
        f"        here = y[{n} * c : {n} * c + {n}]",
        f"        there = dy[{n} * c : {n} * c + {n}]",
        "        out = loss[c]",
    ]
    lines += [f"        d{i} = -out * here[{i}]" for i in range(n)]
    for source, first, last in (("y", 0, 1), ("origins", 1, 2)):
        lines += [
            f"        for e in range(spans[c, {first}], spans[c, {last}]):",
            "            w = weights[e]",
            f"            row = {source}[links[e, 3] : links[e, 3] + {n}]",
        ]
        lines += [f"            d{i} += w * row[{i}]" for i in range(n)]
    # Oxygen is not cut off at nought, where steps overshoot: below it rates turn round, and it comes back.
    lines += [
        f"        {s.name} = here[{i}]" if s.name == model.oxygen else f"        {s.name} = max(here[{i}], 0.0)"
        for i, s in enumerate(model.states)
        if s.name in names
    ]
    inverses = _inverses(model)
    oxygen = re.compile(rf"\b{model.oxygen}\b")
    lines += [f"        {line}" for line in _inverted([oxygen.sub(f"abs({model.oxygen})", d) for d in inverses])]
    lines += [f"        {name} = {_multiplied(text, inverses)}" for name, text in model.factors.items()]
    lines += [f"        r{i} = {_multiplied(p.rate, inverses)}" for i, p in enumerate(model.processes)]
    for column in range(n):
        terms = [f"nu[{e}] * r{row}" for e, (row, state) in enumerate(entries) if state == column]
        lines.append(f"        there[{column}] = {' + '.join([f'd{column}', *terms])}")
    return "\n".join(lines) + "\n"


def _inverses(model: Model) -> dict[str, str]:
    """Every divisor made of states and parameters alone, and the name of its inverse."""
    known = {s.name for s in model.states} | {p.name for p in model.parameters} | {"tiny"}
    texts = [*model.factors.values(), *(p.rate for p in model.processes)]
    found = dict.fromkeys(d for text in texts for d in _DIVISOR.findall(text) if _names(d) <= known)
    return {divisor: f"per{i}" for i, divisor in enumerate(found)}


def _inverted(divisors: list[str]) -> list[str]:
    """Lines that invert divisors by fours: a division takes as long as ten multiplications."""
    lines = [f"q{i} = {d}" for i, d in enumerate(divisors)]
    at = 0
    while at < len(divisors):
        a, b, c, d = at, at + 1, at + 2, at + 3
        left = len(divisors) - at
        if left >= 4:
            lines += [f"q{a}{b} = q{a} * q{b}", f"q{c}{d} = q{c} * q{d}", f"both = 1 / (q{a}{b} * q{c}{d})"]
            lines += [f"one = both * q{c}{d}", f"two = both * q{a}{b}"]
            lines += [f"per{a} = one * q{b}", f"per{b} = one * q{a}", f"per{c} = two * q{d}", f"per{d} = two * q{c}"]
            at += 4
        elif left >= 2:
            lines += [f"one = 1 / (q{a} * q{b})", f"per{a} = one * q{b}", f"per{b} = one * q{a}"]
            at += 2
        else:
            lines.append(f"per{a} = 1 / q{a}")
            at += 1
    return lines


def _multiplied(text: str, inverses: dict[str, str]) -> str:
    """Return an expression that multiplies by the inverses instead of dividing."""
    for divisor, name in inverses.items():
        text = text.replace(f"1 / ({divisor})", name).replace(f"/ ({divisor})", f"* {name}")
    return text


def _names(text: str) -> set[str]:
    for mark in "()*/+-,":
        text = text.replace(mark, " ")
    return set(text.split())
