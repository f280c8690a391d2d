"""What a clerk is told. A module of its own: the login window needs it before anything of a visit is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How a notice is meant."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message in three parts (what happened, why, what to do next). ``code`` is stable, for support."""

    tone: Tone
    what: str
    why: str = ""
    next: str = ""
    code: str = ""
