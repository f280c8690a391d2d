"""The bones of a visit: one frozen state, its watchers, autosave, undo and the customer's screen."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from app.visit import obstacles, readback
from app.visit.draft import dump_draft
from app.visit.faults import notice_of
from app.visit.materials import material_rows, page_refs
from app.visit.scene import Scene
from app.visit.state import Kept, Notice, Phase, VisitState
from app.visit.tools import VisitTools
from domain.cases.values import CaseContent, content_digest, shown_digest
from domain.catalogue.values import Module, ModuleId
from domain.forms.answers import Answers, Setting
from domain.forms.assess import Assessment, assess

Watcher = Callable[[VisitState], None]

_SAVE_DELAY_S = 0.4
"""Keystrokes closer together are saved as one; with the write itself a crash costs less than a second."""

_UNDO_STEPS = 100


class VisitCore:
    """State and its keeping; what the phases do is in Visit."""

    def __init__(self, tools: VisitTools, state: VisitState) -> None:
        self.tools = tools
        self.state = state
        self._watchers: list[Watcher] = []
        self._undo: dict[Kept, list[tuple[str, Any]]] = {kept: [] for kept in Kept}
        self._cancel_save: Callable[[], None] | None = None
        self._number = 0
        self._scene: Scene | None = None
        self.ended = False
        self._assessed: tuple[Answers, ModuleId, Setting, Assessment] | None = None

    def observe(self, watcher: Watcher) -> None:
        """Call ``watcher`` with every new state, and at once with the present one."""
        self._watchers.append(watcher)
        watcher(self.state)

    def forget(self, watcher: Watcher) -> None:
        """Stop calling ``watcher``."""
        if watcher in self._watchers:
            self._watchers.remove(watcher)

    @property
    def module(self) -> Module | None:
        """The chosen business."""
        return self.tools.catalogue.modules.get(self.state.module) if self.state.module else None

    @property
    def closed(self) -> bool:
        """Whether nothing about the case may change any more: it is submitted, or the visit is over."""
        return self.ended or self.state.receipt is not None

    @property
    def setting(self) -> Setting:
        """What the rules look at beside the form."""
        identity = self.state.identity
        return Setting(
            today=self.tools.today,
            office_region=self.tools.office.code[:6],
            applicant_kind=self.state.applicant_kind,
            identities=(identity.shown,) if identity else (),
        )

    @property
    def assessment(self) -> Assessment:
        """What follows from the form as it is now; made anew only when something of it has changed."""
        module, answers, setting = self.module, self.state.answers, self.setting
        assert module is not None
        if self._assessed is None or self._assessed[0] is not answers or self._assessed[1:3] != (module.id, setting):
            assessment = assess(self.tools.catalogue, module, answers, setting, told={})
            self._assessed = (answers, module.id, setting, assessment)
        return self._assessed[3]

    def content(self) -> CaseContent:
        """The case as it would be submitted now: shown fields with a value, and the pages taken."""
        module, state = self.module, self.state
        assert module is not None
        offered = {row.material for row in state.materials}
        return CaseContent(
            module=module.id,
            catalogue_sha256=self.tools.catalogue.sha256,
            applicant_kind=state.applicant_kind,
            identities=self.setting.identities,
            answers=tuple(answer for answer in self.assessment.answers.values() if answer.value),
            rows=state.answers.rows,
            pages=page_refs(page for page in state.pages if page.material in offered),
            signature=state.signature,
        )

    @property
    def digests(self) -> tuple[str, ...]:
        """Of the contents as they are now: what one signature covers, sorted."""
        return (content_digest(self.content()),)

    @property
    def digest(self) -> str:
        """Of all that a Scene now stands for."""
        return shown_digest(self.digests)

    # -- changing the state

    def change(self, **changes: Any) -> None:
        """Make a new state and tell everybody. The list of materials always follows answers and pages."""
        state = dataclasses.replace(self.state, **changes)
        self.state = state
        if self.module is not None and {"answers", "pages", "module", "applicant_kind", "identity"} & set(changes):
            rows = material_rows(self.tools.catalogue, self.assessment.materials, state.pages)
            self.state = dataclasses.replace(state, materials=rows)
        for watcher in list(self._watchers):
            watcher(self.state)

    def remember(self, what: str, kept: Kept = Kept.ANSWERS) -> None:
        """Note the present form or pages for undo; changes of one field in a row count once."""
        undo = self._undo[kept]
        if undo and what and undo[-1][0] == what:
            return
        undo.append((what, getattr(self.state, kept)))
        del undo[:-_UNDO_STEPS]

    def forget_changes(self) -> None:
        """There is nothing to undo in the form any more: another one has begun."""
        self._undo[Kept.ANSWERS].clear()

    def take_back(self, kept: Kept) -> bool:
        """Make the form or the pages what they were before the last change; False when there was none."""
        if not self._undo[kept]:
            return False
        _, before = self._undo[kept].pop()
        self.change(**{kept: before})
        return True

    @property
    def kept_warning(self) -> Notice | None:
        """A warning about the applicant's card stays while the clerk goes on; other notices have served."""
        identity, notice = self.state.identity, self.state.notice
        if identity is None or notice is None or obstacles.CARD_EXPIRED not in notice.code.split():
            return None
        return obstacles.expiry(identity, self.tools.today)

    def dismiss_notice(self) -> None:
        """The clerk has read the notice, or, where there is none, why the case came back."""
        self.change(**({"notice": None} if self.state.notice else {"came_back": None}))

    def fail(self, error: Exception) -> None:
        """Show an environment fault calmly; anything else is a bug and goes on its way."""
        self.change(notice=notice_of(error))

    # -- keeping it safe

    def save_soon(self) -> None:
        """Save after the present burst of keystrokes."""
        if self._cancel_save is None:
            self._cancel_save = self.tools.later(_SAVE_DELAY_S, self.save_now)

    def save_now(self) -> None:
        """Save the draft; the clerk sees when it was done."""
        if self._cancel_save is not None:
            self._cancel_save()
            self._cancel_save = None
        if self.closed or self.state.identity is None:
            return  # what is submitted lies in the outbox; before the identity there is nothing to lose
        if self.state.phase in (Phase.FORM, Phase.MATERIALS):
            self.show_progress()  # the applicant sees what is kept
        visit, case, body = self.state.visit, self.state.case, dump_draft(self.state)
        self.tools.run(lambda: self.tools.store.save_draft(visit, body, case=case), self._saved, self.fail)

    def _saved(self, _nothing: None) -> None:
        if not self.ended:
            self.change(saved_at=self.tools.now())

    # -- the customer's screen

    def show(self, scene: Scene) -> None:
        """Send a scene to the customer's screen; an equal one is not sent twice, and none after the visit's end."""
        if scene == self._scene or self.ended:
            return
        self._scene = scene
        self.change(screen_confirmed=False)
        self._number = self.tools.show(self.state.visit, scene)

    def show_progress(self) -> None:
        """The scene of the present phase, where the applicant has nothing to do."""
        assessment = self.assessment if self.module is not None else None
        self.show(readback.progress(self.tools.catalogue, self.state, self.module, assessment))

    def is_current(self, visit: str, counter: int) -> bool:
        """Whether a reply answers the scene that is shown now."""
        return visit == self.state.visit and counter == self._number

    def scene_is_answered(self) -> None:
        """The screen has locked itself after an answer: whatever comes next is sent, even the same once more."""
        self._scene = None
