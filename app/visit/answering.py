"""What the applicant does at the second screen: reading back, confirming, signing."""

from __future__ import annotations

from dataclasses import replace

from app.notices.codes import NoticeCode
from app.notices.notice import Notice
from app.notices.texts import outcome_notice, say
from app.visit import obstacles
from app.visit.guest import GuestScreen
from app.visit.holder import Holder
from app.visit.keeping import Keeping
from app.visit.package import works_of
from app.visit.phases import Phases
from app.visit.readback import doubts_of
from app.visit.scene import Confirmed, Disputed, Painted, Reply, Signed
from app.visit.state import Phase
from app.visit.tools import VisitTools
from domain.cases.values import BlobHash, CaseId, SignatureRef
from hardware.kinds.signature_pad import SIGNATURE_PAD, FinishSignature, Signature, SignatureStrokes, StrokePoint
from hardware.outcomes import Outcome, OutcomeCode
from resources import word

_HERS = (OutcomeCode.SIGNATURE_EMPTY, OutcomeCode.SIGNATURE_TOO_SHORT)
"""What she can mend herself and reads; the clerk reads the notice."""


class Answering:
    """Takes the applicant's replies; a confirmation is of what was shown, a signature of what was confirmed."""

    def __init__(self, tools: VisitTools, holder: Holder, keeping: Keeping, phases: Phases, guest: GuestScreen) -> None:
        self._tools = tools
        self._holder = holder
        self._keeping = keeping
        self._phases = phases
        self._guest = guest

    def reply(self, reply: Reply) -> None:
        """What came back from the customer's screen; anything that does not answer the present scene is ignored."""
        state = self._holder.state
        if self._holder.ended or not self._guest.is_answer(reply, state.visit):
            return
        match reply.answer:
            case Painted():
                self._holder.become(replace(state, screen_confirmed=True))
            case Confirmed(digest=digest) if state.phase is Phase.READ_BACK and digest == self._digest:
                self._holder.become(replace(state, digest=digest, disputed=None))
                self._phases.enter(Phase.SIGN)
                self._keeping.save_now()
            case Disputed() if state.phase is Phase.READ_BACK:
                self._dispute(reply.answer)
            case Signed(digest=digest) if state.phase is Phase.SIGN and digest == self._digest:
                self._finish(reply.answer)
            case _:
                pass  # an answer that does not fit the phase: the screen was a moment behind

    def _dispute(self, disputed: Disputed) -> None:
        state, seen, catalogue = self._holder.state, self._holder.seen, self._tools.catalogue
        doubted = doubts_of(catalogue, state, seen, disputed.lines) if seen is not None else ()
        labels = obstacles.labels_disputed(catalogue, state, doubted, disputed.labels)
        self._holder.become(replace(state, disputed=labels, doubted=doubted, notice=obstacles.disputed(labels)))

    @property
    def _digest(self) -> str:
        """Of all that a Scene now stands for."""
        return self._holder.seen.digest if self._holder.seen else ""

    def load_signature(self) -> None:
        """Look up the picture of a signature that a recovered visit has, so that the clerk sees it."""
        signature = self._holder.state.signature
        if signature is None or self._holder.state.signature_png:
            return

        def loaded(png: bytes) -> None:
            if self._holder.state.signature == signature:
                self._holder.become(replace(self._holder.state, signature_png=png))

        self._tools.run(lambda: self._tools.store.pages.load(signature.png_sha256), loaded, self._lost)

    def _lost(self, error: Exception) -> None:
        """The picture is not whole any more: the applicant has to sign once more."""
        self._holder.fail(error)
        if self._holder.closed or self._holder.state.signature is None:
            return
        self._holder.become(replace(self._holder.state, signature=None))
        if self._holder.state.phase is Phase.SUBMIT:
            self._phases.enter(Phase.SIGN)
        self._holder.tell(say(NoticeCode.SIGNATURE_LOST))

    def _finish(self, signed: Signed) -> None:
        strokes = SignatureStrokes(
            strokes=tuple(
                tuple(StrokePoint(x_px=p.x_px, y_px=p.y_px, t_ms=p.t_ms, pressure=p.pressure) for p in stroke)
                for stroke in signed.strokes
            ),
            width_px=signed.width_px,
            height_px=signed.height_px,
            source=signed.source,
        )
        self._tools.ask(FinishSignature(strokes=strokes), self._finished)

    def _finished(self, outcome: Outcome[Signature]) -> None:
        state, store = self._holder.state, self._tools.store
        if self._holder.ended or state.phase is not Phase.SIGN or state.case is None:
            return
        cases = tuple(work.case for work in works_of(state))
        if not outcome.ok or outcome.value is None:
            notice = outcome_notice(outcome.code, SIGNATURE_PAD, outcome.facts)
            redo = outcome.code.name if outcome.code in _HERS else "not_received"
            self._ask_again(word("redo", redo), notice)
            return
        signature = outcome.value

        def save() -> list[tuple[BlobHash, BlobHash]]:
            return [
                (store.pages.save(case, signature.png), store.pages.save(case, signature.strokes_json))
                for case in cases
            ]

        self._tools.run(save, lambda saved: self._saved(cases, signature.png, *saved[0]), self._not_saved)

    def _ask_again(self, redo: str, notice: Notice | None) -> None:
        state = self._holder.state
        self._holder.become(replace(state, redo=redo, notice=notice, asked=state.asked + 1))

    def _not_saved(self, error: Exception) -> None:
        self._holder.fail(error)
        if not self._holder.closed and self._holder.state.phase is Phase.SIGN:
            self._ask_again(word("redo", "not_saved"), self._holder.state.notice)

    def _saved(self, cases: tuple[CaseId, ...], png: bytes, png_sha256: BlobHash, strokes_sha256: BlobHash) -> None:
        state = self._holder.state
        seen = self._holder.seen
        now = tuple(work.case for work in works_of(state))
        if self._holder.closed or now != cases or seen is None or state.digest != seen.digest:
            return
        reference = SignatureRef(
            png_sha256=png_sha256,
            strokes_sha256=strokes_sha256,
            digests=seen.digests,
            signed_at=self._tools.now(),
        )
        self._holder.become(replace(state, signature=reference, signature_png=png, notice=None))
        if state.phase is Phase.SIGN:
            self._phases.enter(Phase.SUBMIT)
        self._keeping.save_now()
