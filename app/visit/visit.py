"""One visit: what one applicant is doing at one counter now. Qt-free; lives on the UI thread and never blocks."""

from __future__ import annotations

from collections.abc import Mapping

from app.visit import intake, obstacles, readback
from app.visit.materials import page_counts
from app.visit.notices import outcome_notice, refusal_notice
from app.visit.state import Identity, Kept, Notice, Phase
from app.visit.submitting import PhaseOfSubmission
from domain.cases.values import CaseId
from domain.catalogue.values import FieldId, Module, ModuleId, Severity
from domain.forms.answers import NO_ROW, Answer, AnswerKey, ApplicantKind, Origin, RowId, value_of
from domain.forms.checking import Finding
from domain.forms.words import label_of
from domain.identity import parse_id_number
from domain.refusals import Refusal
from hardware.device import DeviceKind
from hardware.kinds.id_card_reader import IdCard
from hardware.outcomes import OutcomeCode

_ORDER = tuple(Phase)


class Visit(PhaseOfSubmission):
    """The one object that both windows watch. Every method is called on the UI thread and returns at once."""

    _told: Notice | None = None

    def begin(self) -> None:
        """Show the applicant that it is their turn; a recovered visit goes on where it was."""
        self._begin_where_it_was()
        self.load_signature()

    def _begin_where_it_was(self) -> None:
        waiting_for_applicant = self.state.phase in (Phase.READ_BACK, Phase.SIGN)
        if waiting_for_applicant and self.go(self.state.phase):
            return
        if waiting_for_applicant:  # day or catalogue have changed since: the notice says what is missing now
            self.change(phase=Phase.FORM if self.module else Phase.CHOOSE)
        if self.state.came_back is None:
            self._tell_rules()
        else:  # why it came back is more urgent than what was known before
            self._told = self._standing()
        self.show_progress()

    # -- identity

    def take_card(self, card: IdCard) -> None:
        """An ID card was read: it names the applicant, or fills the form of the same person once more."""
        if self.closed:
            return
        identity = intake.identity_of_card(card, today=self.tools.today)
        if isinstance(identity, Refusal):
            self.change(notice=obstacles.card_unfit(card, refusal_notice(identity)))
            return
        if self._is_somebody_else(identity.id_number):
            self.change(notice=obstacles.OTHER_CARD)
            return
        self._take_identity(identity)

    def _is_somebody_else(self, id_number: str) -> bool:
        """Whether the visit has a form already, and it is another person's."""
        known = self.state.identity
        return known is not None and known.id_number != id_number and self.state.module is not None

    def _take_identity(self, identity: Identity) -> None:
        module, before = self.module, self.state.identity
        expiry = obstacles.expiry(identity, self.tools.today)
        changes: dict[str, object] = {"identity": identity, "notice": expiry}
        if module is not None:
            self.remember("identity")
            changes["answers"] = intake.refilled(self.state.answers, module, identity, before)
        self.change(**changes)
        self._recheck(touched=None)
        self._tell_rules()
        self.withdraw_confirmation()
        if self.state.phase is Phase.IDENTIFY:
            self._enter(Phase.CHOOSE)
        self.save_now()

    def card_failed(self, code: OutcomeCode, facts: Mapping[str, str] | None = None) -> None:
        """A card lies on the reader and cannot be read."""
        self.change(notice=outcome_notice(code, DeviceKind.ID_CARD_READER, facts))

    def enter_identity(self, name: str, id_number: str) -> None:
        """Manual entry where the card cannot be read."""
        if self.closed:
            return
        number = parse_id_number(id_number, today=self.tools.today)
        if isinstance(number, Refusal):
            self.change(notice=refusal_notice(number))
            return
        if not name.strip():
            self.change(notice=obstacles.NAME_MISSING)
            return
        if self._is_somebody_else(number.text):
            self.change(notice=obstacles.OTHER_NUMBER)
            return
        self._take_identity(intake.identity_typed(name, number))

    def set_applicant_kind(self, kind: ApplicantKind) -> None:
        """Who stands at the counter: the applicant or somebody acting for them."""
        if self.closed:
            return
        self.change(applicant_kind=kind)
        self._recheck(touched=None)
        self._tell_rules()
        self.withdraw_confirmation()
        self.save_soon()

    # -- item

    def find_modules(self, text: str) -> tuple[Module, ...]:
        """Modules whose initials, name, item or code match; all for an empty text; best first."""
        return intake.find_modules(self.tools.catalogue, text)

    def choose(self, module: ModuleId) -> None:
        """Take the business; opens its form with the card's data filled in."""
        identity = self.state.identity
        if identity is None or self.closed:
            return
        chosen = self.tools.catalogue.modules[module]
        if self.state.module != module:
            if not identity.values:  # the case came back from a server, which keeps the form only
                identity = intake.told_by_number(identity, self.tools.today)
            defaults = intake.defaults_for(self.tools.office, self.tools.today)
            answers = intake.first_answers(chosen, identity, defaults, self.tools.new_id)
            case = self.state.case or CaseId(self.tools.new_id())
            self.change(module=module, case=case, answers=answers, findings=())
            self.forget_changes()
            self.withdraw_confirmation()
        self._enter(Phase.FORM)
        self._tell_rules()
        self.save_now()

    # -- form

    def answer(self, name: FieldId, value: str, row: RowId = NO_ROW) -> None:
        """The clerk typed a value; it is checked at once and saved within half a second."""
        fresh = Answer(field=name, row=row, value=value, origin=Origin.TYPED)
        if self.closed or value_of(self.state.answers, name, row) == value:
            return
        self.remember(f"answer {name} {row}")
        self.change(answers=self.state.answers.with_answer(fresh))
        self._recheck(touched=fresh.key)
        self._tell_rules()
        self.withdraw_confirmation()
        self.save_soon()

    def undo(self) -> None:
        """Take back the last change of what is in sight: of the form, or of the pages beside the camera."""
        kept = {Phase.FORM: Kept.ANSWERS, Phase.MATERIALS: Kept.PAGES}.get(self.state.phase)
        if kept is None or self.closed or not self.take_back(kept):
            return
        self._recheck(touched=None)
        self._tell_rules()
        self.withdraw_confirmation()
        self.save_soon()

    def _recheck(self, *, touched: AnswerKey | None) -> None:
        """Findings of the touched field and of those that had one; the rest stays quiet until 下一步."""
        if self.module is None:
            return
        seen = {finding.key for finding in self.state.findings} | ({touched} if touched else set())
        self.change(findings=tuple(finding for finding in self.assessment.findings if finding.key in seen))
        if self.state.notice is not None and self.state.notice.code == obstacles.FORM_INVALID:
            self.change(notice=self._form_errors(self.state.findings))  # it counts down

    # -- going on

    def go(self, phase: Phase) -> bool:
        """Go to a phase; forward only when everything before it is right, else the notice says what is missing."""
        if self.state.receipt is not None:
            return False
        for step in _ORDER[1 : _ORDER.index(phase) + 1]:
            notice = self._obstacle(step)
            if notice is not None:
                self.change(notice=notice)
                return False
        self._enter(phase)
        self.save_now()
        return True

    def _obstacle(self, phase: Phase) -> Notice | None:
        """Why this phase cannot be entered now; marks what is wrong on the way."""
        state = self.state
        if phase is Phase.CHOOSE:
            return None if state.identity else obstacles.IDENTITY_MISSING
        if phase is Phase.FORM or self.module is None:
            return None if self.module else obstacles.ITEM_MISSING
        if phase is Phase.MATERIALS:
            return self._form_obstacle()
        if phase is Phase.READ_BACK:
            missing = self.assessment.missing(page_counts(state.pages))
            self.change(missing=missing)
            return obstacles.materials_missing(missing, self.state.materials) if missing else None
        if phase is Phase.SIGN:
            return None if state.digest else obstacles.NOT_CONFIRMED
        return None if state.signature else obstacles.NOT_SIGNED

    def _form_obstacle(self) -> Notice | None:
        findings = self.assessment.findings
        self.change(findings=findings)
        blocked = self.assessment.rulings.blocking  # first: no filling in can help it
        return obstacles.rule(blocked[0]) if blocked else self._form_errors(findings)

    def _form_errors(self, findings: tuple[Finding, ...]) -> Notice | None:
        errors = [finding for finding in findings if finding.severity is Severity.ERROR]
        if self.module is None or not errors:
            return None
        first = label_of(self.tools.catalogue, self.module, self.state.answers, errors[0].key)
        return obstacles.form_errors(first, errors)

    def _tell_rules(self) -> None:
        """Say at once what card and rules say of the case, each time that it changes; the clerk may go on."""
        told = self._standing()
        if told != self._told:
            gone = self.state.notice if self.state.notice != self._told else None
            self._told = told
            self.change(notice=told or gone)

    def _standing(self) -> Notice | None:
        """What card and rules say of the case as it is now."""
        identity = self.state.identity
        return obstacles.together(
            obstacles.expiry(identity, self.tools.today) if identity is not None else None,
            obstacles.rules_told(self.assessment.rulings) if self.module is not None else None,
        )

    def _enter(self, phase: Phase) -> None:
        reached = max(self.state.reached, phase, key=_ORDER.index)
        self.change(phase=phase, reached=reached, notice=self.kept_warning, disputed=None)
        if phase is Phase.READ_BACK:
            self.show_read_back()
        elif phase is Phase.SIGN:
            self.ask_signature()
        else:
            self.show_progress()

    def applicant_confirmed(self) -> None:
        """After the applicant's 确认: straight on to the signature."""
        self._enter(Phase.SIGN)

    def applicant_signed(self) -> None:
        """After a good signature: the clerk only has to press 提交."""
        self._enter(Phase.SUBMIT)

    # -- submitting

    def submit(self) -> None:
        """Put the case into the outbox and wait for the server's word."""
        if self.state.phase is Phase.SUBMIT and self.state.receipt is None and self.go(Phase.SUBMIT):
            self.enqueue()

    def end(self) -> None:
        """End the visit: what is unfinished stays as a draft, the customer's screen is cleared."""
        if not self.ended:
            self.save_now()
            self.show(readback.welcome(self.tools.office))
            self.ended = True

    def discard(self) -> None:
        """Give the visit up: its draft and its pages go."""
        self.show(readback.welcome(self.tools.office))
        self.ended = True
        visit, case, store = self.state.visit, self.state.case, self.tools.store
        self.tools.run(lambda: store.drop_draft(visit), lambda _: None, self.fail)
        if case is not None:
            self.tools.run(lambda: store.drop_blobs(case), lambda _: None, self.fail)
