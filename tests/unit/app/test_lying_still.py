"""U19: a fresh sheet that lies still is taken without a key; no other is, above all not the last applicant's."""

from __future__ import annotations

from app.clerk.capture.lying_still import (
    CHANGED_FRAMES,
    SETTLING_FRAMES,
    STILL_FRAMES,
    LyingStill,
    points_of,
    sheet_of,
)
from hardware.kinds.document_camera import PreviewFrame

_POINTS = 36 * 27
DESK, HAND = bytes(_POINTS), bytes([90]) * _POINTS
FIRST, SECOND = bytes([200]) * _POINTS, bytes([120]) * (_POINTS // 2) + bytes([220]) * (_POINTS // 2)


_CELLS = 12 * 16
PAGE, OTHER_PAGE = bytes([250, 200]) * (_CELLS // 2), bytes([200, 250, 250]) * (_CELLS // 3)


def see(looker: LyingStill, picture: bytes, *, found: bool, times: int = STILL_FRAMES + 1, sheet: bytes = PAGE) -> bool:
    """Whether it would be taken after so many pictures; ``sheet``: how the page looks, wherever it lies."""
    for _ in range(times):
        looker.see(picture, lambda: sheet, found=found)
    return looker.lies_still


def watching(picture: bytes = DESK, *, found: bool = False) -> LyingStill:
    looker = LyingStill()
    see(looker, picture, found=found, times=SETTLING_FRAMES)
    assert looker.watches
    return looker


def test_U19_a_sheet_that_is_laid_down_is_taken_once_it_lies_still() -> None:
    looker = watching()

    assert not see(looker, FIRST, found=True, times=STILL_FRAMES)
    assert see(looker, FIRST, found=True, times=1)
    looker.note_asked()
    assert not see(looker, FIRST, found=True, times=50)
    assert not looker.is_fresh


def test_U19_the_next_sheet_is_taken_too() -> None:
    looker = watching()
    see(looker, FIRST, found=True)
    looker.note_asked()

    see(looker, HAND, found=False, times=2)

    assert see(looker, SECOND, found=True)


def test_U19_what_lay_there_before_is_nobodys() -> None:
    looker = watching(FIRST, found=True)

    assert not see(looker, FIRST, found=True, times=50)
    see(looker, HAND, found=False, times=3)
    assert not see(looker, FIRST, found=True, times=50), "a hand passed over it"


def test_U19_a_sheet_that_is_touched_after_it_was_taken_is_not_taken_again() -> None:
    looker = watching()
    see(looker, FIRST, found=True)
    looker.note_asked()
    moved = bytes(40) + FIRST[40:]

    assert not see(looker, moved, found=True, times=50), "it was pushed, and there all the time"
    see(looker, HAND, found=False, times=3)
    assert not see(looker, FIRST, found=True, times=50), "a hand smoothed it"


def test_U19_a_page_that_moves_is_not_taken() -> None:
    looker = watching()

    for number in range(40):
        looker.see(bytes([40 + 4 * (number % 2) * 20]) * _POINTS, lambda: PAGE, found=True)
        assert not looker.lies_still


def test_U19_noise_of_the_camera_is_no_movement() -> None:
    looker = watching()
    noisy = bytes(200 + (place % 7) for place in range(_POINTS))

    assert see(looker, noisy, found=True, times=1) is False
    assert see(looker, FIRST, found=True)


def test_points_are_those_of_the_whole_picture() -> None:
    frame = PreviewFrame(sequence=1, ring="", slot=0, width_px=360, height_px=270)
    picture = bytearray(360 * 270 * 3)
    picture[-360 * 3 * 10 :] = bytes([255]) * (360 * 3 * 10)

    points = points_of(frame, memoryview(picture))

    assert len(points) == _POINTS
    assert points[:-36] == bytes(_POINTS - 36)
    assert points[-36:] == bytes([255]) * 36


def test_U19_a_sheet_whose_page_was_dropped_is_taken_again_when_it_is_laid_down_again() -> None:
    looker = watching()
    see(looker, FIRST, found=True)
    looker.note_asked()
    looker.note_dropped()

    assert not see(looker, FIRST, found=True), "it was not touched"
    see(looker, DESK, found=False)
    assert see(looker, FIRST, found=True)


def test_U19_a_sheet_laid_upon_the_one_that_was_taken_is_taken_too_after_a_longer_rest() -> None:
    looker = watching()
    see(looker, FIRST, found=True)
    looker.note_asked()
    see(looker, FIRST, found=True)

    assert not see(looker, SECOND, found=True, sheet=OTHER_PAGE, times=CHANGED_FRAMES)
    assert see(looker, SECOND, found=True, sheet=OTHER_PAGE, times=1)
    looker.note_asked()
    assert not see(looker, SECOND, found=True, sheet=OTHER_PAGE, times=50)


def test_U19_a_sheet_laid_upon_what_lay_there_before_is_fresh() -> None:
    looker = watching(FIRST, found=True)
    see(looker, FIRST, found=True)

    assert see(looker, SECOND, found=True, sheet=OTHER_PAGE, times=CHANGED_FRAMES + 1)


def test_U19_the_same_sheet_pushed_covered_in_part_or_turned_round_is_not_another() -> None:
    looker = watching()
    see(looker, FIRST, found=True)
    looker.note_asked()
    see(looker, FIRST, found=True)

    for sheet in (PAGE, PAGE[::-1], bytes(_CELLS // 4) + PAGE[_CELLS // 4 :], b""):
        assert not see(looker, SECOND, found=True, sheet=sheet, times=50)
        assert not see(looker, FIRST, found=True, sheet=sheet, times=50)


def sheet_at(left: int, top: int, *, light: int = 240, ink: int = 60) -> bytes:
    """How a page of 120 × 160 px with a dark upper half looks, that lies at this place of a picture of 320 × 240."""
    picture = bytearray(3 * 320 * 240)
    for row in range(160):
        start = 3 * (320 * (top + row) + left)
        picture[start : start + 360] = bytes([ink if row < 80 else light]) * 360
    places = ((left, top), (left + 120, top), (left + 120, top + 160), (left, top + 160))
    first, second, third, fourth = ((x / 320, y / 240) for x, y in places)
    corners = (first, second, third, fourth)
    frame = PreviewFrame(sequence=1, ring="", slot=0, width_px=320, height_px=240, corners=corners)
    return sheet_of(frame, memoryview(picture))


def test_U19_a_page_looks_the_same_wherever_it_lies_and_whatever_the_light() -> None:
    here = sheet_at(10, 20)

    assert set(here[: _CELLS // 2]) == {63}
    assert set(here[_CELLS // 2 :]) == {255}
    assert here == sheet_at(150, 60) == sheet_at(10, 20, light=120, ink=30)


def test_U19_without_a_page_there_is_nothing_to_look_at() -> None:
    frame = PreviewFrame(sequence=1, ring="", slot=0, width_px=320, height_px=240)

    assert sheet_of(frame, memoryview(bytes(3 * 320 * 240))) == b""
