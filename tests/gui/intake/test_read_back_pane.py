"""What the clerk sees while the applicant reads back and signs."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.clerk.intake.read_back_pane import ReadBackPane
from app.visit.scene import Disputed, Painted, Reply
from app.visit.state import Phase
from tests.gui.counter import NUMBER, Counter
from tests.gui.intake.panes import show, texts


def test_the_clerk_follows_what_the_applicant_sees_and_disputes(window: QWidget, counter: Counter) -> None:
    counter.in_form()
    pane = ReadBackPane(visit=counter.visit)
    counter.visit.observe(pane.show_visit)
    counter.visit.phases.enter(Phase.READ_BACK)
    show(window, pane)
    assert "正在等待群众屏显示" in texts(pane)
    assert NUMBER not in texts(pane)
    shown = counter.shown[-1]

    counter.visit.applicant.reply(Reply(visit=shown.visit, counter=shown.counter, answer=Painted()))
    assert "群众屏已显示当前内容" in texts(pane)
    counter.visit.applicant.reply(
        Reply(visit=shown.visit, counter=shown.counter, answer=Disputed(labels=("居住地址",)))
    )

    assert "有误”：居住地址" in texts(pane)
    assert "群众屏已显示当前内容" not in texts(pane)
    assert "群众屏现在显示：工作人员正在修改" in texts(pane)
    assert not pane.bar.next.isEnabled()
    pane.amend.click()
    assert counter.visit.state.phase is Phase.FORM


def test_U5_a_screen_that_went_away_is_said_although_it_has_shown_the_content(
    window: QWidget, counter: Counter
) -> None:
    counter.in_form()
    counter.visit.phases.enter(Phase.SIGN)
    shown = counter.shown[-1]
    counter.visit.applicant.reply(Reply(visit=shown.visit, counter=shown.counter, answer=Painted()))
    pane = ReadBackPane(visit=counter.visit)
    show(window, pane)
    pane.show_visit(counter.visit.state)
    assert "群众屏已显示当前内容" in texts(pane)

    pane.tell_screen(away=True)

    assert "群众屏已显示当前内容" not in texts(pane)
    assert "没有连接群众屏" in texts(pane)
    assert "请接好" in texts(pane)
    assert "F9" in texts(pane)
