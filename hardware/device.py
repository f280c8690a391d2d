"""What all devices have in common: kind, id, state, health, and the forms of what they are asked and tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import NoneType
from typing import Any, ClassVar, Generic, NewType, Protocol, TypeVar, get_args, get_origin, runtime_checkable

from hardware.outcomes import Outcome, OutcomeCode

A = TypeVar("A")

DeviceKind = NewType("DeviceKind", str)
"""A class of devices, as ``hardware.table`` names it."""

DeviceId = NewType("DeviceId", str)
"""One device of a counter, as its settings name it; people read it, so it tells two of a kind apart."""

ANY_DEVICE = DeviceId("")
"""In a request: the first device of its kind."""


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
    """One device as settings name it: ``driver`` is a name of the driver table, ``options`` are its own (port, ...).

    The only device of its kind needs no ``id`` of its own: it is called as its kind. ``host`` names the process that it
    shares with others of the same host. ``simulated``: it is none, whatever it says of itself.
    """

    kind: DeviceKind
    driver: str
    options: Mapping[str, str] = field(default_factory=dict)
    id: DeviceId = ANY_DEVICE
    host: str = ""
    simulated: bool = False
    when_asked: bool = False
    """Its host is started by the first request."""

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", DeviceId(self.kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What is known of a device now. ``outcome`` says why it is not ready."""

    kind: DeviceKind
    state: DeviceState
    outcome: OutcomeCode = OutcomeCode.OK
    driver: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    device: DeviceId = ANY_DEVICE
    simulated: bool = False

    def __post_init__(self) -> None:
        if not self.device:
            object.__setattr__(self, "device", DeviceId(self.kind))


SIMULATED_FACT = "simulated"
"""The fact of a driver's ``open`` by which the device itself says that it is simulated."""


@runtime_checkable
class Driver(Protocol):
    """What every driver can do. Its methods block and are called from the device's own thread."""

    def open(self) -> Outcome[None]:
        """Connect. The facts say to what."""
        ...

    def close(self) -> None:
        """Let go of the device; safe to call twice."""


class Request(Generic[A]):
    """Something to ask a device. Each is a frozen dataclass that says which kind it is for and how long it may take.

    The type of its answer is its type argument; ``find_answer_type`` tells it when the program runs.
    """

    __slots__ = ()

    kind: ClassVar[DeviceKind]
    deadline_s: ClassVar[float]
    goes_on: ClassVar[bool] = False
    """What it begins is begun again in the next host, until a request of its kind that ``ends`` it."""
    ends: ClassVar[bool] = False
    late_ends_host: ClassVar[bool] = False
    """Whether its host is replaced when no answer came in time: for a host of its own."""

    def carry_out(self, driver: Any) -> Outcome[A]:
        """Do it with a driver of its kind, on the device's thread; for kinds without a worker of their own."""
        return Outcome(code=OutcomeCode.BAD_REQUEST, facts={"request": type(self).__name__})


def find_answer_type(request: type[Request[Any]]) -> type | None:
    """The type of the value that answers such a request, None where an outcome says everything."""
    for base in getattr(request, "__orig_bases__", ()):
        if get_origin(base) is Request:
            (answer,) = get_args(base)
            return None if answer is NoneType else answer
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEvent:
    """Something that a device tells unasked; ``device`` says which one, and is filled in by its worker."""

    device: DeviceId = ANY_DEVICE
