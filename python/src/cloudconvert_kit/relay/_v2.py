"""Version 2: jobs made of tasks. A job's tag begins with the mark of the person whose it is."""

from __future__ import annotations

import re
from typing import List
from urllib.parse import urlencode

from ._asgi import Answer
from ._forward import Answered, passed
from ._refusal import Refusal
from ._request import Call
from ._rules import Fields, Rules, fields_of, is_offered, list_of, object_of, only, pick, text_of, too_large
from ._tasks import is_work
from ._watch import watch

__all__ = ["version_2"]

#: IDs are UUIDs; whatever else stands there would be another path of the service.
_ID = re.compile(r"[\w-]+", re.ASCII)
#: What a page is told: nothing of the account and of the service's machines, nor what a task was asked for.
_JOB = ("id", "status", "created_at", "started_at", "ended_at")
_TASK = (
    *("id", "name", "job_id", "operation", "status", "code", "message", "percent", "result", "depends_on_task_ids"),
    *("engine", "engine_version", "created_at", "started_at", "ended_at"),
)
#: How many entries the service is asked for at once, and how often, to find those of one person.
_PER_PAGE, _PAGES = 100, 10


async def version_2(call: Call) -> Answer:
    """Answers what a page asks."""
    method, path = call.request.method, call.path
    if method == "GET" and path in ("convert/formats", "operations"):
        return _offered(call, await call.forward.ask("GET", call.with_query(path)))
    if path == "jobs" and method in ("POST", "GET"):
        return await (_create(call) if method == "POST" else _list(call))
    kind, _, id = path.partition("/")
    if kind == "tasks" and method == "POST" and id.endswith("/cancel"):
        return await _cancel(call, _checked(id[: -len("/cancel")]))
    if kind == "jobs" and method in ("GET", "DELETE"):
        answered = await _owned(call, _checked(id))
        if method == "GET":
            return await _shown(call, answered)
        return passed(await _remove(call, id))
    raise Refusal(404, "This relay does not offer that: ask it for jobs, tasks and their files only.")


def _offered(call: Call, answered: Answered) -> Answer:
    """What the service offers and the rules allow."""
    entries = list_of(answered.fields.get("data"))
    if entries is None:
        return passed(answered)
    names = ("operation", "input_format", "output_format")
    offered = [
        each for each in map(object_of, entries) if each is not None and is_offered(call.rules, *map(each.get, names))
    ]
    return passed(answered.telling({**answered.fields, "data": offered}))


def _checked(id: str) -> str:
    if not _ID.fullmatch(id):
        raise Refusal(404, "This relay does not offer that: ask it for jobs, tasks and their files only.")
    return id


async def _create(call: Call) -> Answer:
    fields = fields_of(call.request.headers, call.body)
    only(fields, ("tasks", "tag"))
    tasks = object_of(fields.get("tasks"))
    if tasks is None:
        raise Refusal(422, "A job needs tasks: give an object with one of them at least.")
    work = [task for task in tasks.values() if is_work(task, tasks, call.rules)]
    count = max(1, len(work))
    with call.limits.take(call.who, count):
        tag = f"{call.seal.mark(call.who)}.{text_of(fields.get('tag'))}"
        answered = await call.forward.ask("POST", "jobs", {"tasks": tasks, "tag": tag})
        if answered.data is not None:
            id = str(answered.data.get("id"))
            call.limits.began(call.who, id, count)
            watch(call, id, lambda: _is_known(call, id))
    return await _shown(call, answered)


async def _list(call: Call) -> Answer:
    """The jobs of the person. The service knows only all of them, so as many pages are asked for as are needed."""
    # Of a doubled name the last one counts.
    asked = dict(call.request.query)
    number, size = _number(asked.pop("page", ""), 1), min(_number(asked.pop("per_page", ""), _PER_PAGE), _PER_PAGE)
    mark = call.seal.mark(call.who)
    if "filter[tag]" in asked:
        asked["filter[tag]"] = f"{mark}.{asked['filter[tag]']}"
    own: List[Fields] = []
    page = 0
    while True:
        page += 1
        if page > 1:
            call.limits.asked(call.who)
        query = urlencode({**asked, "per_page": _PER_PAGE, "page": page})
        answered = await call.forward.ask("GET", f"jobs?{query}")
        jobs = list_of(answered.fields.get("data"))
        if jobs is None:
            return passed(answered)
        found = [job for job in map(object_of, jobs) if job and _is_of(job, mark)]
        own += [_bare({**job, "tasks": []} if _is_too_large(job, call.rules) else job) for job in found]
        has_more = bool((object_of(answered.fields.get("links")) or {}).get("next"))
        if len(own) > number * size or not jobs or not has_more or page == _PAGES:
            break
    following = None
    if len(own) > number * size:
        # Relative to what was asked, of which a proxy may have changed the beginning.
        following = "?" + urlencode({**dict(call.request.query), "page": number + 1})
    shown = own[(number - 1) * size : number * size]
    links = {"first": None, "last": None, "prev": None, "next": following}
    return passed(answered.telling({"data": shown, "links": links, "meta": {"current_page": number, "per_page": size}}))


