"""Under which names outputs appear, and when."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from cloudconvert_kit import Client, OutputError
from cloudconvert_kit.sandbox import Sandbox


def test_nothing_in_a_folder_is_replaced(cloudconvert_client: Client, text: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "text.html").write_text("mine")
    first = cloudconvert_client.convert(text, to="html", save_to=folder)
    assert first.files[0].path == folder / "text (1).html"
    assert first.files[0].name == "text.html"
    second = cloudconvert_client.convert(text, to="html")
    assert second.save(folder) == [folder / "text (2).html"]
    assert first.save(folder) == [folder / "text (3).html"]
    assert (folder / "text.html").read_text() == "mine"
    result = cloudconvert_client.convert(text, to="html", save_to=folder, overwrite=True)
    assert result.files[0].path == folder / "text.html"
    assert (folder / "text.html").read_bytes() == second.read()
    (folder / "text.html").write_text("mine")
    assert cloudconvert_client.convert(text, to="html").save(folder, overwrite=True) == [folder / "text.html"]
    assert (folder / "text.html").read_bytes() == second.read()
    assert len(list(folder.iterdir())) == 4


def test_outputs_of_a_batch_do_not_replace_each_other(cloudconvert_client: Client, tmp_path: Path) -> None:
    sources = [tmp_path / str(number) / "same.md" for number in range(6)]
    for source in sources:
        source.parent.mkdir()
        source.write_text(f"# Text {source.parent.name}\n")
    done = list(cloudconvert_client.convert_many(sources, to="html", save_to=f"{tmp_path}/out/", concurrency=6))
    paths = {each.files[0].path for each in done}
    assert {path.name for path in paths if path} == {"same.html", *(f"same ({n}).html" for n in range(1, 6))}
    for each in done:
        assert isinstance(each.source, Path)
        assert f"Text {each.source.parent.name}".encode() in each.files[0].read()


@pytest.mark.parametrize("delete", [True, False])
def test_what_cannot_be_named_stays_on_the_service(
    cloudconvert_sandbox: Sandbox, cloudconvert_client: Client, text: Path, tmp_path: Path, delete: bool
) -> None:
    target = tmp_path / "out.html"

    def disturb(progress: Any) -> None:
        if progress.stage == "convert":
            (target / "in the way").mkdir(parents=True, exist_ok=True)

    cloudconvert_sandbox.fault("run", delay_ms=300)
    with pytest.raises(OutputError) as failure:
        cloudconvert_client.convert(text, to="html", save_to=target, delete=delete, on_progress=disturb)
    where = f"; the service still has the output of {failure.value.process_id}: follow that to load it"
    assert str(failure.value).endswith(where)
    [left] = [each for each in cloudconvert_client.processes() if each.id == failure.value.process_id]
    assert b"Hello" in cloudconvert_client.download(left).read()
    cloudconvert_client.delete(left)
    assert sorted(os.listdir(tmp_path)) == ["out.html", "text.md"]


def test_who_resumes_knows_the_names_that_were_given(cloudconvert_client: Client, text: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "text.html").write_text("mine")
    states: list[str] = []
    cloudconvert_client.convert(text, to="html", save_to=folder, checkpoint=states.append)
    [resumed] = cloudconvert_client.resume(states[-1]).files
    assert resumed.path == folder / "text (1).html"
    assert b"Hello" in resumed.read()
