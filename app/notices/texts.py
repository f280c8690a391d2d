"""Codes to notices: the one place where a refusal, a device outcome or a fault finds its Chinese text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import resources
from app.notices.faults import EnvironmentFault
from app.notices.notice import Notice, Tone
from domain.refusals import Refusal
from hardware.device import ANY_DEVICE, DeviceId, DeviceKind
from hardware.outcomes import Advice, OutcomeCode


class _Known(dict[str, str]):
    """Facts for a text; a placeholder without a fact stays visible instead of failing."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


@cache
def _area(name: str) -> Mapping[str, Any]:
    return resources.load_messages(name)


def _fill(area: str, code: str, facts: Mapping[str, str], tone: Tone) -> Notice:
    row = _area(area).get(code, {"what": f"发生了未登记的情况({code})", "why": "", "next": "请记下代码并联系信息员"})
    known = _Known(resources.in_words(facts))
    return Notice(
        tone=tone,
        what=str(row["what"]).format_map(known),
        why=str(row.get("why", "")).format_map(known),
        next=str(row.get("next", "")).format_map(known),
        code=code,
    )


def refusal_notice(refusal: Refusal) -> Notice:
    """The message of an expected "no"."""
    return _fill("refusals", refusal.code.value, refusal.facts, Tone.ERROR)


def fault_notice(code: str, facts: Mapping[str, str] | None = None, tone: Tone = Tone.ERROR) -> Notice:
    """The message of an environment fault (disk, network, keyring, device process)."""
    return _fill("faults", code, facts or {}, tone)


def notice_of(error: Exception) -> Notice:
    """The calm message of an environment fault. Anything else is a bug and is raised again."""
    if isinstance(error, EnvironmentFault):
        return fault_notice(error.code.value, error.facts)
    raise error


def outcome_notice(
    code: OutcomeCode, kind: DeviceKind, facts: Mapping[str, str] | None = None, device: DeviceId = ANY_DEVICE
) -> Notice:
    """The message of a device outcome; what the person at the counter can mend is a warning."""
    tone = Tone.WARNING if code.advice in (Advice.RETRY, Advice.ASK_PERSON) else Tone.ERROR
    return _fill("devices", code.name, {"device": device_name(kind, device), **(facts or {})}, tone)


def device_name(kind: DeviceKind, device: DeviceId = ANY_DEVICE) -> str:
    """What people call a device: its kind, and its own name where it has one."""
    name = str(_area("devices")["device"][kind]["name"])
    return name if device in (ANY_DEVICE, kind) else f"{name}“{device}”"
