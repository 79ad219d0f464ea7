"""`clearbay init`: a new district folder to fill in."""

from pathlib import Path

import click

from clearbay.cli.console import EXIT_NOTHING_DONE, console
from clearbay.cli.language import language, language_option
from clearbay.district.problems import DistrictError
from clearbay.district.starter import write_starter


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@language_option
def init(folder: Path, lang: str | None) -> None:
    """新建一个示范区文件夹。 Make a new district FOLDER: small, valid, with comments on how to fill it."""
    spoken = language(lang)
    try:
        written = write_starter(folder)
    except DistrictError as error:
        console(stderr=True).print(f"✗ {error.said(spoken)}", style="red", soft_wrap=True)
        raise click.exceptions.Exit(EXIT_NOTHING_DONE) from error
    out = console()
    for path in written:
        out.print(f"  {path}")
    said = {
        "zh": f"已新建 {len(written)} 个文件，以 # 开头的行说明怎样填写。下一步：clearbay district check {folder}",
        "en": f"{len(written)} files; lines with # say how. Next: clearbay district check {folder}",
    }
    out.print(said[spoken], soft_wrap=True)
