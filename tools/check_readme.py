"""Runs the commands that the README shows, and sees that its Chinese sister shows the same ones.

A block fenced as ```sh is run line by line with `.venv/bin` on the PATH. Cloning, entering the clone and `make test`
are left out: they have happened, or happen next. Run it from a clean clone.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
LEFT_OUT = ("git clone", "cd ", "make test")
INSTEAD = {"make demo": 'make demo DEMO="--once --port 0 --web-port 0"'}
"""What serves until it is stopped is run so that it checks itself and ends."""


def commands(path: Path) -> list[str]:
    """Commands of a README, in order, without comments and prompts."""
    found: list[str] = []
    for block in BLOCK.findall(path.read_text(encoding="utf-8")):
        joined = block.replace("\\\n", " ")
        found += [line.split("  #")[0].strip() for line in joined.splitlines() if line.strip() and line[0] != "#"]
    return found


def main() -> int:
    """Run all commands once; exit code 1 when one fails or the sisters differ."""
    english, chinese = (commands(ROOT / name) for name in ("README.md", "README.zh-CN.md"))
    if english != chinese:
        print("README.md and README.zh-CN.md show different commands:")
        print("\n".join(sorted(set(english) ^ set(chinese))))
        return 1
    environment = {**os.environ, "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}", "LANG": "C.UTF-8"}
    for command in english:
        if command.startswith(LEFT_OUT):
            continue
        start = time.monotonic()
        run = INSTEAD.get(command, command)
        done = subprocess.run(run, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        print(f"{'ok' if done.returncode == 0 else 'FAILED'}  {time.monotonic() - start:5.1f} s  {command}", flush=True)
        if done.returncode != 0:
            print(done.stdout[-3000:], done.stderr[-3000:], sep="\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
