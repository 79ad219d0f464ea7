"""The control table: every given signal as a column, on the grid of all their changes."""

import numpy as np

from clearbay.twins.activated_sludge.errors import InputError
from clearbay.twins.activated_sludge.flowsheet import Flowsheet, Schedule, Signal
from clearbay.twins.activated_sludge.table import FloatArray

TRANSFER_THETA = 1.024  # kLa(T) = kLa(T_ref) 1.024^(T - T_ref); ASCE 2-06, BSM1
TEMPERATURE_GRAIN = 0.05  # K: kinetic parameters are tabulated on this grid


def clean_water_saturation(temperature: FloatArray) -> FloatArray:
    """Oxygen saturation of clean water at sea level [g/m3] at a temperature (n,) [degC].

    Source: Benson and Krause (1984), in APHA Standard Methods 4500-O.
    """
    t = np.asarray(temperature, dtype=float) + 273.15
    return np.exp(-139.34411 + 1.575701e5 / t - 6.642308e7 / t**2 + 1.243800e10 / t**3 - 8.621949e11 / t**4)


class Controls:
    """Collects the signals of a flowsheet while it is compiled."""

    def __init__(self, sheet: Flowsheet) -> None:
        self._sheet = sheet
        self._signals: list[tuple[Signal, float | None]] = []

    def column(self, signal: Signal, transfer_at: float | None = None) -> int:
        """Add a signal and return its column; `transfer_at` [degC] makes it follow the transfer law."""
        self._signals.append((signal, transfer_at))
        return len(self._signals) + 1

    def table(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return times (m,) [d], controls (m, columns) and the temperatures of the parameter rows [degC].

        Columns: parameter row, oxygen saturation [g/m3], then the signals. Raises InputError for a signal
        that
        is not a number, or a temperature outside 0 to 45 degC.
        """
        sheet = self._sheet
        grids = [s.times for s, _ in [*self._signals, (sheet.temperature, None)] if isinstance(s, Schedule)]
        times = np.unique(np.concatenate(grids)) if grids else np.zeros(1)
        temperature = held(sheet.temperature, times)
        if not ((temperature >= 0) & (temperature <= 45)).all():
            raise InputError(
                f"water temperature {temperature.min():g} to {temperature.max():g} degC is outside 0 to 45"
            )
        grain = np.round(temperature / TEMPERATURE_GRAIN) * TEMPERATURE_GRAIN
        rows, row = np.unique(grain, return_inverse=True)
        columns = [row.astype(float).reshape(-1)]
        if sheet.saturation is None:
            columns.append(sheet.saturation_share * clean_water_saturation(temperature))
        else:
            columns.append(np.full(times.size, float(sheet.saturation)))
        for signal, transfer_at in self._signals:
            column = held(signal, times)
            if (column < 0).any() or not np.isfinite(column).all():
                raise InputError("a flow, dose, set point or kLa is negative or not a number")
            if transfer_at is not None:
                column = column * TRANSFER_THETA ** (temperature - transfer_at)
            columns.append(column)
        return times, np.column_stack(columns), rows


def held(signal: Signal, times: FloatArray) -> FloatArray:
    """Values of a signal at times (n,) [d], held from each change on."""
    if not isinstance(signal, Schedule):
        return np.full(times.size, float(signal))
    at = np.clip(np.searchsorted(signal.times, times, side="right") - 1, 0, None)
    return np.asarray(signal.values[at], dtype=float)
