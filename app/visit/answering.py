"""The phases in which the applicant acts: reading back, confirming, signing."""

from __future__ import annotations

from abc import ABC, abstractmethod

from app.visit import readback
from app.visit.core import VisitCore
from app.visit.notices import outcome_notice
from app.visit.scene import Confirmed, Disputed, Painted, Reply, Signed, Wait
from app.visit.state import Notice, Phase, Tone
from domain.cases.values import BlobHash, CaseId, SignatureRef
from hardware.device import DeviceKind
from hardware.kinds.signature_pad import Signature, SignatureStrokes, StrokePoint
from hardware.messages import FinishSignature
from hardware.outcomes import Outcome, OutcomeCode


class PhasesWithApplicant(VisitCore, ABC):
    """What the applicant does at the second screen."""

    def reply(self, reply: Reply) -> None:
        """What came back from the customer's screen; anything that does not answer the present scene is ignored."""
        if self.ended or not self.is_current(reply.visit, reply.counter):
            return
        if not isinstance(reply.answer, Painted):
            self.scene_is_answered()
        match reply.answer:
            case Painted():
                self.change(screen_confirmed=True)
            case Confirmed(digest=digest) if self.state.phase is Phase.READ_BACK and digest == self.digest:
                self.change(digest=digest, disputed=None)
                self.applicant_confirmed()
                self.save_now()
            case Disputed(labels=labels) if self.state.phase is Phase.READ_BACK:
                self._disputed(labels)
            case Signed(digest=digest) if self.state.phase is Phase.SIGN and digest == self.digest:
                self._finish_signature(reply.answer)
            case _:
                pass  # an answer that does not fit the phase: the screen was a moment behind

    @abstractmethod
    def applicant_confirmed(self) -> None:
        """The applicant confirmed the form."""

    @abstractmethod
    def applicant_signed(self) -> None:
        """The signature is good and safe."""

    def show_waiting(self, text: str) -> None:
        """Ask the applicant to wait a moment."""
        self.show(Wait(text=text))

    def ask_signature(self, redo: str = "") -> None:
        """Show the signature pad, with a reason when an earlier signature was not taken."""
        if self.module is not None:
            self.show(readback.sign(self.module, self.state, redo))

    def show_read_back(self) -> None:
        """Show the form as it is now, to be confirmed."""
        if self.module is not None:
            self.show(readback.read_back(self.tools.catalogue, self.module, self.state, self.assessment, self.digest))

    def withdraw_confirmation(self) -> None:
        """What was confirmed and signed has changed: both must be done again."""
        if self.state.phase is Phase.READ_BACK and self.state.disputed is None:
            self.show_read_back()  # nobody may confirm what is no longer so
        if not self.state.digest or self.state.digest == self.digest:
            return
        notice = self.state.notice or _CHANGED_AFTER_CONFIRMATION
        self.change(digest="", signature=None, signature_png=b"", notice=notice)
        if self.state.phase in (Phase.SIGN, Phase.SUBMIT):
            self.change(phase=Phase.MATERIALS)
            self.show_progress()

    def load_signature(self) -> None:
        """Look up the picture of a signature that a recovered visit has, so that the clerk sees it."""
        signature = self.state.signature
        if signature is None or self.state.signature_png:
            return

        def loaded(png: bytes) -> None:
            if self.state.signature == signature:
                self.change(signature_png=png)

        self.tools.run(lambda: self.tools.store.load_blob(signature.png_sha256), loaded, self._signature_lost)

    def _signature_lost(self, error: Exception) -> None:
        """The picture is not whole any more: the applicant has to sign once more."""
        self.fail(error)
        if self.closed or self.state.signature is None:
            return
        self.change(signature=None)
        if self.state.phase is Phase.SUBMIT:
            self.applicant_confirmed()
        self.change(notice=_SIGNATURE_LOST)

    def _disputed(self, labels: tuple[str, ...]) -> None:
        self.change(
            disputed=labels,
            notice=Notice(
                tone=Tone.WARNING,
                what="申请人说内容有误" + (":" + "、".join(labels) if labels else ""),
                why="申请人在群众屏上核对时点了“有误”",
                next="请当面问清并回到表单修改，再请申请人核对",
                code="disputed",
            ),
        )
        self.show_waiting("工作人员正在修改，请稍候")

    def _finish_signature(self, signed: Signed) -> None:
        strokes = SignatureStrokes(
            strokes=tuple(
                tuple(StrokePoint(x_px=p.x_px, y_px=p.y_px, t_ms=p.t_ms, pressure=p.pressure) for p in stroke)
                for stroke in signed.strokes
            ),
            width_px=signed.width_px,
            height_px=signed.height_px,
            source=signed.source,
        )
        self.tools.ask(FinishSignature(strokes=strokes), self._signature_finished)

    def _signature_finished(self, outcome: Outcome[Signature]) -> None:
        if self.ended or self.state.phase is not Phase.SIGN or self.state.case is None:
            return
        if not outcome.ok or outcome.value is None:
            notice = outcome_notice(outcome.code, DeviceKind.SIGNATURE_PAD, outcome.facts)
            self.change(notice=notice)
            self.ask_signature(redo=_REDO.get(outcome.code, _REDO_ELSE))
            return
        case, signature, store = self.state.case, outcome.value, self.tools.store

        def save() -> tuple[BlobHash, BlobHash]:
            return store.save_blob(case, signature.png), store.save_blob(case, signature.strokes_json)

        self.tools.run(save, lambda saved: self._signature_saved(case, signature.png, *saved), self._not_saved)

    def _not_saved(self, error: Exception) -> None:
        self.fail(error)
        if not self.closed and self.state.phase is Phase.SIGN:
            self.ask_signature(redo="签名没有存好，请再签一次")

    def _signature_saved(self, case: CaseId, png: bytes, png_sha256: BlobHash, strokes_sha256: BlobHash) -> None:
        if self.closed or self.state.case != case or self.state.digest != self.digest:
            return
        reference = SignatureRef(
            png_sha256=png_sha256,
            strokes_sha256=strokes_sha256,
            digests=self.digests,
            signed_at=self.tools.now(),
        )
        self.change(signature=reference, signature_png=png, notice=None)
        if self.state.phase is Phase.SIGN:
            self.applicant_signed()
        self.save_now()


_REDO = {
    OutcomeCode.SIGNATURE_EMPTY: "没有看到签名，请在下面写上您的姓名",
    OutcomeCode.SIGNATURE_TOO_SHORT: "刚才的签名太短，请在下面写完整的姓名",
}
"""What the applicant reads; the clerk reads the notice."""
_REDO_ELSE = "刚才的签名没有收到，请再签一次"
_SIGNATURE_LOST = Notice(
    tone=Tone.WARNING,
    what="存在本机的签名打不开了",
    why="签名的影像文件不在了，或已损坏",
    next="请申请人再签一次名；其他内容都在",
    code="signature_lost",
)
_CHANGED_AFTER_CONFIRMATION = Notice(
    tone=Tone.WARNING,
    what="确认之后内容有改动，原来的确认和签名已作废",
    why="签名只对申请人核对过的内容有效",
    next="改好后请申请人重新核对并签名",
    code="confirmation_void",
)
