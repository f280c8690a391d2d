"""The hands of the visit tests do what the real ones do."""

from __future__ import annotations

from typing import Any

from hardware.kinds.document_camera import CapturedPage, CapturePage
from hardware.kinds.signature_pad import FinishSignature, Signature, SignatureStrokes
from hardware.outcomes import Outcome, OutcomeCode
from tests.helpers.visit_harness import ScriptedDevices, Timers

SIGN = FinishSignature(strokes=SignatureStrokes(strokes=(), width_px=1, height_px=1, source="pen"))


def test_devices_do_their_work_unless_told_otherwise() -> None:
    devices, outcomes = ScriptedDevices(), list[Outcome[Any]]()

    devices.will(OutcomeCode.PAGE_BLURRED, OutcomeCode.NO_DEVICE, source="x")
    for request in (CapturePage(), SIGN, CapturePage(), SIGN):
        devices.ask(request, outcomes.append)

    assert [outcome.code for outcome in outcomes[:2]] == [OutcomeCode.PAGE_BLURRED, OutcomeCode.NO_DEVICE]
    assert outcomes[0].facts == {"source": "x"}
    assert isinstance(outcomes[2].value, CapturedPage)
    assert isinstance(outcomes[3].value, Signature)
    assert devices.asked[1] is SIGN


def test_every_captured_page_is_another_one() -> None:
    devices, outcomes = ScriptedDevices(), list[Outcome[Any]]()
    for _ in range(3):
        devices.ask(CapturePage(), outcomes.append)

    assert len({outcome.value.jpeg for outcome in outcomes if outcome.value}) == 3


def test_held_answers_come_when_released() -> None:
    devices, outcomes = ScriptedDevices(), list[Outcome[Any]]()
    devices.hold()
    devices.ask(CapturePage(), outcomes.append)
    assert outcomes == []

    devices.release()
    devices.ask(CapturePage(), outcomes.append)
    assert len(outcomes) == 2


def test_timers_fire_by_hand_in_their_order_and_can_be_cancelled() -> None:
    timers, fired = Timers(), list[str]()
    timers.later(4.0, lambda: fired.append("late"))
    timers.later(0.4, lambda: fired.append("soon"))
    timers.later(1.0, lambda: fired.append("never"))()

    timers.fire()
    timers.fire()

    assert fired == ["soon", "late"]
    assert len(timers) == 0
