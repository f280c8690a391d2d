"""What the applicant marked as wrong, until it is changed: where it is, and the way to the next case with some."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.cases.values import CaseId
from domain.forms.answers import AnswerKey

if TYPE_CHECKING:
    from app.visit.state import VisitState


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One place of one case. ``label`` is what the applicant read; ``met``: the clerk has had its form before her."""

    case: CaseId
    key: AnswerKey
    label: str
    met: bool = False


Doubts = tuple[Doubt, ...]


def doubts_in(doubts: Doubts, case: CaseId | None) -> Doubts:
    """Those of one case."""
    return tuple(doubt for doubt in doubts if doubt.case == case)


def is_doubted(state: VisitState, key: AnswerKey) -> bool:
    """Whether a place of the case under hand is marked."""
    return any((doubt.case, doubt.key) == (state.case, key) for doubt in state.doubted)


def without_doubt(state: VisitState, key: AnswerKey) -> Doubts:
    """What is left once a place of the case under hand was changed."""
    return tuple(doubt for doubt in state.doubted if (doubt.case, doubt.key) != (state.case, key))


def met_in(state: VisitState) -> Doubts:
    """All doubts, now that the form of the case under hand is before the clerk."""
    return tuple(replace(doubt, met=doubt.met or doubt.case == state.case) for doubt in state.doubted)


def first_unmet(doubts: Doubts, cases: Iterable[CaseId]) -> CaseId | None:
    """The first of these cases with a doubt that the clerk has not had before her."""
    unmet = {doubt.case for doubt in doubts if not doubt.met}
    return next((case for case in cases if case in unmet), None)
