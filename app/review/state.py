"""What whoever decides on cases has before her: the tasks, the case that is open, what was looked at of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from app.notices.notice import Notice, Tone
from app.review.rules_told import rules_told_of
from app.review.signature_told import signature_told_of
from domain.cases.values import Act, BlobHash, CaseId
from domain.catalogue.values import Catalogue

if TYPE_CHECKING:
    from domain.wire.cases import CaseView
    from domain.wire.lists import CaseLine


class Listed(Enum):
    """How it stands with the list of tasks."""

    READING = "reading"
    READ = "read"
    FAILED = "failed"


class Question(Enum):
    """What is asked before a step is taken."""

    REFUSE = "refuse"
    """It cannot be taken back."""
    UNSEEN = "unseen"
    """Not everything that was captured was looked at."""
    RED = "red"
    """Something in red is said of the case: whoever lets it pass says that each was verified."""
    TARGET = "target"
    """It can go back to more than one stage."""


class GoesOn(NamedTuple):
    """A task opens by itself: the one in this row, or the last."""

    row: int = 0
    decided: bool = False
    """It follows a decision, not a login."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """The case that is shown, read with the catalogue that it was made with."""

    view: CaseView
    catalogue: Catalogue
    by_itself: GoesOn | None = None
    """Nobody chose it."""

    @property
    def told(self) -> tuple[Notice, ...]:
        """What is true of the case as long as it is shown: of its signature, and what the rules say."""
        signature = signature_told_of(self.view)
        return (*((signature,) if signature else ()), *rules_told_of(self.catalogue, self.view))

    @property
    def red(self) -> tuple[Notice, ...]:
        """What of it is in red: nobody passes it in passing."""
        return tuple(notice for notice in self.told if notice.tone is Tone.ERROR)

    @property
    def captured(self) -> frozenset[BlobHash]:
        """Everything that is to be looked at: the pages and the signature."""
        content = self.view.content
        ink = () if content.signature is None else (content.signature.png_sha256,)
        return frozenset((*(page.sha256 for page in content.pages), *ink))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewState:
    """One moment at the reviewer's. ``acts`` may be taken now; while ``sending`` a step is under way.

    ``warned``: that something was not looked at was asked of this case already. While ``goes_on`` is set, the next
    list of tasks opens one of them.
    """

    lines: tuple[CaseLine, ...] = ()
    more: bool = False
    """There are more tasks than ``lines``."""
    listed: Listed = Listed.READING
    open: OpenCase | None = None
    opening: CaseId | None = None
    looked_at: frozenset[BlobHash] = frozenset()
    warned: bool = False
    acts: tuple[Act, ...] = ()
    sending: bool = False
    goes_on: GoesOn | None = None
    notice: Notice | None = None

    @property
    def unseen(self) -> frozenset[BlobHash]:
        """What was captured of the open case and not looked at since it was opened."""
        return self.open.captured - self.looked_at if self.open else frozenset()

    @property
    def marked(self) -> CaseId | None:
        """The task that is marked in the list."""
        return self.opening or (self.open.view.case if self.open else None)

    def row_of(self, case: CaseId) -> int:
        """Where a case stands in the list, −1 for nowhere."""
        return next((row for row, line in enumerate(self.lines) if line.case == case), -1)
