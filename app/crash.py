"""The last line of defence against our own bugs: a report without personal data, and a calm window."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from app.notices.codes import NoticeCode
from app.notices.notice import Notice
from app.notices.texts import say

_log = logging.getLogger(__name__)


def describe(error: BaseException) -> str:
    """Where it happened, without any value: the text of an exception may hold what somebody typed."""
    lines = [f"{type(error).__name__}"]
    for frame in traceback.extract_tb(error.__traceback__):
        lines.append(f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}")
    if error.__cause__ is not None:
        lines.append("caused by " + describe(error.__cause__))
    return "\n".join(lines)


def install(folder: Path, show: Callable[[Notice], None]) -> None:
    """Catch what nobody caught: write ``crash-<time>.txt`` into ``folder`` and tell the clerk calmly."""

    def hook(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, _trace)
            return
        report = describe(error)
        _log.error("unexpected: %s", report)
        name = f"crash-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.txt"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(report, encoding="utf-8")
        except OSError as fault:
            _log.error("crash report not written: %s", fault.strerror)
        show(say(NoticeCode.UNEXPECTED, file=name))

    sys.excepthook = hook
