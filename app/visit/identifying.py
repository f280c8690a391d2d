"""Who the applicant is: read from a card, or typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.notices.codes import NoticeCode
from app.notices.texts import outcome_notice, refusal_notice, say
from app.visit import acting, intake, obstacles
from app.visit.holder import Holder
from app.visit.keeping import Keeping
from app.visit.phases import Phases
from app.visit.state import Identity, Phase
from app.visit.tools import VisitTools
from domain.catalogue.values import ModuleId
from domain.forms.answers import Answers, ApplicantKind, Origin
from domain.identity import parse_id_number, plain_number
from domain.refusals import Refusal
from hardware.device import ANY_DEVICE, DeviceId
from hardware.kinds.id_card_reader import ID_CARD_READER, IdCard
from hardware.outcomes import OutcomeCode


class Identifying:
    """Takes who the applicant is and who acts for them. Another person takes nobody's place unless the clerk asked."""

    def __init__(self, tools: VisitTools, holder: Holder, keeping: Keeping, phases: Phases) -> None:
        self._tools = tools
        self._holder = holder
        self._keeping = keeping
        self._phases = phases

    def take_card(self, card: IdCard) -> None:
        """An ID card was read: it names the applicant, or fills the form of the same person once more."""
        if self._holder.closed:
            return
        identity = intake.identity_of_card(card, today=self._tools.today)
        if isinstance(identity, Refusal):
            self._holder.tell(obstacles.card_unfit(card, refusal_notice(identity)))
        elif self._acts(identity.id_number):
            self._take_agent(identity, other=NoticeCode.OTHER_AGENT_CARD)
        elif self._is_somebody_else(identity.id_number):
            self._holder.tell(obstacles.other_card(identity.name, self._holder.state))
        else:
            self._take(identity)

    def is_of_another(self, card: IdCard) -> bool:
        """Whether a card is of somebody who has no part in the visit: neither applies nor stands there for who does."""
        state = self._holder.state
        has_applicant_only = state.identity is not None and state.applicant_kind is ApplicantKind.SELF
        return has_applicant_only and not self.is_of_applicant(card)

    def is_of_applicant(self, card: IdCard) -> bool:
        """Whether a card is of whoever the visit is for."""
        identity = self._holder.state.identity
        return identity is not None and identity.id_number == plain_number(card.id_number)

    def card_failed(
        self, code: OutcomeCode, facts: Mapping[str, str] | None = None, device: DeviceId = ANY_DEVICE
    ) -> None:
        """A card lies on the reader and cannot be read; once the case is submitted nobody asked for one."""
        if not self._holder.closed:
            self._holder.tell(outcome_notice(code, ID_CARD_READER, facts, device))

    def enter(self, name: str, id_number: str) -> None:
        """Manual entry where the card cannot be read."""
        if self._holder.closed:
            return
        number = parse_id_number(id_number, today=self._tools.today)
        if isinstance(number, Refusal):
            self._holder.tell(refusal_notice(number))
        elif not name.strip():
            self._holder.tell(say(NoticeCode.NAME_MISSING))
        elif self._acts(number.text):
            self._take_agent(intake.identity_typed(name, number), other=NoticeCode.OTHER_AGENT_NUMBER)
        elif self._is_somebody_else(number.text):
            self._holder.tell(say(NoticeCode.OTHER_NUMBER))
        else:
            self._take(intake.identity_typed(name, number))

    def note_typed(self, name: str, id_number: str) -> None:
        """What stands in the fields until now: it is kept as any other text, and used only by ``enter``."""
        state = self._holder.state
        if not self._holder.closed and (name, id_number) != (state.typed_name, state.typed_number):
            self._holder.become(replace(state, typed_name=name, typed_number=id_number))
            self._keeping.save_soon()

    def set_applicant_kind(self, kind: ApplicantKind) -> None:
        """Who stands at the counter: the applicant or somebody acting for them.

        Choosing anew who acts asks for a change: until the form is gone on with, another person's card is taken.
        """
        if self._holder.closed:
            return
        agent = self._holder.state.agent
        changes = agent is not None and kind is not ApplicantKind.SELF
        self._holder.change(replace(self._holder.state, applicant_kind=kind, agent_changes=changes))
        if agent is not None and changes:
            self._holder.tell(say(NoticeCode.AGENT_MAY_CHANGE, kind=kind.value, name=agent.name))
        self._keeping.save_soon()

    def _is_somebody_else(self, id_number: str) -> bool:
        """Whether the visit has a form already, and it is another person's."""
        state = self._holder.state
        return state.identity is not None and state.identity.id_number != id_number and state.module is not None

    def _acts(self, id_number: str) -> bool:
        """Whether this is the number of somebody who stands there for the applicant."""
        state = self._holder.state
        others = state.identity is not None and state.identity.id_number != id_number
        return others and state.applicant_kind is not ApplicantKind.SELF

    def _take_agent(self, identity: Identity, *, other: NoticeCode) -> None:
        """Whoever acts showed who they are: each form of the visit that names them is filled.

        ``other``: what is told when it is somebody else than the one who did before.
        """
        state, modules = self._holder.state, self._tools.catalogue.modules
        before = state.agent
        if before is not None and before.id_number != identity.id_number:
            if state.agent_changes:
                self._change_agent(before, identity)
            else:
                self._holder.tell(say(other, kind=state.applicant_kind.value, name=before.name))
            return
        self._keeping.note_forms(f"agent {identity.id_number}")

        def filled(answers: Answers, module: ModuleId | None) -> Answers:
            known = modules.get(module) if module else None
            return intake.with_agent(answers, known, identity, state.agent) if known else answers

        others = tuple(replace(work, answers=filled(work.answers, work.module)) for work in state.others)
        shown = say(NoticeCode.AGENT_SHOWN, kind=state.applicant_kind.value, name=identity.name)
        told = obstacles.expiry(identity, self._tools.today) or shown
        answers = filled(state.answers, state.module)
        self._holder.change(replace(state, agent=identity, answers=answers, others=others, agent_changes=False))
        self._holder.tell(told)
        self._keeping.save_now()

    def _change_agent(self, before: Identity, identity: Identity) -> None:
        """Somebody else acts from now on, as the clerk asked; with one step the one before is back."""
        state = self._holder.state
        self._keeping.note_forms("")
        self._keeping.forget_pages()
        after = acting.with_another(self._tools.catalogue, state, self._holder.seen, identity)
        self._holder.change(replace(after, agent_changes=False))
        code = NoticeCode.AGENT_CHANGED_SIGNED if state.digest else NoticeCode.AGENT_CHANGED
        self._holder.tell(say(code, kind=state.applicant_kind.value, old=before.name, new=identity.name))
        self._keeping.save_now()

    def _take(self, identity: Identity) -> None:
        state, seen = self._holder.state, self._holder.seen
        answers = state.answers
        if seen is not None:
            self._keeping.note_forms("identity")
            answers = intake.refilled(answers, seen.module, identity, state.identity)
        told = obstacles.expiry(identity, self._tools.today)
        if state.identity is not None and state.identity.id_number != identity.id_number:
            told = say(NoticeCode.APPLICANT_CHANGED, old=state.identity.name, new=identity.name)
        if identity.origin is not Origin.TYPED:
            state = replace(state, typed_name="", typed_number="")
        state = replace(state, identity=identity, answers=answers, notice=told)
        state = self._phases.entered(state, Phase.CHOOSE) if state.phase is Phase.IDENTIFY else state
        self._holder.change(state, kept=seen is None)
        if seen is None:
            self._keeping.save_now()
        else:  # the form is drawn meanwhile, as while it is typed in
            self._keeping.save_soon()
