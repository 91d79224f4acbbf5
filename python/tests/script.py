"""The network and the clock of a vector's script, and what a client is told to follow it."""

from __future__ import annotations

import io
import json
import logging
import re
import ssl
import threading
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, Callable, Iterator

from cloudconvert_kit import (
    FTP,
    S3,
    SFTP,
    Azure,
    CloudConvertError,
    Content,
    GoogleCloud,
    OpenStack,
    Process,
    Request,
    Response,
    Storage,
    Url,
)

FOLDER = Path(__file__).parents[2] / "tests" / "vectors"
VECTORS = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
VECTORS.update({path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("callbacks/*.json"))})
VECTORS.update({f"v2-{path.stem}": json.loads(path.read_text()) for path in sorted(FOLDER.glob("v2/*.json"))})
CALLS = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("calls/*.json"))}
CALLS.update({f"v2-{path.stem}": json.loads(path.read_text()) for path in sorted(FOLDER.glob("v2/calls/*.json"))})
STORAGES = {kind.kind: kind for kind in (FTP, S3, SFTP, Azure, GoogleCloud, OpenStack)}
START = 1_700_000_000_000
#: What stands in scripts for the mark that a client gives the names of its tasks.
MARK = "ck0000000000000000"


class Script(logging.Handler):
    """Answers requests, moves the time, and lets the user cancel, all as the script says.

    A client tells in its log when it has begun to cancel, so this is a handler of logs too.
    """

    def __init__(self, vector: dict[str, Any], cancel: Callable[[], object]) -> None:
        super().__init__()
        self.vector = vector
        self.entries = list(vector["script"])
        self.time = START
        self.log = ""
        #: The mark that the client chose.
        self.mark = MARK
        self._cancel = cancel
        self._cancelling = threading.Event()
        self._hangs = False
        self._idle_since = START
        #: Whether the conversion was saved since the last request.
        self._saved = False
        #: What is told that the callback URL was called.
        self.call_back: Callable[[str], object] = lambda called: None

    def emit(self, record: logging.LogRecord) -> None:
        self.log += record.getMessage() + "\n"
        if record.getMessage() == "cancelling":
            self._cancelling.set()

    # A clock

    def now(self) -> int:
        if self.entries and self.entries[0].get("cancel"):
            self.entries.pop(0)
            self._cancel()
            assert self._cancelling.wait(60), "the client does not cancel"
        return self.time

    def wait(self, until: int) -> None:
        if self.entries and "called" in self.entries[0]:
            while "called" in self.entries[0]:
                self.call_back(self.entries.pop(0)["called"])
            until = self.time + 10
        self.time = until
        if self._hangs:
            # Until the client gave the request up, which is no wait of its own.
            self._hangs, self._idle_since = False, until

    # A transport

    def send(self, request: Request) -> Response:
        if self.entries and "wait" in self.entries[0]:
            least, most = self.entries.pop(0)["wait"]
            assert least <= self.time - self._idle_since <= most
        entry = self.entry(f"{request.method} {request.url}")
        self.check(entry["expect"], request)
        assert entry["expect"].get("saved", self._saved) == self._saved
        self._saved = False
        answer = entry.get("answer", {})
        if entry.get("fail") == "timeout":
            self._hangs = True
            raise TimeoutError
        self.time += answer.get("takes", 10)
        self._idle_since = self.time
        if entry.get("fail") == "certificate":
            raise ssl.SSLCertVerificationError(1, "certificate has expired")
        if entry.get("fail") == "unreached":
            raise ConnectionRefusedError
        if "fail" in entry:
            raise ConnectionResetError
        return response(answer, self.mark)

    def checkpoints(self, folder: Path) -> dict[str, Any]:
        """The options by which a conversion is saved, and where its output goes, where the script says that."""

        def checkpoint(saved: str) -> None:
            # That outputs are about to get their names is no reason of a request's.
            self._saved = self._saved or "marks" not in saved

        if "saveTo" in self.vector:
            # What the output is to become is there already.
            file = folder / self.vector["saveTo"]
            file.write_text("before")
            return {"save_to": file}
        told = any("saved" in entry.get("expect", {}) for entry in self.entries)
        return {"checkpoint": checkpoint, "save_to": f"{folder}/"} if told else {}

    def entry(self, call: str) -> dict[str, Any]:
        """What the script has for a call. What repeats stays until another call comes."""
        if self.entries and self.entries[0].get("repeats"):
            if self.entries[0]["expect"]["call"] == call:
                return dict(self.entries[0])
            self.entries.pop(0)
        assert self.entries, f"an unexpected {call}"
        return dict(self.entries.pop(0))

    def ended(self) -> bool:
        return not any(not entry.get("repeats") for entry in self.entries)

    def check(self, expect: dict[str, Any], request: Request) -> None:
        key = self.vector.get("key", "no key")
        assert f"{request.method} {request.url}" == expect["call"]
        assert (request.headers.get("authorization") == f"Bearer {key}") == expect.get("key", False)
        assert key not in repr(request) + request.url
        for name, value in expect.get("headers", {}).items():
            assert request.headers.get(name) == value
        body = b"".join(request.body)
        assert request.content_length == len(body)
        if "files" in expect:
            for name, content in zip(expect["files"], self.vector["content"]):
                assert f'filename="{name}"'.encode() in body
                assert content.encode() in body
        elif "file" not in expect:
            marked = re.search(rb"-(ck[0-9a-z]{16})", body)
            self.mark = marked[1].decode() if marked else self.mark
            plain = body.replace(self.mark.encode(), MARK.encode())
            assert (json.loads(plain) if plain else None) == expect.get("json")
        elif request.method == "POST":
            contents = self.vector["content"]
            contents = [contents] if isinstance(contents, str) else contents
            assert f'filename="{expect["file"]}"'.encode() in body
            assert any(content.encode() in body for content in contents)
            rest = body.decode()
            for name, text in expect.get("fields", []):
                _, part, rest = rest.partition(f'form-data; name="{name}"\r\n\r\n{text}\r\n')
                assert part, f"the field {name} is missing, or stands elsewhere"
            assert "; filename=" in rest, "the file is not the last field"
        else:
            assert body == self.vector["content"].encode()


