"""What version 2 of the API tells of an account and does with its tasks: for threads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, List, Optional, Sequence, Union

from .._account import account_of, nothing_of, operations_of, stopped_of, task_of, webhook_of
from .._calls import catalogue_of, listed, tasks_call, webhooks_call
from ._conversion import finish
from ._listing import Listing

if TYPE_CHECKING:
    from .._account import Account, AccountWebhook, Operation, Task

__all__ = ["AccountCalls"]


class AccountCalls(Listing):
    """The calls that are about an account."""

    def me(self) -> Account:
        """The account that the key belongs to (version 2 of the API).

        :raises UnauthorizedError: without a key that may read the account.
        """
        return finish(self._ask(account_of, "me"))

    def operations(
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
        """What the service does with files (version 2 of the API).

        :param include: what else to tell: ``options``, ``engine_versions``.
        :param alternatives: also what an engine that is not the default one does.
        :raises BadRequestError: with version 1 of the API.
        """
        filters = catalogue_of(from_, to, engine, engine_version, include, alternatives)
        return finish(self._ask(operations_of, "operations", operation=operation, **filters))

    def tasks(
        self,
        job: Optional[str] = None,
        *,
        status: Optional[str] = None,
        operation: Optional[str] = None,
        include: Union[str, Sequence[str], None] = None,
        page: Optional[int] = None,
        per_page: Optional[int] = None,
    ) -> Iterator[Task]:
        """The tasks of a job, or of all jobs (version 2 of the API). It asks for the next page by itself.

        :param include: what else to tell: ``payload``, ``retries``, ``depends_on_tasks``, ``job``.
        :raises UnauthorizedError: without a key that may read tasks.
        """
        return self._each(task_of, *tasks_call(job, status, operation, include, page, per_page))

    def task(self, id: str, *, wait: bool = False, include: Union[str, Sequence[str], None] = None) -> Task:
        """A task; with ``wait``, when it has ended (version 2 of the API).

        :raises NotFoundError: where there is no such task.
        """
        return finish(self._ask(task_of, "task", id=id, wait=wait or None, include=listed(include)))

    def retry_task(self, id: str) -> Task:
        """Runs a task once more, as a new one (version 2 of the API).

        :raises NotFoundError: where there is no such task.
        :raises NetworkError: where the answer is lost. Look for a new task then, before you repeat it.
        """
        return finish(self._ask(task_of, "retry_task", id=id))

    def cancel_task(self, id: str) -> Optional[Task]:
        """Stops a task (version 2 of the API). One that has ended already stays as it is, and gives ``None``.

        :raises NotFoundError: where there is no such task.
        """
        return finish(self._ask(stopped_of, "cancel_task", id=id))

    def delete_task(self, id: str) -> None:
        """Deletes a task with its files (version 2 of the API).

        :raises BadRequestError: with version 1 of the API. What is gone already counts as deleted.
        """
        finish(self._ask(nothing_of, "delete_task", id=id))

    def webhooks(
        self, *, url: Optional[str] = None, page: Optional[int] = None, per_page: Optional[int] = None
    ) -> Iterator[AccountWebhook]:
        """The webhooks of the account (version 2 of the API). It asks for the next page by itself.

        :param url: only those that call this URL.
        :raises UnauthorizedError: without a key that may read webhooks.
        """
        return self._each(webhook_of, *webhooks_call(url, page, per_page))

    def create_webhook(self, url: str, events: Sequence[str]) -> AccountWebhook:
        """Makes the service call a URL (version 2 of the API). :class:`Webhook` checks what calls.

        :param events: ``job.created``, ``job.finished``, ``job.failed``.
        :raises BadRequestError: for a URL that is not a full one, or without events.
        :raises UnauthorizedError: without a key that may write webhooks.
        """
        return finish(self._ask(webhook_of, "create_webhook", url=url, events=list(events)))

    def delete_webhook(self, id: str) -> None:
        """The service calls that URL no more (version 2 of the API).

        :raises NotFoundError: where there is no such webhook.
        """
        finish(self._ask(nothing_of, "delete_webhook", id=id))