def _number(text: str, default: int) -> int:
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,4}", text) else default


async def _cancel(call: Call, id: str) -> Answer:
    found = await call.forward.ask("GET", f"tasks/{id}")
    if found.data is None:
        raise _untold("task", found)
    job = text_of(found.data.get("job_id"))
    if not _ID.fullmatch(job):
        raise Refusal(404, "There is no such task: check its ID.")
    await _owned(call, job)
    answered = await call.forward.ask("POST", f"tasks/{id}/cancel")
    if answered.data is not None:
        answered = answered.telling({"data": pick(answered.data, _TASK)})
    return passed(answered)


async def _owned(call: Call, id: str) -> Answered:
    """A job of this person. Another one's is not there."""
    answered = await call.forward.ask("GET", f"jobs/{id}")
    job = answered.data
    if job is not None and _is_of(job, call.seal.mark(call.who)):
        return answered
    if answered.status == 404:
        call.limits.ended(call.who, id)
    raise _untold("job", answered) if job is None else Refusal(404, "There is no such job: check its ID.")


def _untold(what: str, answered: Answered) -> Refusal:
    """The refusal where the service tells of no job or task: it is not there, or cannot be asked for now."""
    status, message = answered.status, f"The service does not tell of this {what} now: try again later."
    if status == 404:
        return Refusal(404, f"There is no such {what}: check its ID.")
    return Refusal(status if status == 429 or status >= 500 else 502, message, answered.headers.get("retry-after"))


async def _is_known(call: Call, id: str) -> bool:
    """Whether the sizes of the inputs are known now; where one is too large, the job is deleted."""
    answered = await _owned(call, id)
    await _shown(call, answered)
    return all(task.get("status") == "finished" for task in _imports_of(answered.data or {}))


async def _shown(call: Call, answered: Answered) -> Answer:
    """A job as its page may see it. One with an input that is too large is deleted."""
    job = answered.data
    if job is None:
        return passed(answered)
    id = str(job.get("id"))
    if job.get("status") in ("finished", "error"):
        call.limits.ended(call.who, id)
    if _is_too_large(job, call.rules):
        await _remove(call, id)
        raise too_large(call.rules)
    return passed(answered.telling({"data": _bare(job)}))


async def _remove(call: Call, id: str) -> Answered:
    """Deletes a job. One that is still there counts."""
    answered = await call.forward.ask("DELETE", f"jobs/{id}")
    if answered.is_gone:
        call.limits.ended(call.who, id)
    return answered


def _is_too_large(job: Fields, rules: Rules) -> bool:
    results = [object_of(task.get("result")) or {} for task in _imports_of(job)]
    files = [file for result in results for file in list_of(result.get("files")) or []]
    return any(rules.is_too_large((object_of(file) or {}).get("size")) for file in files)


def _is_of(job: Fields, mark: str) -> bool:
    return text_of(job.get("tag")).startswith(f"{mark}.")


def _bare(job: Fields) -> Fields:
    """What a page is told of a job: without the mark of its person."""
    bare = {**pick(job, _JOB), "tag": text_of(job.get("tag")).partition(".")[2]}
    if list_of(job.get("tasks")) is None:
        return bare
    return {**bare, "tasks": [pick(task, _TASK) for task in _tasks_of(job)]}


def _imports_of(job: Fields) -> List[Fields]:
    return [task for task in _tasks_of(job) if text_of(task.get("operation")).startswith("import/")]


def _tasks_of(job: Fields) -> List[Fields]:
    return [task for task in map(object_of, list_of(job.get("tasks")) or []) if task is not None]
