"""A text file that a person wrote with whatever editor: UTF-8 with or without a mark; anything else is named."""

from __future__ import annotations

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
