"""The table of workplaces: who has which, what they are called, where a login begins."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.clerk.places import PlaceKey
from tests.gui.clerk import clerk_at_work
from tests.helpers.central_server import CLERK, DEPUTY, PASSWORD, REVIEWER, RunningServer
from tests.helpers.screens import Screens


@pytest.mark.parametrize(
    ("user", "open_places", "first"),
    [
        (CLERK, {PlaceKey.VISIT: "办理业务", PlaceKey.CASES: "我的业务"}, PlaceKey.VISIT),
        (REVIEWER, {PlaceKey.REVIEW: "复核"}, PlaceKey.REVIEW),
        (DEPUTY, {PlaceKey.REVIEW: "审批"}, PlaceKey.REVIEW),
    ],
)
def test_7_a_login_begins_with_the_first_place_that_its_roles_open(
    server: RunningServer,
    themed: QApplication,
    two_screens: Screens,
    tmp_path: Path,
    user: str,
    open_places: dict[PlaceKey, str],
    first: PlaceKey,
) -> None:
    with clerk_at_work(tmp_path, server.base_url) as at_work:
        at_work.workplace.login(user, PASSWORD)
        at_work.settle()
        places = at_work.places

        seen = {key: button.text() for key, button in places.header.buttons.items() if button.isVisible()}

        assert seen == open_places
        assert places.header.buttons[first].isChecked()
        pane = {PlaceKey.VISIT: places.home, PlaceKey.CASES: places.cases, PlaceKey.REVIEW: places.review}[first]
        assert places.stack.currentWidget() is pane
        assert sum(button.isChecked() for button in places.header.buttons.values()) == 1
