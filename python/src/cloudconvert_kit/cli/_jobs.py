"""The commands about processes, jobs and tasks."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Callable, List

from ..errors import BadRequestError, NotFoundError
from ._common import add_command, connect, tell

if TYPE_CHECKING:
    from .._account import Task
    from ..client import Client

__all__ = ["add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Adds them to the parser."""
    command = partial(add_command, commands, common)

    jobs = command("jobs", _jobs, "the jobs (version 1: processes) of the key", "jobs --status error --limit 10")
    jobs.add_argument("--status", help="only those of this status (version 2)")
    jobs.add_argument("--tag", help="only those with this tag (version 2)")
    jobs.add_argument("--limit", type=int, metavar="COUNT", help="no more than so many")

    status = command("status", _status, "how far jobs are", "status ID --wait")
    status.add_argument("process", nargs="+", metavar="JOB", help="its ID, or its URL")
    status.add_argument("--wait", action="store_true", help="until it has ended, where the service can wait")

    delete = command("delete", _delete, "cancel and delete jobs, with all their files", "delete ID")
    delete.add_argument("process", nargs="+", metavar="JOB", help="its ID, or its URL")

    tasks = command("tasks", _tasks, "the tasks of a job, or of all (version 2)", "tasks JOB --status error")
    tasks.add_argument("job", nargs="?", metavar="JOB", help="the ID of a job")
    tasks.add_argument("--status", help="only those of this status")
    tasks.add_argument("--operation", help="only those of this operation")
    tasks.add_argument("--include", action="append", metavar="NAME", help="payload, retries, depends_on_tasks or job")
    tasks.add_argument("--limit", type=int, metavar="COUNT", help="no more than so many")

    task = command("task", _task, "how far tasks are (version 2)", "task ID --wait")
    task.add_argument("task", nargs="+", metavar="TASK", help="its ID")
    task.add_argument("--wait", action="store_true", help="until it has ended, where the service can wait")
    task.add_argument("--include", action="append", metavar="NAME", help="payload, retries, depends_on_tasks or job")

    for name, run, help in (
        ("retry-task", _retry, "run tasks once more, as new ones (version 2)"),
        ("cancel-task", _cancel, "stop tasks (version 2)"),
        ("delete-task", _delete_task, "delete tasks and their files (version 2)"),
    ):
        command(name, run, help, f"{name} ID").add_argument("task", nargs="+", metavar="TASK", help="its ID")


def _jobs(arguments: argparse.Namespace) -> int:
    with connect(arguments) as client:
        filters = {"status": arguments.status, "tag": arguments.tag}
        for job in islice(client.processes(**filters), arguments.limit):
            line = f"{job.id}  {job.step or '-':<9} {job.started or '-':<19}  {job.ended or '-'}"
            tell(arguments, asdict(job), line if job.tag is None else f"{line}  {job.tag}")
    return 0


def _status(arguments: argparse.Namespace) -> int:
    with connect(arguments) as client:
        for told in arguments.process:
            status = _found(client, told, lambda url: client.status(url, wait=arguments.wait))
            percent = "" if status.percent is None else f" {status.percent:.0f} %"
            tell(arguments, asdict(status), f"{status.id}  {status.step}{percent}  {status.message}".rstrip())
    return 0


def _delete(arguments: argparse.Namespace) -> int:
    with connect(arguments) as client:
        for told in arguments.process:
            _found(client, told, client.delete)
            tell(arguments, {"deleted": told}, f"{told} is deleted")
    return 0


def _found(client: Client, told: str, ask: Callable[[str], Any]) -> Any:
    """Asks about a job by its URL or its ID. With version 1, only the list of the key knows the URL of an ID."""
    try:
        return ask(told)
    except BadRequestError:
        if "/" in told:
            raise
        for process in client.processes():
            if process.id == told and process.url:
                return ask(process.url)
        raise NotFoundError(f"there is no process {told} of this key: look into `jobs`") from None


def _tasks(arguments: argparse.Namespace) -> int:
    with connect(arguments) as client:
        found = client.tasks(
            arguments.job, status=arguments.status, operation=arguments.operation, include=arguments.include
        )
        _tell_tasks(arguments, list(islice(found, arguments.limit)))
    return 0


def _task(arguments: argparse.Namespace) -> int:
    with connect(arguments) as client:
        for id in arguments.task:
            _tell_tasks(arguments, [client.task(id, wait=arguments.wait, include=arguments.include)])
    return 0


def _retry(arguments: argparse.Namespace) -> int:
    with connect(arguments) as client:
        for id in arguments.task:
            _tell_tasks(arguments, [client.retry_task(id)])
    return 0


def _cancel(arguments: argparse.Namespace) -> int:
    with connect(arguments) as client:
        for id in arguments.task:
            stopped = client.cancel_task(id) is not None
            tell(arguments, {"task": id, "cancelled": stopped}, f"{id} {'is stopped' if stopped else 'had ended'}")
    return 0


def _delete_task(arguments: argparse.Namespace) -> int:
    with connect(arguments) as client:
        for id in arguments.task:
            client.delete_task(id)
            tell(arguments, {"deleted": id}, f"{id} is deleted")
    return 0


def _tell_tasks(arguments: argparse.Namespace, tasks: List[Task]) -> None:
    for task in tasks:
        told = [task.id, f"{task.status or '-':<10}", f"{task.operation or '-':<16}", task.name or "-"]
        reason = " ".join(word for word in (task.code, task.message) if word)
        files = ", ".join(file.name for file in task.files)
        tell(arguments, asdict(task), "  ".join([*told, *(part for part in (reason, files) if part)]))
