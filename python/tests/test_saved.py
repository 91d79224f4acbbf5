"""Golden files: every state that a release ever wrote goes on, for ever."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cloudconvert_kit import BadRequestError, Client, CloudConvertError
from script import VECTORS, Script, call_of, check_outcome, client_options

FOLDER = Path(__file__).parents[2] / "core" / "tests" / "saved" / "python"
STATES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


@pytest.mark.parametrize("added", [{}, {"later": {"than": "this"}}], ids=["today", "later"])
@pytest.mark.parametrize("name", STATES)
def test_what_was_ever_saved_goes_on(name: str, added: dict[str, Any], tmp_path: Path) -> None:
    """Also where a later release has added something."""
    state = STATES[name]
    for file, text in state.get("before", {}).items():
        (tmp_path / file).write_text(text)
    saved = json.dumps({**state["saved"], **added}).replace("FOLDER", json.dumps(str(tmp_path))[1:-1])
    script = Script(state, cancel=lambda: None)
    with Client(**client_options(script)) as client:
        outcome: Any
        try:
            outcome = client.resume(saved)
        except CloudConvertError as error:
            outcome = error
        check_outcome(state["outcome"], outcome)
    assert script.ended(), "the script has not ended"


def test_what_is_written_today_is_in_the_golden_files(tmp_path: Path) -> None:
    states: list[str] = []
    script = Script(VECTORS["v2-upload"], cancel=lambda: None)
    _, values, options = call_of(script.vector)
    options.update(save_to=f"{tmp_path}/", overwrite=True, checkpoint=states.append)
    with Client(**client_options(script)) as client:
        client.convert(*values, **options)
    written = {name for saved in states for name in json.loads(saved)}
    assert written >= {"conversion", "save_to", "overwrite"}
    assert written <= {name for state in STATES.values() for name in state["saved"]}


@pytest.mark.parametrize(
    "damage", [{"conversion": {}}, {"paths": "a"}, {"paths": [1]}, {"save_to": 5}, {"overwrite": "no"}, {"url": []}]
)
def test_what_is_damaged_is_told_with_what_to_do(damage: dict[str, Any]) -> None:
    saved = STATES["memory"]["saved"]
    whole = json.dumps(saved)
    with Client("KEY-s3cret") as client:
        for text in (json.dumps({**saved, **damage}), whole[:-3]):
            with pytest.raises(BadRequestError, match=r"not a saved conversion.*`checkpoint`.*convert anew"):
                client.resume(text)
