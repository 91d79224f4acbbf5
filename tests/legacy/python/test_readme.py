"""The examples of the client's README."""

SIGNATURE_OF_JPG = b"\xff\xd8\xff"


def test_quickstart(api, opened, tmp_path):
    process = api.convert({
        "inputformat": "png",
        "outputformat": "jpg",
        "input": "upload",
        "file": opened("input.png"),
    })
    process.wait()
    process.download(str(tmp_path / "output.jpg"))
    assert (tmp_path / "output.jpg").read_bytes().startswith(SIGNATURE_OF_JPG)


def convert_pages(api, opened):
    process = api.convert({
        "inputformat": "pdf",
        "outputformat": "jpg",
        "converteroptions": {"page_range": "1-3"},
        "input": "upload",
        "file": opened("input.pdf"),
    })
    return process.wait()


def assert_pages(folder):
    pages = sorted(folder.iterdir())
    assert [page.name for page in pages] == ["input-1.jpg", "input-2.jpg", "input-3.jpg"]
    assert all(page.read_bytes().startswith(SIGNATURE_OF_JPG) for page in pages)


def test_download_of_multiple_output_files(api, opened, tmp_path):
    convert_pages(api, opened).downloadAll(str(tmp_path))
    assert_pages(tmp_path)


def test_download_of_multiple_output_files_one_by_one(api, opened, tmp_path):
    process = convert_pages(api, opened)
    for name in process["output"]["files"]:
        process.download(str(tmp_path / name), name)
    assert_pages(tmp_path)
