"""Which photographs there are: eight named by their use, and any number of varied ones. The same every time."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from hardware.simulators.scenes.photograph import Light, Pose

_DESKS: Final = ("wood", "gray", "green_mat", "dark", "whitish", "patterned")
_PAPERS: Final = (
    "registration_form",
    "household_first",
    "letter",
    "special_status_proof",
    "household_self",
    "card_copy",
    "certificate",
    "id_card",
)
_DIFFICULTIES: Final = ("easy", "medium", "hard")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One photograph to compose. ``paper`` None is an empty desk; ``fault`` is blurred, dark, cut_off or nothing."""

    name: str
    paper: str | None
    desk: str
    difficulty: str = "easy"
    fault: str = ""
    person: int = 0
    pose: Pose = field(default_factory=Pose)
    light: Light = field(default_factory=Light)
    fingers: int = 0
    noise: float = 3.0
    defocus_px: float = 0.0

    @property
    def seed(self) -> int:
        """The same for a name on every machine."""
        return zlib.crc32(self.name.encode())


def named_scenes() -> tuple[Scene, ...]:
    """The photographs of a demonstration visit, and one for each thing that can be wrong with a photograph."""
    slightly = Pose(fill=0.9, angle_deg=-3, tilt=(0.01, 0.02))
    turned = Pose(fill=0.9, angle_deg=6, tilt=(-0.02, 0.01))
    return (
        Scene(name="household_first", paper="household_first", desk="wood", pose=slightly),
        Scene(name="household_self", paper="household_self", desk="wood", pose=turned, light=Light(shadows=1)),
        Scene(name="registration_form", paper="registration_form", desk="wood", pose=slightly),
        Scene(name="special_status_proof", paper="special_status_proof", desk="wood", pose=turned, fingers=1),
        Scene(name="id_card", paper="id_card", desk="wood", pose=Pose(fill=0.6, angle_deg=4)),
        Scene(name="blurred", paper="household_self", desk="wood", fault="blurred", pose=turned, defocus_px=11.0),
        Scene(name="dark", paper="household_self", desk="wood", fault="dark", pose=turned, light=Light(level=0.12)),
        Scene(
            name="cut_off",
            paper="registration_form",
            desk="wood",
            fault="cut_off",
            pose=Pose(fill=0.95, centre=(0.5, 0.72)),
        ),
        Scene(name="empty", paper=None, desk="wood"),
    )


def varied_scenes(count: int) -> tuple[Scene, ...]:
    """``count`` photographs with a page; to every four of them one empty desk, to every eight one page cut off."""
    pages = tuple(_page(number) for number in range(1, count + 1))
    empty = tuple(_empty(number) for number in range(1, count // 4 + 1))
    cut = tuple(_cut_off(number) for number in range(1, count // 8 + 1))
    return pages + empty + cut


def _page(number: int) -> Scene:
    random = np.random.default_rng(1000 + number)
    grade = number % 3
    paper = _PAPERS[number % len(_PAPERS)]
    least, most = ((0.8, 0.92), (0.72, 0.9), (0.68, 0.9))[grade]
    widest = (8.0, 18.0, 25.0)[grade]
    tilt = (0.02, 0.06, 0.1)[grade]
    shift = 0.02
    pose = Pose(
        centre=(0.5 + random.uniform(-shift, shift), 0.5 + random.uniform(-shift, shift)),
        fill=float(random.uniform(least, most)) * (1 - tilt),
        angle_deg=float(random.uniform(-widest, widest)),
        tilt=(float(random.uniform(-tilt, tilt)), float(random.uniform(-tilt, tilt))),
    )
    light = Light(
        level=(1.0, 0.92, 0.8)[grade],
        vignette=(0.08, 0.18, 0.3)[grade],
        slope=(0.08, 0.2, 0.3)[grade],
        shadows=(0, 1, 2)[grade],
        glare=grade == 2 and number % 2 == 0,
    )
    return Scene(
        name=f"page_{number:02d}",
        paper=paper,
        desk=_DESKS[(number + number // len(_DESKS)) % len(_DESKS)],
        difficulty=_DIFFICULTIES[grade],
        person=number,
        pose=pose,
        light=light,
        fingers=(0, number % 2, 1 + number % 2)[grade],
        noise=(2.5, 4.0, 6.0)[grade],
    )


def _empty(number: int) -> Scene:
    light = Light(level=1.0 - 0.03 * number, vignette=0.25, slope=0.25, shadows=number % 3, glare=number % 4 == 0)
    return Scene(name=f"empty_{number:02d}", paper=None, desk=_DESKS[number % len(_DESKS)], light=light, noise=5.0)


def _cut_off(number: int) -> Scene:
    away = ((0.5, 0.8), (0.22, 0.5), (0.8, 0.5), (0.5, 0.2), (0.78, 0.72))[number % 5]
    return Scene(
        name=f"cut_{number:02d}",
        paper=_PAPERS[number % len(_PAPERS)],
        desk=_DESKS[number % len(_DESKS)],
        fault="cut_off",
        pose=Pose(centre=away, fill=0.9, angle_deg=float(number * 3 % 13 - 6)),
        noise=4.0,
    )
