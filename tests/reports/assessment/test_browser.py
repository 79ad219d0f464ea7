"""The page in a real browser, without a network: every picture draws, nothing complains."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH (apt-get install chromium)"),
]


def opened(page: Path, profile: Path) -> tuple[str, list[str]]:
    """The document after its scripts ran with every host unreachable, and what the console said."""
    assert CHROMIUM is not None
    done = subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--proxy-server=127.0.0.1:9",
            f"--user-data-dir={profile}",
            "--enable-logging=stderr",
            "--window-size=1200,3000",
            "--virtual-time-budget=15000",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env=os.environ | {"LANG": "C.UTF-8"},
    )
    return done.stdout, re.findall(r"CONSOLE[^\n]*", done.stderr)


@pytest.mark.parametrize(("kind", "lang"), [("air", "zh"), ("water", "en"), ("effluent", "zh"), ("soil", "en")])
def test_every_picture_draws_without_a_network_and_the_console_is_silent(page, tmp_path, kind, lang):
    path = tmp_path / "report.html"
    path.write_text(page(kind, lang=lang), encoding="utf-8")
    document, console = opened(path, tmp_path / "profile")
    pictures = len(re.findall(r"data-figure=", document.split("<script")[0]))
    assert pictures > 0
    assert len(re.findall(r'data-drawn="yes"', document)) == pictures
    assert 'data-drawn="no"' not in document
    assert len(re.findall(r"<canvas", document.split("<script")[0])) >= pictures
    assert console == []
