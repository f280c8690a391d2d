"""A file that a person wrote is understood, or it is said what is wrong with it and where."""

from __future__ import annotations

import errno
import re

import pytest

from domain.text_file import decode_text, line_of, parse_toml, system_word

_TEXT = """counter = "1"
"quoted" = 2

[screen]
name = "x"

[[devices]]
kind = "a"
[[devices]]
kind = "b"
options = { port = "y" }
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("counter", 1),
        ("quoted", 2),
        ("screen", 4),
        ("screen.name", 5),
        ("screen.other", 4),
        ("devices.0", 7),
        ("devices.0.kind", 8),
        ("devices.1.kind", 10),
        ("devices.1.options.port", 11),
        ("devices.1.options.port.x", 11),
        ("devices.1.other", 9),
        ("devices.2", 0),
        ("nothing", 0),
    ],
)
def test_a_key_is_found_in_its_line_or_in_that_of_what_it_is_part_of(key: str, line: int) -> None:
    assert line_of(_TEXT, key) == line


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("窗".encode("utf-16"), "文件的编码是 UTF-16"),
        ("窗口".encode("gb18030"), "文件的编码像是 GB18030"),
        (b"\xff", "文件的编码不是 UTF-8"),
        (b"a = 1\nb", "第 2 行看不懂：b。每行应写"),
        (b"a = 1\nb = ", "第 2 行看不懂：b =。每行应写"),
        (b"a = [1,\n", "第 1 行看不懂：a = [1,。每行应写"),
        (b"a = [1,\n\n", "第 2 行看不懂：（空行）。每行应写"),
        ("# 甲\u2028乙\r\na = 1\r\nb\r\n".encode(), "第 3 行看不懂：b。每行应写"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_in_chinese(body: bytes, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        parse_toml(body)


def test_lines_are_counted_as_the_reader_counts_them() -> None:
    assert line_of("# 甲\u2028乙\na = 1", "a") == 2


def test_a_mark_at_the_beginning_is_no_part_of_the_text() -> None:
    assert decode_text("\ufeff窗".encode()) == decode_text("窗".encode()) == "窗"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space"), "磁盘已满"),
        (OSError(errno.EXDEV, "Cross-device"), "系统错误 EXDEV"),
        (OSError(), "系统错误 OSError"),
        (TimeoutError("slow"), "系统错误 TimeoutError"),
    ],
)
def test_what_the_system_complains_of_is_told_and_what_is_rare_keeps_its_code(error: OSError, told: str) -> None:
    assert system_word(error) == told
