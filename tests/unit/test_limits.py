"""What client and server promise each other about size: each number stands here once more, on purpose.

Who changes one changes what other programs and kept data rely on. That each is kept, on both sides, is tested beside
what keeps it.
"""

from __future__ import annotations

import pytest

from domain import finding, identity, ink, pictures, texts
from domain.cases import values
from domain.catalogue import modules
from domain.wire import blobs, codec, login
from server.service import pages, passwords

LIMITS = {
    "bytes of a request": (codec.MAX_REQUEST_BYTES, 2_097_152),
    "parts of a request": (codec.MAX_REQUEST_PARTS, 8_192),
    "bytes of a login": (login.MAX_LOGIN_BYTES, 4_096),
    "bytes of a page": (blobs.MAX_BLOB_BYTES, 16_777_216),
    "bytes of a signature's strokes": (ink.LARGEST_STROKES_BYTES, 2_097_152),
    "least side of a picture": (pictures.LEAST_SIDE_PX, 8),
    "largest side of a picture": (pictures.LARGEST_SIDE_PX, 16_000),
    "pixels of a picture": (pictures.LARGEST_PIXELS, 40_000_000),
    "pages of a case": (pages.MOST_PAGES, 200),
    "rows of a group": (modules.MOST_ROWS, 50),
    "characters of an opinion": (texts.LONGEST_OPINION, 500),
    "characters of a name": (identity.LONGEST_NAME, 60),
    "characters of what is looked for": (finding.LONGEST_SOUGHT, 512),
    "least characters of a password": (passwords.SHORTEST_PASSWORD, 8),
    "most characters of a password": (passwords.LONGEST_PASSWORD, 256),
    "version of a content": (values.CONTENT_VERSION, 2),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_is_what_was_promised(limit: str) -> None:
    now, promised = LIMITS[limit]

    assert now == promised
