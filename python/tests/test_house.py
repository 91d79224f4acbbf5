"""Every file of the face is short enough to read."""

from __future__ import annotations

from pathlib import Path

#: The most lines that a file has.
LONGEST = 250
#: What is written by a program.
WRITTEN = {"operations.py"}


def test_no_file_is_longer_than_people_read() -> None:
    files = sorted((Path(__file__).parent.parent / "src").rglob("*.py"))
    assert len(files) > 50
    assert [
        file.name for file in files if file.name not in WRITTEN and len(file.read_text().splitlines()) > LONGEST
    ] == []
