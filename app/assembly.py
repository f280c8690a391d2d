"""The second half of the start, after the login window is painted: session, devices, customer's screen."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtWidgets import QApplication

from app.bridge import Bridge
from app.clerk.window import ClerkWindow
from app.clerk.workplaces import Workplaces
from app.customer.screens import Placement, ScreenIdentity, Screens
from app.customer.window import CustomerWindow
from app.notices.faults import FaultCode
from app.notices.texts import fault_notice
from app.session.press import Press, press_command
from app.session.session import Session
from app.session.tools import Manners, SessionTools
from app.settings import Settings
from app.store.heard_time import HeardTime
from app.sync.line import Line, LineConfig
from app.sync.server_time import ServerTime
from app.theme.ahead import in_turn
from app.visit.ids import new_id
from app.visit.rehearsal import rehearsal
from app.visit.scene import Shown
from domain.catalogue.values import Catalogue
from hardware.client import host_command
from hardware.device import DeviceConfig
from hardware.hosts import Hosts
from hardware.kinds.picture_decoder import PICTURE_DECODER

PICTURES = DeviceConfig(kind=PICTURE_DECODER, driver="picture_decoder.opencv", host="pictures", when_asked=True)
"""No device: pictures from elsewhere are decoded where a crash costs nothing, in a host of their own."""

_DAY_S = 24 * 3600.0
_APART_MS = 40
"""The customer's screen is drawn once the clerk's is painted, also the longest pane: neither waits for both."""


def assemble(
    app: QApplication,
    settings: Settings,
    bridge: Bridge,
    window: ClerkWindow,
    catalogue: Catalogue,
    *,
    on_ready: Callable[[], None],
) -> Iterator[tuple[Session, CustomerWindow]]:
    """Build session and customer's window, hand them to the clerk's window, and start; a piece in each step.

    ``on_ready``: all that the first visit needs has been made, while nobody waited for it. What is there then stays.
    """
    devices = Hosts(
        command=lambda name: host_command(settings.device_hosts.get(name)),
        devices=(*settings.devices, PICTURES),
        on_event=lambda event: session.devices.event_from_host(event),
    )
    screens = Screens(app)
    customer = CustomerWindow(
        on_reply=lambda reply: session.reply(reply),
        screens=screens,
        on_placed=lambda placement: _tell_placement(window, placement),
    )
    screens.added.connect(lambda _screen: _place(customer, settings, screens, window))

    def show(shown: Shown) -> None:
        in_turn(customer, partial(customer.show_soon, shown), _APART_MS)

    session = Session(_tools(settings, bridge, catalogue, devices, show=show))
    yield session, customer
    _place(customer, settings, screens, window)
    yield session, customer
    workplaces = Workplaces(session, catalogue)
    window.attach(session, workplaces, show_customer=lambda: _overlay(customer, screens))
    _tell_placement(window, customer.placement)
    session.start()
    workplaces.make_ready(window.stack.size(), partial(customer.warm_up, rehearsal(catalogue), on_ready))
    yield session, customer


def _tools(
    settings: Settings,
    bridge: Bridge,
    catalogue: Catalogue,
    devices: Hosts,
    *,
    show: Callable[[Shown], None],
) -> SessionTools:
    line = _line(settings)
    return SessionTools(
        catalogue=catalogue,
        data_folder=settings.data_folder,
        line=line,
        devices=devices,
        run=bridge.run,
        run_aside=bridge.run_aside,
        later=bridge.later,
        post=bridge.post,
        show=show,
        time=line.time,
        random=random.Random().random,  # noqa: S311 - spreads tries, keeps no secret
        new_id=new_id,
        press=Press(press_command()),
        manners=Manners(takes_itself=settings.take_page == "auto", prints_itself=settings.print_receipt == "auto"),
        retain_s=settings.retain_days * _DAY_S,
    )


def _line(settings: Settings) -> Line:
    config = LineConfig(
        endpoints=settings.endpoints,
        counter=settings.counter,
        ca_file=str(settings.ca_file) if settings.ca_file else None,
        use_system_proxy=settings.use_system_proxy,
    )
    return Line(config, ServerTime(kept=HeardTime(settings.data_folder)))


def _place(customer: CustomerWindow, settings: Settings, screens: Screens, window: ClerkWindow) -> None:
    """Fill the customer's screen, unless it is filled; one that settings name and that is not there is told."""
    wanted = settings.customer_screen
    if customer.placement is Placement.SCREEN:
        return
    suggested = screens.suggest_customer(name=wanted.name, serial=wanted.serial)
    if suggested is not None:
        customer.place(suggested)
    elif wanted.name or wanted.serial:
        customer.place(ScreenIdentity(name=wanted.name, serial=wanted.serial, width_px=0, height_px=0))
        there = "、".join(one.name for one in screens.identities())
        facts = {"name": wanted.name or wanted.serial, "there": there}
        window.show_notice(fault_notice(FaultCode.SCREEN_UNKNOWN, facts))


def _overlay(customer: CustomerWindow, screens: Screens) -> None:
    """The clerk asked for the customer's part on her own screen, or has seen enough of it."""
    if customer.placement is Placement.OVERLAY:
        customer.hide_overlay()
    else:
        customer.place_overlay(screens.identities()[0])


def _tell_placement(window: ClerkWindow, placement: Placement) -> None:
    window.offer_customer(offered=placement is not Placement.SCREEN, shown=placement is Placement.OVERLAY)
