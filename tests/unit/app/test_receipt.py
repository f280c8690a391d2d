"""The receipt says what it must (DO01, FL-07), hides what it must, and is no receipt without a number (LS-2, XY-5)."""

from __future__ import annotations

import base64
import dataclasses
import re
from datetime import date, datetime, timedelta, timezone

import cv2
import numpy as np
import pytest
import zxingcpp

from domain.papers.qr import qr_png
from domain.papers.receipt import PaperMaterial, ReceiptPaper, receipt_html
from domain.papers.texts import number_groups

URL = "https://shebao.example.cn/p/7f3a9c2e5d"
PAPER = ReceiptPaper(
    receipt_no="SL15999920261123000123",
    item="城乡居民基本养老保险参保登记",
    applicant="张测试",
    materials=(PaperMaterial(name="居民身份证", pages=2), PaperMaterial(name="户口簿", pages=3)),
    taken_at=datetime(2026, 11, 23, 9, 5, tzinfo=timezone(timedelta(hours=8))),
    due_on=date(2026, 12, 7),
    clerk_name="李柜员",
    clerk_number="ZG0012",
    office="测试旗社会保险事业服务中心",
    office_phone="0470-1234567",
    progress_url=URL,
)
WAITING = dataclasses.replace(PAPER, receipt_no="", due_on=None, progress_url="")


def _text(paper: ReceiptPaper) -> str:
    return re.sub(r"<[^>]+>", "|", receipt_html(paper).replace("&nbsp;", " "))


def _decode(png: bytes) -> list[str]:
    image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    return [code.text for code in zxingcpp.read_barcodes(image)]


def test_the_receipt_has_every_column_of_the_form() -> None:
    text = _text(PAPER)

    for part in (
        "受理回执",
        "SL15  9999  2026  1123  0001  23",
        "城乡居民基本养老保险参保登记",
        "2026年11月23日 09:05",
        "2026年12月7日",
        "李柜员（工号 ZG0012）",
        "测试旗社会保险事业服务中心",
        "0470-1234567",
        "居民身份证",
        "共 2 种 5 页",
        "业务专用章",
    ):
        assert part in text


def test_only_the_surname_is_printed() -> None:
    assert "张测试" not in receipt_html(PAPER)
    assert "张**" in receipt_html(PAPER)
    assert "张测试" not in repr(PAPER)


def test_the_code_on_the_receipt_leads_to_the_progress() -> None:
    found = re.search(r"data:image/png;base64,([A-Za-z0-9+/=]+)", receipt_html(PAPER))

    assert found is not None
    assert _decode(base64.b64decode(found[1])) == [URL]


def test_without_a_number_it_is_no_receipt() -> None:
    text = _text(WAITING)

    assert WAITING.title == "材料收存单（待发送）"
    assert "本单不是受理回执" in text
    assert "业务专用章" not in text
    assert "受理号|" not in text
    assert "data:image" not in receipt_html(WAITING)


def test_texts_cannot_bring_markup_of_their_own() -> None:
    hostile = '<img src="file:///etc/passwd"><b>x'
    paper = dataclasses.replace(
        PAPER,
        item=hostile,
        applicant=hostile,
        clerk_name=hostile,
        clerk_number=hostile,
        office=hostile,
        office_phone=hostile,
        receipt_no=hostile,
        privacy_notice=(hostile,),
        materials=(PaperMaterial(name=hostile, pages=1),),
    )

    made = receipt_html(paper)

    assert made.count("<img") == 1, "only the code"
    assert "<b>x" not in made


@pytest.mark.parametrize("text", ["", "长" * 501, "x" * 100_000])
def test_what_cannot_be_a_code_gives_none(text: str) -> None:
    assert qr_png(text, max_px=400) == b""


@pytest.mark.parametrize("text", ["x" * 500, "长" * 500, URL])
def test_codes_decode(text: str) -> None:
    assert _decode(qr_png(text, max_px=600)) == [text]


@pytest.mark.parametrize(
    ("number", "groups"),
    [
        ("SL15999920261123000123", ("SL15", "9999", "2026", "1123", "0001", "23")),
        ("1599-20261123-0001", ("1599", "20261123", "0001")),
        ("", ()),
    ],
)
def test_numbers_are_written_in_groups(number: str, groups: tuple[str, ...]) -> None:
    assert number_groups(number) == groups


def test_F16_a_limit_that_may_yet_move_says_so() -> None:
    assert "2026年12月7日（遇国务院新公布的放假安排顺延）" in _text(dataclasses.replace(PAPER, due_certain=False))
    assert "顺延" not in _text(PAPER)
