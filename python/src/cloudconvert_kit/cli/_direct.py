"""Conversions whose inputs, outputs or states are no plain files here: with storages, with a checkpoint, and facts."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Mapping, Optional, Sequence, cast

from ..operations import TAKES_MANY
from ..storage import StoredFiles
from ._bars import Bars
from ._common import EXITS, UsageError, connect, report, tell
from ._target import written_into
from ._targets import expand, is_stream, standard
from ._wish import checkpoint_to, job_of, patience_of, storage_of

if TYPE_CHECKING:
    import argparse

    from ..client import Client
    from ..client._conversion import Conversion
    from ..errors import CloudConvertError

__all__ = ["is_direct", "run", "tell_result"]


def is_direct(arguments: argparse.Namespace) -> bool:
    """Whether these arguments are for here."""
    return bool(arguments.input_storage or arguments.output_storage or arguments.checkpoint or arguments.mode == "info")


def run(arguments: argparse.Namespace) -> int:
    """Converts; gives the exit code."""
    paths = list(arguments.paths)
    place: Optional[str] = None
    if not arguments.output_storage and arguments.mode != "info":
        place = standard(paths.pop())
        if not paths:
            raise UsageError("name one input and one output")
    sources = _sources(arguments, paths)
    if arguments.checkpoint and len(sources) != 1:
        raise UsageError("--checkpoint is for one conversion: give one input")
    is_folder = place is not None and (len(sources) > 1 or place.endswith(("/", os.sep)) or os.path.isdir(place))
    options: Dict[str, Any] = {**job_of(arguments), **patience_of(arguments)}
    if arguments.each:
        options["download"] = "each"
    if place is not None and is_stream(Path(place)):
        options["save_to"] = written_into(Path(place))
    elif place is not None:
        options.update(save_to=os.path.join(place, "") if is_folder else place, overwrite=arguments.overwrite)
    code = 0
    with connect(arguments) as client, Bars(arguments, len(sources)) as bars:
        options["on_progress"] = bars.show if bars else None
        for conversion in _conversions(client, arguments, sources, options):
            with bars.finished(conversion):
                code = max(code, _finish(arguments, conversion, len(sources)))
    if arguments.checkpoint and not code:
        # There is nothing left to go on with.
        with suppress(FileNotFoundError):
            os.unlink(arguments.checkpoint)
    return code


def _sources(arguments: argparse.Namespace, paths: List[str]) -> List[Any]:
    together = arguments.mode in TAKES_MANY
    if arguments.input_storage:
        storage = storage_of(arguments.input_storage)
        return [StoredFiles(storage, tuple(paths))] if together else [StoredFiles(storage, (path,)) for path in paths]
    found: List[Any] = list(expand(paths))
    return [found] if together and len(found) > 1 else found


def _conversions(
    client: Client, arguments: argparse.Namespace, sources: List[Any], options: Dict[str, Any]
) -> Iterable[Conversion]:
    if not arguments.checkpoint:
        place = options.pop("save_to", None)
        if place is not None:

            def always(_: object) -> Any:
                return place

            options["save_to"] = always
        return client.convert_many(sources, arguments.to, concurrency=arguments.concurrency, **options)
    show = options.pop("on_progress")
    conversion: Any = None
    if show:

        def show_it(_: object) -> None:
            if conversion is not None:
                show(conversion)

        options["on_progress"] = show_it
    conversion = client.submit(sources[0], arguments.to, checkpoint=checkpoint_to(arguments.checkpoint), **options)
    return [conversion]


def _finish(arguments: argparse.Namespace, conversion: Conversion, count: int) -> int:
    source = _label(conversion.source)
    error: Optional[CloudConvertError] = conversion.error
    if error is not None:
        report(arguments, source, error)
        return EXITS.get(error.code, 1) if count == 1 else 1
    tell_result(arguments, source, conversion.result())
    return 0


def tell_result(arguments: argparse.Namespace, source: str, result: Any) -> None:
    """Tells what came of a conversion: files, where it was stored, or facts."""
    files = [str(file.path) for file in result.files]
    facts: Dict[str, Any] = {"source": source, "files": files, "process_id": result.process_id}
    if result.url:
        facts["url"] = result.url
    if result.info is not None:
        facts["info"] = result.info
    lines = [f"{source} -> {', '.join(files) or result.url or result.filename or 'done'}"]
    info: object = result.info
    if isinstance(info, dict):
        info = cast("Mapping[str, Any]", info)
        lines = [f"{source}: {name} = {value}" for name, value in info.items()]
    tell(arguments, facts, "\n".join(lines))


def _label(source: Any) -> str:
    if isinstance(source, StoredFiles):
        return " ".join(source.names)
    parts = cast("Sequence[Any]", source if isinstance(source, (list, tuple)) else [source])
    return " ".join(str(part) for part in parts)
