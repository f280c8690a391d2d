"""Environment fault or bug? One function decides, and finds the message for the fault."""

from __future__ import annotations

from app.store.faults import EnvironmentFault
from app.visit.notices import fault_notice
from app.visit.state import Notice


def notice_of(error: Exception) -> Notice:
    """The calm message of an environment fault. Anything else is a bug and is raised again."""
    if isinstance(error, EnvironmentFault):
        return fault_notice(error.code.value, error.facts)
    raise error
