"""The manual is true: every example in it runs, beside a sandbox."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from cloudconvert_kit.sandbox import Sandbox, find
from conftest import png

MANUAL = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"^## (.*?)$|^```(\w+)\n(.*?)^```$", MANUAL.read_text(), re.MULTILINE | re.DOTALL)


def examples(language: str) -> list[object]:
    """Those in a language, named after the section that they stand in."""
    found: list[object] = []
    section = "Install"
    for heading, kind, code in BLOCKS:
        section = heading or section
        if kind == language:
            found.append(pytest.param(code, id=section))
    return found


@pytest.fixture
def folder(cloudconvert_sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the examples' files are; the sandbox is what the environment names."""
    (tmp_path / "pictures").mkdir()
    for name in ("photo.png", "logo.png", "pictures/1.png", "pictures/2.png"):
        (tmp_path / name).write_bytes(png())
    monkeypatch.chdir(tmp_path)
    for name, value in cloudconvert_sandbox.environment.items():
        monkeypatch.setenv(name, value)
    # The commands of the package that is tested, and the sandbox that tests use.
    monkeypatch.setenv("PATH", f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CLOUDCONVERT_KIT_SANDBOX", str(find()))
    return tmp_path


@pytest.mark.parametrize("code", examples("python"))
def test_python(folder: Path, code: str) -> None:
    is_test = "def test_" in code
    program = folder / ("test_example.py" if is_test else "example.py")
    program.write_text(code)
    how = ["-m", "pytest", "-q", "-p", "no:cacheprovider"] if is_test else []
    ran = subprocess.run(
        [sys.executable, *how, program], capture_output=True, text=True, timeout=120, check=False, cwd=folder
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert not [path for path in folder.iterdir() if path.suffix == ".part"]


COMMANDS = [line for [code] in (param.values for param in examples("sh")) for line in code.splitlines()]  # type: ignore[attr-defined]


def scripts() -> list[str]:
    """Each line by itself, and as a whole what begins with something else than a command."""
    found: list[str] = []
    for [block] in (param.values for param in examples("sh")):  # type: ignore[attr-defined]
        lines = [line for line in block.splitlines() if line.startswith("cloudconvert-kit ")]
        found += lines if len(lines) == len(block.splitlines()) else [block] if lines else []
    return found


@pytest.mark.parametrize("script", scripts())
def test_command_line(folder: Path, script: str) -> None:
    (folder / "out").mkdir()
    ran = subprocess.run(script, shell=True, capture_output=True, text=True, timeout=120, check=False, cwd=folder)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_what_can_be_installed() -> None:
    settings = (MANUAL.parent / "pyproject.toml").read_text()
    extras = re.findall(r"cloudconvert-kit\[(\w+)\]", " ".join(COMMANDS))
    assert extras
    for extra in extras:
        assert re.search(rf"^{extra} = \[", settings, re.MULTILINE), extra
    assert shutil.which("cloudconvert-kit", path=sysconfig.get_path("scripts"))
