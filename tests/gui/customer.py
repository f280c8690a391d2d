"""The customer's window in a test: Scenes of test people, shown one after the other, and the Replies that came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.customer.screens import Placement, Screens
from app.customer.window import CustomerWindow
from app.customer.words import Words
from app.visit.scene import (
    Done,
    GuestAnswer,
    Painted,
    Progress,
    ReadBack,
    ReadLine,
    Reply,
    Scene,
    Shown,
    Sign,
    Wait,
    Welcome,
)
from domain.papers.qr import qr_png

ITEM = "城乡居民基本养老保险参保登记"
PERSON = "张测试"
MASKED_NUMBER = "**************0011"
DECLARATION = "本人未参加企业职工和机关事业单位基本养老保险,以上所填属实。"
RECEIPT_NO = "SL15999920261123000123"
URL = "https://shebao.example.cn/p/7f3a9c2e5d"
WELCOME = Welcome(office="测试旗测试苏木便民服务中心", privacy_notice=("为什么:办理本项业务", "您可以查阅、复制、更正"))
PROGRESS = Progress(
    item=ITEM, applicant=PERSON, steps=("核验身份", "填写表单", "群众签名"), current=1, hint="工作人员正在录入"
)
DIGEST = "sha256:shown"
SIGN = Sign(digest=DIGEST, item=ITEM, signer=PERSON, declaration=DECLARATION)
WAIT = Wait(text="正在提交")
CODE = qr_png(URL, max_px=440)
DONE = Done(item=ITEM, receipt_no=RECEIPT_NO, due_on=date(2026, 12, 7), contact="0470-1234567", progress_code=CODE)
SAVED = Done(item=ITEM, receipt_no="", due_on=None, contact="0470-1234567")
_DEADLINE_MS = 20_000


def read_back(*, lines: int = 12) -> ReadBack:
    """A form of so many lines."""
    known = [ReadLine(label="姓名", value=PERSON), ReadLine(label="身份证号", value=MASKED_NUMBER)]
    more = [ReadLine(label=f"栏目{number}", value=f"内容{number}") for number in range(3, lines + 1)]
    return ReadBack(
        digest=DIGEST,
        item=ITEM,
        lines=tuple((known + more)[:lines]),
        materials=("居民身份证",),
        declaration=DECLARATION,
    )


class CustomerAtWork:
    """A window on the customer's screen."""

    def __init__(self, qtbot: QtBot, screens: Screens) -> None:
        self.replies: list[Reply] = []
        self.on_reply: Callable[[Reply], None] = lambda _reply: None
        self.placements: list[Placement] = []
        self.counter = 0
        self.qtbot = qtbot
        self.window = CustomerWindow(on_reply=self._take, screens=screens, on_placed=self.placements.append)
        qtbot.addWidget(self.window)

    def _take(self, reply: Reply) -> None:
        self.replies.append(reply)
        self.on_reply(reply)

    @property
    def lost(self) -> int:
        """How often the window lost its place."""
        return self.placements.count(Placement.NOWHERE)

    def show(self, scene: Scene, *, visit: str = "visit-1") -> Shown:
        """Show a Scene and wait until it was acknowledged."""
        shown = self.send(scene, visit=visit)
        self.wait_until_painted(shown)
        return shown

    def send(self, scene: Scene, *, visit: str = "visit-1") -> Shown:
        """Show a Scene and go on at once."""
        self.counter += 1
        shown = Shown(visit=visit, counter=self.counter, scene=scene)
        self.window.show_scene(shown)
        return shown

    def wait_until_painted(self, shown: Shown) -> None:
        """Let time pass until this Scene was acknowledged."""
        self.qtbot.waitUntil(lambda: self.painted(shown), timeout=_DEADLINE_MS)

    def painted(self, shown: Shown) -> bool:
        """Whether this Scene was acknowledged."""
        return Reply(visit=shown.visit, counter=shown.counter, answer=Painted()) in self.replies

    @property
    def answers(self) -> list[GuestAnswer]:
        """All answers but the acknowledgements."""
        return [reply.answer for reply in self.replies if reply.answer != Painted()]

    def button(self, name: str) -> QAbstractButton:
        """The visible button of this name."""
        found = [
            button
            for button in self.window.findChildren(QAbstractButton)
            if button.isVisible() and button.accessibleName() == name
        ]
        assert len(found) == 1, f"{len(found)} buttons {name!r}"
        return found[0]

    def sees(self, name: str) -> bool:
        """Whether a button of this name is in sight."""
        buttons = self.window.findChildren(QAbstractButton)
        return any(button.isVisible() and button.accessibleName() == name for button in buttons)

    def texts(self) -> str:
        """Every text and accessible name in the window's tree, in one."""
        parts: list[str] = []
        for widget in [self.window, *self.window.findChildren(QWidget)]:
            parts += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip(), widget.windowTitle()]
            if isinstance(widget, QLabel | QAbstractButton | Words):
                parts.append(widget.text())
            names = [bytes(name.data()).decode() for name in widget.dynamicPropertyNames()]
            parts += [str(widget.property(name)) for name in names if not name.startswith("_")]  # "_": Qt's own
        return "\n".join(parts)


def settle() -> None:
    """Let everything that waits happen, deletions too."""
    for _ in range(3):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
