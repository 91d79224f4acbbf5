"""The command line beside `convert`: jobs, tasks, the account, signatures, and conversions that go on."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cloudconvert_kit import SignedUrl
from cloudconvert_kit.cli import main
from cloudconvert_kit.sandbox import Sandbox
from conftest import ONLY_1, ONLY_2

VERSIONS = [2, 1]

TASKS: dict[str, Any] = {
    "note": {"operation": "import/upload"},
    "page": {"operation": "convert", "input": "note", "input_format": "md", "output_format": "html"},
    "out": {"operation": "export/url", "input": "page"},
}


class Told:
    """What a command says."""

    def __init__(self, output: pytest.CaptureFixture[str]) -> None:
        self.output = output

    def __call__(self, *arguments: str, code: int = 0) -> str:
        assert main(list(arguments)) == code, self.output.readouterr()
        said = self.output.readouterr()
        return said.err if code else said.out

    def json(self, *arguments: str) -> list[Any]:
        """Each line of it."""
        return [json.loads(line) for line in self(*arguments, "--json").splitlines()]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    return Told(capsys)


def test_jobs(sandbox: Sandbox, told: Told) -> None:
    with sandbox.client() as client:
        process = client.prepare("text.md", to="html")
    assert process.id in told("jobs")
    assert process.id in [each["id"] for each in told.json("jobs")]
    assert len(told.json("jobs", "--limit", "1")) == 1
    [status] = told.json("status", process.id)
    assert status["step"] == "input"
    assert f"{process.id}  input" in told("status", process.url)
    assert told("delete", process.id) == f"{process.id} is deleted\n"
    assert process.id not in [each["id"] for each in told.json("jobs")]
    told("status", "nothing", code=1)


def test_formats(sandbox: Sandbox, told: Told) -> None:
    line = told("formats", "md", "html")
    assert line.startswith("md to html  ")
    assert "None" not in told("formats")
    name = "inputformat" if sandbox.version == 1 else "input_format"
    assert {entry[name] for entry in told.json("formats", "md")} == {"md"}


@ONLY_2
def test_the_account(sandbox: Sandbox, told: Told) -> None:
    assert told("me").endswith(" credits\n")
    [account] = told.json("me")
    assert account["credits"] > 0
    assert told("operations", "convert", "--from", "md", "--to", "html").startswith("convert  md to html  ")
    [operation] = told.json("operations", "convert", "--from", "md", "--to", "html", "--include", "options")
    assert "options" in operation
    made = told("create-webhook", "https://example.org/called", "job.finished")
    id, _, secret = made.partition("  signing secret: ")
    assert secret.strip()
    assert f"{id}  works     https://example.org/called  job.finished" in told("webhooks")
    assert told("delete-webhook", id) == f"{id} is deleted\n"
    assert id not in [each["id"] for each in told.json("webhooks")]


@ONLY_1
def test_what_version_1_has_not(sandbox: Sandbox, told: Told, text: Path) -> None:
    for arguments in (["me"], ["tasks"], ["operations"], ["convert", str(text), "a.pdf", "--mode", "pdf/ocr"]):
        assert "version 1" in told(*arguments, code=2)


@ONLY_2
def test_a_job_of_one_s_own(sandbox: Sandbox, told: Told, here: Path, text: Path) -> None:
    (here / "job.json").write_text(json.dumps(TASKS))
    said = told("run", "job.json", "note=text.md", "--tag", "cli-1", "--no-delete")
    assert said == f"job.json -> {here / 'text.html'}\n"
    assert ">Hello</h1>" in (here / "text.html").read_text()
    [job] = told.json("jobs", "--tag", "cli-1")
    tasks = {task["operation"]: task for task in told.json("tasks", job["id"])}
    assert {task["status"] for task in tasks.values()} == {"finished"}
    assert "text.html" in told("task", tasks["convert"]["id"])
    [again] = told.json("retry-task", tasks["convert"]["id"])
    assert again["id"] != tasks["convert"]["id"]
    assert told("delete-task", again["id"]) == f"{again['id']} is deleted\n"
    assert told("cancel-task", tasks["convert"]["id"]) == f"{tasks['convert']['id']} had ended\n"
    told("delete", job["id"])
    (here / "job.json").write_text(json.dumps({"tasks": TASKS, "tag": "cli-2"}))
    [result] = told.json("run", "job.json", "note=text.md", "--save-to", "new/", "--download", "each", "--no-delete")
    assert result["files"] == [str(here / "new" / "text.html")]
    [job] = told.json("jobs", "--tag", "cli-2")
    told("delete", job["id"])
    assert "note" in told("run", "job.json", code=2)
    assert "TASK=PATH" in told("run", "job.json", "text.md", code=2)


def needs_a_name(piped: str, here: Path, says: str, told: str) -> None:
    """A command of a shell is refused in words, and converts when it is told what it lacks."""
    ran = subprocess.run(["bash", "-c", piped], capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert says in ran.stderr
    subprocess.run(["bash", "-c", f"{piped} {told}"], check=True)
    assert ">Hello</h1>" in (here / "a.html").read_text()


@ONLY_2
def test_a_file_without_a_name_of_its_own(sandbox: Sandbox, told: Told, here: Path, text: Path) -> None:
    (here / "job.json").write_text(json.dumps(TASKS))
    piped = f"{sys.executable} -m cloudconvert_kit run job.json note=<(cat text.md) --save-to a.html"
    needs_a_name(piped, here, "needs a name with an extension", "--name note=text.md")
    assert "add other=PATH" in told("run", "job.json", "note=text.md", "--name", "other=a.md", code=2)


def test_an_input_without_a_name_of_its_own(sandbox: Sandbox, here: Path, text: Path) -> None:
    piped = f"{sys.executable} -m cloudconvert_kit convert <(cat text.md) a.html"
    needs_a_name(piped, here, "give the format as `from`", "--from md")


@ONLY_2
def test_a_job_by_a_pipe(sandbox: Sandbox, here: Path, text: Path) -> None:
    command = [sys.executable, "-m", "cloudconvert_kit", "run", "-", "note=text.md", "--save-to", "a.html", "--json"]
    ran = subprocess.run(command, input=json.dumps(TASKS), capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout)["files"] == [str(here / "a.html")]


@ONLY_2
def test_what_is_wanted(sandbox: Sandbox, told: Told, here: Path, text: Path) -> None:
    """The options of the job arrive."""
    (here / "options.json").write_text('{"pages": "1"}')
    wish = ["--tag", "cli-3", "--output-filename", "b.html", "--timeout", "60", "--options", "options.json"]
    told("convert", "text.md", "a.html", "--no-delete", "--callback", "http://127.0.0.1:9/called", *wish)
    assert ">Hello</h1>" in (here / "a.html").read_text()
    [job] = told.json("jobs", "--tag", "cli-3")
    [work] = told.json("tasks", job["id"], "--operation", "convert", "--include", "payload")
    payload = work["entry"]["payload"]
    assert (payload["filename"], payload["timeout"], payload["pages"]) == ("b.html", 60, "1")
    told("delete", job["id"])


def test_facts(sandbox: Sandbox, told: Told, picture: Path) -> None:
    [result] = told.json("convert", str(picture), "--mode", "info", "--to", "png")
    assert result["info"]
    assert result["files"] == []
    assert f"{picture}: " in told("convert", str(picture), "--mode", "info", "--to", "png")


@ONLY_2
def test_operations(sandbox: Sandbox, told: Told, here: Path, picture: Path) -> None:
    told("convert", "picture.png", "picture.pdf")
    told("convert", "*.pdf", "marked/", "--mode", "watermark", "--option", "text=Draft", "--option", "opacity=30")
    assert (here / "marked" / "picture.pdf").read_bytes().startswith(b"%PDF")
    (here / "lock.json").write_text('{"set_password": "s3cret"}')
    told("convert", "picture.pdf", "locked.pdf", "--mode", "pdf/encrypt", "--options", "lock.json")
    assert b"/Encrypt" in (here / "locked.pdf").read_bytes()
    told("convert", "picture.pdf", "marked/picture.pdf", "two.pdf", "--mode", "pdf/merge")
    assert (here / "two.pdf").read_bytes().startswith(b"%PDF")
    assert "one of png, jpg, webp" in told("convert", "picture.pdf", "a.html", "--mode", "thumbnail", code=2)


@pytest.mark.parametrize(
    ("storage", "said"),
    [
        ({"s3": {"bucket": "b"}}, "the storage s3 lacks"),
        ({"tape": {}}, "there is no storage tape"),
        ({}, "has to name one storage"),
        ([], "has to hold a JSON object"),
    ],
)
def test_storages_that_cannot_be(sandbox: Sandbox, told: Told, here: Path, storage: Any, said: str) -> None:
    (here / "storage.json").write_text(json.dumps(storage))
    assert said in told("convert", "--input-storage", "storage.json", "a.png", "a.jpg", code=2)


def test_storages(sandbox: Sandbox, told: Told, here: Path, text: Path) -> None:
    """The service offers none, and says so; what was asked for arrives."""
    fields = {"access_key_id": "id", "secret_access_key": "s3cret", "bucket": "b", "region": "r", "path": "out/"}
    (here / "storage.json").write_text(json.dumps({"s3": fields}))
    said = told("convert", "--input-storage", "storage.json", "in/a.md", "in/b.md", "out/", "--to", "html", code=1)
    assert "in/a.md: " in said
    assert "storage" in said or "s3" in said or "`path`" in said
    said = told("convert", "text.md", "--to", "html", "--output-storage", "storage.json", code=2)
    assert "s3" in said or "leave out the parameter output" in said
    assert "s3cret" not in said


def test_what_was_interrupted_goes_on(sandbox: Sandbox, told: Told, here: Path, text: Path) -> None:
    """Killed while it converts; what was uploaded is not uploaded again."""
    sandbox.fault("run", delay_ms=1500)
    program = [sys.executable, "-m", "cloudconvert_kit"]
    words = ["convert", "text.md", "out.html", "--checkpoint", "state.json", "-v"]
    with subprocess.Popen([*program, *words], stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        while "convert: GET" not in running.stderr.readline():
            assert running.poll() is None
        running.kill()
    assert os.stat("state.json").st_mode & 0o077 == 0, "it is nobody else's"
    assert told("resume", "state.json") == f"state.json -> {here / 'out.html'}\n"
    assert ">Hello</h1>" in (here / "out.html").read_text()
    assert sorted(path.name for path in here.iterdir()) == ["out.html", "text.md"]
    uploads = [request for request in sandbox.requests() if request["kind"] == "upload"]
    assert len(uploads) == 1


def test_nothing_is_left_to_go_on_with(sandbox: Sandbox, told: Told, here: Path, text: Path) -> None:
    told("convert", "text.md", "out.html", "--checkpoint", "state.json")
    assert sorted(path.name for path in here.iterdir()) == ["out.html", "text.md"]


def test_the_key_is_read_from_a_file(sandbox: Sandbox, told: Told, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLOUDCONVERT_API_KEY")
    (here / "key").write_text(f"{sandbox.key}\n")
    told("jobs", "--key-file", "key")
    (here / "key").write_text("another")
    assert main(["jobs", "--key-file", "key"]) == 3


# What a secret signs needs no service.

JOB = {
    "tasks": {
        "logo": {"operation": "import/url", "url": "https://e.org/a"},
        "file": {"operation": "export/url", "input": "logo"},
    }
}
BODY = b'{"event":"job.finished","job":{"id":"7","status":"finished"}}'
SIGNATURE = "f978a7b70c7afd832b22f6ffd210a545ac34984646fb2da1f6908dcafb4f8fcb"


def test_signed_urls(told: Told, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "job.json").write_text(json.dumps(JOB["tasks"]))
    (here / "secret").write_text("s3cret\n")
    assert "there is no secret" in told("sign", "https://s.cloudconvert.com/ID", "job.json", code=2)
    words = ["sign", "https://s.cloudconvert.com/ID", "job.json", "--cache-key", "logo-1", "--secret-file", "secret"]
    url = told(*words).strip()
    assert SignedUrl.verify(url, "s3cret").cache_key == "logo-1"
    monkeypatch.setenv("CLOUDCONVERT_SIGNING_SECRET", "s3cret")
    assert told("verify", url) == "signed, with the tasks logo, file\n"
    [signed] = told.json("verify", url)
    assert signed == {"job": JOB, "cache_key": "logo-1"}
    told("verify", f"{url}0", code=3)


def test_webhooks_are_verified(told: Told, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDCONVERT_SIGNING_SECRET", "secret")
    (here / "body.json").write_bytes(BODY)
    assert told("verify-webhook", "body.json", "--signature", SIGNATURE) == "job.finished  7\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BODY)))
    [webhook] = told.json("verify-webhook", "-", "--signature", SIGNATURE)
    assert webhook["job_id"] == "7"
    told("verify-webhook", "body.json", "--signature", "00", code=3)
