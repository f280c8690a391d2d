"""The phases of a visit as a table, and the way through them: forward only when everything before is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.notices.codes import NoticeCode
from app.notices.notice import Notice
from app.notices.texts import say
from app.visit import obstacles
from app.visit.assessing import Assessed
from app.visit.doubts import first_unmet, met_in
from app.visit.holder import Holder
from app.visit.keeping import Keeping
from app.visit.package import each_turned, turned_to, works_of
from app.visit.state import Phase, VisitState
from app.visit.tools import VisitTools
from domain.cases.values import CaseId

Checked = tuple[VisitState, Notice | None]
"""The state with what is wrong marked in it, and why a phase cannot be entered now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One phase: what must be right before it, and whether this case has it at all."""

    phase: Phase
    check: Callable[[VisitTools, VisitState, Assessed | None], Checked]
    is_skipped: Callable[[Assessed], bool] = lambda _seen: False


def _nothing(_tools: VisitTools, state: VisitState, _seen: Assessed | None) -> Checked:
    return state, None


def _identity_shown(_tools: VisitTools, state: VisitState, _seen: Assessed | None) -> Checked:
    return state, None if state.identity else say(NoticeCode.IDENTITY_MISSING)


def _item_chosen(_tools: VisitTools, state: VisitState, seen: Assessed | None) -> Checked:
    return state, None if seen else say(NoticeCode.ITEM_MISSING)


def _form_right(tools: VisitTools, state: VisitState, seen: Assessed | None) -> Checked:
    if seen is None:
        return state, say(NoticeCode.ITEM_MISSING)
    findings = seen.assessment.findings
    marked = replace(state, findings=findings)
    blocking = seen.assessment.rulings.blocking
    if blocking:  # first: no filling in can help it
        return marked, obstacles.rule(blocking[0])
    return marked, obstacles.form_errors(tools.catalogue, seen.module, state.answers, findings)


def _materials_there(_tools: VisitTools, state: VisitState, seen: Assessed | None) -> Checked:
    marked = replace(state, missing=seen.missing if seen else ())
    return marked, obstacles.materials_missing(seen.missing, seen.materials) if seen and seen.missing else None


def _confirmed(_tools: VisitTools, state: VisitState, _seen: Assessed | None) -> Checked:
    return state, None if state.digest else say(NoticeCode.NOT_CONFIRMED)


def _signed(_tools: VisitTools, state: VisitState, _seen: Assessed | None) -> Checked:
    return state, None if state.signature else say(NoticeCode.SIGNATURE_MISSING)


STEPS = (
    Step(phase=Phase.IDENTIFY, check=_nothing),
    Step(phase=Phase.CHOOSE, check=_identity_shown),
    Step(phase=Phase.FORM, check=_item_chosen),
    Step(phase=Phase.MATERIALS, check=_form_right, is_skipped=lambda seen: not seen.materials),
    Step(phase=Phase.READ_BACK, check=_materials_there),
    Step(phase=Phase.SIGN, check=_confirmed),
    Step(phase=Phase.SUBMIT, check=_signed),
    Step(phase=Phase.DONE, check=_signed),
)
_ORDER = tuple(step.phase for step in STEPS)


def _is_before(one: Phase, other: Phase) -> bool:
    return _ORDER.index(one) < _ORDER.index(other)


def _past_done(state: VisitState, phase: Phase) -> Phase:
    """Where a way to this phase leads: a confirmation and a signature in the state are of what is there now."""
    if phase is Phase.READ_BACK and state.digest:
        phase = Phase.SIGN
    return Phase.SUBMIT if phase is Phase.SIGN and state.signature is not None else phase


class Phases:
    """Moves a visit through the table."""

    def __init__(self, tools: VisitTools, holder: Holder, keeping: Keeping) -> None:
        self._tools = tools
        self._holder = holder
        self._keeping = keeping

    def go(self, phase: Phase) -> bool:
        """Go to a phase; forward only when everything before it is right, else the notice says what is missing.

        What the applicant has done for what is there now is not asked of them again: the way leads past it.
        """
        state = self._holder.state
        phase = _past_done(state, phase)
        if state.receipt is not None:
            return False
        for step in STEPS[: _ORDER.index(phase) + 1]:
            state, notice = step.check(self._tools, state, self._holder.seen)
            if notice is not None:
                self._holder.become(replace(state, notice=notice))
                return False
            if self._turns_aside(step):
                return False
        doubted = self._first_doubted(phase)
        if doubted is not None:
            self._keeping.forget_steps()
            self._holder.change(self.entered(turned_to(self._holder.state, doubted), Phase.FORM))
            self._holder.tell(obstacles.doubted(self._holder.state))
        else:
            self._holder.become(self.entered(state, phase))
        self._keeping.save_now()
        return doubted is None or phase is Phase.FORM

    def _first_doubted(self, phase: Phase) -> CaseId | None:
        """The case of several whose form the clerk must see first: the applicant marked something in it."""
        state = self._holder.state
        leads = phase is Phase.FORM or (state.phase in (Phase.FORM, Phase.MATERIALS) and _is_before(Phase.FORM, phase))
        return first_unmet(state.doubted, [work.case for work in works_of(state)]) if leads and state.others else None

    def ask_anew(self, phase: Phase) -> bool:
        """Have the applicant read back and sign, or only sign, once more: what they did before is void."""
        state = self._holder.state
        if state.receipt is not None:
            return False
        digest = "" if phase is Phase.READ_BACK else state.digest
        self._holder.become(replace(state, digest=digest, signature=None, signature_png=b""))
        return self.go(phase)

    def go_on(self) -> bool:
        """Go to the phase that comes next for this case."""
        now = self._holder.state.phase
        return self.go(next((phase for phase in self.present if _is_before(now, phase)), now))

    def go_back(self) -> bool:
        """Go to the phase before this one."""
        return self.go_before(self._holder.state.phase)

    def go_before(self, phase: Phase) -> bool:
        """Go to the phase that comes before another one for this case."""
        return self.go(next((before for before in reversed(self.present) if _is_before(before, phase)), phase))

    def _turns_aside(self, step: Step) -> bool:
        """Whether another case of the visit is not ready for this step; then that one comes under hand."""
        seen, state = self._holder.seen, self._holder.state
        if seen is None:
            return False
        for turned, case in zip(each_turned(state)[1:], seen.others, strict=True):
            _, notice = step.check(self._tools, turned, case)
            if notice is not None:
                before = _ORDER[_ORDER.index(step.phase) - 1]
                self._keeping.forget_steps()
                self._holder.change(self.entered(replace(turned, findings=()), before))
                is_next = case is not None and turned.phase is before  # nothing is wrong, it is only its turn
                self._holder.tell(say(NoticeCode.NEXT_OF_PACKAGE) if is_next else notice)
                return True
        return False

    @property
    def present(self) -> tuple[Phase, ...]:
        """The phases that this case has."""
        seen = self._holder.seen
        return tuple(step.phase for step in STEPS if seen is None or not step.is_skipped(seen))

    def enter(self, phase: Phase) -> None:
        """Be in a phase."""
        self._holder.become(self.entered(self._holder.state, phase))

    def entered(self, state: VisitState, phase: Phase) -> VisitState:
        """The state in a phase; what was told has served."""
        reached = max(state.reached, phase, key=_ORDER.index)
        changes = state.agent_changes and phase in (Phase.IDENTIFY, Phase.CHOOSE)
        doubted = {Phase.READ_BACK: (), Phase.FORM: met_in(state)}.get(phase, state.doubted)
        entered = replace(state, phase=phase, reached=reached, agent_changes=changes, doubted=doubted)
        return replace(entered, notice=None, disputed=None, redo="")
