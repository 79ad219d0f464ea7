"""`clearbay assess`: files of measurements in, judgements with their evidence out."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import click

from clearbay.assess import findings as findings_module
from clearbay.assess.permits import Permit, parse_permit
from clearbay.cli.assess_output import FORMATS, write_all
from clearbay.cli.assess_summary import print_summary
from clearbay.cli.console import EXIT_NOTHING_DONE, console, progress, speaks_of_errors
from clearbay.cli.language import Language, language, language_option
from clearbay.district.permits import read_permits
from clearbay.files import PRESETS
from clearbay.platform.applicable import CHOICES, guess, permits_for
from clearbay.platform.file_assessment import (
    READ_OPTIONS,
    Assessment,
    Request,
    judged,
    points_of,
    read_files,
)
from clearbay.standards import load

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""Days that a span may name: every hour of it becomes a slot, so a slip of the year must not ask for millions."""


@click.command("assess")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--as", "way", type=click.Choice([*CHOICES, "effluent"]), help="What kind of values these are.")
@click.option("--permit", "permits", multiple=True, help="What applies, as 'GB 18918:level=1A,built=2010'. Repeatable.")
@click.option("--permits", "permits_file", type=click.Path(path_type=Path), help="permits.csv: what applies where.")
@click.option("--tags", type=click.Path(path_type=Path), multiple=True, help="tags.csv: what operators declared.")
@click.option("--as-of", type=click.DateTime(), help="Leave out tags entered after this instant (UTC).")
@click.option("--standards", "folders", type=click.Path(path_type=Path), multiple=True, help="A district's own limits.")
@click.option("--columns", help="Columns that are not recognised: 'time=timepoint,point=station,a34004=pm2_5'.")
@click.option("--preset", type=click.Choice(list(PRESETS)), help="A known publication format.")
@click.option("--zone", help="Zone of times that name none, such as Asia/Shanghai (the default).")
@click.option("--label", type=click.Choice(["start", "end", "instant"]), help="What a time names of its period.")
@click.option("--period", help="Length of a value's period: 1h, 5min, 1d, instant.")
@click.option("--unit", help="Units that headers do not give: 'mg/L' or 'a34004=ug/m3,a21005=mg/m3'.")
@click.option("--encoding", help="Encoding, where it is not found out rightly.")
@click.option("--delimiter", help="Delimiter, likewise.")
@click.option("--decimal", type=click.Choice([".", ","]), help="Decimal mark, likewise.")
@click.option("--date-order", type=click.Choice(["MDY", "DMY"]), help="Order of day and month, likewise.")
@click.option("--point", help="Name of the point where no column is one.")
@click.option("--day", help="Day of samples without a time.")
@click.option("--medium", type=click.Choice(["water", "air", "soil"]), help="Medium, where names are ambiguous.")
@click.option("--span", nargs=2, type=click.DateTime(["%Y-%m-%d"]), help="First and last day to cover.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write to; default FILE-findings here.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="parquet", show_default=True)
@click.option("--revise", is_flag=True, help="Keep the folder's findings; what differs becomes their next revision.")
@click.option("--report/--no-report", default=True, show_default=True, help="Write the HTML report.")
@language_option
@speaks_of_errors
def assess(
    files: tuple[str, ...],
    way: str | None,
    permits: tuple[str, ...],
    permits_file: Path | None,
    tags: tuple[Path, ...],
    as_of: datetime | None,
    folders: tuple[Path, ...],
    span: tuple[datetime, datetime] | None,
    out: Path | None,
    form: str,
    revise: bool,
    report: bool,
    lang: str | None,
    **reading_options: str | None,
) -> None:
    """Judge files of measurements by the limits in force.

    CSV (any delimiter, UTF-8 or GB18030, gzip too) and Parquet, long or wide; parameters are recognised by HJ 212 code
    or by Chinese or English name. Writes findings with their evidence, the rows that could not be read, and a report
    that opens in any browser without a network. Exit code 2 when nothing could be judged.
    """
    speak = language(lang)
    options = {name: value for name, value in reading_options.items() if name in READ_OPTIONS and value is not None}
    wanted = Request(
        files,
        options,
        _permits(permits, permits_file),
        tuple(str(folder) for folder in folders),
        _span(span),
        tuple(map(str, tags)),
        None if as_of is None else as_of.replace(tzinfo=UTC),
    )
    done, assumed = _judge(wanted, way, speak)
    target = out or Path(f"{_stem(files[0])}-findings")
    written = write_all(done, target, form, report=report, lang=speak, assumed=assumed, revise=revise)
    print_summary(console(), done, written, assumed, speak)
    if done.findings.num_rows == 0:
        raise click.exceptions.Exit(EXIT_NOTHING_DONE)


def _span(given: tuple[datetime, datetime] | None) -> tuple[date, date] | None:
    if given is None:
        return None
    first, last = given[0].date(), given[1].date()
    if last < first:
        raise click.BadParameter(f"the last day {last} lies before the first, {first}", param_hint="--span")
    if first < EARLIEST or last > LATEST:
        raise click.BadParameter(f"days lie between {EARLIEST} and {LATEST}", param_hint="--span")
    return first, last


def _permits(texts: tuple[str, ...], path: Path | None) -> tuple[Permit, ...]:
    given = [parse_permit(text) for text in texts]
    return tuple(given + (read_permits(path) if path is not None else []))


def _judge(wanted: Request, way: str | None, speak: Language) -> tuple[Assessment, list[str]]:
    standards = load(*(Path(folder) for folder in wanted.standards))
    size = sum(Path(name).stat().st_size for name in wanted.files if Path(name).is_file())
    with progress("读取" if speak == "zh" else "reading", size) as advance:
        reading = read_files(wanted, advance)
    points = points_of(reading)
    assumed: list[str] = []
    request = wanted
    if way is not None or not wanted.permits:
        chosen = way or guess(reading.table, points)
        request = replace(wanted, permits=(*wanted.permits, *permits_for(chosen)))
        assumed.append(CHOICES[chosen].zh if speak == "zh" else CHOICES[chosen].en)
    at = datetime.now(UTC)
    parts = []
    with progress("评价" if speak == "zh" else "judging", len(points)) as advance:
        for part in judged(request, reading, standards, points, at):
            parts.append(part)
            advance(len(part["point_id"].unique()))
    return Assessment(request, reading, standards, points, findings_module.together(parts), at), assumed


def _stem(name: str) -> str:
    return Path(name).name.split(".")[0] or "assessment"
