"""The conversions of both clients: everything but waiting."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from ._calls import Calls, ProcessOrUrl, job_and_inputs, present, url_of
from ._connected import Connected
from ._many import at_once
from ._native import Download, Input
from ._options import policy_of
from ._plan import Plan, heard
from ._progress import Progress
from ._result import Result, StrPath, Target, result_of, target_of
from ._saved import Saved
from ._source import Sources, TaskSource, many_of, read_files

__all__ = ["BaseClient", "ProcessOrUrl"]


class BaseClient(Connected, Calls):
    """See :class:`cloudconvert_kit.Client`."""

    def _convert(self, source: Sources, to: Optional[str], options: Mapping[str, Any]) -> Plan[Result]:
        job, inputs = job_and_inputs(source, to, options)
        wish = {"run": "convert", "job": job, "policy": policy_of(options, self._defaults)}
        state = Saved("", paths=_paths(source) if inputs else ())
        return self._conversion(wish, inputs, state, options)

    def _follow(self, process: ProcessOrUrl, options: Mapping[str, Any], delete: bool) -> Plan[Result]:
        url = url_of(process)
        policy = policy_of({"delete": delete, **options}, self._defaults)
        wish = {"run": "follow", "url": url, "policy": policy}
        return self._conversion(wish, [], Saved("", url=url), options)

    def _resume(
        self, saved: str, source: Optional[Sources], to: Optional[str], options: Mapping[str, Any]
    ) -> Plan[Result]:
        state = Saved.from_json(saved)
        policy = policy_of(options, self._defaults)
        wish: Dict[str, Any] = {"saved": state.conversion, "url": state.url, "policy": policy}
        if source is None:
            source = [path for path in state.paths if os.path.isfile(path)] or None
        inputs: List[Input] = []
        if source is not None:
            wish["job"], inputs = job_and_inputs(source, to, options)
        if state.save_to and not options.get("save_to"):
            options = {"overwrite": state.overwrite, **options, "save_to": state.save_to}
        return self._conversion(wish, inputs, state, options, target_of({"save_to": state.save_to}))

    def _conversion(
        self,
        wish: Dict[str, Any],
        inputs: List[Input],
        state: Saved,
        options: Mapping[str, Any],
        before: Optional[Target] = None,
    ) -> Plan[Result]:
        target = target_of(options)
        if target is not None:
            state = replace(state, save_to=target.path, overwrite=target.overwrite)

        def saved(conversion: str) -> str:
            return replace(state, conversion=conversion).to_json()

        def read(facts: Mapping[str, Any], downloads: Sequence[Download], progress: Progress) -> Result:
            return result_of(facts, downloads, target, progress)

        report: Optional[Callable[[str], object]] = options.get("checkpoint")

        def checkpoint(conversion: str) -> None:
            assert report is not None
            with heard("checkpoint"):
                report(saved(conversion))

        run = self._begin(wish, inputs, target, before, None if report is None else checkpoint)
        return Plan(run, read, options.get("on_progress"), saved)

    def _tasks(
        self, tasks: Mapping[str, Mapping[str, Any]], files: Mapping[str, TaskSource], options: Mapping[str, Any]
    ) -> Plan[Result]:
        job, inputs = _tasks_and_inputs(tasks, files, options)
        wish = {"run": "convert", "job": job, "policy": policy_of(options, self._defaults)}
        return self._conversion(wish, inputs, Saved("", paths=_paths(list(files.values()))), options)

    def _resume_tasks(
        self,
        saved: str,
        tasks: Mapping[str, Mapping[str, Any]],
        files: Mapping[str, TaskSource],
        options: Mapping[str, Any],
    ) -> Plan[Result]:
        state = Saved.from_json(saved)
        job, inputs = _tasks_and_inputs(tasks, files, options)
        wish = {"saved": state.conversion, "job": job, "policy": policy_of(options, self._defaults)}
        return self._conversion(wish, inputs, state, options, target_of({"save_to": state.save_to}))

    def _at_once(self, concurrency: Optional[int], options: Mapping[str, Any]) -> int:
        """How many of many run at once. A mistake that all of them would share shows here."""
        policy_of(options, self._defaults)
        return at_once(concurrency)


def _tasks_and_inputs(
    tasks: Mapping[str, Mapping[str, Any]], files: Mapping[str, TaskSource], options: Mapping[str, Any]
) -> Tuple[Dict[str, Any], List[Input]]:
    """The core's wish for a job of one's own, and what is uploaded."""
    parts, inputs = read_files(files)
    told = {"tasks": tasks, "files": parts, "tag": options.get("tag"), "callback": options.get("callback")}
    return present(told), inputs


def _paths(source: Any) -> Tuple[str, ...]:
    """The paths of a source that consists of nothing else, for a program that resumes."""
    several = many_of(source)
    paths: Sequence[Any] = [source] if several is None else several
    files: List[StrPath] = [path for path in paths if isinstance(path, (str, os.PathLike))]
    return tuple(os.path.abspath(os.fsdecode(file)) for file in files) if len(files) == len(paths) else ()
