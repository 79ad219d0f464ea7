"""`clearbay explain`: the evidence of one finding, recomputed from the files it came from."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table
from rich.text import Text

from clearbay.assess.reasons import WORDS as REASONS
from clearbay.assess.superseding import current
from clearbay.cli.assess_output import FINDINGS, RECORD, record_of
from clearbay.cli.console import console, speaks_of_errors
from clearbay.cli.explain_words import WORDS
from clearbay.cli.language import Language, language, language_option
from clearbay.platform.file_assessment import RecordError, read_record
from clearbay.platform.recomputation import Recomputed, recompute
from clearbay.standards.clause_names import clause_in

SAME = ("verdict", "value", "class", "index", "primary", "expected", "valid", "input_digest", "rule_digest")
"""What of a finding must come out the same when it is recomputed."""

DIFFERENCES_AT_MOST = 20
"""Differences between packets and store that are printed."""


@click.command("explain")
@click.argument("finding_id", metavar="FINDING")
@click.option(
    "--in", "folder", type=click.Path(path_type=Path), help="Folder that `clearbay assess` wrote; default: found here."
)
@click.option(
    "--as-of", type=click.DateTime(), help="The revision that stood at this instant (UTC); default: the last."
)
@click.option(
    "--store",
    type=click.Path(path_type=Path, exists=True),
    help="Data folder of `clearbay up`: a finding of the service.",
)
@click.option(
    "--district",
    type=click.Path(path_type=Path, exists=True),
    help="District folder, where no service runs on --store.",
)
@language_option
@speaks_of_errors
def explain(
    finding_id: str,
    folder: Path | None,
    as_of: datetime | None,
    store: Path | None,
    district: Path | None,
    lang: str | None,
) -> None:
    """Print the evidence of one finding and recompute it from its files, or from the store of a service.

    FINDING is its id, or the beginning of it. Exit code 1 when the recomputed finding differs, 2 when it cannot be
    recomputed or packets behind it could not be opened.
    """
    speak = language(lang)
    if store is not None:
        _explain_stored(store, district, finding_id, speak)
        return
    where = folder or _only_folder()
    stored = _stored(where, finding_id, as_of)
    assessed_at = stored["assessed_at"]
    assert isinstance(assessed_at, datetime)
    request = read_record(record_of(where, assessed_at))
    again = recompute(request, stored)
    shown = console()
    _print_finding(shown, stored, speak)
    _print_rows(shown, again, speak)
    differing = [name for name in SAME if again.finding is None or again.finding[name] != stored[name]]
    if differing:
        shown.print(_say("differs", speak, names=", ".join(differing)), style="bold red")
        raise click.exceptions.Exit(1)
    shown.print(_say("same", speak), style="bold green")


def _explain_stored(store: Path, district: Path | None, finding_id: str, speak: Language) -> None:
    from clearbay.cli.explain_store import asked  # noqa: PLC0415  pulls in the service

    told = asked(store, district, finding_id)
    shown = console()
    _print_finding(shown, told.finding, speak)
    shown.print(_say("packets", speak, n=len(told.packets)), style="bold")
    for packet in told.packets:
        row = [str(packet[name]) for name in ("packet_id", "received_at", "mn", "cn", "bytes")]
        shown.print("  ".join(row) + " B")
    shown.print(
        _say("decoded", speak, packets=told.decoded, opened=told.opened, inputs=told.inputs, checked=told.checked)
    )
    _print_differences(shown, told.differences, speak)
    for mn, n in told.sealed.items():
        shown.print(_say("sealed", speak, mn=mn, n=n), style="bold yellow")
    if told.differing or told.again is None:
        names = ", ".join(told.differing) or _say("gone", speak)
        shown.print(_say("differs", speak, names=names), style="bold red")
        raise click.exceptions.Exit(1)
    if told.sealed:
        shown.print(_say("not_all", speak), style="bold yellow")
        raise click.exceptions.Exit(2)
    shown.print(_say("same_store", speak), style="bold green")


def _print_differences(shown: Console, differences: Sequence[Mapping[str, str]], lang: Language) -> None:
    for one in differences[:DIFFERENCES_AT_MOST]:
        where = " ".join(text for text in (one["packet_id"], one["mn"], one["code"]) if text)
        shown.print(Text(_say("difference", lang, where=where), style="red"))
        for key in ("stored", "decoded"):
            shown.print(Text("    " + _say(f"as_{key}", lang, text=one[key] or _say("nothing", lang))))
    if len(differences) > DIFFERENCES_AT_MOST:
        shown.print(_say("more_rows", lang, n=len(differences) - DIFFERENCES_AT_MOST), style="dim")


def _only_folder() -> Path:
    found = sorted(path.parent for path in Path().glob(f"*/{RECORD}"))
    if (Path() / RECORD).exists():
        return Path()
    if len(found) != 1:
        some = f" ({', '.join(map(str, found))})" if found else ""
        raise RecordError(f"say with --in which folder the findings are in{some}")
    return found[0]


def _stored(folder: Path, finding_id: str, as_of: datetime | None) -> dict[str, object]:
    path = folder / FINDINGS
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise RecordError(f"{path}: cannot be read ({error}); `clearbay assess --format parquet` writes it") from error
    moment = None if as_of is None else as_of.replace(tzinfo=UTC)
    frame = pl.from_arrow(current(table, moment))
    assert isinstance(frame, pl.DataFrame)
    found = frame.filter(pl.col("finding_id").str.starts_with(finding_id))
    if len(found) != 1:
        how = "no finding" if len(found) == 0 else f"{len(found)} findings"
        when = "" if as_of is None else f" that stood at {as_of:%Y-%m-%d %H:%M:%S} UTC"
        raise RecordError(f"{path}: {how} with an id that begins with {finding_id!r}{when}")
    return found.to_dicts()[0]


def _say(key: str, lang: Language, **values: object) -> str:
    return WORDS[key][0 if lang == "zh" else 1].format(**values)


def _print_finding(shown: Console, stored: dict[str, object], lang: Language) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for key in (
        "finding_id", "revision", "verdict", "point_id", "code", "value", "raw_value", "limit", "margin", "class",
        "index", "primary", "period", "averaging", "method", "standard", "clause", "confidence", "counts", "left_out",
        "input_digest", "rule_digest",
    ):  # fmt: skip
        text = _field(key, stored, lang)
        if text:
            table.add_row(_say(key, lang), text)
    shown.print(table)
    windows = stored["windows"]
    assert isinstance(windows, list)
    if len(windows) == 0:
        return
    shown.print(_say("windows", lang), style="bold")
    # A column of flags or tags where some window has one.
    told = [key for key in ("flag", "tag") if any(window.get(key) for window in windows)]
    listed = Table(box=None, pad_edge=False, header_style="bold")
    for key in ("time", "code", "value", *told, "why"):
        listed.add_column(_say(key, lang), justify="right" if key == "value" else "left")
    for window in windows:
        start = pl.Series([window["time"]]).dt.convert_time_zone(str(stored["zone"]))[0]
        why = next((w[1 if lang == "zh" else 2] for w in REASONS.values() if w[0] == window["why"]), window["why"])
        used = window["why"] == "used"
        value = "–" if window["value"] is None else f"{window['value']:.9g}"
        reason = Text(why, style="green" if used else "yellow")
        listed.add_row(f"{start:%Y-%m-%d %H:%M}", window["code"], value, *(window[key] for key in told), reason)
    shown.print(listed)


def _field(key: str, stored: dict[str, object], lang: Language) -> str:
    unit = str(stored["unit"])
    if key == "verdict":
        verdict = str(stored["verdict"])
        return _say(f"verdict_{verdict}", lang) if verdict else _say("verdict_none", lang)
    if key == "limit":
        low, high = stored["limit_min"], stored["limit_max"]
        bounds = ([] if low is None else [f"≥ {low:g}"]) + ([] if high is None else [f"≤ {high:g}"])
        return f"{', '.join(bounds)} {unit}" if bounds else ""
    if key == "revision":
        older = stored["supersedes"]
        return str(stored["revision"]) + (_say("supersedes", lang, older=older) if older else "")
    if key in ("value", "raw_value", "margin"):
        return "" if stored[key] is None else f"{stored[key]:.9g} {'' if unit == '1' else unit}".rstrip()
    if key == "period":
        start = pl.Series([stored["time"]]).dt.convert_time_zone(str(stored["zone"]))[0]
        return f"{start:%Y-%m-%d %H:%M} {stored['zone']}, {stored['period_s']} s"
    if key == "counts":
        return _say("of", lang, valid=stored["valid"], expected=stored["expected"])
    if key == "left_out":
        reasons = stored["left_out"]
        assert isinstance(reasons, list)
        words = {w[0]: w[1 if lang == "zh" else 2] for w in REASONS.values()}
        return ", ".join(f"{words.get(r['reason'], r['reason'])} {r['count']}" for r in reasons)
    if key == "clause":
        return clause_in(str(stored[key] or ""), lang)
    return "" if stored[key] is None else str(stored[key])


def _print_rows(shown: Console, again: Recomputed, lang: Language) -> None:
    shown.print(_say("rows", lang, n=again.rows.num_rows), style="bold")
    listed = Table(box=None, pad_edge=False, header_style="bold")
    for key in ("file", "line", "time", "code", "text", "unit", "flag"):
        listed.add_column(_say(key, lang), justify="right" if key in ("line", "text") else "left")
    limit = 60
    for row in again.rows.slice(0, limit).to_pylist():
        start = pl.Series([row["time"]]).dt.convert_time_zone(again.zone)[0]
        listed.add_row(
            Path(again.files[row["source"]]).name,
            str(row["row"]),
            f"{start:%Y-%m-%d %H:%M}",
            row["code"],
            row["text"] or ("–" if row["value"] is None else f"{row['value']:.12g}"),
            row["unit"],
            row["flag"],
        )
    shown.print(listed)
    if again.rows.num_rows > limit:
        shown.print(_say("more_rows", lang, n=again.rows.num_rows - limit), style="dim")
