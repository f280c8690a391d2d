"""What a resident-ID reader gives: the card's text and photo (GA 467, GA 450; reader protocol GA 467.x SAM_V)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from threading import Event
from typing import ClassVar, Final, Protocol

from hardware.device import DeviceEvent, DeviceKind, Driver, Request
from hardware.outcomes import Outcome, OutcomeCode

ID_CARD_READER: Final = DeviceKind("id_card_reader")


class CardType(StrEnum):
    """Type flag of the text block: citizen, HK/Macao/Taiwan residence permit, foreign permanent residence."""

    CITIZEN = "citizen"
    RESIDENCE_PERMIT = "residence_permit"
    FOREIGN_2017 = "foreign_2017"
    FOREIGN_2023 = "foreign_2023"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdCard:
    """One read card. ``sex`` is a GB/T 2261.1 digit, ``nation`` a GB/T 3304 number; ``valid_until`` None means 长期.

    The values are as the card holds them: checking number and dates is the business of whoever uses them.
    ``photo`` is a JPEG, or empty where the WLT block cannot be decoded here (``photo_decoded`` is then False).
    """

    card_type: CardType
    name: str = field(repr=False)
    sex: str = field(repr=False)
    nation: str = field(repr=False)
    birth_date: date = field(repr=False)
    address: str = field(repr=False)
    id_number: str = field(repr=False)
    issuer: str = field(repr=False)
    valid_from: date = field(repr=False)
    valid_until: date | None = field(repr=False)
    photo: bytes = field(default=b"", repr=False)
    photo_decoded: bool = False
    received_at_ns: int = 0
    """Monotonic clock of the machine when the last byte of the card's answer was in."""
    simulated: bool = False
    """The reader is none: the card is made up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRead(DeviceEvent):
    """A card was laid down and read."""

    card: IdCard = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFailed(DeviceEvent):
    """A card was laid down and could not be read."""

    code: OutcomeCode
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardGone(DeviceEvent):
    """The card that was told of lies there no longer, its reader is lost, or is looked at anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAgain(Request[None]):
    """Tell of the card that lies there as if it had been laid down just now, also when it was told of before."""

    kind: ClassVar[DeviceKind] = ID_CARD_READER
    deadline_s: ClassVar[float] = 5.0


class IdCardReader(Driver, Protocol):
    """A resident-ID reader. ``open`` also asks the reader for its state; its facts: ``port``. Opened anew, it finds a
    card that was read and still lies there.
    """

    def read_card(self, stop: Event) -> Outcome[IdCard]:
        """Find, select and read the card now on the reader; CARD_ABSENT at once if none lies there.

        After a successful read the reader answers "absent" until the card was lifted.
        """
        ...
