"""Version 2 of the API: jobs made of tasks, before the sandbox."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cloudconvert_kit import AsyncClient, BadRequestError, Client, NotFoundError, UnauthorizedError
from cloudconvert_kit.sandbox import Sandbox

TASKS: dict[str, dict[str, Any]] = {
    "note": {"operation": "import/upload"},
    "page": {"operation": "convert", "input": "note", "input_format": "md", "output_format": "html"},
    "out": {"operation": "export/url", "input": "page"},
}


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.md"
    path.write_text("# A note\n")
    return path


@pytest.fixture
def client(cloudconvert_sandbox: Sandbox) -> Any:
    with cloudconvert_sandbox.client() as client:
        yield client


def test_a_file_is_converted_and_its_job_deleted(client: Client, note: Path, tmp_path: Path) -> None:
    result = client.convert(note, to="html", save_to=tmp_path / "note.html")
    assert "A note</h1>" in (tmp_path / "note.html").read_text()
    assert result.process_id not in [job.id for job in client.processes()]


#: Runs a job of its own, and is killed before it uploads.
PROGRAM = """
import json, os, signal, sys
from cloudconvert_kit import Client
note, state = sys.argv[1:]
def checkpoint(saved):
    open(state, "w").write(saved)
    if json.loads(json.loads(saved)["conversion"])["checking"] == "upload":
        os.kill(os.getpid(), signal.SIGKILL)
with Client() as client:
    client.run(TASKS, {"note": note}, checkpoint=checkpoint)
"""


def test_a_job_of_one_s_own_goes_on(cloudconvert_sandbox: Sandbox, client: Client, note: Path, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    environment = {**os.environ, **cloudconvert_sandbox.environment}
    program = f"TASKS = {TASKS!r}\n{PROGRAM}"
    killed = subprocess.run([sys.executable, "-c", program, str(note), str(state)], env=environment, check=False)
    assert killed.returncode == -9
    result = client.resume(state.read_text())
    assert b"A note</h1>" in result.read()
    assert result.process_id not in [job.id for job in client.processes()]


def test_a_page_s_file_goes_up_by_a_ticket(client: Client, note: Path) -> None:
    prepared = client.prepare("note.md", to="html")
    assert prepared.ticket is not None
    client.upload(prepared.ticket, note)
    assert b"A note</h1>" in client.follow(prepared.ticket).read()


def test_a_job_of_one_s_own(client: Client, note: Path) -> None:
    result = client.run(TASKS, {"note": note}, tag="order-7", delete=False)
    assert b"A note</h1>" in result.read()
    [job] = client.processes(tag="order-7", status="finished")
    assert job.id == result.process_id
    # Names have a mark behind them, by which a lost creation is found again.
    tasks = {str(task.name).split("-")[0]: task for task in client.tasks(job.id)}
    assert {name: task.status for name, task in tasks.items()} == dict.fromkeys(TASKS, "finished")
    assert [file.name for file in tasks["page"].files] == ["note.html"]
    again = client.retry_task(tasks["page"].id)
    while again.status in ("waiting", "processing"):
        again = client.task(again.id)
    assert (again.status, again.job) == ("finished", None)
    client.delete_task(again.id)
    with pytest.raises(NotFoundError):
        client.task(again.id)
    client.delete(job.id)


def test_a_job_whose_upload_has_no_file(client: Client) -> None:
    with pytest.raises(BadRequestError, match="note"):
        client.run(TASKS)
    with pytest.raises(BadRequestError, match="note"):
        client.run(TASKS, {"note": "https://example.org/note.md"})


def test_a_task_is_stopped(client: Client) -> None:
    prepared = client.prepare("note.md", to="html")
    [upload] = [task for task in client.tasks(prepared.id) if task.operation == "import/upload"]
    client.cancel_task(upload.id)
    assert client.task(upload.id).code == "CANCELLED"
    client.delete(prepared.id)


def test_the_list_goes_on_by_itself(client: Client) -> None:
    made = {client.prepare("note.md", to="html", tag="many").id for _ in range(3)}
    pages = client._page(lambda job: job["id"], "processes", {"call": "list", "tag": "many", "per_page": 2})
    assert pages.run.wait(False)
    first, following = pages.result()
    assert (len(first), following is not None) == (2, True)
    assert {job.id for job in client.processes(tag="many")} == made
    for job in made:
        client.delete(job)


def test_the_account_and_what_the_service_does(client: Client) -> None:
    assert client.me().credits is not None
    assert {each.operation for each in client.operations()} >= {"convert", "merge", "archive"}
    assert [each.to for each in client.operations("convert", from_="md", to="html")] == ["html"]
    assert [(pair.from_, pair.to) for pair in client.formats("md", "html")] == [("md", "html")]


def test_webhooks(client: Client) -> None:
    webhook = client.create_webhook("https://example.org/hook", ["job.finished"])
    assert webhook.secret
    assert webhook.secret not in repr(webhook)
    assert webhook.id in [each.id for each in client.webhooks()]
    client.delete_webhook(webhook.id)
    assert webhook.id not in [each.id for each in client.webhooks()]


def test_what_version_1_alone_has(client: Client, note: Path) -> None:
    with pytest.raises(BadRequestError, match="preset"):
        client.convert(note, to="html", preset="mine")
    with pytest.raises(BadRequestError, match="version 2"):
        client.create("md", "html")


def test_the_same_for_asyncio(cloudconvert_sandbox: Sandbox, note: Path) -> None:
    async def everything(client: AsyncClient) -> None:
        result = await client.run(TASKS, {"note": note}, tag="async", delete=False)
        [job] = [each async for each in client.processes(tag="async")]
        assert job.id == result.process_id
        assert len([task async for task in client.tasks(job.id)]) == len(TASKS)
        assert (await client.me()).credits is not None
        await client.delete(job.id)

    async def main() -> None:
        async with cloudconvert_sandbox.async_client() as client:
            await everything(client)

    asyncio.run(main())


def test_a_wrong_key(cloudconvert_sandbox: Sandbox) -> None:
    with Client("wrong", base_url=cloudconvert_sandbox.base_url) as client, pytest.raises(UnauthorizedError):
        client.me()
