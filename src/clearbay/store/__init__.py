"""The store: raw packets and the observations decoded from them, committed together, revised and never overwritten."""

from clearbay.store.arrivals import Arrivals, Verdict
from clearbay.store.channels import Channel, ChannelMapError, read_channel_map
from clearbay.store.errors import StoreDamaged, StoreError, StoreFull, StoreInUse
from clearbay.store.store import Store

__all__ = [
    "Arrivals",
    "Channel",
    "ChannelMapError",
    "Store",
    "StoreDamaged",
    "StoreError",
    "StoreFull",
    "StoreInUse",
    "Verdict",
    "read_channel_map",
]
