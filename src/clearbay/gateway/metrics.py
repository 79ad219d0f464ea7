"""The counts in Prometheus' text format, and the smallest HTTP server that shows them."""

import asyncio
from collections.abc import Callable, Iterator

from clearbay.gateway.counting import Counters

_LONGEST_REQUEST = 8192
_PATIENCE_S = 5.0


def prometheus(counters: Counters) -> str:
    """Return the metrics page."""
    return "\n".join(_lines(counters)) + "\n"


def _lines(counters: Counters) -> Iterator[str]:
    names = {
        "received": "Packets received",
        "stored": "Packets stored",
        "duplicate": "Packets received again",
        "refused": "Packets kept but refused",
        "acknowledged": "Packets answered after they were durable",
    }
    for name, words in names.items():
        yield f"# HELP clearbay_gateway_{name}_total {words}."
        yield f"# TYPE clearbay_gateway_{name}_total counter"
        for mn, count in sorted(counters.loggers.items()):
            yield f'clearbay_gateway_{name}_total{{mn="{_escaped(mn)}"}} {getattr(count, name)}'
    yield "# TYPE clearbay_gateway_last_seen_timestamp_seconds gauge"
    for mn, count in sorted(counters.loggers.items()):
        yield f'clearbay_gateway_last_seen_timestamp_seconds{{mn="{_escaped(mn)}"}} {count.last_seen:.3f}'
    yield "# TYPE clearbay_gateway_refusals_total counter"
    for reason, number in sorted(counters.reasons.items()):
        yield f'clearbay_gateway_refusals_total{{reason="{reason}"}} {number}'
    for name, table in (("turned_away", counters.turned_away), ("dropped", counters.dropped)):
        yield f"# TYPE clearbay_gateway_connections_{name}_total counter"
        for reason, number in sorted(table.items()):
            yield f'clearbay_gateway_connections_{name}_total{{reason="{reason}"}} {number}'
    for name, kind, value in (
        ("connections", "gauge", counters.connections),
        ("bytes_received_total", "counter", counters.bytes_in),
        ("commits_total", "counter", counters.commits),
        ("commit_seconds_total", "counter", f"{counters.commit_seconds:.6f}"),
        ("durable_milliseconds", "gauge", f"{counters.durable_ms:.1f}"),
        ("store_full", "gauge", int(bool(counters.full))),
    ):
        yield f"# TYPE clearbay_gateway_{name} {kind}"
        yield f"clearbay_gateway_{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


async def serve_metrics(host: str, port: int, page: Callable[[], str]) -> asyncio.Server:
    """Serve GET /metrics on a port (0: any free one)."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _PATIENCE_S)
            found = request.startswith((b"GET /metrics ", b"GET / "))
            body = page().encode() if found else b"see /metrics\n"
            status = "200 OK" if found else "404 Not Found"
            head = (
                f"HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            )
            writer.write(head.encode() + body)
            await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            return
        finally:
            writer.close()

    return await asyncio.start_server(answer, host, port, limit=_LONGEST_REQUEST)
