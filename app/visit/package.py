"""The cases of one visit that belong together: one under the clerk's hand, the others laid aside as they are."""

from __future__ import annotations

from dataclasses import replace

from app.visit.state import CaseWork, VisitState
from domain.cases.values import NO_PACKAGE, CaseId, PackageId


def works_of(state: VisitState) -> tuple[CaseWork, ...]:
    """All cases of the visit in the order in which they were begun; none before a business is chosen."""
    at_hand = _at_hand(state)
    return tuple(sorted((*state.others, *((at_hand,) if at_hand else ())), key=lambda work: work.case))


def _at_hand(state: VisitState) -> CaseWork | None:
    if state.module is None or state.case is None:
        return None
    return CaseWork(
        module=state.module,
        case=state.case,
        answers=state.answers,
        again=state.again,
        receipt=state.receipt,
        refused=state.refused,
        progress_code=state.progress_code,
    )


def with_work(state: VisitState, work: CaseWork) -> VisitState:
    """The visit with this case under hand, a new one or one of its own; the one that was there is laid aside."""
    at_hand = _at_hand(state)
    rest = (*state.others, *((at_hand,) if at_hand else ()))
    others = tuple(other for other in rest if other.case != work.case)
    return replace(
        state,
        module=work.module,
        case=work.case,
        answers=work.answers,
        again=work.again,
        receipt=work.receipt,
        refused=work.refused,
        progress_code=work.progress_code,
        findings=(),
        missing=(),
        others=others,
        package=state.package or (PackageId(state.visit) if others else state.package),
    )


def turned_to(state: VisitState, case: CaseId) -> VisitState:
    """The visit with another of its cases under hand."""
    found = next((work for work in state.others if work.case == case), None)
    return with_work(state, found) if found is not None else state


def each_turned(state: VisitState) -> tuple[VisitState, ...]:
    """The visit once for each of its cases, with that one under hand; the present one first."""
    return (state, *(with_work(state, other) for other in state.others))


def without(state: VisitState, case: CaseId) -> VisitState:
    """The visit without one of its cases, if it has others; what is left alone is no package any more."""
    turned = turned_to(state, state.others[0].case) if state.case == case and state.others else state
    others = tuple(other for other in turned.others if other.case != case)
    return replace(turned, others=others, package=state.package if others else NO_PACKAGE)


def with_cases_of(state: VisitState, before: VisitState) -> VisitState:
    """The visit with the cases and forms that it had before, and with who acted."""
    same = (before.case, before.module) == (state.case, state.module)
    return replace(
        state,
        module=before.module,
        case=before.case,
        answers=before.answers,
        again=before.again,
        others=before.others,
        agent=before.agent,
        package=before.package,
        findings=state.findings if same else (),
    )


def owner_of_pages(state: VisitState) -> CaseId | None:
    """Under which case the store keeps the pages of a visit until they are submitted: that which was begun first."""
    return next((work.case for work in works_of(state)), None)
