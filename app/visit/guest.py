"""The customer's screen as a visit uses it: what it shows follows from the state, and nothing else decides it."""

from __future__ import annotations

from dataclasses import replace

from app.visit import readback
from app.visit.assessing import Assessed
from app.visit.scene import Reply, Scene, Wait
from app.visit.state import Phase, VisitState
from app.visit.tools import VisitTools
from resources import word


class GuestScreen:
    """Sends the scene of each state; an equal one is not sent twice, unless the applicant is asked once more."""

    def __init__(self, tools: VisitTools) -> None:
        self._tools = tools
        self._sent: tuple[Scene, int] | None = None
        self._followed: VisitState | None = None
        self._number = 0

    def follow(self, state: VisitState, seen: Assessed | None, *, kept: bool) -> VisitState:
        """Show what belongs to this state; gives the state, in which a new scene is not acknowledged yet.

        While the clerk types or takes pages the applicant sees what is ``kept``, and not each keystroke.
        """
        if state is self._followed or (not kept and self._is_under_work(state)):
            return state
        self._followed = state
        wanted = (self._scene_of(state, seen), state.asked)
        if wanted != self._sent:
            self._sent = wanted
            self._number = self._tools.show(state.visit, wanted[0])
            if state.screen_confirmed:
                self._followed = replace(state, screen_confirmed=False)
        return self._followed

    def _is_under_work(self, state: VisitState) -> bool:
        """Whether only what is being entered or taken differs from what was shown."""
        before = self._followed
        return (
            before is not None
            and state.phase in (Phase.FORM, Phase.MATERIALS)
            and (state.phase, state.module, state.identity) == (before.phase, before.module, before.identity)
        )

    def is_answer(self, reply: Reply, visit: str) -> bool:
        """Whether a reply answers the scene that is shown now."""
        return (reply.visit, reply.counter) == (visit, self._number)

    def clear(self, visit: str) -> None:
        """Nothing of the applicant stays."""
        self._tools.show(visit, readback.welcome(self._tools.office))

    def _scene_of(self, state: VisitState, seen: Assessed | None) -> Scene:
        catalogue = self._tools.catalogue
        if seen is None:
            return readback.progress(catalogue, state, None)
        match state.phase:
            case Phase.READ_BACK if state.disputed is not None:
                return Wait(text=word("guest_wait", "mending"))
            case Phase.READ_BACK:
                return readback.read_back(catalogue, state, seen)
            case Phase.SIGN:
                return readback.sign(state, seen)
            case Phase.DONE if state.refused:
                return Wait(text=word("guest_wait", "handling"))
            case Phase.DONE if state.sending:
                return Wait(text=word("guest_wait", "sending"))
            case Phase.DONE:
                return readback.done(catalogue, state, self._tools.office)
            case _:
                return readback.progress(catalogue, state, seen)
