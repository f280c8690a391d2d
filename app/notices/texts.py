"""Codes to notices: the one place where a refusal, a device outcome, a fault or a word of our own finds its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import resources
from app.notices.codes import NoticeCode
from app.notices.faults import EnvironmentFault, FaultCode
from app.notices.notice import Notice, Tone
from domain.refusals import Refusal
from hardware.device import ANY_DEVICE, DeviceId, DeviceKind
from hardware.outcomes import Advice, OutcomeCode


def say(code: NoticeCode, /, **values: object) -> Notice:
    """A notice of our own; ``values`` are those that its text names."""
    return _notice("notices", code.value, {name: str(value) for name, value in values.items()})


def refusal_notice(refusal: Refusal) -> Notice:
    """The message of an expected "no"."""
    return _notice("refusals", refusal.code.value, refusal.facts)


def fault_notice(code: FaultCode, facts: Mapping[str, str]) -> Notice:
    """The message of an environment fault (disk, network, keyring, settings)."""
    return _notice("faults", code.value, facts)


def notice_of(error: Exception) -> Notice:
    """The calm message of an environment fault. Anything else is a bug and is raised again."""
    if isinstance(error, EnvironmentFault):
        return fault_notice(error.code, error.facts)
    raise error


def outcome_notice(
    code: OutcomeCode, kind: DeviceKind, facts: Mapping[str, str] | None = None, device: DeviceId = ANY_DEVICE
) -> Notice:
    """The message of a device outcome; what the person at the counter can mend is a warning."""
    notice = _notice("devices", code.name, {"device": device_name(kind, device), **(facts or {})})
    return replace(notice, tone=Tone.WARNING) if code.advice in (Advice.RETRY, Advice.ASK_PERSON) else notice


def device_name(kind: DeviceKind, device: DeviceId = ANY_DEVICE) -> str:
    """What people call a device: its kind, and its own name where it has one."""
    name = resources.word("device", kind)
    return name if device in (ANY_DEVICE, kind) else resources.word("named", "device", kind=name, name=device)


def _notice(area: str, code: str, values: Mapping[str, str]) -> Notice:
    told = resources.message(area, code, values)
    return Notice(tone=Tone(told.tone), what=told.what, why=told.why, next=told.next, code=code)
