"""The questions whom to serve: who is not finished yet is asked about, and nobody takes a place unseen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QWidget

from app.clerk.actions.table import ActionKey
from app.clerk.confirm import ask_first
from app.clerk.desk.offer import offer_words
from app.notices.codes import NoticeCode
from app.notices.texts import say
from app.session.begun import Begun
from app.session.session import Session
from app.visit.obstacles import other_card
from app.visit.visit import Visit
from hardware.kinds.id_card_reader import CardFailed, CardRead, IdCard

translate = QCoreApplication.translate


class WhomToServe:
    """Asks over ``parent``; ``to_visit`` brings the visit at the counter in sight."""

    def __init__(self, session: Session, parent: QWidget, *, to_visit: Callable[[], object]) -> None:
        self._session = session
        self._parent = parent
        self._to_visit = to_visit
        self._offered: Begun | None = None

    def offer(self, begun: Begun | None) -> None:
        """Whoever has come has something that is not finished: one question each, and either answer goes on."""
        new, self._offered = begun != self._offered, begun
        if begun is None or not new:
            return
        title, text, yes = offer_words(begun)
        box = ask_first(
            self._parent,
            title=title,
            text=text,
            yes=yes,
            no=translate("WhomToServe", "另办一笔"),
            on_yes=partial(self._session.parking.go_on, begun),
            key=ActionKey.BEGIN,
            enter_agrees=True,  # no would be a second visit for the same matter
        )
        box.rejected.connect(self._session.parking.stay)

    def bring_in_sight(self, event: CardRead | CardFailed) -> bool:
        """A card for the visit at the counter while something else is looked at: the visit comes in sight and takes
        it. Somebody else's is asked about first, and what is looked at stays.
        """
        visit = self._session.visit
        if visit is None:
            return False
        if isinstance(event, CardRead) and visit.identifying.is_of_another(event.card):
            self._ask(visit, event.card)
            return False
        self._to_visit()
        if isinstance(event, CardRead):
            self._session.tell(say(NoticeCode.CARD_BACK_TO_VISIT))
        return True

    def _ask(self, visit: Visit, card: IdCard) -> None:
        if QApplication.activeModalWidget() is not None:  # one question after the other
            self._session.tell(other_card(card.name.strip(), visit.state))
            return
        served, comes = visit.state.identity.name if visit.state.identity else "", card.name.strip()
        text = translate(
            "WhomToServe",
            "{served}的业务还没有办完，刚放上的是{comes}的身份证。\n要先挂起{served}的业务，给{comes}办理吗？",
        )
        ask_first(
            self._parent,
            title=translate("WhomToServe", "放上的是另一个人的身份证"),
            text=text.format(served=served, comes=comes),
            yes=translate("WhomToServe", "挂起，给{comes}办理").format(comes=comes),
            no=translate("WhomToServe", "不办理"),
            on_yes=partial(self._serve_instead, visit, card),
            key=ActionKey.BEGIN,
        )

    def _serve_instead(self, visit: Visit, card: IdCard) -> None:
        """Park this visit, if it is still there, and begin one with the card of whoever comes."""
        if self._session.visit is visit:
            self._session.end_visit()
            fresh = self._session.new_visit()
            if fresh is not None:
                fresh.identifying.take_card(card)
