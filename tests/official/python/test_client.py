"""PyPI `cloudconvert` 2, unmodified but for the address."""

import http.server
import json
import os
import queue
import threading
import urllib.request
from pathlib import Path

import cloudconvert
import pytest

BASE = os.environ["CLOUDCONVERT_SANDBOX"].rstrip("/")
KEY = os.environ["CLOUDCONVERT_SANDBOX_KEY"]
INPUTS = Path(__file__).parents[2] / "legacy" / "inputs"


@pytest.fixture(autouse=True)
def client():
    cloudconvert.configure(api_key=KEY, endpoint=BASE, sync_endpoint=f"{BASE}/sync")


def named(job, name):
    return next(task for task in job["tasks"] if task["name"] == name)


def upload(job, name, file):
    task = cloudconvert.Task.find(id=named(job, name)["id"])
    assert cloudconvert.Task.upload(file_name=str(INPUTS / file), task=task)


def conversion(input_format, output_format):
    return {
        "tasks": {
            "in": {"operation": "import/upload"},
            "work": {
                "operation": "convert",
                "input": "in",
                "input_format": input_format,
                "output_format": output_format,
            },
            "out": {"operation": "export/url", "input": "work"},
        }
    }


def test_upload_convert_download(tmp_path):
    job = cloudconvert.Job.create(payload=conversion("png", "jpg"))
    upload(job, "in", "input.png")
    ended = cloudconvert.Job.wait(id=job["id"])
    assert ended["status"] == "finished"
    file = named(ended, "out")["result"]["files"][0]
    saved = cloudconvert.download(filename=str(tmp_path / file["filename"]), url=file["url"])
    content = Path(saved).read_bytes()
    assert content.startswith(b"\xff\xd8\xff") and len(content) == file["size"]
    assert cloudconvert.Job.delete(id=job["id"])


def test_merge():
    tasks = {name: {"operation": "import/upload"} for name in ("one", "two")}
    tasks["merge"] = {"operation": "merge", "input": ["one", "two"], "output_format": "pdf"}
    tasks["out"] = {"operation": "export/url", "input": ["merge"]}
    job = cloudconvert.Job.create(payload={"tasks": tasks})
    for name in ("one", "two"):
        upload(job, name, "input.pdf")
    ended = cloudconvert.Job.wait(id=job["id"])
    assert ended["status"] == "finished"
    with urllib.request.urlopen(named(ended, "out")["result"]["files"][0]["url"]) as answer:
        assert answer.read(5) == b"%PDF-"


def test_a_job_that_fails_tells_its_cause():
    job = cloudconvert.Job.create(payload=conversion("jpg", "png"))
    upload(job, "in", "input.pdf")
    ended = cloudconvert.Job.wait(id=job["id"])
    assert ended["status"] == "error"
    assert named(ended, "work")["code"] == "CONVERSION_FAILED"
    assert named(ended, "out")["code"] == "INPUT_TASK_FAILED"


def test_tasks_by_themselves_lists_cancelling():
    task = cloudconvert.Task.create(operation="import/upload")
    assert task["status"] == "waiting"
    assert any(one["id"] == task["id"] for one in cloudconvert.Task.all({"filter[status]": "waiting"}))
    assert cloudconvert.Task.cancel(id=task["id"])
    again = cloudconvert.Task.retry(id=task["id"])
    assert again["retry_of_task_id"] == task["id"]
    assert cloudconvert.Task.delete(id=again["id"])
    assert isinstance(cloudconvert.Job.all(), list)


class Receiver(http.server.BaseHTTPRequestHandler):
    received = queue.Queue()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.send_response(204)
        self.end_headers()
        self.received.put((body, self.headers["cloudconvert-signature"]))

    def log_message(self, *_):
        pass


def test_a_webhook_that_its_own_helper_verifies():
    server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/hook"
        hook = call("POST", "webhooks", {"url": url, "events": ["job.failed"]})
        tasks = {
            "in": {"operation": "import/raw", "file": "x", "filename": "a.png"},
            "work": {"operation": "convert", "input": "in", "output_format": "jpg"},
        }
        job = cloudconvert.Job.create(payload={"tasks": tasks})
        body, signature = Receiver.received.get(timeout=30)
        verify = cloudconvert.Webhook.verify
        assert verify(body, signature, hook["signing_secret"])
        assert not verify(body + " ", signature, hook["signing_secret"])
        assert json.loads(body)["job"]["id"] == job["id"]
        call("DELETE", f"webhooks/{hook['id']}")
    finally:
        server.shutdown()
        server.server_close()


def call(method, path, body=None):
    """A call that the client has no method for."""
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(f"{BASE}/v2/{path}", data, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read() or b"{}").get("data")


def test_a_wrong_key_is_told():
    cloudconvert.configure(api_key="wrong", endpoint=BASE, sync_endpoint=f"{BASE}/sync")
    assert cloudconvert.Job.all() is None
