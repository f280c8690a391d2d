"""The review: reads the tasks, opens one at a time, takes the decision; a window only draws it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from app.notices.codes import NoticeCode
from app.notices.notice import Notice, Tone
from app.notices.texts import say
from app.review.case_read import CaseRead, FindCatalogue, read_case
from app.review.signature_told import signature_told_of
from app.review.state import GoesOn, Listed, OpenCase, Question, ReviewState
from app.session.deciding import Deciding, Seen
from app.session.lookup import Lookup
from domain.cases.values import Act, BlobHash, CaseId, CaseStatus
from domain.catalogue.values import StageId
from resources import word

if TYPE_CHECKING:
    from domain.wire.cases import CaseView
    from domain.wire.lists import CaseList

Watcher = Callable[[ReviewState], None]


class Review:
    """The one state of a reviewer's work, and what may be done with it. Answers come on the UI thread.

    A list that was asked for before a decision, a case that nobody wants by now and whatever belongs to a login before
    come too late and change nothing.
    """

    def __init__(self, find_catalogue: FindCatalogue) -> None:
        self._find_catalogue = find_catalogue
        self._lookup: Lookup | None = None
        self._deciding: Deciding | None = None
        self._watchers: list[Watcher] = []
        self._asked = self._outdated = 0
        self._telling = False
        self.state = ReviewState()

    def observe(self, watcher: Watcher) -> None:
        """Call ``watcher`` with every new state, and at once with the present one."""
        self._watchers.append(watcher)
        watcher(self.state)

    def _become(self, state: ReviewState) -> None:
        if state == self.state:
            return
        self.state = state
        if self._telling:
            return  # whoever is being told, and changes something by it, hears of that next
        self._telling, told = True, None
        try:
            while told is not self.state:
                told = self.state
                for watcher in self._watchers:
                    watcher(told)
        finally:
            self._telling = False

    def tell(self, notice: Notice | None) -> None:
        """Say something, or nothing any more."""
        self._become(replace(self.state, notice=notice))

    # -- tasks

    def begin(self, lookup: Lookup | None, deciding: Deciding | None) -> None:
        """Whose tasks these are; None after logout. Nothing stays of the last one; the first task opens by itself."""
        self._lookup, self._deciding = lookup, deciding
        self._become(ReviewState(goes_on=GoesOn() if lookup is not None else None))

    def reload(self) -> None:
        """Read the tasks anew; the case that is open stays."""
        lookup = self._lookup
        if lookup is not None:
            self._asked += 1
            lookup.load_tasks(partial(self._tasks_loaded, lookup, self._asked))

    def _tasks_loaded(self, lookup: Lookup, asked: int, answer: CaseList | Notice) -> None:
        if lookup is not self._lookup or asked <= self._outdated:
            return
        state = self.state
        if isinstance(answer, Notice):
            failed = state.goes_on is not None and not state.lines
            self._become(replace(state, notice=answer, listed=Listed.FAILED if failed else state.listed))
            return
        goes_on, lines = state.goes_on, answer.cases
        if goes_on is not None and not lines:
            goes_on = GoesOn()  # what comes later does not follow the decision any more
        self._become(replace(state, lines=lines, more=bool(answer.after), listed=Listed.READ, goes_on=goes_on))
        if goes_on is not None and lines:
            self._read(lines[min(goes_on.row, len(lines) - 1)].case)
        elif goes_on is None and state.opening is None and state.open is not None:
            self._read_again(state.open.view)

    def _read_again(self, view: CaseView) -> None:
        """The open case was decided on here and has come back."""
        if not view.acts and self.state.row_of(view.case) >= 0:
            self._read(view.case)

    def choose(self, case: CaseId) -> None:
        """Open a task; nothing opens by itself any more."""
        shown = self.state.open
        if case != self.state.opening and (shown is None or case != shown.view.case):
            self._become(replace(self.state, goes_on=None))
            self._read(case)

    def _read(self, case: CaseId) -> None:
        if self._lookup is not None:
            self._become(replace(self.state, opening=case))
            read_case(self._lookup, self._find_catalogue, case, partial(self._case_loaded, case))

    def _case_loaded(self, case: CaseId, answer: CaseRead | Notice) -> None:
        state = self.state
        if case != state.opening:
            return
        state, goes_on = replace(state, opening=None, goes_on=None), state.goes_on
        if isinstance(answer, Notice):
            self._become(replace(state, notice=answer))
            return
        told = signature_told_of(answer.view)
        if told is not None or goes_on is None or not goes_on.decided:  # else what became of the last case stays
            state = replace(state, notice=told)
        self._become(_with(state, OpenCase(view=answer.view, catalogue=answer.catalogue, by_itself=goes_on)))

    def load_page(self, captured: BlobHash, done: Callable[[bytes | Notice], None]) -> None:
        """Read a page, or the signature, of the open case."""
        if self._lookup is not None and self.state.open is not None:
            self._lookup.load_page(self.state.open.view.case, captured, done)

    def look_at(self, captured: BlobHash) -> None:
        """A page, or the signature, stands on the screen."""
        self._become(replace(self.state, looked_at=self.state.looked_at | {captured}))

    # -- the decision

    def question_before(self, act: Act) -> Question | None:
        """What must be asked before the act; about what was not looked at only once while a case is open."""
        if act is Act.REFUSE:
            return Question.REFUSE
        if act is Act.APPROVE and self.state.unseen and not self.state.warned:
            self._become(replace(self.state, warned=True))
            return Question.UNSEEN
        shown = self.state.open
        if act is Act.APPROVE and shown is not None and shown.red:
            return Question.RED
        return Question.TARGET if act is Act.RETURN and shown is not None and len(shown.view.targets) > 1 else None

    def take_step(self, view: CaseView, act: Act, opinion: str, target: StageId | None = None) -> None:
        """Decide on the case that is open; nothing happens where another one is by now.

        ``target``: the stage to which a return leads, by default the first.
        """
        shown, deciding = self.state.open, self._deciding
        if shown is None or shown.view is not view or deciding is None or self.state.sending:
            return
        self._become(replace(self.state, sending=True))
        done = partial(self._acted, view.case, act)
        deciding.take_step(view.case, act, opinion, Seen.of(view), done, target=target)

    def _acted(self, case: CaseId, act: Act, answer: CaseView | Notice) -> None:
        state, lookup = self.state, self._lookup
        shown = state.open if state.open is not None and state.open.view.case == case else None
        if isinstance(answer, Notice):
            refused = answer.tone is Tone.ERROR and lookup is not None
            if shown is not None and not refused:
                state = replace(state, acts=(), sending=False)  # kept: it goes out by itself
            self._become(replace(state, notice=answer))
            if shown is not None and refused and lookup is not None:
                read_case(lookup, self._find_catalogue, case, partial(self._case_again, case))
            return
        if shown is not None:
            state = _with(state, replace(shown, view=answer, by_itself=None))
        if shown is not None and state.opening is None:
            state = replace(state, goes_on=GoesOn(row=max(state.row_of(case), 0), decided=True))
        self._outdated = self._asked
        self._become(replace(state, notice=self._taken(act, answer)))
        self.reload()

    def _taken(self, act: Act, view: CaseView) -> Notice:
        why = word("review", "archived") if view.status is CaseStatus.FINISHED else ""
        if view.steps and view.steps[-1].target:
            why = word("review", "went_to", stage=view.steps[-1].target)
        others = any(line.case != view.case for line in self.state.lines)
        step = word("review", "next_opens") if others else word("review", "nothing_waits")
        return say(NoticeCode.STEP_TAKEN, act=act.value, receipt_no=view.receipt_no, why=why, next=step)

    def _case_again(self, case: CaseId, answer: CaseRead | Notice) -> None:
        """After a refused step: what may be done now; the reason of the refusal and the opinion stay in sight."""
        state, shown = self.state, self.state.open
        if shown is None or shown.view.case != case:
            return
        if isinstance(answer, Notice) or len(answer.view.steps) == len(shown.view.steps):
            acts = shown.view.acts if isinstance(answer, Notice) else answer.view.acts
            self._become(replace(state, acts=acts, sending=False))
        else:
            self._become(_with(state, OpenCase(view=answer.view, catalogue=answer.catalogue)))


def _with(state: ReviewState, shown: OpenCase) -> ReviewState:
    """The state with another case open: nothing of it was looked at, nothing asked."""
    acts = shown.view.acts
    return replace(state, open=shown, acts=acts, sending=False, looked_at=frozenset(), warned=False)
