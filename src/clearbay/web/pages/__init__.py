"""Pages: one module a page, with a `router` and one template of its name. A new page adds its line to `PAGES`."""

from importlib import import_module

from fastapi import APIRouter

PAGES = (
    "overview",
    "points",
    "hall",
    "sites",
    "views",
    "energy",
    "exports",
    "findings",
    "evidence",
    "loggers",
    "packets",
    "plans",
    "follow_ups",
    "bulletin",
    "nuisance",
    "sign_in",
    "accounts",
    "audit",
    "alarms",
)
"""Modules of this package, in the order their routes are tried."""


def routers() -> list[APIRouter]:
    """Routers of all pages."""
    return [import_module(f"clearbay.web.pages.{name}").router for name in PAGES]
