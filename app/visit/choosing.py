"""Which business: found in the catalogue, opened with what is known of the applicant."""

from __future__ import annotations

from dataclasses import replace

from app.visit import intake, obstacles
from app.visit.holder import Holder
from app.visit.keeping import Keeping
from app.visit.phases import Phases
from app.visit.state import Identity, Phase
from app.visit.tools import VisitTools
from domain.cases.values import CaseId
from domain.catalogue.values import Module, ModuleId


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
        """Take the business; opens its form with the card's data filled in."""
        state = self._holder.state
        if state.identity is None or self._holder.closed:
            return
        if state.module not in (None, module) and state.returned_after:
            self._holder.tell(obstacles.MODULE_FIXED)
            return
        if state.module == module:
            self._phases.enter(Phase.FORM)
        else:
            self._open(self._tools.catalogue.modules[module], state.identity)
        self._keeping.save_now()

    def _open(self, module: Module, identity: Identity) -> None:
        today = self._tools.today
        if not identity.values:  # the case came back from a server, which keeps the form only
            identity = intake.told_by_number(identity, today)
        defaults = intake.defaults_for(self._tools.office, today)
        answers = intake.first_answers(module, identity, defaults, self._tools.new_id)
        state = self._phases.entered(self._holder.state, Phase.FORM)
        case = state.case or CaseId(self._tools.new_id())
        self._keeping.forget_answers()
        self._holder.change(replace(state, module=module.id, case=case, answers=answers, findings=()))
