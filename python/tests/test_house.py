"""Every file is short enough to read, and no module of the extension knows one that knows it."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent.parent
#: The most lines that a file has.
LONGEST = 250
#: What is written by a program.
WRITTEN = {"operations.py"}


def test_no_file_is_longer_than_people_read() -> None:
    face, native = sorted((HERE / "src").rglob("*.py")), sorted((HERE / "native").rglob("*.rs"))
    assert len(face) > 50
    assert len(native) > 30
    assert [
        file.name
        for file in face + native
        if file.name not in WRITTEN and len(file.read_text("utf-8").splitlines()) > LONGEST
    ] == []


def named(source: str) -> set[str]:
    """The modules of the crate that a source names, besides in comments."""
    code = "\n".join(line for line in source.splitlines() if not line.lstrip().startswith("//"))
    # What stands in braces would be missed: no file does that.
    assert not re.search(r"\bcrate::[^a-z]|\bsuper::", code)
    return set(re.findall(r"\bcrate::([a-z_]+)", code))


def circles(known: dict[str, set[str]]) -> set[str]:
    """Those that know each other in a circle, and those that know such."""
    left = set(known)
    # One goes once everything that it knows has gone.
    while free := {one for one in left if not known[one] & left}:
        left -= free
    return left


def test_a_circle_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": set()}) == set()
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == {"a", "b", "c"}
    assert named("use crate::hub::{self, Hub};\n// crate::run\nfn f() { crate::piece::f() }") == {"hub", "piece"}


def test_no_module_of_the_extension_knows_one_that_knows_it() -> None:
    sources = {file.stem: file.read_text("utf-8") for file in (HERE / "native").glob("*.rs")}
    # The root names all of them.
    root = sources.pop("lib")
    assert set(re.findall(r"^mod (\w+);", root, re.MULTILINE)) == set(sources)
    known = {name: named(source) - {name} for name, source in sources.items()}
    assert sum(map(len, known.values())) > 100, known
    assert circles(known) == set()
