"""What a sequencing batch reactor can hold: water that comes faster than it is decanted would stand above its rim."""

import datetime as dt

from clearbay.twins.activated_sludge import station as st
from clearbay.twins.activated_sludge.errors import StationError
from clearbay.twins.activated_sludge.simulate import Run
from clearbay.twins.activated_sludge.works import Works

FREEBOARD = 1.02  # of the volume when full: what the rounding of a decanter's pump may add


class Overfull(StationError):
    """A batch reactor gets more water than it decants."""


def check_batches(works: Works, run: Run) -> None:
    """Refuse a run in which a batch reactor held more than its volume.

    Raises Overfull naming the reactor, the hour, what it held, what comes and what it can decant in a day.
    """
    for unit in works.station.line:
        if not isinstance(unit, st.BatchReactor):
            continue
        held = run.states[:, works.plant.place(unit.name, "volume")]
        most = int(held.argmax())
        if held[most] <= FREEBOARD * unit.volume:
            continue
        first = int((held > FREEBOARD * unit.volume).argmax())
        when = dt.datetime.combine(works.station.start, dt.time()) + dt.timedelta(days=float(run.times[first]))
        raise Overfull(
            f"'{unit.name}' would hold {held[first]:.1f} m3 of {unit.volume:g} by {when:%Y-%m-%d %H:%M}: "
            f"{works.sewage.flow.mean():.0f} m3/d of sewage come on average (at most "
            f"{works.sewage.flow.reshape(-1, 24).mean(axis=1).max():.0f} on a day) and {unit.cycles} cycles decant "
            f"{unit.cycles * unit.exchange * unit.volume:.0f} m3/d; give it more cycles, a larger exchange or volume, "
            "or an equalisation tank before it"
        )


__all__ = ["Overfull", "check_batches"]
