"""What can be done with a file, and the known options of each mode. Others go along as they are.

Written from ``core/src/surface/operations/`` by ``cargo xtask faces --write``.

>>> options: WatermarkOptions = {"text": "Draft", "opacity": 30}
>>> client.convert("plan.pdf", mode="watermark", options=options)
"""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Mapping, Tuple, TypedDict, Union

__all__ = [
    "CaptureWebsiteOptions",
    "CommandOptions",
    "MODES",
    "MetadataWriteOptions",
    "Mode",
    "NEEDS_TO",
    "OptimizeOptions",
    "PdfAOptions",
    "PdfDecryptOptions",
    "PdfEncryptOptions",
    "PdfExtractPagesOptions",
    "PdfOcrOptions",
    "PdfRotatePagesOptions",
    "TAKES_MANY",
    "ThumbnailOptions",
    "WatermarkOptions",
]

#: What is done with the input. Those after ``extract`` are operations of version 2 of the API.
Mode = Literal[
    "convert",
    "info",
    "combine",
    "archive",
    "extract",
    "optimize",
    "watermark",
    "thumbnail",
    "capture-website",
    "metadata/write",
    "pdf/a",
    "pdf/x",
    "pdf/ocr",
    "pdf/encrypt",
    "pdf/decrypt",
    "pdf/split-pages",
    "pdf/extract-pages",
    "pdf/rotate-pages",
    "pdf/merge",
    "command",
]

#: What comes out of each.
MODES: Dict[Mode, str] = {
    "convert": "one file into another format",
    "info": "the facts about a file, without an output",
    "combine": "several files into one",
    "archive": "files into an archive",
    "extract": "the files of an archive",
    "optimize": "a smaller file of the same format",
    "watermark": "a text or a picture over the file",
    "thumbnail": "a small picture of the file",
    "capture-website": "a web page as a picture or a PDF",
    "metadata/write": "other metadata in the file",
    "pdf/a": "a PDF for archives",
    "pdf/x": "a PDF for printers",
    "pdf/ocr": "a text layer in a scanned PDF",
    "pdf/encrypt": "a PDF with a password",
    "pdf/decrypt": "a PDF without its password",
    "pdf/split-pages": "every page of a PDF as a file",
    "pdf/extract-pages": "some pages of a PDF",
    "pdf/rotate-pages": "pages of a PDF, turned",
    "pdf/merge": "several PDFs as one",
    "command": "a command line of ffmpeg, imagemagick or graphicsmagick",
}
#: Those that have to be told the format of the output.
NEEDS_TO: Tuple[Mode, ...] = ("convert", "info", "combine", "archive", "extract", "thumbnail", "capture-website")
#: Those that make one output of several inputs.
TAKES_MANY: Tuple[Mode, ...] = ("combine", "archive", "pdf/merge", "command")


class OptimizeOptions(TypedDict, total=False):
    """Of the mode ``optimize``: a smaller file of the same format."""

    #: What a PDF is made small for. Default: the service's.
    profile: Literal["web", "print", "archive", "mrc", "max"]
    #: The quality of a picture. Default: the service's.
    quality: float


class WatermarkOptions(TypedDict, total=False):
    """Of the mode ``watermark``: a text or a picture over the file."""

    #: The text that is put on the file; or ``image``. Needed.
    text: Union[str, float]
    #: The task that imports the picture of the mark; or ``text``. Needed.
    image: Union[str, float]
    #: The pages that are taken, as ``1-3,7``. Default: all.
    pages: Union[str, float]
    #: Where the mark lies on a page. Default: the service's.
    layer: Literal["above", "below"]
    #: The size of the letters. Default: the service's.
    font_size: float
    #: The width of the text, in percent of the page's. Default: the service's.
    font_width_percent: float
    #: The colour of the text, as ``#ff0000``. Default: the service's.
    font_color: Union[str, float]
    #: The font. Default: the service's.
    font_name: Union[str, float]
    #: ``left``, ``center`` or ``right``. Default: the service's.
    font_align: Union[str, float]
    #: The width of the picture. Default: the service's.
    image_width: float
    #: The height of the picture. Default: the service's.
    image_height: float
    #: The width of the picture, in percent of the page's. Default: the service's.
    image_width_percent: float
    #: Where it is on the page. Default: the service's.
    position_vertical: Literal["top", "center", "bottom"]
    #: Where it is on the page. Default: the service's.
    position_horizontal: Literal["left", "center", "right"]
    #: The distance from the top or the bottom. Default: the service's.
    margin_vertical: float
    #: The distance from the left or the right. Default: the service's.
    margin_horizontal: float
    #: How much it covers, in percent. Default: the service's.
    opacity: float
    #: How far it is turned, in degrees. Default: the service's.
    rotation: float


