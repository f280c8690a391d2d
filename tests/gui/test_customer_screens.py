"""The customer's screen is known by what it is, and the window comes and goes with it (IM-5f, CARD-4)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication

from app.customer.screens import Placement, ScreenIdentity, Screens, identity_of, parse_screen
from tests.gui.customer import PERSON, PROGRESS, SIGN, WELCOME, CustomerAtWork, settle
from tests.helpers.screens import Screens as PluggedScreens

CUSTOMER_AREA = QRect(1366, 0, 1280, 800)
CLERK_AREA = QRect(0, 0, 1366, 768)


@pytest.fixture
def screens(qapp: QApplication, two_screens: PluggedScreens) -> Iterator[Screens]:
    made = Screens(qapp)
    yield made
    made.deleteLater()


def test_a_screen_is_found_by_its_kept_identity(screens: Screens, two_screens: PluggedScreens) -> None:
    kept = identity_of(two_screens.customer).text

    wanted = parse_screen(kept)

    assert kept == "CUSTOMER||1280x800"
    assert wanted is not None
    found = screens.find(wanted)
    assert found is not None
    assert found.name() == "CUSTOMER"


def test_a_bare_name_and_another_size_still_find_the_screen(screens: Screens) -> None:
    for text in ("CUSTOMER", "CUSTOMER||1024x768", "CUSTOMER||xx"):
        wanted = parse_screen(text)
        assert wanted is not None
        assert screens.find(wanted) is not None


def test_a_screen_that_is_not_there_is_not_found(screens: Screens) -> None:
    assert screens.find(ScreenIdentity(name="OTHER", serial="", width_px=1280, height_px=800)) is None
    assert parse_screen("") is None


def test_the_other_screen_is_suggested_as_the_customers(screens: Screens, two_screens: PluggedScreens) -> None:
    suggested = screens.suggest_customer()
    two_screens.unplug_customer()

    assert suggested is not None
    assert suggested.name in {"CUSTOMER", "CLERK"}
    assert screens.suggest_customer() is None


def test_U6_a_screen_that_settings_name_and_that_is_not_there_gives_way_to_the_only_other(
    screens: Screens, two_screens: PluggedScreens
) -> None:
    named = screens.suggest_customer(name="CUSTOMER")
    other, only = screens.suggest_customer(name="HDMI-2"), screens.suggest_customer()
    two_screens.unplug_customer()

    assert named is not None
    assert named.name == "CUSTOMER"
    assert other == only
    assert other is not None
    assert screens.suggest_customer(name="HDMI-2") is None


def test_the_window_fills_the_customers_screen_and_no_other(customer: CustomerAtWork) -> None:
    customer.show(WELCOME)

    assert customer.window.geometry() == CUSTOMER_AREA
    assert customer.window.isFullScreen()
    assert customer.window.screen().name() == "CUSTOMER"


def test_the_window_hides_when_its_screen_goes_and_says_so(
    customer: CustomerAtWork, two_screens: PluggedScreens
) -> None:
    customer.show(PROGRESS)

    two_screens.unplug_customer()
    settle()

    assert not customer.window.isVisible()
    assert customer.lost == 1


def test_the_window_comes_back_with_its_screen(customer: CustomerAtWork, two_screens: PluggedScreens) -> None:
    customer.show(PROGRESS)

    two_screens.unplug_customer()
    settle()
    two_screens.plug_both()
    settle()

    assert customer.window.isVisible()
    assert customer.window.geometry() == CUSTOMER_AREA
    assert customer.window.screen().name() == "CUSTOMER"
    assert customer.lost == 1


def test_a_scene_that_came_while_the_screen_was_away_is_acknowledged_when_it_is_back(
    customer: CustomerAtWork, two_screens: PluggedScreens
) -> None:
    customer.show(PROGRESS)
    two_screens.unplug_customer()
    settle()

    shown = customer.send(WELCOME, visit="visit-2")
    settle()
    assert not customer.painted(shown)
    two_screens.plug_both()

    customer.qtbot.waitUntil(lambda: customer.painted(shown), timeout=20_000)
    assert PERSON not in customer.texts()


def test_the_window_waits_for_a_screen_that_is_away_at_the_start(
    customer: CustomerAtWork, two_screens: PluggedScreens
) -> None:
    wanted = identity_of(two_screens.customer)
    two_screens.unplug_customer()
    settle()

    assert not customer.window.place(wanted.text)
    assert not customer.window.isVisible()
    two_screens.plug_both()
    settle()

    assert customer.window.geometry() == CUSTOMER_AREA


def test_without_its_screen_the_window_lies_over_the_clerks_when_the_clerk_asks(
    customer: CustomerAtWork, two_screens: PluggedScreens
) -> None:
    two_screens.unplug_customer()
    settle()

    assert customer.window.place_overlay(identity_of(two_screens.clerk))
    shown = customer.show(SIGN)

    assert customer.painted(shown)
    assert CLERK_AREA.contains(customer.window.geometry())
    assert not customer.window.isFullScreen()
    two_screens.plug_both()
    settle()
    assert customer.window.geometry() == CUSTOMER_AREA


def test_im5f_the_overlay_gives_the_clerk_her_screen_back(
    customer: CustomerAtWork, two_screens: PluggedScreens
) -> None:
    two_screens.unplug_customer()
    settle()
    clerks = identity_of(two_screens.clerk)

    customer.window.place_overlay(clerks)
    customer.show(WELCOME)
    assert customer.window.isVisible(), "she has asked for it, and nobody has done anything yet"
    customer.show(SIGN)
    assert customer.window.isVisible(), "the applicant is signing"
    box = customer.window.geometry()
    assert box.top() - CLERK_AREA.top() > 60, "the button that takes it away stays in sight"
    assert (box.left(), box.right(), box.bottom()) == (CLERK_AREA.left(), CLERK_AREA.right(), CLERK_AREA.bottom()), (
        "nothing of the clerk's window shows beside it"
    )
    customer.send(PROGRESS)
    assert not customer.window.isVisible()

    customer.window.place_overlay(clerks)
    assert customer.window.isVisible()
    customer.window.hide_overlay()
    assert not customer.window.isVisible()
    assert customer.placements[-4:] == [Placement.OVERLAY, Placement.NOWHERE] * 2


def test_the_clerks_screen_going_does_not_concern_the_customers_window(
    customer: CustomerAtWork, two_screens: PluggedScreens
) -> None:
    customer.show(WELCOME)

    two_screens.plug_only(["CUSTOMER"])
    settle()

    assert customer.window.isVisible()
    assert customer.lost == 0
