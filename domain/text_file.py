"""A text file that a person wrote with whatever editor: UTF-8 with or without a mark; anything else is named.

What is wrong with it is said in Chinese: neither the TOML reader's words nor the system's reach a person.
"""

from __future__ import annotations

import errno
import re
from collections import Counter
from typing import Any

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def decode_text(body: bytes) -> str:
    """The text, without a byte order mark. ValueError in Chinese names the encoding that it seems to have."""
    if body.startswith(_UTF16):
        raise ValueError("文件的编码是 UTF-16（“Unicode”），请另存为 UTF-8")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"文件的编码{_guess(body)}，请另存为 UTF-8") from error


def _guess(body: bytes) -> str:
    try:
        body.decode("gb18030")
    except UnicodeDecodeError:
        return "不是 UTF-8"
    return "像是 GB18030（“ANSI”）"


def parse_toml(body: bytes) -> dict[str, Any]:
    """A TOML file. ValueError in Chinese says where it is not to be understood, and what a line has to look like."""
    import tomllib  # not needed for the first paint where there is no file

    text = decode_text(body)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        lines = _lines(text)
        number = int(found[1]) if found else len(lines)
        written = lines[number - 1].strip()
        how = "每行应写“名称 = 值”，文字用英文双引号括起来，同一名称只写一次"
        raise ValueError(f"第 {number} 行看不懂：{written or '（空行）'}。{how}") from error


def _lines(text: str) -> list[str]:
    """As TOML counts them, which knows of no other ends of lines."""
    return text.removesuffix("\n").split("\n")


def line_of(text: str, key: str) -> int:
    """In which line of a TOML text a key stands, or what it is part of; 0 where that is not found.

    ``key``: its names joined by dots, entries of lists counted from 0: ``devices.0.kind``.
    """
    lines: dict[str, int] = {}
    tables: Counter[str] = Counter()
    within = ""
    for number, line in enumerate(_lines(text), start=1):
        if head := re.match(r"\s*\[\[\s*([^\]]+?)\s*\]\]", line):
            within = f"{head[1]}.{tables[head[1]]}."
            tables[head[1]] += 1
        elif head := re.match(r"\s*\[\s*([^\]]+?)\s*\]", line):
            within = f"{head[1]}."
        elif entry := re.match(r"""\s*["']?([^"'=\s]+)["']?\s*=""", line):
            lines.setdefault(within + entry[1], number)
            continue
        else:
            continue
        lines.setdefault(within.rstrip("."), number)
    parts = key.split(".")
    names = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((lines[name] for name in names if name in lines), 0)


_SYSTEM = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EEXIST: "已经有这个文件",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘是只读的",
    errno.EIO: "磁盘读写出错",
    errno.EADDRINUSE: "端口已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
}


def system_word(error: OSError) -> str:
    """What the system complains of; what is rare keeps its code, for support."""
    code = error.errno or 0
    return _SYSTEM.get(code, f"系统错误 {errno.errorcode.get(code, type(error).__name__)}")
