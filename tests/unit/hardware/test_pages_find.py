"""Finding a page in drawn pictures of which every corner is known (IM-5a)."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.kinds.document_camera import PageShape
from hardware.outcomes import OutcomeCode
from hardware.pages.find import find_page, upright

Image = npt.NDArray[np.uint8]
WIDTH, HEIGHT = 816, 612


def draw(
    *,
    wide: float,
    high: float,
    angle_deg: float = 0.0,
    centre: tuple[float, float] = (408, 306),
    desk: int = 90,
    paper: int = 225,
) -> tuple[Image, npt.NDArray[np.float64]]:
    """A plain page on a plain desk, smooth at its edge, with its corners from the top left clockwise."""
    angle = np.deg2rad(angle_deg)
    turn = np.array(((np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))))
    half = np.array(((-wide, -high), (wide, -high), (wide, high), (-wide, high))) / 2
    corners = half @ turn.T + centre
    image = np.full((HEIGHT * 4, WIDTH * 4, 3), desk, dtype=np.uint8)
    cv2.fillConvexPoly(image, np.rint((corners + 0.5) * 4 - 0.5).astype(np.int32), (paper, paper, paper))
    image = np.asarray(cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    noise = np.random.default_rng(1).normal(0, 2, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8), corners


def in_px(corners: tuple[tuple[float, float], ...]) -> npt.NDArray[np.float64]:
    return np.array(corners) * (WIDTH, HEIGHT) - 0.5


@settings(max_examples=25, deadline=None)
@given(
    wide=st.floats(320, 520),
    ratio=st.floats(1.3, 1.5),
    angle=st.floats(-25, 25),
    shift=st.tuples(st.floats(-20, 20), st.floats(-20, 20)),
)
def test_im_5a_corners_are_exact_to_a_pixel_and_begin_at_the_top_left(
    wide: float, ratio: float, angle: float, shift: tuple[float, float]
) -> None:
    centre = (408 + shift[0], 306 + shift[1])
    image, corners = draw(wide=wide, high=wide / ratio, angle_deg=angle, centre=centre)

    found = find_page(image, PageShape.ANY).value

    assert found is not None
    assert float(np.abs(in_px(found) - corners).max()) < 1.5


def test_im_5a_a_page_that_reaches_the_border_is_cut_off() -> None:
    image, _ = draw(wide=420, high=300, centre=(640, 306))

    assert find_page(image, PageShape.A4).code is OutcomeCode.PAGE_CUT_OFF


@pytest.mark.parametrize(("level", "code"), [(0, OutcomeCode.PAGE_TOO_DARK), (120, OutcomeCode.PAGE_NOT_FOUND)])
def test_im_5a_an_even_picture_holds_no_page(level: int, code: OutcomeCode) -> None:
    image = np.full((HEIGHT, WIDTH, 3), level, dtype=np.uint8)

    assert find_page(image, PageShape.ANY).code is code


def test_im_5a_noise_alone_holds_no_page() -> None:
    image = np.random.default_rng(2).integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)

    assert find_page(image, PageShape.ANY).code is OutcomeCode.PAGE_NOT_FOUND


def test_im_5a_a_shape_narrows_what_counts_as_a_page() -> None:
    strip, _ = draw(wide=640, high=330)

    assert find_page(strip, PageShape.ANY).ok
    assert find_page(strip, PageShape.A4).code is OutcomeCode.PAGE_NOT_FOUND

    card, _ = draw(wide=158.5, high=100)
    assert find_page(card, PageShape.ID_CARD).ok
    assert find_page(card, PageShape.A4).code is OutcomeCode.PAGE_NOT_FOUND


def test_im_5a_a_step_that_is_too_small_is_no_page() -> None:
    image, _ = draw(wide=420, high=300, desk=214)

    assert find_page(image, PageShape.ANY).code is OutcomeCode.PAGE_NOT_FOUND


def test_im_5a_a_page_in_too_little_light_is_dark() -> None:
    image, _ = draw(wide=420, high=300, desk=10, paper=50)

    assert find_page(image, PageShape.ANY).code is OutcomeCode.PAGE_TOO_DARK


def test_im_5a_a_dark_booklet_on_a_bright_desk_is_found() -> None:
    image, corners = draw(wide=420, high=300, angle_deg=8, desk=220, paper=80)

    found = find_page(image, PageShape.ANY).value

    assert found is not None
    assert float(np.abs(in_px(found) - corners).max()) < 1.5


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((0, 0, 3), dtype=np.uint8),
        np.zeros((40, 40, 3), dtype=np.uint8),
        np.zeros((600, 800), dtype=np.uint8),
        np.zeros((600, 800, 4), dtype=np.uint8),
        np.zeros((600, 800, 3), dtype=np.float32),
        np.zeros((600, 800, 3, 1), dtype=np.uint8),
    ],
    ids=["nothing", "tiny", "grey", "four channels", "floats", "four dimensions"],
)
def test_im_5a_what_is_no_bgr_picture_is_a_damaged_frame(image: Image) -> None:
    assert find_page(image, PageShape.ANY).code is OutcomeCode.FRAME_DAMAGED


@pytest.mark.parametrize("turned", range(4))
@pytest.mark.parametrize("clockwise", [True, False])
def test_corners_are_ordered_from_the_top_left_whatever_order_they_come_in(turned: int, clockwise: bool) -> None:
    corners = np.array(((100, 40), (520, 60), (500, 360), (90, 330)), dtype=np.float32)
    given_order = np.roll(corners, turned, axis=0)

    assert (upright(given_order if clockwise else given_order[::-1]) == corners).all()
