"""Static files under names that hold their digest, so that a browser may keep them for ever."""

import gzip
import hashlib
import mimetypes
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files

from fastapi import APIRouter, Request, Response

from clearbay.reports.pictures.drawing import VEGA_LITE
from clearbay.web.layout.errors import NotThere
from clearbay.web.layout.levels import stylesheet

FOR_EVER = "public, max-age=31536000, immutable"
"""Safe because another content has another name."""

PACKED_FROM = 1000
"""Bytes from which a file is also kept gzipped."""

_BUNDLE = """
import sys, vl_convert
sys.stdout.buffer.write(vl_convert.javascript_bundle(snippet=None, vl_version=sys.argv[1]).encode())
"""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Asset:
    """A file as it is sent: type, bytes, and the same gzipped where that is worth it."""

    media_type: str
    body: bytes
    packed: bytes | None


def _asset(name: str, body: bytes) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind.endswith("javascript"):
        kind += "; charset=utf-8"
    packed = gzip.compress(body, 9, mtime=0) if len(body) >= PACKED_FROM and "image/png" not in kind else None
    return Asset(kind, body, packed)


def _named(name: str, digest: str) -> str:
    stem, _, end = name.rpartition(".")
    return f"{stem}.{digest[:10]}.{end}"


@cache
def _small() -> tuple[Mapping[str, str], Mapping[str, Asset]]:
    """Names with digest by plain name, and the files by name with digest."""
    names: dict[str, str] = {}
    assets: dict[str, Asset] = {}
    bodies = {f.name: f.read_bytes() for f in files("clearbay.web").joinpath("static").iterdir() if f.is_file()}
    bodies["levels.css"] = stylesheet().encode()
    for name, body in bodies.items():
        names[name] = _named(name, hashlib.sha256(body).hexdigest())
        assets[names[name]] = _asset(name, body)
    return names, assets


@cache
def _vega_name() -> str:
    # The bundle takes seconds to make; its name follows from what it is made of.
    return _named("vega.js", hashlib.sha256(f"{version('vl-convert-python')} {VEGA_LITE}".encode()).hexdigest())


@cache
def _vega() -> Asset:
    """Vega, Vega-Lite and Vega-Embed, about 900 kB, 305 kB gzipped."""
    # In a process of its own: what makes the bundle is a JavaScript engine, which would keep its memory for good.
    made = subprocess.run([sys.executable, "-c", _BUNDLE, VEGA_LITE], check=True, capture_output=True)
    code = made.stdout.decode()
    return _asset("vega.js", f"(function(){{{code}}})();".encode())


def warm() -> None:
    """Make all files ready to send."""
    _small()
    _vega()


def static_path(name: str) -> str:
    """Address of a static file by its plain name (`app.css`, `vega.js`).

    Raises
    ------
    KeyError : there is no such file.
    """
    return f"/static/{_vega_name() if name == 'vega.js' else _small()[0][name]}"


@router.get("/static/{name}", name="static")
def static(request: Request, name: str) -> Response:
    """Send a static file, gzipped where the browser takes it."""
    asset = _vega() if name == _vega_name() else _small()[1].get(name)
    if asset is None:
        raise NotThere(name)
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, media_type=asset.media_type, headers=headers | {"Content-Encoding": "gzip"})
    # Content-Encoding keeps the compressing middleware off what is already as it should be.
    return Response(asset.body, media_type=asset.media_type, headers=headers)
