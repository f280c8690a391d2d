"""Which business: found in the catalogue, opened with what is known of the applicant."""

from __future__ import annotations

from dataclasses import replace

from app.notices.codes import NoticeCode
from app.notices.texts import say
from app.visit import intake
from app.visit.holder import Holder
from app.visit.keeping import Keeping
from app.visit.package import owner_of_pages, turned_to, with_work, without, works_of
from app.visit.phases import Phases
from app.visit.state import CaseWork, Identity, Phase
from app.visit.tools import VisitTools
from domain.cases.values import CaseId
from domain.catalogue.values import Module, ModuleId
from domain.forms.answers import Answers


class Choosing:
    """Finds and takes the business of a visit."""

    def __init__(self, tools: VisitTools, holder: Holder, keeping: Keeping, phases: Phases) -> None:
        self._tools = tools
        self._holder = holder
        self._keeping = keeping
        self._phases = phases

    def find(self, text: str) -> tuple[Module, ...]:
        """Modules whose initials, name, item or code match; all for an empty text; best first."""
        return intake.find_modules(self._tools.catalogue, text)

    def choose(self, module: ModuleId) -> None:
        """Take the business in place of the one under hand; opens its form with the card's data filled in."""
        self._take(module, add=False)

    def add(self, module: ModuleId) -> None:
        """Take one more business into the visit; they are read back, signed and submitted together."""
        self._take(module, add=True)

    def _take(self, module: ModuleId, *, add: bool) -> None:
        state = self._holder.state
        if state.identity is None or self._holder.closed or state.capturing is not None:
            return
        known = next((work for work in state.others if work.module == module), None)
        if state.module not in (None, module) and (state.returned_after or state.replaces):
            self._holder.tell(say(NoticeCode.MODULE_FIXED))
            return
        if state.module == module:
            self._phases.enter(Phase.FORM)
        elif known is not None:
            self.turn_to(known.case)
        else:
            self._open(self._tools.catalogue.modules[module], state.identity, add=add and state.module is not None)
        self._keeping.save_now()

    def turn_to(self, case: CaseId) -> None:
        """Take another case of the visit under hand; once submitted, to look at its receipt."""
        state = self._holder.state
        if self._holder.ended or state.capturing is not None or state.case == case:
            return
        turned = turned_to(state, case)
        shown = turned if state.receipt is not None else self._phases.entered(turned, Phase.FORM)
        self._keeping.forget_steps()
        self._holder.change(shown)
        self._keeping.save_now()

    def give_up(self, case: CaseId) -> None:
        """Take a case out of the visit, if others stay; can be undone."""
        state = self._holder.state
        gone = next((work for work in works_of(state) if work.case == case), None)
        if gone is None or self._holder.closed or state.capturing is not None or not state.others:
            return
        self._keeping.note_forms("")
        self._holder.change(self._phases.entered(without(state, case), Phase.FORM))
        module = self._tools.catalogue.modules.get(gone.module)
        self._holder.tell(say(NoticeCode.TAKEN_OUT, module=module.name if module else gone.module))
        self._keeping.save_now()
        self._keeping.hand_pages_on(owner_of_pages(state))

    def _open(self, module: Module, identity: Identity, *, add: bool) -> None:
        today = self._tools.today
        if not identity.values:  # the case came back from a server, which keeps the form only
            identity = intake.told_by_number(identity, today)
        defaults = intake.defaults_for(self._tools.office, today)
        answers = intake.first_answers(module, identity, defaults, self._tools.new_id)
        state = self._phases.entered(self._holder.state, Phase.FORM)
        if state.agent is not None:
            answers = intake.with_agent(answers, module, state.agent, None)
        if add:
            typed = intake.carried(module, answers, tuple(work.answers for work in works_of(state)))
            again = intake.carried(module, Answers(), tuple(work.again for work in works_of(state)))
            case = CaseId(self._tools.new_id())
            state = with_work(state, CaseWork(module=module.id, case=case, answers=typed, again=again))
        else:
            case = state.case or CaseId(self._tools.new_id())
            state = replace(state, module=module.id, case=case, answers=answers, again=Answers(), findings=())
        self._keeping.forget_steps()
        if self._holder.state.module is not None:  # the form that was there, or the visit without one more
            self._keeping.note_forms("")
        self._holder.change(state)
