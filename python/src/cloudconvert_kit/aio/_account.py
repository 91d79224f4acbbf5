"""What version 2 of the API tells of an account and does with its tasks: for asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional, Sequence, Union

from .._account import account_of, nothing_of, operations_of, stopped_of, task_of, webhook_of
from .._calls import catalogue_of, listed, tasks_call, webhooks_call
from ._conversion import finish
from ._listing import Listing

if TYPE_CHECKING:
    from typing import AsyncIterator

    from .._account import Account, AccountWebhook, Operation, Task

__all__ = ["AccountCalls"]


class AccountCalls(Listing):
    """The calls that are about an account."""

    async def me(self) -> Account:
        """The account that the key belongs to. See :meth:`Client.me`."""
        return await finish(self._ask(account_of, "me"))

    async def operations(
        self,
        operation: Optional[str] = None,
        *,
        from_: Optional[str] = None,
        to: Optional[str] = None,
        engine: Optional[str] = None,
        engine_version: Optional[str] = None,
        include: Union[str, Sequence[str], None] = None,
        alternatives: bool = False,
    ) -> List[Operation]:
        """What the service does with files. See :meth:`Client.operations`."""
        filters = catalogue_of(from_, to, engine, engine_version, include, alternatives)
        return await finish(self._ask(operations_of, "operations", operation=operation, **filters))

    def tasks(
        self,
        job: Optional[str] = None,
        *,
        status: Optional[str] = None,
        operation: Optional[str] = None,
        include: Union[str, Sequence[str], None] = None,
        page: Optional[int] = None,
        per_page: Optional[int] = None,
    ) -> AsyncIterator[Task]:
        """The tasks of a job, or of all jobs (version 2 of the API). See :meth:`Client.tasks`."""
        return self._each(task_of, *tasks_call(job, status, operation, include, page, per_page))

    async def task(self, id: str, *, wait: bool = False, include: Union[str, Sequence[str], None] = None) -> Task:
        """A task; with ``wait``, when it has ended. See :meth:`Client.task`."""
        return await finish(self._ask(task_of, "task", id=id, wait=wait or None, include=listed(include)))

    async def retry_task(self, id: str) -> Task:
        """Runs a task once more, as a new one. See :meth:`Client.retry_task`."""
        return await finish(self._ask(task_of, "retry_task", id=id))

    async def cancel_task(self, id: str) -> Optional[Task]:
        """Stops a task (version 2 of the API). See :meth:`Client.cancel_task`."""
        return await finish(self._ask(stopped_of, "cancel_task", id=id))

    async def delete_task(self, id: str) -> None:
        """Deletes a task with its files. See :meth:`Client.delete_task`."""
        await finish(self._ask(nothing_of, "delete_task", id=id))

    def webhooks(
        self, *, url: Optional[str] = None, page: Optional[int] = None, per_page: Optional[int] = None
    ) -> AsyncIterator[AccountWebhook]:
        """The webhooks of the account (version 2 of the API). See :meth:`Client.webhooks`."""
        return self._each(webhook_of, *webhooks_call(url, page, per_page))

    async def create_webhook(self, url: str, events: Sequence[str]) -> AccountWebhook:
        """Makes the service call a URL (version 2 of the API). See :meth:`Client.create_webhook`."""
        return await finish(self._ask(webhook_of, "create_webhook", url=url, events=list(events)))

    async def delete_webhook(self, id: str) -> None:
        """The service calls that URL no more. See :meth:`Client.delete_webhook`."""
        await finish(self._ask(nothing_of, "delete_webhook", id=id))
