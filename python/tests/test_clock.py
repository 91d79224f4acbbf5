"""Clocks are set: by people, by NTP, by machines that wake up. What passes is measured by one that nobody sets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cloudconvert_kit.sandbox import Sandbox

#: Converts, and sets the clock of this program by as much while the service works.
PROGRAM = """
import os, sys, time
from pathlib import Path
from cloudconvert_kit import Client

setting, by, source = sys.argv[1:]
before = []

def set_clock(progress):
    if progress.stage == "convert" and not before:
        before.append(time.time())
        # It is read at any time.
        Path(setting + ".new").write_text(by)
        os.replace(setting + ".new", setting)
        before.append(time.time())

begun = time.monotonic()
with Client() as client:
    client.convert(source, to="html", deadline=3600, on_progress=set_clock)
    client.submit(source, to="html").result()
assert abs(before[1] - before[0]) > 80_000, "the clock was set"
assert time.monotonic() - begun < 30
"""


@pytest.mark.skipif(sys.platform != "linux", reason="it takes the program faketime")
@pytest.mark.parametrize("by", ["-1d", "+1d"])
def test_a_clock_that_is_set(cloudconvert_sandbox: Sandbox, text: Path, tmp_path: Path, by: str) -> None:
    library = next(Path("/usr/lib").glob("**/faketime/libfaketime.so.1"))
    setting = tmp_path / "setting"
    setting.write_text("+0d")
    environment = {
        **os.environ,
        **cloudconvert_sandbox.environment,
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(setting),
        "FAKETIME_NO_CACHE": "1",
        # Nobody sets that one.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    cloudconvert_sandbox.fault("run", delay_ms=2_000, times=2)
    command = [sys.executable, "-c", PROGRAM, str(setting), by, str(text)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
