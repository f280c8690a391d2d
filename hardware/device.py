"""What all devices have in common: kind, state, health."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hardware.outcomes import OutcomeCode


class DeviceKind(StrEnum):
    """The five device classes of a counter (内人社办发〔2022〕98号 二(五), without the second screen)."""

    ID_CARD_READER = "id_card_reader"
    SOCIAL_SECURITY_CARD_READER = "social_security_card_reader"
    DOCUMENT_CAMERA = "document_camera"
    BARCODE_SCANNER = "barcode_scanner"
    SIGNATURE_PAD = "signature_pad"


class DeviceState(StrEnum):
    """Life cycle of a device, after UnifiedPOS and XFS: absent and offline are different calls to IT."""

    NOT_CONFIGURED = "not_configured"
    ABSENT = "absent"
    STARTING = "starting"
    READY = "ready"
    BUSY = "busy"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceConfig:
    """One device as settings name it: ``driver`` is a name of the driver table, ``options`` are its own (port, ...)."""

    kind: DeviceKind
    driver: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What is known of a device now. ``outcome`` says why it is not ready."""

    kind: DeviceKind
    state: DeviceState
    outcome: OutcomeCode = OutcomeCode.OK
    driver: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
