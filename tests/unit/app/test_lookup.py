"""Somebody asks and no answer comes: the exchange is asked how the line is, so that the mark at the top is true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from app.notices.faults import FaultCode
from app.session.lookup import Lookup
from app.sync.line import Line, LineConfig
from app.sync.reply import LineFault
from app.sync.server_time import ServerTime
from domain.cases.values import CaseId

T = TypeVar("T")


class Asked:
    """A lane that answers when it is told to, and what was done about silence."""

    def __init__(self) -> None:
        self.arrived: Callable[[Any], None]
        self.failed: Callable[[Exception], None]
        self.later: Callable[[], None]
        self.silences = 0
        self.said: list[object] = []
        lookup = Lookup(
            Line(LineConfig(endpoints=()), ServerTime()),
            run_aside=self._run,
            later=self._later,
            login_needed=lambda: None,
            on_silence=self._on_silence,
        )
        lookup.load_case(CaseId("case-1"), self.said.append)

    def _run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        self.arrived, self.failed = done, failed

    def _later(self, delay_s: float, action: Callable[[], None]) -> Callable[[], None]:
        assert delay_s < 5
        self.later = action
        return lambda: None

    def _on_silence(self) -> None:
        self.silences += 1


def test_a_question_without_an_answer_lets_the_line_be_asked_and_one_with_an_answer_does_not() -> None:
    silent, answered = Asked(), Asked()
    answered.arrived("case")

    silent.later()
    answered.later()

    assert (silent.silences, answered.silences, answered.said) == (1, 0, ["case"])


@pytest.mark.parametrize("code", [FaultCode.TIMEOUT, FaultCode.NO_NETWORK])
def test_a_question_that_failed_lets_the_line_be_asked_at_once_and_only_then(code: FaultCode) -> None:
    asked = Asked()

    asked.failed(LineFault(code))
    asked.later()

    assert (asked.silences, len(asked.said)) == (1, 1)
