"""The numbered results of device operations, grouped by what the caller should do next.

The numbers never change and are never reused: another process, another language and an old log rely on them.
Each number finds its Chinese text (what happened, why, what to do) in ``resources/messages/devices.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Advice(Enum):
    """What the caller does next; the hundreds digit of an outcome's number."""

    DONE = 0
    RETRY = 1
    ASK_PERSON = 2
    USE_FALLBACK = 3
    CALL_IT = 4


class OutcomeCode(IntEnum):
    """Every way in which a device operation can end."""

    OK = 0

    TIMEOUT = 101
    BUSY = 102
    FRAME_DAMAGED = 103
    CANCELLED = 104
    HOST_RESTARTED = 105

    CARD_ABSENT = 201
    CARD_LIFTED = 202
    CARD_UNREADABLE = 203
    PAGE_NOT_FOUND = 211
    PAGE_CUT_OFF = 212
    PAGE_TOO_DARK = 213
    PAGE_BLURRED = 214
    PAGE_TOO_SMALL = 215
    PAGE_TOO_LARGE = 216
    PICTURE_GONE = 217
    CORNERS_UNFIT = 218
    PAGE_SHADED = 219
    SIGNATURE_EMPTY = 221
    SIGNATURE_TOO_SHORT = 222
    SCAN_UNREADABLE = 231
    PICTURE_UNREADABLE = 241

    UNSUPPORTED = 301
    LIBRARY_MISSING = 302
    CARD_DATA_INVALID = 303

    NOT_CONFIGURED = 401
    NO_DEVICE = 402
    DEVICE_GONE = 403
    DEVICE_FAULT = 404
    PORT_IN_USE = 405
    HOST_UNAVAILABLE = 406
    BAD_REQUEST = 407
    DRIVER_UNKNOWN = 408
    OPTION_UNKNOWN = 409

    @property
    def advice(self) -> Advice:
        """What the caller should do next."""
        return Advice(self.value // 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[T]):
    """How an operation ended: a code, the value when it is OK, and facts for the message (never personal data)."""

    code: OutcomeCode
    value: T | None = field(default=None, repr=False)
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the operation gave its value."""
        return self.code is OutcomeCode.OK
