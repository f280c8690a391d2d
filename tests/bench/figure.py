"""One measured figure with its goal, and how figures are printed."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from unicodedata import east_asian_width


class Unit(StrEnum):
    """What a figure counts."""

    TIMES_BARE = "x"
    MILLISECONDS = "ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A median (or, for gaps, a maximum) of one run. ``raw_ms``: the times behind it, in ms, by what they measure."""

    name: str
    title: str
    value: float
    goal: float
    unit: Unit
    at_least: bool = False
    """The goal is a lower bound; otherwise an upper one."""
    rounds: int
    raw_ms: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    @property
    def goal_text(self) -> str:
        """The goal as one reads it."""
        return f"{'>=' if self.at_least else '<='} {self.goal:g} {self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What else the machine was doing. Loads are those of the last minute, before and after the run."""

    cores: int
    load_before: float
    load_after: float

    @property
    def quiet(self) -> bool:
        """Whether the run began with at least half of the processors free."""
        return self.load_before <= self.cores / 2


def load_now() -> float:
    """How many programs wanted the processor in the last minute."""
    return os.getloadavg()[0]


def as_table(figures: Sequence[Figure], machine: Machine) -> str:
    """For people."""
    lines = [
        _row("figure", "value", "goal", "verdict", "n"),
        _row("------", "-----", "----", "-------", "-"),
    ]
    for figure in figures:
        value = f"{figure.value:.2f} {figure.unit}"
        lines.append(_row(figure.title, value, figure.goal_text, "met" if figure.met else "MISSED", str(figure.rounds)))
        lines += [f"    {name:<46} {value_ms:>10.2f} ms" for name, value_ms in figure.raw_ms.items()]
        lines += [f"    {note}" for note in figure.notes]
    lines.append("")
    lines.append(
        f"{machine.cores} cores, load {machine.load_before:.2f} before and {machine.load_after:.2f} after the run"
        + ("" if machine.quiet else ": others were at work, times are not to be trusted")
    )
    return "\n".join(lines)


def as_json(figures: Sequence[Figure], machine: Machine) -> str:
    """For programs."""
    rows = [
        {
            "name": figure.name,
            "title": figure.title,
            "value": round(figure.value, 4),
            "unit": figure.unit.value,
            "goal": figure.goal,
            "at_least": figure.at_least,
            "met": figure.met,
            "rounds": figure.rounds,
            "raw_ms": {name: round(value, 4) for name, value in figure.raw_ms.items()},
            "notes": list(figure.notes),
        }
        for figure in figures
    ]
    about = {
        "cores": machine.cores,
        "load_before": machine.load_before,
        "load_after": machine.load_after,
        "quiet": machine.quiet,
    }
    return json.dumps({"figures": rows, "machine": about}, ensure_ascii=False, indent=1)


def _row(title: str, value: str, goal: str, verdict: str, rounds: str) -> str:
    wide = sum(east_asian_width(character) in "WF" for character in title)
    return f"{title:<{50 - wide}} {value:>12}  {goal:<10}  {verdict:<8} {rounds:>3}"
