"""What can be read only once: pipes, file objects that cannot seek, iterators."""

from __future__ import annotations

import asyncio
import io
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from cloudconvert_kit import Client, CloudConvertError, ConversionCancelledError, InputError
from cloudconvert_kit.sandbox import Sandbox

#: Longer than what is kept in memory.
LONG = b"# Hello\n\n" + b"word " * 400_000
SHORT = b"# Hello\n"

Source = Callable[[bytes], Any]


def pipe(content: bytes, buffering: int = -1) -> Any:
    """The end of a pipe that somebody fills."""
    read, write = os.pipe()

    def fill() -> None:
        with open(write, "wb") as file:
            file.write(content)

    threading.Thread(target=fill).start()
    return open(read, "rb", buffering=buffering)


def begun(content: bytes) -> Any:
    """A pipe of which a line was read already."""
    file = pipe(b"a line\n" + content)
    file.readline()
    return file


class Raw(io.RawIOBase):
    """As people write them: what reads, and nothing else."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def readinto(self, buffer: Any) -> int:
        return self._content.readinto(memoryview(buffer)[:1000])

    def readable(self) -> bool:
        return True


class Reader:
    """Not even that."""

    def __init__(self, content: bytes) -> None:
        self.read = io.BytesIO(content).read


def pieces(content: bytes) -> Iterator[Any]:
    yield b""
    for at in range(0, len(content), 999):
        yield bytearray(content[at : at + 999]) if at % 2 else content[at : at + 999]


def program(content: bytes) -> Any:
    words = f"import sys; sys.stdout.buffer.write({content[:9]!r} + b'word ' * {content.count(b'word ')})"
    running = subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE)
    threading.Thread(target=running.wait).start()
    return running.stdout


def connection(content: bytes) -> Any:
    here, there = socket.socketpair()

    def fill() -> None:
        with there:
            there.sendall(content)

    threading.Thread(target=fill).start()
    file = here.makefile("rb")
    here.close()
    return file


SOURCES: list[Source] = [pipe, lambda content: pipe(content, 0), begun, Raw, Reader, pieces, program, connection]


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("content", [SHORT, LONG], ids=["short", "long"])
@pytest.mark.parametrize("source", SOURCES)
def test_its_upload_can_be_repeated(cloudconvert_sandbox: Sandbox, source: Source, content: bytes) -> None:
    cloudconvert_sandbox.fault("upload", status=503, headers={"Retry-After": "0"})
    with cloudconvert_sandbox.client() as client:
        result = client.convert(source(content), to="txt", name="a.md")
    assert result.read().startswith(b"Hello")
    assert result.files[0].size > len(content) - 10


class Uploads(BaseHTTPRequestHandler):
    """Notes how long uploads are said to be, and refuses them."""

    told: list[tuple[str | None, str | None]]

    def do_POST(self) -> None:
        self.told.append((self.headers["content-length"], self.headers["transfer-encoding"]))
        self.rfile.read(int(self.headers["content-length"] or 0))
        self.send_response(400)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.mark.parametrize("content", [SHORT, LONG], ids=["short", "long"])
def test_its_length_is_told(content: bytes) -> None:
    """Storages refuse what comes in chunks."""
    told: list[Any] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Noting", (Uploads,), {"told": told})) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        with Client("key", base_url=url) as client:
            for source in (io.BytesIO(content), Raw(content)):
                with pytest.raises(CloudConvertError):
                    client.upload(f"{url}/upload/1", source, name="a.md", retries=0)
        server.shutdown()
    assert told[0] == told[1]
    assert int(told[0][0]) > len(content)
    assert told[0][1] is None


@pytest.mark.skipif(sys.platform != "linux", reason="pipes with names are Unix's")
def test_pipes_with_names(cloudconvert_client: Client, tmp_path: Path) -> None:
    fifo = tmp_path / "pipe.md"
    os.mkfifo(fifo)
    conversion = cloudconvert_client.submit(fifo, to="html")
    assert not conversion.done, "nobody writes into it yet"
    fifo.write_bytes(SHORT)
    assert b">Hello</h1>" in conversion.files[0].read()
    assert [*tmp_path.iterdir()] == [fifo]


def test_what_a_source_raises(cloudconvert_sandbox: Sandbox, cloudconvert_client: Client) -> None:
    """It is told before the service is asked for anything."""

    def broken() -> Iterator[bytes]:
        yield SHORT
        raise OSError("the line is cut")

    class Nothing(Raw):
        def read(self, size: int = -1) -> Any:
            return None

    closed = pipe(b"")
    closed.close()
    sources: list[tuple[Any, str]] = [
        (broken(), "the line is cut"),
        (iter(["text"]), "it gives str where bytes are needed"),
        (Nothing(b""), "it gives NoneType where bytes are needed"),
        (closed, "closed"),
    ]
    for source, words in sources:
        with pytest.raises(InputError, match=words):
            cloudconvert_client.convert(source, to="html", name="a.md")
    with pytest.raises(InputError, match="binary mode"):
        cloudconvert_client.convert(io.StringIO("text"), to="html", name="a.md")  # type: ignore[arg-type]
    assert cloudconvert_sandbox.requests() == []


def test_an_answer_of_http_ends_before_its_connection(cloudconvert_client: Client, tmp_path: Path) -> None:
    class Page(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-length", str(len(SHORT)))
            self.end_headers()
            self.wfile.write(SHORT)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{server.server_port}") as answer:
            assert b">Hello</h1>" in cloudconvert_client.convert(answer, to="html", name="a.md").read()
        server.shutdown()


def test_waiting_for_a_pipe_is_given_up(cloudconvert_sandbox: Sandbox) -> None:
    """Nothing was asked of the service by then, and event loops go on meanwhile."""
    read, write = os.pipe()

    async def give_up() -> None:
        async with cloudconvert_sandbox.async_client() as client:
            conversion = client.submit(silent, to="html", name="a.md")
            await asyncio.sleep(0.3)
            conversion.cancel()
            with pytest.raises(ConversionCancelledError):
                await asyncio.wait_for(conversion.result(), 5)

    with open(read, "rb") as silent:
        asyncio.run(give_up())
        with cloudconvert_sandbox.client() as client, client.submit(silent, to="html", name="a.md") as conversion:
            pass
        assert isinstance(conversion.error, ConversionCancelledError)
    os.close(write)
    assert cloudconvert_sandbox.requests() == []


@pytest.mark.parametrize("source", ["sys.stdin.buffer", "iter(lambda: sys.stdin.buffer.read1(100), b'')"])
def test_ctrl_c_while_waiting_for_the_standard_input(cloudconvert_sandbox: Sandbox, source: str) -> None:
    words = f"""
