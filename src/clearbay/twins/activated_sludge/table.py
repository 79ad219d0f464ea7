"""A biokinetic model as a table: states, processes, parameters, and what each row must conserve."""

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from clearbay.twins.activated_sludge.errors import InputError

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class State:
    """One component: its unit, whether it settles, and what a unit of it contains (expressions)."""

    name: str
    unit: str
    meaning: str
    particulate: bool
    contains: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Parameter:
    """One parameter at `t_ref` [degC]; with `pair` = (T, value at T) it follows an exponential law."""

    name: str
    value: float
    unit: str
    source: str
    t_ref: float = 20.0
    pair: tuple[float, float] | None = None

    @property
    def ln_theta(self) -> float:
        """Exponent of the temperature law p(T) = p_ref exp(ln_theta (T - t_ref)) [1/K]."""
        if self.pair is None:
            return 0.0
        t_other, other = self.pair
        return math.log(self.value / other) / (self.t_ref - t_other)


@dataclass(frozen=True)
class Process:
    """One row: a rate [g/(m3 d)] and the stoichiometric coefficients that are given (expressions)."""

    name: str
    rate: str
    stoichiometry: Mapping[str, str]


@dataclass(frozen=True)
class Model:
    """A biokinetic model; `closing` names the state whose coefficient closes a balance where none is
    given."""

    name: str
    states: tuple[State, ...]
    parameters: tuple[Parameter, ...]
    factors: Mapping[str, str]
    processes: tuple[Process, ...]
    closing: Mapping[str, str]
    conserved: tuple[str, ...]
    oxygen: str
    quick: tuple[str, ...]
    tss: Mapping[str, float]

    @property
    def state_names(self) -> tuple[str, ...]:
        """Names of the states in the order of every array."""
        return tuple(s.name for s in self.states)

    def index(self, name: str) -> int:
        """Position of a state; InputError when the model has none of that name."""
        try:
            return self.state_names.index(name)
        except ValueError:
            raise InputError(f"{self.name} has no state '{name}'; it has {', '.join(self.state_names)}") from None

    def with_values(self, values: Mapping[str, float], t_ref: float | None = None) -> "Model":
        """Return the model with some parameter values replaced, at `t_ref` [degC] when given.

        Parameters with a temperature law keep its exponent. Raises InputError for an unknown name.
        """
        known = {p.name for p in self.parameters}
        for name, value in values.items():
            if name not in known:
                raise InputError(f"{self.name} has no parameter '{name}'")
            if not (math.isfinite(value) and value >= 0):
                raise InputError(f"{self.name}: parameter {name} = {value} must be finite and not negative")
        return replace(self, parameters=tuple(_replaced(p, values, t_ref) for p in self.parameters))


def _replaced(parameter: Parameter, values: Mapping[str, float], t_ref: float | None) -> Parameter:
    if parameter.name not in values:
        return parameter
    value = float(values[parameter.name])
    at = parameter.t_ref if t_ref is None else t_ref
    pair = None
    if parameter.pair is not None:
        pair = (at - 10.0, value * math.exp(-10.0 * parameter.ln_theta)) if value > 0 else None
    return replace(parameter, value=value, t_ref=at, pair=pair, source=f"set by the caller at {at:g} degC")


def kinetic_parameters(model: Model, temperature: FloatArray) -> FloatArray:
    """Values of all parameters at each temperature.

    temperature: (n,) [degC]. Returns (n, number of parameters), in the units of the table.
    """
    value = np.array([p.value for p in model.parameters])
    slope = np.array([p.ln_theta for p in model.parameters])
    t_ref = np.array([p.t_ref for p in model.parameters])
    t = np.atleast_1d(np.asarray(temperature, dtype=float))[:, None]
    return np.asarray(value * np.exp(slope * (t - t_ref)), dtype=float)


def composition(model: Model) -> dict[str, FloatArray]:
    """Content of each conserved quantity in each state, quantity -> (states,)."""
    values = {p.name: p.value for p in model.parameters}
    quantities = sorted({q for s in model.states for q in s.contains})
    return {q: np.array([_number(s.contains.get(q, "0"), values) for s in model.states]) for q in quantities}


def stoichiometry(model: Model) -> FloatArray:
    """The full matrix (processes, states): given coefficients, the others closed by the balances in order."""
    values = {p.name: p.value for p in model.parameters}
    content = composition(model)
    matrix = np.zeros((len(model.processes), len(model.states)))
    for row, process in enumerate(model.processes):
        for name, text in process.stoichiometry.items():
            matrix[row, model.index(name)] = _number(text, values)
        for quantity, closer in model.closing.items():
            if closer not in process.stoichiometry:
                column = model.index(closer)
                rest = float(matrix[row] @ content[quantity])
                matrix[row, column] = -rest / content[quantity][column]
    # A sum that is zero but for round-off is a zero of the table.
    matrix[np.abs(matrix) < 1e-14] = 0.0
    return matrix


def pattern(model: Model) -> tuple[tuple[int, int], ...]:
    """(process, state) of the coefficients that any parameter values can make non-zero, in kernel order."""
    content = {q: {s.name for s in model.states if q in s.contains} for q in model.closing}
    entries: list[tuple[int, int]] = []
    for row, process in enumerate(model.processes):
        touched = set(process.stoichiometry)
        for quantity, closer in model.closing.items():
            if closer not in process.stoichiometry and touched & content[quantity]:
                touched.add(closer)
        entries.extend((row, model.index(name)) for name in model.state_names if name in touched)
    return tuple(entries)


def coefficients(model: Model) -> FloatArray:
    """Stoichiometric coefficients in the order the generated kernel reads them: (entries,)."""
    matrix = stoichiometry(model)
    return np.array([matrix[row, column] for row, column in pattern(model)])


_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}


def _number(text: str, values: Mapping[str, float]) -> float:
    return _evaluate(ast.parse(text, mode="eval").body, values, text)


def _evaluate(node: ast.expr, values: Mapping[str, float], text: str) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.Name) and node.id in values:
        return values[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_evaluate(node.operand, values, text)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _evaluate(node.left, values, text), _evaluate(node.right, values, text)
        return float(_OPERATORS[type(node.op)](left, right))
    raise InputError(f"the expression '{text}' of a model table holds something that is not a number")
