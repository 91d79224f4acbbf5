"""The keyword arguments of conversions, and the core's wish that they make."""

from __future__ import annotations

import math
from numbers import Real
from operator import index
from typing import TYPE_CHECKING, Any, Callable, Dict, Literal, Mapping, Optional, TypedDict, Union

if TYPE_CHECKING:
    from ._progress import Progress
    from ._result import StrPath
    from .operations import Mode
    from .storage import Storage

__all__ = [
    "ConvertOptions",
    "DownloadOptions",
    "FollowOptions",
    "JobOptions",
    "ManyOptions",
    "PatienceOptions",
    "StartOptions",
    "TasksOptions",
]


class JobOptions(TypedDict, total=False):
    """What is to be made of a file: the parameters of the API."""

    #: The input format, where the file's name does not tell it.
    from_: Optional[str]
    #: The name of the input, with its extension, where the source has none of its own.
    name: Optional[str]
    #: Overrides the name of the input, with its extension.
    filename: Optional[str]
    #: What is done with the input. Default: ``convert``.
    mode: Mode
    #: What the service calls the output (version 2 of the API).
    output_filename: str
    #: What converts, where several engines can (version 2 of the API).
    engine: str
    #: Which version of the engine (version 2 of the API).
    engine_version: str
    #: The options of the operation, which :mod:`cloudconvert_kit.operations` has types for. Those of ``convert`` depend
    #: on the pair of formats.
    options: Mapping[str, Any]
    #: A string or an object of your own.
    tag: Any
    #: The ID of a preset.
    preset: str
    #: After how many seconds the service gives up. ``deadline`` is the client's own limit.
    timeout: int
    #: Whether the service sends a mail in the end.
    email: bool
    #: Where the service stores the output, instead of offering it for download: ``dropbox``, ``googledrive``, or a
    #: storage with a path, such as ``S3(…).path("out/")``.
    output: Union[Literal["dropbox", "googledrive"], Storage, None]
    #: The URL that the service calls in the end.
    callback: str
    #: Whether the service keeps the files after the download.
    save: bool
    #: Further parameters of the API, for what this version does not know.
    extra: Mapping[str, Any]


class StartOptions(JobOptions, total=False):
    """What a start can be told."""

    #: Whether the answer comes only when the conversion has ended.
    wait: bool


class PatienceOptions(TypedDict, total=False):
    """How much patience a conversion has."""

    #: How many seconds the whole may take. Default: that of the client, else six hours.
    deadline: Optional[float]
    #: How many requests may be repeated. Default: that of the client, else 20.
    retries: Optional[int]
    #: How often the service may ask to slow down. Default: that of the client, else 200.
    throttles: Optional[int]
    #: How many seconds a request that moves no file may stay without an answer. Default: that of the client, else 30.
    request_timeout: Optional[float]
    #: Called whenever something has changed. What it raises is logged and changes nothing; only a
    #: ``ConversionCancelledError`` cancels the conversion.
    on_progress: Optional[Callable[[Progress], object]]


class DownloadOptions(TypedDict, total=False):
    """Where the output goes."""

    #: The output as one file (a ZIP where there are several), each file on its own, or nothing. Default: ``whole``.
    download: Literal["whole", "each", "none"]
    #: Write to this file, which is replaced, or into this folder, instead of to memory or a temporary file. A folder
    #: that does not exist is made where the path ends with a slash, and for ``each``.
    save_to: Optional[StrPath]
    #: Whether an output in a folder replaces a file of its name. Default: no; its name gets a number,
    #: as in ``photo (1).jpg``.
    overwrite: bool
    #: Whether the conversion is deleted on the service at its end. Default: yes.
    delete: bool


class FollowOptions(PatienceOptions, DownloadOptions, total=False):
    """How a process is followed."""

    #: Called, in another thread, with the saved state before every step that another process would have to know of.
    #: What it raises is logged and changes nothing; only a ``ConversionCancelledError`` cancels the conversion.
    checkpoint: Optional[Callable[[str], object]]


