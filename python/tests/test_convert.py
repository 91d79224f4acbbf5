"""What is converted and what comes out, in both clients."""

from __future__ import annotations

import asyncio
import io
import os
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, Iterator, Literal

import pytest

from cloudconvert_kit import BadRequestError, Client, Content, ConversionFailedError, InputError, OutputError, Url
from cloudconvert_kit.sandbox import Sandbox

VERSIONS = [2, 1]
JPEG = b"\xff\xd8\xff"


@pytest.fixture
def client(cloudconvert_client: Client) -> Client:
    return cloudconvert_client


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address under which the files of the test can be fetched."""

    class Files(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


# Sources


def test_a_path(client: Client, picture: Path) -> None:
    assert client.convert(picture, to="jpg").read().startswith(JPEG)
    assert client.convert(str(picture), to="jpg").files[0].name == "picture.jpg"


def test_bytes(client: Client, picture: Path) -> None:
    content = picture.read_bytes()
    for source in (content, bytearray(content), memoryview(content)):
        assert client.convert(source, to="jpg", from_="png").read().startswith(JPEG)
    assert client.convert(content, to="jpg", name="my picture.png").files[0].name == "my picture.jpg"


def test_a_file_from_where_it_stands(client: Client, picture: Path) -> None:
    with picture.open("rb") as file:
        assert client.convert(file, to="jpg").files[0].name == "picture.jpg"
    padded = io.BytesIO(b"padding" + picture.read_bytes())
    padded.seek(7)
    assert client.convert(padded, to="jpg", from_="png").read().startswith(JPEG)


def test_urls(client: Client, picture: Path, served: str) -> None:
    assert client.convert(f"{served}/{picture.name}", to="jpg").read().startswith(JPEG)
    assert client.convert(Url(f"{served}/{picture.name}?x"), to="jpg").read().startswith(JPEG)


def test_content(client: Client) -> None:
    assert b">Hello</h1>" in client.convert(Content("# Hello", "a.md"), to="html").read()
    assert b">Hello</h1>" in client.convert(Content(b"# Hello", "a.md"), to="html").read()


def test_several_files_become_one(client: Client, picture: Path) -> None:
    result = client.convert([picture, picture], to="zip", mode="archive")
    with zipfile.ZipFile(io.BytesIO(result.read())) as archive:
        assert len(archive.namelist()) == 2


@pytest.mark.parametrize(("version", "upload"), [(2, "multipart"), (1, "multipart"), (1, "put")])
def test_names_arrive_as_they_are(client: Client, picture: Path, upload: Literal["multipart", "put"]) -> None:
    for name in ["Grüße #1 (50%)?.png", 'a"b.png', "x" * 240 + ".png", "two  spaces.png"]:
        expected = name[:-4].replace("?", "_").replace('"', "_")
        result = client.convert(picture.read_bytes(), to="jpg", name=name, upload=upload)
        assert result.files[0].name == f"{expected}.jpg"


def test_what_cannot_be_read(client: Client, tmp_path: Path, picture: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        client.convert(tmp_path / "missing.png", to="jpg")
    with pytest.raises(InputError, match="is a folder"):
        client.convert(tmp_path, to="jpg", from_="png")
    with picture.with_suffix(".txt").open("w+") as file:
        file.write("text")
        file.seek(0)
        with pytest.raises(InputError, match="binary mode"):
            client.convert(file, to="pdf")  # type: ignore[arg-type]
    with pytest.raises(BadRequestError, match="no file name"):
        client.convert(b"content", to="jpg")
    with pytest.raises(TypeError, match="a source is"):
        client.convert(7, to="jpg")  # type: ignore[arg-type]


def test_an_input_that_shrinks(client: Client, noise: Callable[[int], Path]) -> None:
    path = noise(3 << 20)
    file = path.open("rb")

    class Shrinking(io.RawIOBase):
        name = "noise.bin"

        def seekable(self) -> bool:
            return True

        def tell(self) -> int:
            return file.tell()

        def seek(self, offset: int, whence: int = 0) -> int:
            return file.seek(offset, whence)

        def read(self, size: int = -1) -> bytes:
            return file.read(size) if file.tell() < 1 << 20 else b""

    with file, pytest.raises(InputError, match="shrank"):
        client.convert(Shrinking(), to="zip", mode="archive")


class Growing(io.RawIOBase):
    """A file object to which somebody writes as long as it is read."""

    name = "noise.bin"

    def __init__(self, path: Path) -> None:
        self.file = path.open("rb+")

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.file.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        content = self.file.read(size)
        at = self.file.tell()
        self.file.seek(0, 2)
        self.file.write(b"more")
        self.file.seek(at)
        return content


@pytest.mark.parametrize(("version", "upload"), [(2, "multipart"), (1, "multipart"), (1, "put")])
def test_an_input_that_changes_its_length(
    client: Client, cloudconvert_sandbox: Sandbox, noise: Callable[[int], Path], upload: Any
) -> None:
    """What would be cut is no upload."""
    before = cloudconvert_sandbox.processes()

    def change(size: int) -> Callable[[Any], None]:
        def shown(progress: Any) -> None:
            if progress.stage in ("create", "start"):
                os.truncate(path, size)

        return shown

    for step in ("create", "start"):
        cloudconvert_sandbox.fault(step, delay_ms=300, times=None)
    path = noise(0)
    for size, changed, words in ((9 << 20, (9 << 20) + 1, "grew"), (9 << 20, 99, "shrank"), (0, 1, "grew")):
        os.truncate(path, size)
        with pytest.raises(InputError, match=f"it {words} from {size} to {changed} bytes"):
            client.convert(path, to="zip", mode="archive", upload=upload, on_progress=change(changed))
    os.truncate(path, 3 << 20)
    growing = Growing(path)
    with growing.file, pytest.raises(InputError, match="grew"):
        client.convert(growing, to="zip", mode="archive", upload=upload)
    assert cloudconvert_sandbox.processes() == before


# Outputs


def test_save(client: Client, picture: Path, tmp_path: Path) -> None:
    result = client.convert(picture, to="jpg")
    assert result.save(tmp_path / "a.jpg") == [tmp_path / "a.jpg"]
    assert result.save(tmp_path) == [tmp_path / "picture.jpg"]
    assert (tmp_path / "a.jpg").read_bytes() == result.read() == (tmp_path / "picture.jpg").read_bytes()
    with pytest.raises(OutputError, match="cannot be written"):
        result.save(tmp_path / "missing" / "a.jpg")


def test_large_outputs_are_on_disk(client: Client, noise: Callable[[int], Path], tmp_path: Path) -> None:
    source = noise(5 << 20)
    result = client.convert(source, to="zip", mode="archive")
    temporary = result.files[0].path
    assert temporary is not None
    assert temporary.stat().st_size == result.files[0].size > 5 << 20
    [saved] = result.save(tmp_path / "noise.zip")
    assert saved.stat().st_mode == source.stat().st_mode, "as the user's other files"
    assert not temporary.exists()
    assert result.files[0].path == saved
    with zipfile.ZipFile(saved) as archive:
        assert archive.read("noise.bin") == source.read_bytes()


def test_a_temporary_file_goes_with_its_result(client: Client, noise: Callable[[int], Path]) -> None:
    result = client.convert(noise(2 << 20), to="zip", mode="archive")
    path = result.files[0].path
    assert path is not None
    assert path.exists()
    del result
    assert not path.exists()


def test_save_to(client: Client, picture: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.jpg"
    target.write_text("old")
    result = client.convert(picture, to="jpg", save_to=target)
    assert result.files[0].path == target
    assert result.read() == target.read_bytes()
    assert target.stat().st_mode == picture.stat().st_mode
    folder = tmp_path / "folder"
    folder.mkdir()
    client.convert(picture, to="jpg", save_to=folder)
    assert [path.name for path in folder.iterdir()] == ["picture.jpg"]


def test_nothing_is_written_that_failed(client: Client, tmp_path: Path) -> None:
    target = tmp_path / "a.jpg"
    with pytest.raises(ConversionFailedError):
        client.convert(b"no picture", to="jpg", from_="png", save_to=target)
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_cannot_be_written_stays_on_the_service(
    client: Client, cloudconvert_sandbox: Sandbox, picture: Path, tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        client.convert(picture, to="jpg", save_to=tmp_path / "missing" / "a.jpg")
    for process in client.processes():
        client.delete(process)


def test_several_outputs(client: Client, tmp_path: Path) -> None:
    archive = tmp_path / "two.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("a.txt", "A")
        zipped.writestr("b.txt", "B")
    result = client.convert(archive, to="txt", mode="extract", download="each")
    assert {file.name: file.read() for file in result.files} == {"a.txt": b"A", "b.txt": b"B"}
    with pytest.raises(BadRequestError, match="folder"):
        result.save(archive)
    assert sorted(result.save(tmp_path / "saved")) == [tmp_path / "saved" / "a.txt", tmp_path / "saved" / "b.txt"]
    with pytest.raises(BadRequestError, match="folder"):
        client.convert(archive, to="txt", mode="extract", download="each", save_to=archive)
    result = client.convert(archive, to="txt", mode="extract", download="each", save_to=tmp_path / "new" / "folder")
    assert [file.path for file in result.files] == [tmp_path / "new" / "folder" / name for name in ("a.txt", "b.txt")]


def test_info(client: Client, picture: Path) -> None:
    result = client.convert(picture, to="png", mode="info")
    assert result.files == []
    assert result.info


def test_options(client: Client, picture: Path) -> None:
    small = client.convert(picture, to="jpg", options={"quality": 1}, tag={"mine": [1, 2.5, None, True]})
    large = client.convert(picture, to="jpg", options={"quality": 100})
    assert small.files[0].size < large.files[0].size
    with pytest.raises(TypeError, match="not of set"):
        client.convert(picture, to="jpg", options={"quality": {1}})


def test_kept_on_the_service(client: Client, picture: Path) -> None:
    result = client.convert(picture, to="jpg", save=True)
    assert result.process_url
    again = client.download(result.process_url)
    assert again.read() == result.read()
    client.delete(result.process_url)


# On the way


def test_progress(cloudconvert_sandbox: Sandbox, client: Client, picture: Path) -> None:
    cloudconvert_sandbox.fault("run", delay_ms=500)
    seen: list[Any] = []
    result = client.convert(picture, to="jpg", on_progress=seen.append)
    assert "convert" in [progress.stage for progress in seen]
    stages = [progress.stage for progress in seen]
    assert stages == sorted(stages, key=["create", "start", "upload", "convert", "download", "delete", "done"].index)
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    assert [fraction for fraction in fractions if fraction == 1] == [1], "only at the end"
    assert result.progress == seen[-1]
    assert result.progress.stage == "done"
    assert result.progress.process_id == result.process_id


def test_submit(client: Client, picture: Path, tmp_path: Path) -> None:
    with client.submit(picture, to="jpg") as conversion:
        stages = [progress.stage for progress in conversion]
        assert stages
        assert conversion.done
        assert conversion.error is None
        assert conversion.files[0].name == "picture.jpg"
        assert conversion.save(tmp_path / "b.jpg") == [tmp_path / "b.jpg"]
        assert conversion.saved is None
        assert "done" in repr(conversion)


def test_asyncio(cloudconvert_sandbox: Sandbox, picture: Path) -> None:
    async def convert() -> None:
        async with cloudconvert_sandbox.async_client() as client:
            cloudconvert_sandbox.fault("run", delay_ms=500)
            seen: list[str] = []

            async def show(progress: Any) -> None:
                await asyncio.sleep(0)
                seen.append(progress.stage)

            result = await client.convert(picture, to="jpg", on_progress=show)
            assert result.read().startswith(JPEG)
            assert "convert" in seen
            conversion = client.submit(picture, to="jpg")
            stages = [progress.stage async for progress in conversion]
            assert stages
            assert (await conversion).read() == result.read()
            many = await asyncio.gather(*(client.convert(picture, to="jpg") for _ in range(20)))
            assert {each.read() for each in many} == {result.read()}

    asyncio.run(convert())


def test_options_that_contain_themselves_are_refused() -> None:
    circle: dict[str, Any] = {}
    circle["inside"] = [circle]
    deep: Any = "text"
    for _ in range(100_000):
        deep = [deep]
    with Client("KEY", base_url="http://127.0.0.1:1/v2") as client:
        for options in (circle, {"a": deep}):
            with pytest.raises(ValueError, match="64 levels"):
                client.convert(Content("text", "a.txt"), to="pdf", options=options)


def test_numbers_that_json_does_not_have_are_refused() -> None:
    with Client("KEY", base_url="http://127.0.0.1:1/v2") as client:
        for number in (float("nan"), float("inf")):
            with pytest.raises(ValueError, match="JSON"):
                client.convert(Content("text", "a.txt"), to="pdf", options={"width": number})
