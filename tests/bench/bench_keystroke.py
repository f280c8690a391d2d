"""What one keystroke in the largest form costs before anything is painted: rules, checks, materials and content."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import resources
from app.visit.assessing import assess_visit, settled
from app.visit.state import Identity, Phase, VisitState
from domain.catalogue.parse import parse_catalogue
from domain.catalogue.values import Catalogue, FieldId, GroupId
from domain.forms.answers import Answer, AnswerKey, Answers, Origin, RowId
from tests.bench.figure import Figure, Unit
from tests.helpers.assessing import tools_at
from tests.helpers.builders import M01, NAME, NUMBER, PHONE, m01_answers
from tests.helpers.rules import with_heirs

_GOAL_MS = 2.0
_NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
_PHONE = FieldId("AAE005")
_HEIR = {"x_heir_id": "15999920160315001X", "x_heir_share": "20", "x_heir_guardian": NAME}


def figures(runs: int) -> tuple[Figure, ...]:
    """The slower of the largest business and of the same with five heirs, in time of one core."""
    plain = keystroke_ms(parse_catalogue(resources.load_catalogue_data()), m01_answers(), runs)
    heirs = keystroke_ms(parse_catalogue(with_heirs()), _with_five_heirs(m01_answers()), runs)
    return (
        Figure(
            name="keystroke",
            title="rules and checks of one keystroke",
            value=max(plain, heirs),
            goal=_GOAL_MS,
            unit=Unit.MILLISECONDS,
            rounds=runs,
            raw_ms={"M01, median": plain, "M01 with five heirs, median": heirs},
        ),
    )


def keystroke_ms(catalogue: Catalogue, answers: Answers, runs: int) -> float:
    """CPU time of one key while a telephone number is typed into a filled form: the median of all keys, in ms."""
    tools = tools_at(catalogue, _NOW)
    identity = Identity(name=NAME, id_number=NUMBER, origin=Origin.CARD)
    state = VisitState(visit="bench", phase=Phase.FORM, identity=identity, module=M01, answers=answers)

    def typed(text: str) -> None:
        following = replace(state, answers=state.answers.with_answer(Answer(field=_PHONE, value=text)))
        settled(tools, following, assess_visit(tools, following), (AnswerKey(_PHONE),))

    taken = [_cpu_s(typed, PHONE[:count]) for _ in range(runs + 1) for count in range(1, len(PHONE) + 1)]
    return statistics.median(taken[len(PHONE) :]) * 1000  # the first round fills caches


def _cpu_s(act: Callable[[str], None], text: str) -> float:
    begin = time.process_time()
    act(text)
    return time.process_time() - begin


def _with_five_heirs(answers: Answers) -> Answers:
    rows = [RowId(f"r{number}") for number in range(5)]
    given = (Answer(field=FieldId(name), row=row, value=value) for row in rows for name, value in _HEIR.items())
    return answers.with_rows(GroupId("heirs"), rows).with_answer(*given)