def response(answer: dict[str, Any], mark: str) -> Response:
    """An answer of a script."""
    if "url" in answer:
        # This transport does not follow redirects.
        answer = {"status": 303, "headers": {"Location": answer["url"]}}
    content = json.dumps(answer["json"]).replace(MARK, mark) if "json" in answer else answer.get("text", "")
    length = answer.get("length", len(content.encode()))

    def pieces() -> Iterator[bytes]:
        yield content.encode()
        if answer.get("cut"):
            raise ConnectionResetError

    told = {} if length == "untold" else {"Content-Length": str(length)}
    headers = {**answer.get("headers", {}), **told}
    return Response(answer.get("status", 200), headers, pieces())


def client_options(script: Script) -> dict[str, Any]:
    """How a client is made that follows the script."""
    vector = script.vector
    return {"api_key": vector.get("key"), "base_url": vector.get("base"), "transport": script, "_clock": script}


def call_of(vector: dict[str, Any]) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
    """The method that a vector is about, and its arguments."""
    job, options, run = dict(vector.get("job", {})), options_of(vector), vector["run"]
    kind, name = job.pop("input", None), job.pop("name", None)
    if run == "delete":
        return "delete", (vector["url"],), {}
    if run == "follow":
        return "follow", (vector["url"],), options
    if run == "upload":
        return "upload", (vector["url"], vector["content"].encode()), {**options, "name": name}
    if run == "prepare":
        return "prepare", (name,), job
    if "tasks" in job:
        entries = job.pop("files", [])
        parts = named_files(entries, vector.get("content", []))
        files = {entry["task"]: part for entry, part in zip(entries, parts)}
        return "run", (job.pop("tasks"), files), {**options, **job}
    if "from" in job:
        job["from_"] = job.pop("from")
    if isinstance(job.get("output"), dict):
        job["output"] = storage(job["output"])
    source: Any
    if kind == "download":
        source, name = [Url(url) for url in job.pop("files", None) or [job.pop("url")]], job.pop("filename", None)
    elif kind == "upload" and "files" in job:
        source, name = named_files(job.pop("files"), vector.get("content", [])), None
    elif kind == "upload":
        source = [vector.get("content", "").encode()]
    elif isinstance(kind, dict):
        source = [storage(kind).file(*(job.pop("files", None) or [job.pop("file")]))]
    else:
        source = [Content(job.pop("content"), job.pop("filename", None), base64=kind == "base64")]
    return "convert", (source if len(source) > 1 else source[0],), {**options, **job, "name": name}


