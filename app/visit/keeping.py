"""Keeping what was done: the draft in the store, and the steps that can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Generic, TypeVar

from app.visit.acting import with_papers_of
from app.visit.draft import dump_draft
from app.visit.holder import Holder
from app.visit.package import owner_of_pages, with_cases_of, works_of
from app.visit.state import PageTaken, Phase, VisitState
from app.visit.tools import VisitTools
from domain.cases.values import CaseId
from domain.forms.answers import AnswerKey, Answers

T = TypeVar("T")
_SAVE_DELAY_S = 0.4
"""Keystrokes closer together are saved as one; with the write itself a crash costs less than a second."""
_UNDO_STEPS = 100


class _Steps(Generic[T]):
    """Earlier values of one thing, the last one on top."""

    def __init__(self) -> None:
        self._steps: list[tuple[str, T]] = []

    def note(self, what: str, value: T) -> None:
        """Keep a value; changes of one thing in a row count once."""
        if self._steps and what and self._steps[-1][0] == what:
            return
        self._steps.append((what, value))
        del self._steps[:-_UNDO_STEPS]

    def take(self) -> T | None:
        """The last value, which is then forgotten; None when there is none."""
        return self._steps.pop()[1] if self._steps else None

    def clear(self) -> None:
        """There is nothing to go back to any more."""
        self._steps.clear()


class Keeping:
    """Form and pages are taken back each by itself: of the form in its phase, of the pages beside the camera."""

    def __init__(self, tools: VisitTools, holder: Holder) -> None:
        self._tools = tools
        self._holder = holder
        self._forms: _Steps[VisitState] = _Steps()
        self._pages: _Steps[tuple[PageTaken, ...]] = _Steps()
        self._cancel_save: Callable[[], None] | None = None

    def note_forms(self, what: str) -> None:
        """The form, or which cases there are, is about to change; ``what`` groups changes taken back together."""
        self._forms.note(what, self._holder.state)

    def note_pages(self) -> None:
        """The pages are about to change."""
        self._pages.note("", self._holder.state.pages)

    def forget_pages(self) -> None:
        """Pages that were taken for somebody else do not come back by themselves."""
        self._pages.clear()

    def forget_steps(self) -> None:
        """There is nothing to take back any more: another case is under hand."""
        self._forms.clear()
        self._pages.clear()

    def undo(self) -> None:
        """Take back the last change of what is in sight."""
        state = self._holder.state
        if self._holder.closed:
            return
        if state.phase is Phase.FORM and (before := self._forms.take()) is not None:
            if before.agent is not None and before.agent != state.agent:
                self.forget_pages()
                state = with_papers_of(self._tools.catalogue, state, self._holder.seen, before)
            after = with_cases_of(state, before)
            self._holder.change(after, touched=_brought_back(state.answers, after.answers))
            self.hand_pages_on(owner_of_pages(state))
            self.save_soon()
        elif state.phase is Phase.MATERIALS and (pages := self._pages.take()) is not None:
            self._holder.change(replace(state, pages=pages))
            self.save_soon()

    def save_soon(self) -> None:
        """Save after the present burst of keystrokes."""
        if self._cancel_save is None:
            self._cancel_save = self._tools.later(_SAVE_DELAY_S, self.save_now)

    def save_now(self) -> None:
        """Save the draft; the clerk sees when it was done."""
        if self._cancel_save is not None:
            self._cancel_save()
            self._cancel_save = None
        state, store = self._holder.state, self._tools.store
        if self._holder.closed or not (state.identity or state.is_being_typed):
            return  # what is submitted lies in the outbox; before anything of an identity there is nothing to lose
        self._holder.become(state, kept=True)
        owner = owner_of_pages(state)

        def save() -> None:
            store.drafts.save(state.visit, dump_draft(state), case=owner)

        self._tools.run(save, self._saved, self._holder.fail)

    def _saved(self, _nothing: None) -> None:
        if not self._holder.ended:
            self._holder.become(replace(self._holder.state, saved_at=self._tools.now()))

    def drop(self) -> None:
        """The draft and its pages go."""
        state, store = self._holder.state, self._tools.store
        self._tools.run(lambda: store.drafts.drop(state.visit), lambda _: None, self._holder.fail)
        cases = tuple(work.case for work in works_of(state))

        def drop_pages() -> None:
            for case in cases:
                store.drop_pages(case)

        self._tools.run(drop_pages, lambda _: None, self._holder.fail)

    def hand_pages_on(self, before: CaseId | None) -> None:
        """Let the case that owns the pages now keep those that the store has under the one that owned them before."""
        state, store, owner = self._holder.state, self._tools.store, owner_of_pages(self._holder.state)
        if owner is None or before is None or owner == before:
            return

        def hand_on() -> None:
            for page in state.pages:
                store.pages.save(owner, store.pages.load(page.sha256))
            store.drop_pages(before)

        self._tools.run(hand_on, lambda _: None, self._holder.fail)


def _brought_back(now: Answers, after: Answers) -> list[AnswerKey]:
    """The places with a text that does not stand there now."""
    return [key for key, answer in after.items() if answer.value and (key not in now or now[key].value != answer.value)]
