"""Loading the compiled code before the first logger waits for it."""

import numpy as np

from clearbay.gateway.acknowledging import acknowledge
from clearbay.gateway.registry import Logger, Registry
from clearbay.hj212.batch import decode
from clearbay.hj212.building import frame_segment
from clearbay.store.recording import chosen_frames, label_times, newest, observation_rows
from clearbay.store.resends import Resends
from clearbay.store.series import Slots

_SAMPLE = frame_segment(
    b"QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;"
    b"CP=&&DataTime=20160801085857;w01018-Rtd=1.0,w01018-Flag=N&&"
)


def warm_up() -> None:
    """Run every kernel once: some seconds where they are not compiled yet, a fraction of one where they are."""
    batch = decode(_SAMPLE)
    registry = Registry([Logger("010000A8900016F000169DC0", pw="123456")])
    refusals, _ = registry.admit(batch)
    acknowledge(batch, refusals == 0, {})
    resends = Resends()
    resends.add(batch.digests)
    resends.known(batch.digests, refusals == 0)
    slots = Slots(lambda _: 0)
    times = label_times(batch)
    rows, found = slots.find(batch, chosen_frames(batch, refusals, times), times)
    made = observation_rows(batch, rows, found, slots.columns, times, np.zeros(1, np.int64))
    newest(found, made.time, made.value, np.zeros(1, np.int64), np.zeros(1), np.zeros(1, np.bool_))
