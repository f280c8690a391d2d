"""A page is taken whole or not at all (IM-5a): a quadrilateral that cuts through print is worse than a refusal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from hardware.kinds.document_camera import PageShape
from hardware.outcomes import OutcomeCode
from hardware.pages.find import find_page
from hardware.simulators.scenes.desks import DESK_KINDS
from tests.unit.hardware.sheets import HEIGHT_PX, WIDTH_PX, SheetScene, compose_random, kept_share, scenes

Image = npt.NDArray[np.uint8]


def judge(scene: SheetScene) -> str:
    """Right, refused, or how much of the sheet is lost."""
    found = find_page(scene.image, PageShape.ANY).value
    if found is None:
        return "refused"
    kept, size = kept_share(scene.corners, np.array(found) * (WIDTH_PX, HEIGHT_PX) - 0.5)
    if kept < 0.98:
        return f"{scene.name}: {1 - kept:.0%} lost"
    return "right" if size < 1.1 else f"{scene.name}: {size:.0%} taken"


@pytest.fixture(scope="module")
def judged() -> dict[str, str]:
    """Each scene's name, and what became of its sheet."""
    return {scene.name: judge(scene) for scene in scenes(2)}


def test_F21_no_sheet_on_any_desk_is_accepted_with_less_than_the_whole(judged: dict[str, str]) -> None:
    counted = Counter(judged.values())

    right, refused = counted.pop("right"), counted.pop("refused")
    assert counted == {}
    assert right >= 110, f"{right} right, {refused} refused"


@pytest.mark.parametrize("sheet", ["plain page", "banknote", "slip of 3 : 1", "open booklet"])
def test_F21_an_ordinary_sheet_is_found_on_every_desk(judged: dict[str, str], sheet: str) -> None:
    verdicts = [verdict for name, verdict in judged.items() if name.startswith(f"{sheet} on ") and name.endswith(" 0")]

    assert verdicts == ["right"] * len(DESK_KINDS)


@pytest.mark.parametrize("number", [104, 235, 509, 706, 787, 858, 870, 1086, 1216, 1250, 1471, 1526, 2157, 2284, 2289])
def test_F21_a_sheet_of_nearly_the_desks_colour_is_taken_whole_or_refused(number: int) -> None:
    assert judge(compose_random(number)) in ("right", "refused")


def new(level: int) -> Image:
    """An even desk."""
    return np.full((HEIGHT_PX, WIDTH_PX, 3), level, dtype=np.uint8)


def dark_part_at_a_side() -> Image:
    image = new(100)
    image[60:550, 220:600] = 235
    image[60:550, 220:345] = 60
    return image


def band_across_a_page_that_leaves() -> Image:
    image = new(100)
    image[60:612, 220:600] = 235
    image[430:438, 220:600] = 60
    return image


def long_and_divided() -> Image:
    image = new(100)
    image[220:390, 187:629] = 235
    image[220:390, 505:629] = 210
    return image


def folded() -> Image:
    image = new(120)
    cv2.fillConvexPoly(image, np.array(((230, 60), (590, 60), (602, 305), (218, 305))), (235, 235, 235))
    cv2.fillConvexPoly(image, np.array(((218, 305), (602, 305), (590, 550), (230, 550))), (190, 190, 190))
    return image


def part_of_nearly_the_desks_colour() -> Image:
    image = new(40)
    image[60:550, 220:600] = 235
    image[60:550, 220:380] = 46
    return image


def dark_sheet_on_a_tablecloth() -> Image:
    rows, columns = np.indices((HEIGHT_PX, WIDTH_PX)) // 105
    image = np.where(((rows + columns) % 2 == 0)[:, :, None], (182, 182, 182), (90, 140, 100)).astype(np.uint8)
    image[60:550, 160:500] = 35
    return image


def frame_on_a_dark_sheet() -> Image:
    image = new(110)
    image[60:550, 220:600] = 60
    cv2.rectangle(image, (240, 80), (580, 530), (200, 200, 200), 4)
    return image


@pytest.mark.parametrize("shape", [PageShape.ANY, PageShape.A4])
@pytest.mark.parametrize(
    ("draw", "box"),
    [
        pytest.param(dark_part_at_a_side, (220, 60, 600, 550), id="W1"),
        pytest.param(long_and_divided, (187, 220, 629, 390), id="W3"),
        pytest.param(folded, (230, 60, 590, 550), id="W4"),
        pytest.param(frame_on_a_dark_sheet, (220, 60, 600, 550), id="W5"),
        pytest.param(part_of_nearly_the_desks_colour, (220, 60, 600, 550), id="F21-colour"),
        pytest.param(dark_sheet_on_a_tablecloth, (160, 60, 500, 550), id="F21-tablecloth"),
    ],
)
def test_W_a_divided_sheet_is_taken_whole_or_refused(
    draw: Callable[[], Image], box: tuple[int, int, int, int], shape: PageShape
) -> None:
    found = find_page(noisy(draw()), shape).value
    left, top, right, bottom = box
    sheet = np.array(((left, top), (right, top), (right, bottom), (left, bottom)), dtype=np.float64)

    assert found is None or kept_share(sheet, np.array(found) * (WIDTH_PX, HEIGHT_PX) - 0.5)[0] > 0.98


def test_W2_a_band_across_a_page_that_leaves_the_picture_does_not_end_it() -> None:
    assert find_page(noisy(band_across_a_page_that_leaves()), PageShape.ANY).code is OutcomeCode.PAGE_CUT_OFF


def noisy(image: Image) -> Image:
    """A little of a sensor's noise."""
    return np.clip(image + np.random.default_rng(3).normal(0, 2, image.shape), 0, 255).astype(np.uint8)
