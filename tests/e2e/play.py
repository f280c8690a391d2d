"""One whole visit through real processes, with real keys and a real pointer, on two virtual screens per counter.

``play`` is the end-to-end test and ``make run`` in one:
card → form → pages → confirm → sign → submit → review → archive.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from tests.e2e.counter import Counter, running_counter, wait_until
from tests.helpers.central_server import CLERK, PASSWORD, REVIEWER, RunningServer, running_server
from tests.helpers.print_spooler import PrintSpooler, running_spooler
from tests.helpers.simulators import RunningSimulators, running_simulators

T = TypeVar("T")
Strokes = Sequence[Sequence[tuple[float, float]]]
SIGNATURE: Strokes = (
    ((0.25, 0.35), (0.32, 0.30), (0.40, 0.34), (0.34, 0.52), (0.26, 0.66)),
    ((0.30, 0.48), (0.38, 0.55), (0.45, 0.66)),
    ((0.52, 0.32), (0.60, 0.34), (0.70, 0.30)),
    ((0.61, 0.30), (0.60, 0.48), (0.58, 0.68)),
    ((0.52, 0.50), (0.62, 0.49), (0.74, 0.50)),
)
_FRESH_FRAMES = 4
PERSON = "p6"
"""A test person between 16 and 59 who has a special status to prove."""

ANSWERS: Mapping[str, str] = {
    "AAF030": "dsg",
    "AAC009": "21",
    "CAZ289": "500",
    "AAC066": "061",
    "AAE005": "13800000009",
    "AAE006": "一组8号",
}
_BEFORE_A_FILLED_ONE = "CAZ289"
"""Enter skips fields that are filled; this person's status is another than the usual one, so Tab goes there."""


@dataclass
class Play:
    """What happened: the steps with their times in s, and what came of it."""

    out: Path
    say: Callable[[str], None]
    times: list[tuple[str, float]] = field(default_factory=list)
    receipt_no: str = ""
    touches: int = 0
    """What the applicant pressed: pages turned, 确认无误, then the signature (as one) and 完成."""
    actions: int = 0
    """What the clerk pressed from the card to the printed receipt, beyond the applicant's own data (U19)."""
    archive: Path | None = None
    _number: int = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step and print it."""
        begun = time.monotonic()
        yield
        took = time.monotonic() - begun
        self.times.append((name, took))
        self.say(f"{name:<28} {took:6.2f} s")

    def pictures(self, counter: Counter, name: str) -> None:
        """Keep what both screens show."""
        self._number += 1
        for screen, short in (("CLERK", "柜员屏"), ("CUSTOMER", "群众屏")):
            counter.picture(screen, self.out / f"{self._number:02d}-{name}-{short}.png")


def play(out: Path, work: Path, *, say: Callable[[str], None] = print) -> Play:
    """Play the visit; pictures, receipt and archive are left in ``out``. ``work`` takes all data."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    played = Play(out=out, say=say)
    with (
        _started(played, "启动中心服务", running_server(work / "server")) as server,
        _started(played, "启动模拟设备", running_simulators()) as simulators,
        running_spooler() as spooler,
    ):
        _at_the_counter(played, server, simulators, spooler, work)
        _at_the_county(played, server, work)
    _keep_archive(played, server)
    return played


@contextmanager
def _started(played: Play, name: str, program: AbstractContextManager[T]) -> Iterator[T]:
    """A program that runs meanwhile; its start is a step."""
    with ExitStack() as running:
        with played.step(name):
            started = running.enter_context(program)
        yield started


def _at_the_counter(
    played: Play, server: RunningServer, simulators: RunningSimulators, spooler: PrintSpooler, work: Path
) -> None:
    began = time.monotonic()
    with running_counter(
        server=server.base_url,
        data=work / "counter-1",
        name="测试镇01号窗口",
        devices=simulators.endpoints,
        spooler=spooler,
        manners=("--print-receipt", "auto"),
    ) as clerk:
        clerk.wait_for("clerk", "user")
        played.times.append(("启动柜员客户端", time.monotonic() - began))
        log_in(played, clerk, CLERK)
        before = clerk.presses
        identify(played, clerk, simulators)
        fill_in(played, clerk)
        capture(played, clerk, simulators)
        confirm_and_sign(played, clerk)
        submit(played, clerk)
        keep_receipt(played, clerk, spooler)
        played.actions = clerk.presses - before
        end_visit(played, clerk)


def log_in(played: Play, counter: Counter, user: str) -> None:
    """User name, password, Enter, and pictures of it."""
    with played.step(f"登录 {user}"):
        enter(counter, user)
    played.pictures(counter, f"登录-{user}")


def enter(counter: Counter, user: str) -> None:
    """User name, password, Enter."""
    counter.write("clerk", "user", user)
    counter.write("clerk", "password", PASSWORD)
    counter.key("Return")
    counter.wait_gone("clerk", "login_button")


def identify(played: Play, clerk: Counter, simulators: RunningSimulators, person: str = PERSON) -> None:
    """The card on the reader begins the visit; the item by pinyin initials."""
    with played.step("读身份证"):
        simulators.send({"do": "lay_card", "card": person})
        clerk.wait_for("clerk", "module_search")
    with played.step("选择事项"):
        clerk.type("xc", counts=True)
        played.pictures(clerk, "选择事项")
        clerk.key("Return")
        clerk.wait_for("clerk", "AAF030")


def fill_in(played: Play, clerk: Counter, answers: Mapping[str, str] = ANSWERS) -> None:
    """What the card does not know, field by field with the keyboard."""
    with played.step("填写表单"):
        for name, value in answers.items():
            wait_until(lambda: clerk.ask("focus")["name"] == name, f"the keyboard in {name}", 20)  # noqa: B023
            clerk.type(value)
            clerk.key("Tab" if name == _BEFORE_A_FILLED_ONE else "Return")
        played.pictures(clerk, "填写表单")
        clerk.key("Return")
        clerk.wait_for("clerk", "take_page")


