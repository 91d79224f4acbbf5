"""Work that runs: what threads and event loops that wait for it have in common."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Generator, Generic, List, Mapping, Optional, Sequence, TypeVar

from ._progress import Progress, progress_of
from .errors import BadRequestError, CloudConvertError, ConversionCancelledError, InputError

if TYPE_CHECKING:
    from pathlib import Path

    from ._native import Download, Run
    from ._result import File, Result, StrPath
    from ._source import Sources

__all__ = ["BaseConversion", "ClosedError", "Plan", "News", "as_error", "emit", "ended_within", "heard", "tell"]

LOG = logging.getLogger("cloudconvert_kit")

T = TypeVar("T")


class ClosedError(RuntimeError):
    """The client is closed, and takes nothing new."""

    def __init__(self) -> None:
        super().__init__("the client is closed: make a new one")


def as_error(error: Exception) -> CloudConvertError:
    """What went wrong with one conversion, as its error: what is not the kit's own becomes its cause."""
    if isinstance(error, CloudConvertError):
        return error
    wrong = BadRequestError if isinstance(error, (TypeError, ValueError)) else CloudConvertError
    told = (InputError if isinstance(error, OSError) else wrong)(f"{type(error).__name__}: {error}")
    told.__cause__ = error
    return told


def ended_within(run: Run, seconds: float) -> bool:
    """Waits for the end of a run, but no longer; passes its lines on to the log meanwhile."""
    until = time.monotonic() + seconds
    while not run.wait(None, max(0.0, until - time.monotonic())):
        emit(run)
        if time.monotonic() >= until:
            return run.done
    emit(run)
    return True


def emit(run: Run) -> None:
    """Passes lines of a run on to the log, in the context of the thread that waits for it."""
    for level, line in run.log():
        LOG.log(level, line)


class News:
    """What one reader has seen of a run's progress. Each has its own: none takes news from another."""

    def __init__(self, run: Run, seen: Optional[int]) -> None:
        """:param seen: how much was seen already; ``None`` of one that does not look at progress."""
        self._run = run
        #: What a run is waited with.
        self.seen = seen

    def take(self) -> bool:
        """Whether there is progress that was not seen yet. It counts as seen then."""
        if self.seen is None:
            return False
        before, self.seen = self.seen, self._run.shown
        return before < self.seen


@contextmanager
def heard(name: str) -> Generator[None, None, None]:
    """Around a function of the user's that is only told something: what it raises is logged and ends nothing, unless it
    asks for that by a :class:`ConversionCancelledError`.
    """
    try:
        yield
    except ConversionCancelledError:
        raise
    except Exception:
        LOG.exception("%s has raised an exception; the conversion goes on", name)


def tell(on_progress: Callable[[Any], Any], progress: Any) -> Any:
    """Calls ``on_progress``; what it returns may be to be awaited."""
    with heard("on_progress"):
        return on_progress(progress)


@dataclass
class Plan(Generic[T]):
    """Work that has begun, and what is made of its end."""

    run: Run
    read: Callable[[Any, Sequence[Download], Progress], T]
    on_progress: Optional[Callable[[Progress], Any]] = None
    saved: Optional[Callable[[str], str]] = None
    #: What ``on_progress`` was told.
    told: News = field(init=False)

    def __post_init__(self) -> None:
        self.told = News(self.run, None if self.on_progress is None else 0)

    @property
    def progress(self) -> Progress:
        """How far it is."""
        facts: Optional[Mapping[str, Any]] = self.run.progress()
        return Progress("done") if facts is None else progress_of(facts)

    def news(self) -> Any:
        """Tells ``on_progress`` what has happened; what it returns may be to be awaited."""
        emit(self.run)
        if self.told.take() and self.on_progress is not None:
            return tell(self.on_progress, self.progress)
        return None

    def result(self) -> T:
        """What came of it, or its exception. Once."""
        emit(self.run)
        facts, downloads = self.run.result()
        return self.read(facts, downloads, self.progress)


class BaseConversion:
    """A conversion that runs, or has finished."""

    def __init__(
        self, source: Sources, plan: Optional[Plan[Result]], error: Optional[CloudConvertError] = None
    ) -> None:
        self._plan = plan
        self._outcome: Optional[Result] = None
        self._error = error
        #: What is raised to the caller, where that is no error of the kit's.
        self._raised: Optional[Exception] = None
        #: What is converted.
        self.source = source

    @property
    def run(self) -> Run:
        """What runs, for this package alone."""
        assert self._plan is not None
        return self._plan.run

    @property
    def progress(self) -> Progress:
        """How far it is now."""
        return Progress("done") if self._plan is None else self._plan.progress

    @property
    def saved(self) -> Optional[str]:
        """What ``resume`` needs to go on, perhaps in another process: small, and without the key. ``None`` of a
        conversion that has finished.
        """
        if self._plan is None or self._plan.saved is None:
            return None
        saved = self._plan.run.saved()
        return None if saved is None else self._plan.saved(saved)

    @property
    def done(self) -> bool:
        """Whether it has finished, well or not."""
        return self._plan is None or self._plan.run.done

    @property
    def error(self) -> Optional[CloudConvertError]:
        """Why it failed; ``None`` where it did not."""
        self._end()
        return self._error

    @property
    def files(self) -> Sequence[File]:
        """The outputs."""
        return self._end_well().files

    def save(self, path: StrPath) -> List[Path]:
        """Writes the output to a file, or all outputs into an existing folder."""
        return self._end_well().save(path)

    def cancel(self) -> None:
        """Cancels it. It has finished when the process is deleted."""
        if self._plan is not None:
            self._plan.run.cancel()

    def _end(self) -> None:
        """Takes the outcome, which the run tells once."""
        if self._outcome is not None or self._error is not None or self._plan is None:
            return
        if not self.done:
            raise RuntimeError("the conversion has not finished yet: wait for its result")
        try:
            self._outcome = self._plan.result()
        except CloudConvertError as error:
            self._error = error
        except Exception as error:
            self._raised, self._error = error, as_error(error)

    def _end_well(self) -> Result:
        self._end()
        if self._error is not None:
            raise self._raised or self._error
        assert self._outcome is not None
        return self._outcome

    def __repr__(self) -> str:
        progress = self.progress
        return f"<{type(self).__name__} {progress.process_id or 'without a process'}: {progress.stage}>"