class ThumbnailOptions(TypedDict, total=False):
    """Of the mode ``thumbnail``: a small picture of the file."""

    #: The width, in pixels. Default: the service's.
    width: int
    #: The height, in pixels. Default: the service's.
    height: int
    #: How a picture fits into ``width`` and ``height``: within, cut off, or drawn out. Default: the service's.
    fit: Literal["max", "crop", "scale"]
    #: How many pictures. Default: 1.
    count: int
    #: Where in a film it is taken, as ``00:00:05``. Default: the service's.
    timestamp: Union[str, float]


class CaptureWebsiteOptions(TypedDict, total=False):
    """Of the mode ``capture-website``: a web page as a picture or a PDF."""

    #: The pages that are taken, as ``1-3,7``. Default: all.
    pages: Union[str, float]
    #: How much larger or smaller it is. Default: the service's.
    zoom: float
    #: The width of the paper, or of the screen. Default: the service's.
    page_width: float
    #: The height of the paper, or of the screen. Default: the service's.
    page_height: float
    #: The margin of the paper. Default: the service's.
    margin_top: float
    #: The margin of the paper. Default: the service's.
    margin_bottom: float
    #: The margin of the paper. Default: the service's.
    margin_left: float
    #: The margin of the paper. Default: the service's.
    margin_right: float
    #: Whether colours and pictures behind the text are printed. Default: the service's.
    print_background: bool
    #: Whether every sheet has a header and a footer. Default: the service's.
    display_header_footer: bool
    #: The header, in HTML. Default: the service's.
    header_template: Union[str, float]
    #: The footer, in HTML. Default: the service's.
    footer_template: Union[str, float]
    #: When the page counts as loaded. Default: the service's.
    wait_until: Literal["load", "domcontentloaded", "networkidle0", "networkidle2"]
    #: The CSS selector of an element that is waited for. Default: the service's.
    wait_for_element: Union[str, float]
    #: How long is waited besides, in milliseconds. Default: the service's.
    wait_time: int
    #: Headers of the request for the page. Default: none.
    headers: Mapping[str, Any]


class MetadataWriteOptions(TypedDict, total=False):
    """Of the mode ``metadata/write``: other metadata in the file."""

    #: The fields and what they are to be. Needed.
    metadata: Mapping[str, Any]


class PdfAOptions(TypedDict, total=False):
    """Of the mode ``pdf/a``: a PDF for archives."""

    #: The part of the standard. Default: the service's.
    conformance_level: Literal["1b", "2b", "3b"]


class PdfOcrOptions(TypedDict, total=False):
    """Of the mode ``pdf/ocr``: a text layer in a scanned PDF."""

    #: Whether pages that lie are turned. Default: the service's.
    auto_orient: bool
    #: The languages of the text, as ``["eng"]``. Default: the service's.
    language: List[str]


class PdfEncryptOptions(TypedDict, total=False):
    """Of the mode ``pdf/encrypt``: a PDF with a password."""

    #: The password that opens it; or ``set_owner_password``. Needed.
    set_password: Union[str, float]
    #: The password that lifts the limits; or ``set_password``. Needed.
    set_owner_password: Union[str, float]
    #: Whether text and pictures may be copied. Default: the service's.
    allow_extract: bool
    #: Whether programs may read it aloud. Default: the service's.
    allow_accessibility: bool
    #: Whether it may be changed. Default: the service's.
    allow_modify: bool
    #: Whether it may be printed. Default: the service's.
    allow_print: bool


class PdfDecryptOptions(TypedDict, total=False):
    """Of the mode ``pdf/decrypt``: a PDF without its password."""

    #: The password that opens it. Needed.
    password: Union[str, float]


class PdfExtractPagesOptions(TypedDict, total=False):
    """Of the mode ``pdf/extract-pages``: some pages of a PDF."""

    #: The pages that are taken, as ``1-3,7``. Needed.
    pages: Union[str, float]


class PdfRotatePagesOptions(TypedDict, total=False):
    """Of the mode ``pdf/rotate-pages``: pages of a PDF, turned."""

    #: The pages that are taken, as ``1-3,7``. Default: all.
    pages: Union[str, float]
    #: How far they are turned: 90, -90 or 180 degrees. Needed.
    rotation: float


class CommandOptions(TypedDict, total=False):
    """Of the mode ``command``: a command line of ffmpeg, imagemagick or graphicsmagick."""

    #: The program, of the ``engine`` that is named. Needed.
    command: Literal["ffmpeg", "ffprobe", "convert", "identify", "gm"]
    #: Its arguments; files are ``/input/TASK/FILE`` and ``/output/FILE``. Needed.
    arguments: Union[str, float]
    #: Whether what it says is kept. Default: the service's.
    capture_output: bool