def capture(played: Play, clerk: Counter, simulators: RunningSimulators, *, taken: int = 0) -> None:
    """Household register (two pages) and proof of special status, but what is ``taken``: each when it lies still."""
    scenes = ("household_first", "household_self", "special_status_proof")
    for number, scene in enumerate(scenes[taken:], start=1 + taken):
        with played.step(f"拍材料 {number}"):
            simulators.send({"do": "empty"})
            _wait_for_empty_desk(clerk)
            if number == 1:
                played.pictures(clerk, "高拍仪预览")
            simulators.send({"do": "paper", "scene": scene})
            _wait_for_pages(clerk, number)
    played.pictures(clerk, "材料齐全")


def _wait_for_empty_desk(clerk: Counter) -> None:
    """No page in a picture that was taken after the last one was lifted; what comes now is fresh."""
    first = clerk.ask("preview").get("sequence", 0)

    def seen() -> bool:
        preview = clerk.ask("preview")
        fresh = preview.get("watches") and preview["sequence"] >= first + _FRESH_FRAMES
        return bool(fresh and preview["hint"])

    wait_until(seen, "the empty desk in the preview", 20, lambda: str(clerk.texts("clerk")))


def _wait_for_pages(clerk: Counter, number: int) -> None:
    wait_until(lambda: clerk.ask("visit")["pages"] == number, f"page {number}", 20, lambda: str(clerk.texts("clerk")))


def confirm_and_sign(played: Play, clerk: Counter, signature: Strokes = SIGNATURE) -> None:
    """The applicant reads, confirms, signs with the pointer; two people must not sign alike, the reviewer is warned."""
    with played.step("群众核对"):
        clerk.key("ctrl+Return")
        clerk.wait_for("customer", text="请核对您的信息")
        played.pictures(clerk, "群众核对")
        played.touches = 1 + read_to_the_end(clerk)
        clerk.click("customer", text="确认无误")
        clerk.wait_for("customer", "InkPad")
    with played.step("群众签名"):
        clerk.draw("customer", "InkPad", signature)
        played.pictures(clerk, "群众签名")
        clerk.click("customer", text="完成")
        played.touches += 2
        wait_until(lambda: clerk.ask("visit")["phase"] == "submit", "signature taken", 20)
    played.pictures(clerk, "签名完成")


def read_to_the_end(clerk: Counter) -> int:
    """Turn the pages of the read-back; how many touches that took."""
    for touches in range(20):
        wait_until(lambda: _may_go_on(clerk), "the page was seen for a moment", 20)
        if clerk.find("customer", text="确认无误"):
            return touches
        clerk.click("customer", text="下一页")
    raise AssertionError("the form to read back has no end")


def _may_go_on(clerk: Counter) -> bool:
    button = clerk.find("customer", text="下一页") or clerk.find("customer", text="确认无误")
    return bool(button and button["enabled"])


def submit(played: Play, clerk: Counter) -> None:
    """Submit; the receipt number comes back."""
    with played.step("提交受理"):
        clerk.key("ctrl+Return")
        receipt = wait_until(
            lambda: clerk.ask("visit").get("receipt_no"), "receipt number", 30, lambda: str(clerk.texts("clerk"))
        )
    played.receipt_no = str(receipt)
    wait_until(lambda: clerk.ask("visit")["screen_confirmed"], "customer's screen follows", 20)
    played.pictures(clerk, "受理完成")


def keep_receipt(played: Play, clerk: Counter, spooler: PrintSpooler) -> None:
    """The receipt is printed by itself, as this counter's setting says; what the print spooler got is kept."""
    with played.step("打印回执"):
        clerk.wait_for("clerk", text="已送往打印机")
    (job,) = spooler.jobs()
    (played.out / "受理回执.pdf").write_bytes(job)
    played.pictures(clerk, "回执已打印")


def end_visit(played: Play, clerk: Counter) -> None:
    """The next person, please: nothing of this one stays on the customer's screen."""
    with played.step("结束本次办理"):
        clerk.click("clerk", "end_visit")
        clerk.wait_for("customer", text="请出示身份证")
    played.pictures(clerk, "群众屏清空")


def _at_the_county(played: Play, server: RunningServer, work: Path) -> None:
    with running_counter(server=server.base_url, data=work / "counter-2", name="测试旗复核岗") as reviewer:
        reviewer.wait_for("clerk", "user")
        log_in(played, reviewer, REVIEWER)
        with played.step("复核通过"):
            reviewer.wait_for("clerk", "act_approve")
            wait_until(lambda: reviewer.ask("page")["seen"], "the first page", 20)
            played.pictures(reviewer, "复核")
            look_through(reviewer)
            reviewer.click("clerk", "act_approve")
            reviewer.wait_for("clerk", text="自动归档")
        played.pictures(reviewer, "复核通过")


def look_through(reviewer: Counter) -> None:
    """Every page and the signature, with the key for the next one."""

    def seen() -> bool:
        if not reviewer.ask("page")["seen"]:
            return False
        if not any("页没看" in text for text in reviewer.texts("clerk")):
            return True
        reviewer.key("alt+Next")
        return False

    wait_until(seen, "every page was looked at", 30)


def _keep_archive(played: Play, server: RunningServer) -> None:
    found = list((server.data / "archive").glob(f"**/{played.receipt_no}"))
    assert len(found) == 1, f"no dossier of {played.receipt_no}"
    played.archive = played.out / "案卷" / played.receipt_no
    shutil.copytree(found[0], played.archive)
