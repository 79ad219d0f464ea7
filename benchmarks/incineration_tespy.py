"""A TESPy re-solve of a comparable cycle: 4.0 MPa, 395 degC, two turbine groups, deaerator bleed, condenser, pumps.

Runs in an environment of its own, which `incineration.py` makes (TESPy is no dependency of ours).
"""

import logging
import time
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

started = time.process_time()
from tespy.components import CycleCloser, Merge, Pump, SimpleHeatExchanger, Splitter, Turbine  # noqa: E402
from tespy.connections import Connection  # noqa: E402
from tespy.networks import Network  # noqa: E402

print(f"TESPy import: {time.process_time() - started:.2f} s CPU")

REPEATS = 20


def cycle() -> tuple[Network, Connection, Turbine, Turbine]:
    """Boiler, turbine to the deaerator bleed, turbine to the condenser, two pumps."""
    network = Network(iterinfo=False)
    network.units.set_defaults(temperature="degC", pressure="MPa", enthalpy="kJ/kg", power="kW")
    closer, boiler, split = CycleCloser("closer"), SimpleHeatExchanger("boiler"), Splitter("bleed")
    high, low, condenser = Turbine("high"), Turbine("low"), SimpleHeatExchanger("condenser")
    lift, merge, feed = Pump("condensate pump"), Merge("deaerator"), Pump("feed pump")
    live = Connection(closer, "out1", high, "in1", label="live")
    bleed = Connection(high, "out1", split, "in1", label="bleed")
    exhaust = Connection(low, "out1", condenser, "in1", label="exhaust")
    condensate = Connection(condenser, "out1", lift, "in1", label="condensate")
    hot = Connection(merge, "out1", feed, "in1", label="deaerated")
    network.add_conns(
        live, bleed, Connection(split, "out1", low, "in1", label="to low"),
        Connection(split, "out2", merge, "in2", label="to deaerator"), exhaust, condensate,
        Connection(lift, "out1", merge, "in1", label="lifted"), hot,
        Connection(feed, "out1", boiler, "in1", label="feed"), Connection(boiler, "out1", closer, "in1", label="steam"),
    )  # fmt: skip
    live.set_attr(fluid={"water": 1}, T=395, p=4.0, m=24.3)
    bleed.set_attr(p=0.27)
    exhaust.set_attr(p=0.007)
    condensate.set_attr(x=0)
    hot.set_attr(x=0)
    boiler.set_attr(pr=0.9)
    condenser.set_attr(pr=1)
    high.set_attr(eta_s=0.82)
    low.set_attr(eta_s=0.78)
    lift.set_attr(eta_s=0.7)
    feed.set_attr(eta_s=0.72)
    return network, live, high, low


def main() -> None:
    network, live, high, low = cycle()
    started = time.process_time()
    network.solve("design")
    print(f"TESPy first solve: {time.process_time() - started:.3f} s CPU")
    started = time.process_time()
    for k in range(REPEATS):
        live.set_attr(m=24.3 - 0.2 * k)
        network.solve("design")
    each = (time.process_time() - started) / REPEATS
    print(f"TESPy re-solve at another flow: {1e3 * each:.1f} ms CPU")
    print(f"TESPy re-solves: {1 / each:.0f} /s of CPU")
    print(f"TESPy shaft power at the last flow: {-(high.P.val + low.P.val):.0f} kW")


if __name__ == "__main__":
    main()
