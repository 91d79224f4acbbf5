"""What version 2 of the API tells about an account, its tasks and its webhooks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Tuple

__all__ = ["Account", "Operation", "Task", "TaskFile", "AccountWebhook"]


@dataclass(frozen=True)
class Account:
    """The account that the key belongs to."""

    id: Optional[str]
    username: Optional[str]
    email: Optional[str]
    #: How many credits are left.
    credits: Optional[float]
    #: All that the service says about it.
    entry: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Operation:
    """Something that the service does with files."""

    operation: str
    from_: Optional[str]
    to: Optional[str]
    engine: Optional[str]
    #: How many credits it takes at least.
    credits: Optional[float]
    #: All that the service says about it, with its options where they were asked for.
    entry: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class TaskFile:
    """A file that came out of a task."""

    name: str
    size: Optional[int]
    #: Where it is for a day; not shown, because it opens the file.
    url: Optional[str] = field(repr=False)


@dataclass(frozen=True)
class Task:
    """A part of a job."""

    id: str
    #: The ID of its job; ``None`` of one that was repeated.
    job: Optional[str]
    name: Optional[str]
    operation: Optional[str]
    #: ``waiting``, ``processing``, ``finished``, ``error``, or one that comes later.
    status: Optional[str]
    #: Why it failed, in one word of the service's.
    code: Optional[str]
    message: str
    files: Tuple[TaskFile, ...]
    #: All that the service says about it.
    entry: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class AccountWebhook:
    """A URL that the service calls when a job of the account begins or ends."""

    id: str
    #: Not shown, because such URLs often hold a token.
    url: Optional[str] = field(repr=False)
    events: Tuple[str, ...]
    #: Whether the service has given it up.
    disabled: bool
    #: Whether its last calls failed.
    failing: bool
    #: What it signs its calls with; only told when the webhook is created.
    secret: Optional[str] = field(repr=False)
    #: All that the service says about it, with the secret where that is told.
    entry: Mapping[str, Any] = field(repr=False)


def account_of(facts: Mapping[str, Any]) -> Account:
    """An account as the core tells it."""
    return Account(facts.get("id"), facts.get("username"), facts.get("email"), facts.get("credits"), facts["entry"])


def operations_of(facts: Mapping[str, Any]) -> List[Operation]:
    """Operations as the core tells them."""
    return [
        Operation(
            each["operation"], each.get("from"), each.get("to"), each.get("engine"), each.get("credits"), each["entry"]
        )
        for each in facts["operations"]
    ]


def task_of(facts: Mapping[str, Any]) -> Task:
    """A task as the core tells it."""
    files = (TaskFile(file["name"], file.get("size"), file.get("url")) for file in facts.get("files", ()))
    known: Dict[str, Any] = {name: facts.get(name) for name in ("id", "job", "name", "operation", "status", "code")}
    return Task(**known, message=facts.get("message", ""), files=tuple(files), entry=facts.get("entry", {}))


def stopped_of(facts: Mapping[str, Any]) -> Optional[Task]:
    """A task that was stopped as the core tells it; nothing of one that had ended already."""
    return task_of(facts) if "id" in facts else None


def webhook_of(facts: Mapping[str, Any]) -> AccountWebhook:
    """A webhook as the core tells it."""
    events, flags = tuple(facts.get("events") or ()), (bool(facts.get("disabled")), bool(facts.get("failing")))
    return AccountWebhook(facts["id"], facts.get("url"), events, *flags, facts.get("secret"), facts.get("entry") or {})


def nothing_of(facts: Mapping[str, Any]) -> None:
    """What is done, and tells nothing."""
