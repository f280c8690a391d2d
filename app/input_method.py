"""Which input method Qt loads on Linux: its wheel has a plug-in for IBus and none for fcitx."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Final

_FCITX: Final = frozenset(("fcitx", "fcitx5"))
_THROUGH_IBUS: Final[Mapping[str, str]] = {"QT_IM_MODULE": "ibus", "IBUS_USE_PORTAL": "1"}
"""fcitx5 answers as IBus does too (its add-on ``ibusfrontend``); Qt finds it there by the portal's name alone."""


def reach_input_method(environment: MutableMapping[str, str], plugins: Path) -> None:
    """Before the first QApplication: where the session wants fcitx and Qt has no plug-in for it, go by way of IBus.

    ``plugins`` is Qt's folder of plug-ins.
    """
    wanted = set(environment.get("QT_IM_MODULES", "").split(";"))
    wanted.add(environment.get("QT_IM_MODULE") or environment.get("XMODIFIERS", "").removeprefix("@im="))
    if wanted & _FCITX and not any((plugins / "platforminputcontexts").glob("*fcitx*")):
        environment.pop("QT_IM_MODULES", None)
        environment.update(_THROUGH_IBUS)
