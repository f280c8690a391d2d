"""One visit: what one applicant is doing at one counter now. Qt-free; lives on the UI thread and never blocks."""

from __future__ import annotations

from dataclasses import replace

from app.notices.notice import Notice
from app.visit.answering import Answering
from app.visit.capturing import Capturing
from app.visit.choosing import Choosing
from app.visit.form_editing import FormEditing
from app.visit.guest import GuestScreen
from app.visit.holder import Holder, Watcher
from app.visit.identifying import Identifying
from app.visit.keeping import Keeping
from app.visit.phases import Phases
from app.visit.readback import read_back
from app.visit.scene import ReadBack
from app.visit.state import Phase, VisitState
from app.visit.submitting import Submitting
from app.visit.tools import VisitTools
from domain.catalogue.values import Module
from domain.forms.assess import Assessment


class Visit:
    """The one object that both windows watch, and its parts. Every method is called on the UI thread, returns at once.

    Each part is given the state's holder and what else it may use; none knows the visit.
    """

    def __init__(self, tools: VisitTools, state: VisitState) -> None:
        self.tools = tools
        guest = GuestScreen(tools)
        self._holder = Holder(tools, state, guest)
        self.keeping = Keeping(tools, self._holder)
        self.phases = Phases(tools, self._holder, self.keeping)
        self.identifying = Identifying(tools, self._holder, self.keeping, self.phases)
        self.choosing = Choosing(tools, self._holder, self.keeping, self.phases)
        self.form = FormEditing(tools, self._holder, self.keeping)
        self.pages = Capturing(tools, self._holder, self.keeping)
        self.applicant = Answering(tools, self._holder, self.keeping, self.phases, guest)
        self.submitting = Submitting(tools, self._holder, self.phases)

    # -- looking at it

    @property
    def state(self) -> VisitState:
        """The present state."""
        return self._holder.state

    @property
    def module(self) -> Module | None:
        """The chosen business."""
        return self._holder.seen.module if self._holder.seen else None

    @property
    def assessment(self) -> Assessment:
        """What follows from the form as it is now; only once a business is chosen."""
        assert self._holder.seen is not None
        return self._holder.seen.assessment

    def read_back(self) -> ReadBack | None:
        """What the applicant reads back, as it is now."""
        seen = self._holder.seen
        return read_back(self.tools.catalogue, self.state, seen) if seen else None

    def observe(self, watcher: Watcher) -> None:
        """Call ``watcher`` with every new state, and at once with the present one."""
        self._holder.observe(watcher)

    def forget(self, watcher: Watcher) -> None:
        """Stop calling ``watcher``."""
        self._holder.forget(watcher)

    def dismiss_notice(self) -> None:
        """The clerk has read the notice; what is true of the case stands all the same."""
        self._holder.tell(None)

    def tell(self, notice: Notice) -> None:
        """Something that the clerk must know, or wants to read the whole of once more."""
        self._holder.tell(notice)

    # -- its beginning and its end

    def begin(self) -> None:
        """Show the applicant that it is their turn; a recovered visit goes on where it was."""
        written = [answer.key for answer in self.state.answers.values() if answer.value]
        self._holder.change(self.state, touched=written)  # what is wrong of it is seen at once
        waiting = self.state.phase in (Phase.READ_BACK, Phase.SIGN)
        if waiting and not self.phases.go(self.state.phase):  # day or catalogue have changed since: the notice says it
            self._holder.become(replace(self.state, phase=Phase.FORM if self.module else Phase.CHOOSE))
        self.applicant.load_signature()

    def end(self) -> None:
        """End the visit: what is unfinished stays as a draft, the customer's screen is cleared."""
        if not self._holder.ended:
            self.keeping.save_now()
            self._holder.end()

    def discard(self) -> None:
        """Give the visit up: its draft and its pages go."""
        self._holder.end()
        self.keeping.drop()
