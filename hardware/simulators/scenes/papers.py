"""Draws the papers that lie under the camera: invented people, numbers of the unassigned area 159999."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Picture = npt.NDArray[np.uint8]
Canvas = tuple[Image.Image, ImageDraw.ImageDraw]

_A4_PX: Final = (1654, 2339)
_INK: Final = (38, 38, 44)
_RED: Final = (196, 40, 36)
_PEOPLE: Final = (
    ("张测试", "男", "159999196403150011", "1964年3月15日"),
    ("李样例", "女", "15999919640315002X", "1964年3月15日"),
    ("王示范", "女", "159999196604300100", "1966年4月30日"),
    ("赵虚构", "男", "15999919500620013X", "1950年6月20日"),
)
_ADDRESS: Final = "测试省样例市示范县虚构镇长安村三组12号"
_SENTENCE: Final = (
    "兹有本村村民所报家庭情况经村民委员会核实无误，现予证明，请按规定办理城乡居民基本养老保险参保登记手续。"
)


def draw_paper(kind: str, *, person: int, font: Path) -> Picture:
    """The paper as a BGR picture, upright, at about 200 dots per inch. ``kind`` is one of ``PAPER_KINDS``."""
    image = PAPER_KINDS[kind](_PEOPLE[person % len(_PEOPLE)], font)
    return np.ascontiguousarray(np.asarray(image)[:, :, ::-1])


def find_font() -> Path | None:
    """A font file with Chinese glyphs by way of fontconfig, or None."""
    command = shutil.which("fc-match")
    if command is None:
        return None
    answer = subprocess.run(  # noqa: S603
        [command, "-f", "%{file}", "Noto Sans CJK SC:lang=zh-cn"], capture_output=True, text=True, check=False
    )
    path = Path(answer.stdout.strip())
    return path if path.suffix.lower() in {".ttc", ".otf", ".ttf"} and path.is_file() else None


@cache
def _face(font: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font), size)


def _sheet(size: tuple[int, int], colour: tuple[int, int, int]) -> Canvas:
    image = Image.new("RGB", size, colour)
    return image, ImageDraw.Draw(image)


def _household_first(person: tuple[str, ...], font: Path) -> Image.Image:
    rows = (("户　别", "农业家庭户"), ("户主姓名", person[0]), ("户　号", "159999001234"), ("住　址", _ADDRESS))
    return _household_page("居民户口簿", rows, "承办人签章：　　　　　　签发日期：2019年6月1日", font)


def _household_self(person: tuple[str, ...], font: Path) -> Image.Image:
    rows = (
        ("姓　名", person[0]),
        ("性　别", person[1]),
        ("出生日期", person[3]),
        ("公民身份号码", person[2]),
        ("户主或与户主关系", "户主"),
        ("民　族", "汉"),
        ("籍　贯", "测试省样例市"),
        ("文化程度", "初中"),
        ("服务处所", "粮农"),
    )
    return _household_page("常住人口登记卡", rows, "登记日期：2019年6月1日", font)


def _household_page(title: str, rows: tuple[tuple[str, str], ...], foot: str, font: Path) -> Image.Image:
    image, draw = _sheet((1830, 1344), (232, 240, 234))
    for y in range(0, 1344, 12):
        draw.line((0, y, 1830, y + 30), fill=(216, 232, 222), width=2)
    draw.text((915, 110), title, font=_face(font, 72), fill=_INK, anchor="mm")
    height = 980 // len(rows)
    for number, (label, value) in enumerate(rows):
        top = 200 + number * height
        draw.rectangle((110, top, 1720, top + height), outline=_INK, width=3)
        draw.line((560, top, 560, top + height), fill=_INK, width=3)
        draw.text((130, top + height // 2), label, font=_face(font, 44), fill=_INK, anchor="lm")
        draw.text((590, top + height // 2), value, font=_face(font, 46), fill=(20, 20, 30), anchor="lm")
    draw.text((130, 1250), foot, font=_face(font, 40), fill=_INK, anchor="lm")
    _stamp(draw, (1500, 1120), 120, "户口专用", font)
    return image


def _registration_form(person: tuple[str, ...], font: Path) -> Image.Image:
    image, draw = _sheet(_A4_PX, (247, 247, 245))
    draw.text((827, 190), "城乡居民基本养老保险参保登记表", font=_face(font, 60), fill=_INK, anchor="mm")
    labels = (
        "姓名",
        "性别",
        "民族",
        "出生日期",
        "户籍性质",
        "联系电话",
        "身份证号码",
        "户籍所在地",
        "居住地址",
        "特殊参保群体",
    )
    values = (
        person[0],
        person[1],
        "汉族",
        person[3],
        "农业",
        "13900000000",
        person[2],
        _ADDRESS,
        _ADDRESS,
        "□低保　√否",
    )
    for number, (label, value) in enumerate(zip(labels, values, strict=True)):
        top = 300 + number * 130
        draw.rectangle((130, top, 1524, top + 130), outline=_INK, width=3)
        draw.line((460, top, 460, top + 130), fill=_INK, width=3)
        draw.text((160, top + 65), label, font=_face(font, 40), fill=_INK, anchor="lm")
        draw.text((500, top + 65), value, font=_face(font, 42), fill=(26, 36, 110), anchor="lm")
    _paragraph(draw, (140, 1680), "填表须知：" + _SENTENCE * 2, 34, 1380, font)
    draw.text((900, 2120), "申请人签名：" + person[0], font=_face(font, 42), fill=_INK)
    return image


def _status_proof(person: tuple[str, ...], font: Path) -> Image.Image:
    image, draw = _sheet(_A4_PX, (244, 243, 238))
    draw.text((827, 260), "示范县民政局", font=_face(font, 92), fill=_RED, anchor="mm")
    draw.line((150, 360, 1504, 360), fill=_RED, width=8)
    draw.text((827, 520), "最低生活保障对象证明", font=_face(font, 66), fill=_INK, anchor="mm")
    text = f"　　{person[0]}，{person[1]}，公民身份号码{person[2]}，住{_ADDRESS}，属我县最低生活保障对象。" + _SENTENCE
    _paragraph(draw, (170, 680), text, 48, 1320, font)
    draw.text((1050, 1650), "示范县民政局", font=_face(font, 48), fill=_INK)
    draw.text((1050, 1740), "2026年9月1日", font=_face(font, 48), fill=_INK)
    _stamp(draw, (1210, 1690), 190, "示范县民政局", font)
    return image


def _letter(person: tuple[str, ...], font: Path) -> Image.Image:
    image, draw = _sheet(_A4_PX, (250, 250, 250))
    draw.text((827, 240), "个人承诺书", font=_face(font, 64), fill=_INK, anchor="mm")
    _paragraph(draw, (170, 380), f"　　本人{person[0]}（{person[2]}）" + _SENTENCE * 7, 40, 1320, font)
    draw.text((1000, 2050), "承诺人：" + person[0], font=_face(font, 44), fill=_INK)
    return image


def _certificate(person: tuple[str, ...], font: Path) -> Image.Image:
    image, draw = _sheet((2339, 1654), (250, 244, 226))
    draw.rectangle((70, 70, 2269, 1584), outline=(176, 132, 60), width=14)
    draw.rectangle((100, 100, 2239, 1554), outline=(176, 132, 60), width=4)
    draw.text((1170, 300), "残疾军人证明", font=_face(font, 110), fill=_RED, anchor="mm")
    _paragraph(draw, (300, 520), f"　　{person[0]}　{person[2]}　" + _SENTENCE, 56, 1740, font)
    _stamp(draw, (1820, 1260), 170, "退役军人事务局", font)
    return image


def _card_copy(person: tuple[str, ...], font: Path) -> Image.Image:
    image, draw = _sheet(_A4_PX, (246, 246, 246))
    card = _id_card(person, font).convert("L").convert("RGB").resize((900, 568))
    image.paste(card, (377, 420))
    image.paste(card, (377, 1180))
    draw.text((827, 1980), "与原件一致　经办人：李样例", font=_face(font, 46), fill=_INK, anchor="mm")
    return image


def _id_card(person: tuple[str, ...], font: Path) -> Image.Image:
    image, draw = _sheet((1712, 1080), (222, 236, 240))
    for x in range(-400, 1712, 26):
        draw.line((x, 0, x + 420, 1080), fill=(206, 226, 234), width=3)
    draw.ellipse((1180, 160, 1560, 760), fill=(168, 176, 190))
    draw.ellipse((1280, 230, 1460, 450), fill=(232, 208, 190))
    rows = (("姓名", person[0]), ("性别", person[1] + "　民族　汉"), ("出生", person[3]), ("住址", _ADDRESS[:13]))
    for number, (label, value) in enumerate(rows):
        draw.text((110, 130 + number * 160), label, font=_face(font, 46), fill=(60, 110, 170))
        draw.text((260, 122 + number * 160), value, font=_face(font, 58), fill=_INK)
    draw.text((110, 900), "公民身份号码", font=_face(font, 46), fill=(60, 110, 170))
    draw.text((520, 886), person[2], font=_face(font, 70), fill=_INK)
    return image


def _paragraph(draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, width_px: int, font: Path) -> None:
    per_line = width_px // size
    for number, start in enumerate(range(0, len(text), per_line)):
        line = text[start : start + per_line]
        draw.text((at[0], at[1] + number * size * 17 // 10), line, font=_face(font, size), fill=_INK)


def _stamp(draw: ImageDraw.ImageDraw, at: tuple[int, int], radius: int, text: str, font: Path) -> None:
    x, y = at
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=_RED, width=10)
    draw.text((x, y - radius // 8), "★", font=_face(font, radius * 2 // 3), fill=_RED, anchor="mm")
    draw.text((x, y + radius // 2), text, font=_face(font, radius // 4), fill=_RED, anchor="mm")


PAPER_KINDS: Final[Mapping[str, Callable[[tuple[str, ...], Path], Image.Image]]] = {
    "household_first": _household_first,
    "household_self": _household_self,
    "registration_form": _registration_form,
    "special_status_proof": _status_proof,
    "letter": _letter,
    "certificate": _certificate,
    "card_copy": _card_copy,
    "id_card": _id_card,
}
