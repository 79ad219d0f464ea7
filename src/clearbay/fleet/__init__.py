"""A fleet of simulated loggers that speak HJ 212 over TCP, fed by twins and seeded generators."""

from clearbay.fleet.clock import Clock
from clearbay.fleet.counts import Counts
from clearbay.fleet.errors import FleetError
from clearbay.fleet.faults import Fault, Kind
from clearbay.fleet.logger import Manners
from clearbay.fleet.plan import Channel, FleetPlan, LoggerPlan
from clearbay.fleet.running import Fleet

__all__ = [
    "Channel",
    "Clock",
    "Counts",
    "Fault",
    "Fleet",
    "FleetError",
    "FleetPlan",
    "Kind",
    "LoggerPlan",
    "Manners",
]
