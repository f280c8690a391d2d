"""What a written text may hold, wherever it is written."""

from __future__ import annotations

import re

LONGEST_OPINION = 500
"""Characters of an opinion or a reason."""

UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Control and direction characters, fillers and blanks that a reader cannot see, and halves of characters that nobody
can store. Variation selectors above U+E0100 are left: they choose among the shapes of a rare character."""