class ConvertOptions(JobOptions, FollowOptions, total=False):
    """All that a conversion can be told."""

    #: How the input is uploaded. Default: ``multipart``.
    upload: Literal["multipart", "put"]
    #: How the end is waited for. ``progress``: by polls, with the percent on the way. ``result``: by long polls, with
    #: the fewest requests. ``callback``: the status is asked for when ``client.called_back`` tells that the service
    #: called ``callback``, and now and then in case it never does. Default: ``progress`` where there is an
    #: ``on_progress``, else ``result``.
    watch: Literal["progress", "result", "callback"]


class TasksOptions(FollowOptions, total=False):
    """What a job of one's own can be told beside its tasks."""

    #: A text of your own.
    tag: str
    #: The URL that the service calls in the end.
    callback: str
    #: How the end is waited for, as in :class:`ConvertOptions`.
    watch: Literal["progress", "result", "callback"]


class ManyOptions(JobOptions, total=False):
    """What many conversions have in common: as :class:`ConvertOptions`, but for each of them."""

    deadline: Optional[float]
    retries: Optional[int]
    throttles: Optional[int]
    request_timeout: Optional[float]
    #: Called with the conversion whose progress has changed. What it raises is logged; a ``ConversionCancelledError``
    #: gives all up.
    on_progress: Optional[Callable[[Any], object]]
    #: Called, in another thread, with a saved state and the source that it is of: as the ``checkpoint`` of one
    #: conversion. A ``ConversionCancelledError`` cancels that conversion alone.
    checkpoint: Optional[Callable[[str, Any], object]]
    download: Literal["whole", "each", "none"]
    #: A folder, or what tells the file or the folder for a source.
    save_to: Union[StrPath, Callable[[Any], StrPath], None]
    overwrite: bool
    delete: bool
    upload: Literal["multipart", "put"]
    watch: Literal["progress", "result", "callback"]


#: The longest time that can be told, in seconds: some thirty years.
_LONGEST = 10**9

_POLICY = {"deadline", "retries", "throttles", "request_timeout", "download", "delete", "upload", "watch"}
_RUN = {*_POLICY, "on_progress", "save_to", "overwrite", "checkpoint"}
_NAMES = {"from_": "from"}


def job_of(options: Mapping[str, Any]) -> Dict[str, Any]:
    """The options that are the job's, as the core names them. What the core does not know it refuses."""
    job = {_NAMES.get(name, name): value for name, value in options.items() if name not in _RUN}
    job.pop("name", None)
    if hasattr(job.get("output"), "to_wish"):
        job["output"] = job["output"].to_wish()
    return job


def policy_of(options: Mapping[str, Any], defaults: Mapping[str, Any]) -> Dict[str, Any]:
    """The options that are the policy's."""

    def chosen(name: str) -> Any:
        value = options.get(name)
        return defaults.get(name) if value is None else value

    policy = {name: chosen(name) for name in _POLICY}
    for time in ("deadline", "request_timeout"):
        policy[time] = None if policy[time] is None else math.ceil(seconds(time, policy[time]) * 1000)
    for number in ("retries", "throttles"):
        policy[number] = None if policy[number] is None else count(number, policy[number], least=0)
    return {**policy, "observed": bool(options.get("on_progress"))}


def seconds(name: str, value: Any) -> float:
    """A length of time, checked.

    :raises ValueError: it is negative, infinite, no number (NaN), or longer than anybody waits.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"`{name}` is a number of seconds, not {type(value).__name__}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not 0 <= number <= _LONGEST:
        raise ValueError(f"`{name}` is a number of seconds from 0 to {_LONGEST:,}, not {value}")
    return number


def count(name: str, value: Any, least: int = 1) -> int:
    """How many, checked.

    :raises ValueError: there are fewer than there have to be.
    """
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"`{name}` is a whole number, not {type(value).__name__}")
    number = index(value)
    if not least <= number <= _LONGEST:
        raise ValueError(f"`{name}` is a number from {least} to {_LONGEST:,}, not {value}")
    return number
