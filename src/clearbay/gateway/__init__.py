"""The gateway: takes HJ 212 over TCP, keeps every packet, acknowledges only what is on disk."""

from clearbay.gateway.registry import Logger, Registry, RegistryError, read_loggers
from clearbay.gateway.service import Gateway
from clearbay.gateway.settings import Limits, Settings, SettingsError, Upper

__all__ = [
    "Gateway",
    "Limits",
    "Logger",
    "Registry",
    "RegistryError",
    "Settings",
    "SettingsError",
    "Upper",
    "read_loggers",
]
