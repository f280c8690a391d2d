"""The table of actions: what it says of each holds in the window that is made of it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

import resources
from app.clerk.actions.help import HelpDialog
from app.clerk.actions.offering import ActionShortcut, keys_at_work
from app.clerk.actions.table import ACTIONS, BY_EDITORS, Action, ActionKey, Scope, action_of
from app.clerk.places import PlaceKey
from app.visit.state import Phase
from tests.gui.clerk import ClerkAtWork, clerk_at_work
from tests.helpers.central_server import PASSWORD, REVIEWER, RunningServer
from tests.helpers.screens import Screens
from tests.helpers.session_harness import a_person
from tests.helpers.source import load_sources

_KEY_IN_TEXT = re.compile(r"(?<![A-Za-z0-9])(?:(?:Ctrl|Alt|Shift)\+)+(?:[A-Z0-9][a-z]*\d*|[↑↓←→])|\bF\d{1,2}\b")


WITHIN = {
    Scope.HOME: Scope.WINDOW,
    Scope.VISIT: Scope.WINDOW,
    Scope.STEP: Scope.VISIT,
    Scope.IDENTIFY: Scope.STEP,
    Scope.CHOOSE: Scope.STEP,
    Scope.FORM: Scope.STEP,
    Scope.MATERIALS: Scope.STEP,
    Scope.READ_BACK: Scope.STEP,
    Scope.DONE: Scope.VISIT,
    Scope.CASES: Scope.WINDOW,
    Scope.LOOK: Scope.WINDOW,
    Scope.REVIEW: Scope.WINDOW,
}
"""What is offered in the whole is offered in its parts."""


def in_reach(scope: Scope) -> list[Action]:
    """What is offered in one place, also because it is offered in a larger one around it."""
    around = {scope}
    while scope in WITHIN:
        scope = WITHIN[scope]
        around.add(scope)
    return [action for action in ACTIONS if around & set(action.scopes)]


def test_every_action_has_one_line_in_the_table() -> None:
    assert Counter(action.key for action in ACTIONS) == Counter(ActionKey)


@pytest.mark.parametrize("scope", list(Scope))
def test_U20_a_key_means_one_thing_in_one_place(scope: Scope) -> None:
    meant = Counter(sequence.toString() for action in in_reach(scope) for sequence in action.sequences)

    assert "" not in meant, "Qt knows every sequence"
    assert [sequence for sequence, times in meant.items() if times > 1] == []


def test_every_icon_of_the_table_is_there() -> None:
    icons = {path.stem for path in (resources.folder() / "icons").glob("*.svg")}

    assert {action.icon for action in ACTIONS} - {""} <= icons


def test_every_action_is_offered_and_reached_by_keys(clerk: ClerkAtWork) -> None:
    clerk.in_form(a_person(1))
    visit = clerk.places.visit
    assert visit is not None
    for phase in Phase:
        visit.pane(phase)

    bound = {one.key_of_action for one in clerk.window.findChildren(ActionShortcut)}
    named = {key.value: key for key in ActionKey}
    buttons = [one for one in clerk.window.findChildren(QAbstractButton) if one.objectName() in named]
    by_tab = {named[one.objectName()] for one in buttons if one.focusPolicy() & Qt.FocusPolicy.TabFocus}

    assert bound | by_tab | BY_EDITORS | {ActionKey.CLOSE} == set(ActionKey)
    assert bound == {action.key for action in ACTIONS if action.keys} - BY_EDITORS - {ActionKey.CLOSE}


def test_U20_f1_shows_the_keys_of_this_place_and_of_this_role_only(clerk: ClerkAtWork) -> None:
    everywhere = {ActionKey.HELP, ActionKey.BEGIN, ActionKey.CLOSE}
    home = keys_at_work(clerk.window)
    clerk.in_form(a_person(3))
    clerk.workplace.visit.phases.go(Phase.FORM)
    clerk.wait_for(lambda: ActionKey.SECTION_1 in keys_at_work(clerk.window), "the form")
    clerk.settle()
    form = keys_at_work(clerk.window)
    clerk.places.go_to(PlaceKey.CASES)
    clerk.settle()
    cases = keys_at_work(clerk.window)

    assert home == everywhere | {ActionKey.FIND}, "nothing is parked, so there is nothing to note"
    assert form >= everywhere | {ActionKey.NEXT, ActionKey.BACK, ActionKey.UNDO, ActionKey.PARK, ActionKey.SECTION_1}
    assert form <= {action.key for action in in_reach(Scope.FORM)}
    assert cases == everywhere | {ActionKey.RELOAD, ActionKey.FIND}, "nothing to print, so no key prints"


def test_f1_of_a_form_shows_only_the_sections_and_rows_that_it_has(clerk: ClerkAtWork) -> None:
    visit = clerk.in_form(a_person(1))
    visit.phases.go(Phase.FORM)
    clerk.wait_for(lambda: ActionKey.SECTION_5 in keys_at_work(clerk.window), "all of the form")
    module = clerk.workplace.visit.module
    assert module is not None

    shown = [key for key in keys_at_work(clerk.window) if key.value.startswith("section_")]

    assert 0 < len(shown) <= len(module.form.pages) < 6
    QTest.keyClick(clerk.window, Qt.Key.Key_F1)
    dialog = next(one for one in clerk.window.findChildren(HelpDialog) if one.isVisible())
    told = {label.text() for label in dialog.findChildren(QLabel)}
    assert {"参保信息", "联系方式"} <= told, "sections by their names"
    assert not [text for text in told if "部分" in text]
    dialog.close()
    assert not keys_at_work(clerk.window) & {ActionKey.ADD_ROW, ActionKey.NEXT_CASE, ActionKey.DROP_CASE}


def test_f1_of_a_reviewer_shows_what_she_may_do(
    server: RunningServer, themed: QApplication, two_screens: Screens, tmp_path: Path
) -> None:
    with clerk_at_work(tmp_path / "county", server.base_url) as county:
        county.workplace.login(REVIEWER, PASSWORD)
        county.settle()
        county.wait_for(lambda: ActionKey.NEXT_TASK in keys_at_work(county.window), "the tasks")

        shown = keys_at_work(county.window)

    assert {ActionKey.APPROVE, ActionKey.RETURN, ActionKey.RELOAD, ActionKey.HELP} <= shown
    assert shown <= {action.key for action in in_reach(Scope.REVIEW)} - {ActionKey.BEGIN}


def test_the_keys_of_a_button_that_is_away_do_nothing(clerk: ClerkAtWork) -> None:
    visit = clerk.in_form(a_person(1))
    visit.phases.go(Phase.CHOOSE)
    clerk.wait_for(lambda: clerk.sees("add_case"), "the choice of the item")
    clerk.find(QAbstractButton, "add_case").hide()
    left = keys_at_work(clerk.window)

    QTest.keyClick(
        clerk.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    clerk.settle()

    assert visit.state.phase is Phase.CHOOSE
    assert ActionKey.ADD_CASE not in left


def test_keys_that_texts_name_are_those_of_the_table() -> None:
    literals = (
        (source.name, node.value)
        for source in load_sources("app")
        for node in source.walk()
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"[\u4e00-\u9fff]", node.value)
    )
    messages = (
        (path.name, path.read_text(encoding="utf-8")) for path in (resources.folder() / "messages").glob("*.toml")
    )
    named = {(name, keys) for name, text in (*literals, *messages) for keys in _KEY_IN_TEXT.findall(text)}
    known = {action.printed_keys for action in ACTIONS}

    assert {keys for _, keys in named} >= {"F4", "Ctrl+Z"}
    assert {one for one in named if one[1] not in known} == set()


@pytest.mark.parametrize("size", [(1366, 768), (1093, 614), (911, 512)])
def test_the_table_of_keys_stays_within_the_window_with_its_button(clerk: ClerkAtWork, size: tuple[int, int]) -> None:
    clerk.resize(*size)
    dialog = HelpDialog(frozenset(ActionKey), clerk.places)
    dialog.open()
    QApplication.processEvents()

    assert dialog.width() <= size[0]
    assert dialog.height() <= size[1]
    assert QRect(dialog.rect()).contains(dialog.close_button.geometry())
    bar, content = dialog.area.verticalScrollBar(), dialog.area.widget()
    assert content is not None
    assert content.width() <= dialog.area.viewport().width(), "nothing runs off to the right"
    if size == (1366, 768):
        assert bar.maximum() == 0
    labels = {label.text(): label for label in content.findChildren(QLabel)}
    assert labels.keys() >= {action.title for action in ACTIONS if action.keys}
    dialog.area.setFocus()
    QTest.keyClick(dialog.area, Qt.Key.Key_End)
    for _ in range(bar.maximum()):
        QTest.keyClick(dialog.area, Qt.Key.Key_Down)
    assert not labels[action_of(ActionKey.FIT_PAGE).title].visibleRegion().isEmpty(), "the last line"
    columns = {label.x() for label in labels.values()}
    assert len(columns) <= 9, "at most three columns of keys, titles and places"
    dialog.close()
    dialog.deleteLater()
