"""A visit as bytes for the store, so that a killed program loses at most the last second."""

from __future__ import annotations

import json
from typing import Any

from app.notices.codes import NoticeCode
from app.notices.texts import say
from app.visit.state import Phase, VisitState
from domain.cases.older import lift_page
from domain.records import RecordError, from_plain, to_plain

DRAFT_VERSION = 5

KEPT = (
    "visit",
    "phase",
    "reached",
    "applicant_kind",
    "identity",
    "typed_name",
    "typed_number",
    "agent",
    "module",
    "catalogue_sha256",
    "case",
    "returned_after",
    "replaces",
    "came_back",
    "digest",
    "answers",
    "again",
    "pages",
    "package",
    "others",
    "signature",
)
"""What of the state is stored; the rest follows from it or is of the moment."""


class DraftError(ValueError):
    """A stored draft cannot be read by this version of the program; it stays as it is."""


def dump_draft(state: VisitState) -> bytes:
    """Everything that was typed or captured."""
    body = {"version": DRAFT_VERSION, **to_plain(state, KEPT)}
    return json.dumps(body, ensure_ascii=False).encode(errors="surrogatepass")


def parse_draft(body: bytes) -> VisitState:
    """The state of a stored visit, of this version or one before. Raises DraftError for any other bytes."""
    try:
        data = json.loads(body)
        version = data.pop("version")
        if version == 1:
            data = _lift_to_2(data)
        if version in (1, 2):
            data = _lift_to_3(data)
        elif version not in (3, 4, DRAFT_VERSION):  # what is being typed, and the second time: not kept before 4 and 5
            raise DraftError(f"version {version}")
        return from_plain(VisitState, data, KEPT)
    except (DraftError, RecordError) as error:
        raise DraftError(str(error)) from None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise DraftError(type(error).__name__) from None


def _lift_to_3(old: dict[str, Any]) -> dict[str, Any]:
    """A draft of version 2, in which each case of a package had pages of its own, in the form of version 3."""
    pages, others = list(old["pages"]), old.get("others", [])
    for other in others:
        for page in other.pop("pages", []):
            of_material = [one for one in pages if one["material"] == page["material"]]
            if page["sha256"] not in {one["sha256"] for one in of_material}:
                number = max((one["number"] for one in of_material), default=0) + 1
                pages.append({**page, "number": number})
    return {**old, "pages": sorted(pages, key=lambda page: page["number"]), "others": others}


def _lift_to_2(old: dict[str, Any]) -> dict[str, Any]:
    """A draft of version 1 in the form of version 2. What was confirmed and signed there must be done again."""
    answers = [{"field": field, "value": value, "origin": origin} for field, value, origin in old["answers"]]
    names = ("material", "number", "sha256", "size_bytes", "width_px", "height_px")
    identity = old["identity"] and {"values": {}, **old["identity"], "photo_jpeg": old["identity"]["photo"]}
    if identity:
        identity.pop("photo")
    return {
        "replaces": None,
        "came_back": None,
        **old,
        "identity": identity,
        "module": old["module"] or None,
        "case": old["case"] or None,
        "answers": {"answers": answers},
        "pages": [lift_page(dict(zip(names, page, strict=True))) for page in old["pages"]],
        **(_unconfirmed() if old["digest"] else {}),
    }


def _unconfirmed() -> dict[str, Any]:
    """What a draft of version 1 becomes whose content was confirmed: the digest was another then."""
    materials = Phase.MATERIALS.value
    told = to_plain(say(NoticeCode.OLDER_DRAFT), ("tone", "what", "why", "next", "code"))
    return {"digest": "", "signature": None, "phase": materials, "reached": materials, "came_back": told}
