"""What can go wrong in a simulation, each error saying what, where and what to do."""


class ActivatedSludgeError(Exception):
    """Any error of this package."""


class FlowsheetError(ActivatedSludgeError):
    """A flowsheet that cannot be built: an unknown unit, an open balance, an impossible size."""


class InputError(ActivatedSludgeError):
    """An influent, schedule or parameter that cannot be used."""


class SimulationDivergedError(ActivatedSludgeError):
    """The integration or the steady-state search left what is physically possible."""

    def __init__(self, state: str, unit: str, time: float, reason: str) -> None:
        self.state = state
        self.unit = unit
        self.time = time
        self.reason = reason
        super().__init__(f"{reason}: state {state} of unit '{unit}' at t = {time:.6g} d")


class StationError(ActivatedSludgeError):
    """A station file that cannot be understood; says which key and what is expected."""
