"""Making a finished page of a drawn frame (IM-5a)."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from hardware.kinds.document_camera import WHOLE_PICTURE, CapturedPage, Corners, PageShape
from hardware.outcomes import Outcome, OutcomeCode
from hardware.pages.finish import finish_by_hand, finish_page, hold_picture
from hardware.pages.frame import FRAME_LIMIT_PX

Image = npt.NDArray[np.uint8]


def draw(*, wide: int, high: int, frame: tuple[int, int] = (3264, 2448), blur_px: float = 0.0) -> Image:
    """A page with lines of strokes in the middle of a frame; a red mark in its top left corner."""
    image = np.full((frame[1], frame[0], 3), 80, dtype=np.uint8)
    left, top = (frame[0] - wide) // 2, (frame[1] - high) // 2
    image[top : top + high, left : left + wide] = 230
    for y in range(top + high // 8, top + high - high // 10, max(40, high // 30)):
        for x in range(left + wide // 8, left + wide - wide // 8, max(24, wide // 60)):
            cv2.rectangle(image, (x, y), (x + wide // 160, y + high // 70), (40, 40, 40), -1)
    image[top + 40 : top + 140, left + 40 : left + 140] = (40, 40, 200)
    if blur_px:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), blur_px), dtype=np.uint8)
    return image


def finished(frame: Image, shape: PageShape = PageShape.ANY) -> CapturedPage:
    outcome = finish_page(frame, shape, taken_ns=7)
    assert outcome.value is not None, outcome
    return outcome.value


def decode(page: CapturedPage) -> Image:
    return np.asarray(cv2.imdecode(np.frombuffer(page.jpeg, dtype=np.uint8), cv2.IMREAD_COLOR), dtype=np.uint8)


def test_im_5a_the_page_is_cropped_upright_and_measured() -> None:
    page = finished(draw(wide=2263, high=1600))
    picture = decode(page)

    assert picture.shape == (page.height_px, page.width_px, 3)
    assert abs(page.width_px - 2263) <= 4
    assert abs(page.height_px - 1600) <= 4
    assert picture[90, 90, 2] > 150 > picture[90, 90, 1]
    # No rim of desk is left.
    assert min(int(picture[row, column].min()) for row in (3, -4) for column in (3, -4)) > 180
    assert page.taken_ns == 7
    assert page.sharpness > 0


def test_im_5a_a4_keeps_its_ratio_and_at_most_300_dots_per_inch() -> None:
    page = finished(draw(wide=5200, high=3677, frame=(7296, 5472)), PageShape.A4)

    assert page.width_px == pytest.approx(3508, abs=1)
    assert page.height_px == pytest.approx(2480, abs=1)


def test_im_5a_a_forty_megapixel_frame_gives_a_page_of_at_most_twelve() -> None:
    page = finished(draw(wide=6000, high=4900, frame=(7296, 5472)))

    assert 11_000_000 < page.width_px * page.height_px <= 12_000_000


def test_im_5a_a_frame_over_fifty_megapixels_is_refused_before_anything_is_done() -> None:
    too_large = np.broadcast_to(np.uint8(0), (8000, FRAME_LIMIT_PX // 8000 + 1, 3))

    outcome = finish_page(too_large, PageShape.ANY)

    assert outcome.code is OutcomeCode.PAGE_TOO_LARGE
    assert outcome.facts["height_px"] == "8000"


def test_im_5a_a_page_too_far_away_is_too_small_and_says_by_how_much() -> None:
    outcome = finish_page(draw(wide=1160, high=820), PageShape.A4)

    assert outcome.code is OutcomeCode.PAGE_TOO_SMALL
    assert int(outcome.facts["short_side_px"]) < int(outcome.facts["least_px"])


def test_im_5a_a_card_may_be_smaller_than_a_page() -> None:
    frame = draw(wide=840, high=530)

    assert finish_page(frame, PageShape.ID_CARD).ok
    assert finish_page(frame, PageShape.ANY).ok


def test_im_5a_a_blurred_page_is_refused_and_a_sharp_one_is_not() -> None:
    assert finish_page(draw(wide=2263, high=1600), PageShape.ANY).ok
    assert finish_page(draw(wide=2263, high=1600, blur_px=8), PageShape.ANY).code is OutcomeCode.PAGE_BLURRED


def test_im_5a_a_black_frame_is_dark_and_an_empty_desk_has_no_page() -> None:
    black = np.zeros((2448, 3264, 3), dtype=np.uint8)

    assert finish_page(black, PageShape.ANY).code is OutcomeCode.PAGE_TOO_DARK
    assert finish_page(black + np.uint8(110), PageShape.ANY).code is OutcomeCode.PAGE_NOT_FOUND


@pytest.mark.parametrize("shape", [(2448, 3264), (2448, 3264, 4), (2, 3, 3)])
def test_im_5a_a_frame_of_another_shape_is_damaged(shape: tuple[int, ...]) -> None:
    assert finish_page(np.zeros(shape, dtype=np.uint8), PageShape.ANY).code is OutcomeCode.FRAME_DAMAGED


def test_a_page_never_shows_its_picture_in_its_text() -> None:
    assert "jpeg" not in repr(finished(draw(wide=2263, high=1600)))


FITTING = ((0.1, 0.1), (0.9, 0.12), (0.88, 0.9), (0.12, 0.88))


def by_hand(frame: Image, corners: Corners = FITTING) -> Outcome[CapturedPage]:
    return finish_by_hand(frame, corners, PageShape.ANY, taken_ns=7)


@pytest.mark.parametrize("level", [250, 120])
def test_F20_a_page_that_fills_the_picture_or_hides_on_the_desk_is_taken_whole(level: int) -> None:
    frame = np.full((2448, 3264, 3), level, dtype=np.uint8)
    assert not finish_page(frame, PageShape.ANY).ok

    page = by_hand(frame, WHOLE_PICTURE).value

    assert page is not None
    assert (page.width_px, page.height_px) == pytest.approx((3264, 2448), abs=2)
    assert page.by_hand
    assert page.taken_ns == 7


def test_F20_the_page_within_the_corners_that_a_person_set_is_straightened() -> None:
    page = by_hand(draw(wide=2263, high=1600)).value

    assert page is not None
    assert page.corners == FITTING
    assert decode(page).shape == (page.height_px, page.width_px, 3)


@pytest.mark.parametrize(
    "corners",
    [
        ((0.1, 0.1), (0.1, 0.9), (0.9, 0.9), (0.9, 0.1)),
        ((0.1, 0.1), (0.9, 0.9), (0.9, 0.1), (0.1, 0.9)),
        ((0.1, 0.1), (0.1, 0.1), (0.9, 0.9), (0.1, 0.9)),
        ((0.1, 0.1), (1.2, 0.1), (0.9, 0.9), (0.1, 0.9)),
        ((0.1, 0.1), (float("nan"), 0.1), (0.9, 0.9), (0.1, 0.9)),
        ((0.5, 0.5), (0.51, 0.5), (0.51, 0.51), (0.5, 0.51)),
    ],
    ids=["anticlockwise", "crossed", "doubled", "outside", "no number", "tiny"],
)
def test_F20_corners_that_go_around_no_page_are_refused(corners: Corners) -> None:
    assert by_hand(draw(wide=2263, high=1600), corners).code is OutcomeCode.CORNERS_UNFIT


def test_F20_a_held_picture_offers_the_corners_found_or_the_whole_with_the_reason() -> None:
    found = hold_picture(draw(wide=2263, high=1600), PageShape.ANY).value
    nothing = hold_picture(np.full((2448, 3264, 3), 110, dtype=np.uint8), PageShape.ANY).value

    assert found is not None
    assert nothing is not None
    assert (found.reason, nothing.reason) == (OutcomeCode.OK, OutcomeCode.PAGE_NOT_FOUND)
    assert found.corners != WHOLE_PICTURE == nothing.corners
    assert hold_picture(np.zeros((2, 3, 3), dtype=np.uint8), PageShape.ANY).code is OutcomeCode.FRAME_DAMAGED


def shaded(depth: float) -> Image:
    """A page with a shadow across a third of it."""
    frame = draw(wide=2263, high=1600).astype(np.float32)
    light = np.ones(frame.shape[:2], dtype=np.float32)
    light[900:1500, 900:] = depth
    return (frame * cv2.GaussianBlur(light, (0, 0), 8)[:, :, None]).astype(np.uint8)


def test_U16_a_heavy_shadow_over_print_is_said_and_a_light_one_is_not() -> None:
    assert finish_page(shaded(0.3), PageShape.ANY).code is OutcomeCode.PAGE_SHADED
    assert finish_page(shaded(0.7), PageShape.ANY).ok
    assert by_hand(shaded(0.3)).ok


def test_U16_a_dark_picture_printed_on_a_page_is_no_shadow() -> None:
    frame = draw(wide=2263, high=1600)
    frame[900:1400, 1200:2200] = 50

    assert finish_page(frame, PageShape.ANY).ok
