"""The requests of a client that have no answer yet. Each gets exactly one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from types import TracebackType
from typing import Any, TypeVar

from hardware.device import DeviceId, Request, find_answer_type
from hardware.outcomes import Outcome, OutcomeCode

T = TypeVar("T")

Done = Callable[[Outcome[Any]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request to a device and who waits for its outcome; ``deadline_ns`` on the monotonic clock."""

    request: Request[Any]
    device: DeviceId
    done: Done
    deadline_ns: int


class Questions:
    """Waiting questions (no host to ask) and asked ones (by number). Used on one thread, which also makes the calls."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._waiting: list[Question] = []
        self._asked: dict[int, Question] = {}

    def add(self, question: Question) -> None:
        """Keep a question until there is a host to ask."""
        self._waiting.append(question)

    def ask_waiting(self) -> list[tuple[int, Question]]:
        """All waiting questions with their new numbers; they count as asked from here on."""
        waiting, self._waiting = self._waiting, []
        numbered = [(self.get_number(), one) for one in waiting]
        self._asked.update(numbered)
        return numbered

    def get_number(self) -> int:
        """A number never used before."""
        return next(self._numbers)

    def answer(self, number: int, outcome: Outcome[Any]) -> None:
        """Hand over the outcome; numbers that nobody waits for any more do nothing."""
        question = self._asked.pop(number, None)
        if question is not None:
            call_guarded(question.done, _checked(question.request, outcome))

    def refuse_waiting(self, code: OutcomeCode) -> None:
        """End all that could not be asked."""
        waiting, self._waiting = self._waiting, []
        for question in waiting:
            call_guarded(question.done, Outcome(code=code))

    def refuse_asked(self, code: OutcomeCode) -> None:
        """End all that were asked."""
        for number in tuple(self._asked):
            self.answer(number, Outcome(code=code))

    def expire(self) -> bool:
        """End what is over its deadline: TIMEOUT if it was asked, else HOST_UNAVAILABLE. Whether that ends the host."""
        now_ns = time.monotonic_ns()
        late = [one for one in self._waiting if now_ns >= one.deadline_ns]
        self._waiting = [one for one in self._waiting if now_ns < one.deadline_ns]
        for question in late:
            call_guarded(question.done, Outcome(code=OutcomeCode.HOST_UNAVAILABLE))
        overdue = {number: one for number, one in self._asked.items() if now_ns >= one.deadline_ns}
        for number in overdue:
            self.answer(number, Outcome(code=OutcomeCode.TIMEOUT))
        return any(one.request.late_ends_host for one in overdue.values())


def _checked(request: Request[Any], outcome: Outcome[Any]) -> Outcome[Any]:
    """The outcome, unless its value is none of those that the request asks for."""
    wanted = find_answer_type(type(request)) or type(None)
    if outcome.ok and not isinstance(outcome.value, wanted):
        return Outcome(code=OutcomeCode.DEVICE_FAULT, facts={"fault": type(outcome.value).__name__})
    return outcome


def call_guarded(function: Callable[[T], None], value: T) -> None:
    """Call back. What it raises is its owner's bug, reported as such; it must not leave the counter without devices."""
    try:
        function(value)
    except Exception as error:  # the edge to the caller: its bug must not end the thread that answers everybody
        _report_bug(type(error), error, error.__traceback__)


def _report_bug(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    threading.excepthook(threading.ExceptHookArgs((kind, error, where, threading.current_thread())))
