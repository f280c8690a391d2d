"""The few values that the whole look is built from: colours, spacings, radii. Sizes are logical pixels at scale 1."""

from __future__ import annotations

from types import MappingProxyType

FONT_FAMILIES = ("Noto Sans CJK SC", "Microsoft YaHei UI", "WenQuanYi Zen Hei")
"""In order of preference; the Simplified Chinese glyphs must be named, or the system may pick Japanese ones."""

COLORS = MappingProxyType(
    {
        "background": "#F3F5F8",
        "surface": "#FFFFFF",
        "surface_soft": "#F8FAFC",
        "line": "#D5DBE3",
        "line_strong": "#7C8898",
        "text": "#1B2430",
        "text_soft": "#434E5D",
        "text_off": "#7C8898",
        "primary": "#124C8C",
        "primary_hover": "#0F4078",
        "primary_down": "#0B3566",
        "primary_soft": "#E6EFF9",
        "on_primary": "#FFFFFF",
        "success": "#0B5A32",
        "success_soft": "#E5F4EB",
        "success_line": "#5BAF82",
        "warning": "#6B3F00",
        "warning_soft": "#FFF4DC",
        "warning_line": "#D9952B",
        "focus_line": "#F5B841",
        "error": "#971B1B",
        "error_soft": "#FDECEC",
        "error_line": "#D46A6A",
        "from_card": "#EAF6F1",
        "from_card_line": "#3C8F72",
        "ink": "#12203A",
        "paper": "#FFFEFA",
        "hint_ink": "#66707D",
    }
)
"""Text colours reach 7:1 on ``surface`` and ``background`` (WCAG 2.2, 1.4.6); tested."""

GAP_PX = 8
GAP_SMALL_PX = 4
GAP_LARGE_PX = 16
MARGIN_PX = 16
CONTROL_HEIGHT_PX = 34
"""Height of a field or button of the clerk's window."""

CUSTOMER_BASE = (1280, 800)
"""The customer's screen, in logical pixels, that the customer's sizes are drawn for."""
CUSTOMER_TEXT_PX = MappingProxyType({"giant": 62, "number": 56, "title": 40, "value": 37, "lead": 32, "body": 26})
"""Text sizes of the customer's screen at scale 1, for readers of 70 with glasses; nothing is smaller than 26."""
CUSTOMER_LINE_HEIGHT = 1.45
"""Least line height as a multiple of the text size."""
