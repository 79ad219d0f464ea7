"""The JSON API: one module a resource, each with a `router` under /api. A new one adds its line to `RESOURCES`."""

from importlib import import_module

from fastapi import APIRouter

RESOURCES = ("places", "series", "findings", "sources", "plans")
"""Modules of this package."""


def routers() -> list[APIRouter]:
    """Routers of all resources."""
    return [import_module(f"clearbay.web.api.{name}").router for name in RESOURCES]