import sys
from cloudconvert_kit import Client
with Client() as client:
    client.submit(b"# Hi", to="html", from_="md").result()
    print("waits", flush=True)
    client.convert({source}, to="html", name="a.md")
"""
    running = subprocess.Popen(
        [sys.executable, "-c", words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **cloudconvert_sandbox.environment},
    )
    with running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"waits\n"
        running.send_signal(signal.SIGINT)
        if source.startswith("iter"):
            # Somebody's own iterator cannot be woken.
            assert running.stdin is not None
            running.stdin.close()
        assert running.stderr is not None
        said = running.stderr.read()
        assert running.wait(30) in (1, -signal.SIGINT)
    assert b"KeyboardInterrupt" in said
    assert b"Fatal" not in said


@pytest.mark.skipif(sys.platform != "linux", reason="it counts descriptors by /proc")
def test_nothing_stays_of_what_was_kept(
    cloudconvert_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    cloudconvert_client.convert(Raw(LONG), to="txt", name="a.md")
    assert [*tmp_path.iterdir()] == []
    opened = [path for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    assert not [path for path in opened if str(tmp_path) in os.readlink(path)]


def test_a_full_disk(cloudconvert_sandbox: Sandbox) -> None:
    """What cannot be kept is told, and the service was asked for nothing."""
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, limit[1]))
    try:
        with cloudconvert_sandbox.client() as client, pytest.raises(InputError, match="temporary folder"):
            client.convert(Raw(LONG), to="txt", name="a.md")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, before)
    assert cloudconvert_sandbox.requests() == []
