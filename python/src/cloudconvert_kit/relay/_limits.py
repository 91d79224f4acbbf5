"""How much each person does at once and in a minute, as far as this process has seen."""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from typing import Callable, Dict, Generator, List, Set, Tuple

from ._refusal import Refusal
from ._rules import Rules

__all__ = ["Limits"]

_MINUTE = 60.0
#: A conversion that was never asked about again does not count for ever.
_FORGOTTEN = 60 * _MINUTE


class _Person:
    """What one person has begun, and what still runs."""

    def __init__(self, since: float) -> None:
        self.begun: List[float] = []
        #: Of each job: since when, and how many conversions.
        self.running: Dict[str, Tuple[float, int]] = {}
        #: Jobs of these that somebody watches.
        self.watched: Set[str] = set()
        #: How many are about to begin.
        self.reserved = 0
        #: How many requests there were, and since when they are counted.
        self.asked, self.since = 0, since

    def counts(self, now: float) -> bool:
        """Whether something of it limits what may come."""
        return bool(self.running or self.reserved) or any(now - time < _MINUTE for time in (self.since, *self.begun))


class Limits:
    """Counts what people begin and what has ended."""

    def __init__(self, rules: Rules, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once = rules.at_once
        self._per_minute = rules.per_minute
        requests = rules.requests_per_minute
        self._requests_per_minute = max(600, 20 * rules.per_minute) if requests is None else requests
        self._clock = clock
        self._people: Dict[str, _Person] = {}

    def asked(self, who: str) -> None:
        """Counts a request, or refuses it."""
        person, now = self._person(who), self._clock()
        if now - person.since >= _MINUTE:
            person.asked, person.since = 0, now
        if person.asked >= self._requests_per_minute:
            most, seconds = self._requests_per_minute, math.ceil(person.since + _MINUTE - now)
            raise Refusal(
                429, f"Only {most} requests may be made in a minute: try again when Retry-After is over.", seconds
            )
        person.asked += 1

    @contextmanager
    def take(self, who: str, count: int = 1) -> Generator[None, None, None]:
        """Counts conversions that are about to begin, or refuses them. Inside, :meth:`began` says that they have."""
        person, now = self._person(who), self._clock()
        most = min(self._at_once, self._per_minute)
        if count > most:
            raise Refusal(403, f"A job may have only {most} conversions here: make several jobs.")
        running = person.reserved + sum(of_job for _, of_job in person.running.values())
        if running + count > self._at_once:
            raise Refusal(429, f"Only {self._at_once} conversions may run at once: wait for one of them.", 2)
        if len(person.begun) + count > self._per_minute:
            seconds = math.ceil(person.begun[0] + _MINUTE - now) if person.begun else math.ceil(_MINUTE)
            raise Refusal(
                429,
                f"Only {self._per_minute} conversions may begin in a minute: try again when Retry-After is over.",
                seconds,
            )
        person.begun += [now] * count
        person.reserved += count
        try:
            yield
        finally:
            person.reserved -= count

    def began(self, who: str, id: str, count: int = 1) -> None:
        """A job of so many conversions has begun."""
        self._person(who).running[id] = (self._clock(), count)

    def runs(self, who: str, id: str) -> bool:
        """Whether a conversion counts as one that runs."""
        return id in self._person(who).running

    def watches(self, who: str, id: str) -> bool:
        """Whether a conversion runs that nobody has watched. From now on somebody does."""
        person = self._person(who)
        if id not in person.running or id in person.watched:
            return False
        person.watched.add(id)
        return True

    def ended(self, who: str, id: str) -> None:
        """A conversion is over."""
        if who in self._people:
            self._people[who].running.pop(id, None)

    def _person(self, who: str) -> _Person:
        """The person, without what no longer counts. People who do nothing are forgotten."""
        now = self._clock()
        person = self._people.pop(who, None) or _Person(now)
        person.begun = [begun for begun in person.begun if now - begun < _MINUTE]
        for id in [id for id, (begun, _) in person.running.items() if now - begun > _FORGOTTEN]:
            del person.running[id]
        person.watched.intersection_update(person.running)
        self._people[who] = person
        for other, idle in list(self._people.items()):
            if idle is person or idle.counts(now):
                break
            del self._people[other]
        return person