def named_files(entries: list[dict[str, Any]], contents: list[str]) -> list[io.BytesIO]:
    """Opened files with these names."""
    files = []
    for index, entry in enumerate(entries):
        file = io.BytesIO((contents[index] if contents else "").encode())
        file.name = entry["name"]
        files.append(file)
    return files


def storage(wish: dict[str, dict[str, Any]]) -> Storage:
    """A storage as the kit's users write it."""
    [(kind, given)] = wish.items()
    if kind not in STORAGES:
        unknown = type("Unknown", (Storage,), {"kind": kind})
        made: Storage = unknown().with_fields(**given)
        return made
    own = fields(STORAGES[kind])
    names = {field.name.replace("_", ""): field.name for field in own}
    known = {names[name]: value for name, value in given.items() if name in names}
    needed = {field.name: "" for field in own if field.init and field.default is MISSING}
    further = {name: value for name, value in given.items() if name not in names}
    return STORAGES[kind](**{**needed, **known}).with_fields(**further)


def options_of(vector: dict[str, Any]) -> dict[str, Any]:
    """A vector's policy, as clients are told it."""
    policy = dict(vector.get("policy", {}))
    options: dict[str, Any] = {}
    for time in policy.keys() & {"deadline", "request_timeout"}:
        options[time] = policy.pop(time) / 1000
    watch = policy.pop("watch", "progress")
    if watch == "progress":
        # Somebody who looks at it is what makes a client ask for it.
        options["on_progress"] = lambda progress: None
    elif watch == "callback":
        options["watch"] = watch
    return {**options, **policy}


def check_outcome(expected: dict[str, Any], outcome: Any) -> None:
    """Whether a result or an exception is the one that a vector tells."""
    if "error" in expected:
        assert isinstance(outcome, CloudConvertError), outcome
        assert outcome.code == expected["error"]
        assert expected.get("message", "") in outcome.message
        wait = None if outcome.retry_after is None else outcome.retry_after * 1000
        facts = {"status": outcome.status, "processId": outcome.process_id, "retryAfter": wait}
        facts["isRetryable"] = outcome.is_retryable
    else:
        assert not isinstance(outcome, BaseException), repr(outcome)
        files = {file.name: file.read().decode() for file in getattr(outcome, "files", ())}
        assert files == expected["files"]
        id = "id" if isinstance(outcome, Process) else "process_id"
        names = {"processId": id, "info": "info", "filename": "filename", "uploadUrl": "upload_url", "url": "url"}
        facts = {theirs: getattr(outcome, ours, None) for theirs, ours in names.items()}
        # Only what was prepared has its process URL as `url`.
        facts["processUrl"] = facts["url"] if facts["uploadUrl"] else getattr(outcome, "process_url", None)
    for name in facts.keys() & expected.keys():
        assert facts[name] == expected[name], name


def contains(told: Any, expected: Any) -> bool:
    """Whether all that is expected was told; what else was told does not matter."""
    if isinstance(expected, dict):
        return isinstance(told, dict) and all(contains(told.get(name), value) for name, value in expected.items())
    if isinstance(expected, list) and isinstance(told, list):
        return len(told) == len(expected) and all(map(contains, told, expected))
    if isinstance(expected, list):
        # Version 1's pairs of formats.
        return [told["from"], told["to"]] == expected
    return bool(told == expected)
