"""What else the client can ask of the API."""

import queue
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import pytest
from cloudconvert import APIError, BadRequest, ConversionFailed, TemporaryUnavailable
from conftest import client, serve

PNG_TO_JPG = {"inputformat": "png", "outputformat": "jpg"}


def upload(api, file, **parameters):
    return api.convert({**PNG_TO_JPG, "input": "upload", "wait": True, "file": file, **parameters})


def test_prefix_of_the_version(opened):
    assert upload(client(prefix="/v1"), opened("input.png"))["step"] == "finished"


@pytest.mark.parametrize("key", [None, "nobody"])
def test_create_without_a_valid_key(key):
    with pytest.raises(APIError):
        client(key).createProcess(dict(PNG_TO_JPG))


def test_markdown_becomes_html(api, opened, tmp_path):
    process = upload(api, opened("input.md"), inputformat="md", outputformat="html")
    process.download(str(tmp_path))
    html = (tmp_path / "input.html").read_text(encoding="utf-8")
    assert ">A heading</h1>" in html and "<em>words</em>" in html


def test_film_becomes_another(api, opened, tmp_path):
    process = upload(api, opened("input.flv"), inputformat="flv", outputformat="mp4")
    assert process["converter"]["type"] == "ffmpeg"
    process.download(str(tmp_path))
    assert (tmp_path / "input.mp4").read_bytes()[4:8] == b"ftyp"


def test_raw_content(api):
    process = api.convert({
        "inputformat": "md",
        "outputformat": "html",
        "input": "raw",
        "file": "# Note",
        "filename": "note.md",
        "wait": True,
    })
    assert process["output"]["filename"] == "note.html"


def test_start_that_is_refused_ends_the_process(api):
    process = api.createProcess(dict(PNG_TO_JPG))
    with pytest.raises(BadRequest):
        process.start({"input": "download", "outputformat": "jpg", "file": None})
    with pytest.raises(BadRequest):
        process.refresh({"wait": True})
    process.delete()


def test_broken_input_file(api, opened):
    process = api.convert({**PNG_TO_JPG, "input": "upload", "file": opened("input.md")})
    with pytest.raises(ConversionFailed, match="."):
        process.wait(interval=0.1)


def test_no_conversion_host(api, opened, misbehave):
    misbehave(kind="run", status=503, headers={"Retry-After": "7"}, body="No host is free")
    with pytest.raises(TemporaryUnavailable, match="No host is free"):
        upload(api, opened("input.png"))


def test_callback(api, opened, request):
    calls = queue.Queue()

    class Callback(BaseHTTPRequestHandler):
        def do_GET(self):
            calls.put(urlsplit(self.path))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    callback = serve(request, Callback) + "/done"
    process = upload(api, opened("input.png"), callback=callback)
    call = calls.get(timeout=30)
    assert call.path == "/done"
    assert parse_qs(call.query) == {"id": [process["id"]], "url": [process["url"]], "step": ["finished"]}


def test_list(api, opened):
    process = upload(api, opened("input.png"))
    listed = {entry["id"]: entry for entry in api.get("/processes", None, True)}
    assert listed[process["id"]]["step"] == "finished"
    assert listed[process["id"]]["url"] == process["url"]


def test_saved_output_is_downloaded_twice(api, opened, tmp_path):
    process = upload(api, opened("input.png"), save=True)
    for name in ["first.jpg", "second.jpg"]:
        process.download(str(tmp_path / name))
    assert (tmp_path / "first.jpg").read_bytes() == (tmp_path / "second.jpg").read_bytes() != b""


def test_deleted_process_is_gone(api, opened):
    process = upload(api, opened("input.png"))
    process.delete()
    with pytest.raises(APIError):
        process.refresh()
