"""The cases of the client's own test suite. Its pages count from 0, those of the document from 1; the document holds."""

import pytest
from cloudconvert import BadRequest, Process

PDF_TO_JPG = {"inputformat": "pdf", "outputformat": "jpg"}
PNG_TO_JPG = {"inputformat": "png", "outputformat": "jpg"}


def test_request_without_key(api):
    types = api.get("/conversiontypes", dict(PDF_TO_JPG), False)
    assert [(entry["inputformat"], entry["outputformat"]) for entry in types] == [("pdf", "jpg")]


def test_request_with_key(api):
    assert api.post("/process", dict(PDF_TO_JPG), True)["url"].startswith("//")


def test_process_creation(api):
    assert isinstance(api.createProcess(dict(PDF_TO_JPG)), Process)


def test_process_creation_with_invalid_format(api):
    with pytest.raises(BadRequest, match="^This conversiontype is not supported!"):
        api.createProcess({"inputformat": "invalid", "outputformat": "jpg"})


def assert_finished(process):
    assert process["step"] == "finished"
    assert process["output"]["ext"] == "jpg"


def test_input_download(api, served):
    process = api.createProcess(dict(PNG_TO_JPG))
    process.start({"input": "download", "outputformat": "jpg", "wait": True, "file": f"{served}/input.png"})
    assert_finished(process)
    process.delete()


def test_input_upload(api, opened):
    process = api.createProcess(dict(PNG_TO_JPG))
    process.start({"input": "upload", "outputformat": "jpg", "wait": True, "file": opened("input.png")})
    assert_finished(process)
    process.delete()


def test_input_upload_and_options(api, opened):
    process = api.createProcess(dict(PNG_TO_JPG))
    process.start({
        "input": "upload",
        "outputformat": "jpg",
        "wait": True,
        "file": opened("input.png"),
        "converteroptions": {"quality": 10},
    })
    assert_finished(process)
    assert int(process["converter"]["options"]["quality"]) == 10
    process.delete()


def test_download_of_output_file(api, opened, tmp_path):
    process = api.createProcess({"inputformat": "png", "outputformat": "pdf"})
    process.start({"input": "upload", "outputformat": "pdf", "file": opened("input.png")})
    process.wait()
    process.download(str(tmp_path / "output.pdf"))
    assert (tmp_path / "output.pdf").read_bytes().startswith(b"%PDF-")
    process.delete()


def test_download_of_multiple_output_files(api, opened, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    process = api.createProcess(dict(PDF_TO_JPG))
    process.start({
        "input": "upload",
        "outputformat": "jpg",
        "file": opened("input.pdf"),
        "converteroptions": {"page_range": "1-2"},
    })
    process.wait()
    process.downloadAll()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["input-1.jpg", "input-2.jpg"]
    process.delete()


def test_convert_shortcut(api, opened):
    process = api.convert({**PNG_TO_JPG, "input": "upload", "file": opened("input.png")}).wait()
    assert_finished(process)
    process.delete()
