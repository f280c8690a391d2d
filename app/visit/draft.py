"""A visit as bytes for the store, so that a killed program loses at most the last second."""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.visit.state import Identity, Notice, PageTaken, Phase, Tone, VisitState
from domain.cases.values import BlobHash, CaseId, SignatureRef, StepId
from domain.catalogue.values import FieldId, MaterialId, ModuleId
from domain.forms.answers import Answer, ApplicantKind, Origin

DRAFT_VERSION = 1


class DraftError(ValueError):
    """A stored draft cannot be read by this version of the program."""


def dump_draft(state: VisitState) -> bytes:
    """Everything that was typed or captured."""
    body = {
        "version": DRAFT_VERSION,
        "visit": state.visit,
        "phase": state.phase.value,
        "reached": state.reached.value,
        "applicant_kind": state.applicant_kind.value,
        "identity": _dump_identity(state.identity),
        "module": state.module,
        "case": state.case,
        "returned_after": state.returned_after,
        "replaces": state.replaces,
        "came_back": _dump_notice(state.came_back),
        "digest": state.digest,
        "answers": [[answer.field, answer.value, answer.origin.value] for answer in state.answers.values()],
        "pages": [
            [page.material, page.number, page.sha256, page.size_bytes, page.width_px, page.height_px]
            for page in state.pages
        ],
        "signature": _dump_signature(state.signature),
    }
    return json.dumps(body, ensure_ascii=False).encode(errors="surrogatepass")


def _dump_identity(identity: Identity | None) -> dict[str, Any] | None:
    if identity is None:
        return None
    return {
        "name": identity.name,
        "id_number": identity.id_number,
        "origin": identity.origin.value,
        "photo": base64.b64encode(identity.photo_jpeg).decode(),
        "issuer": identity.issuer,
        "valid_until": identity.valid_until.isoformat() if identity.valid_until else None,
        "values": dict(identity.values),
    }


def _dump_notice(notice: Notice | None) -> dict[str, str] | None:
    return None if notice is None else {name: str(value) for name, value in dataclasses.asdict(notice).items()}


def _dump_signature(signature: SignatureRef | None) -> dict[str, str] | None:
    if signature is None:
        return None
    return {
        "png_sha256": signature.png_sha256,
        "strokes_sha256": signature.strokes_sha256,
        "content_digest": signature.content_digest,
        "signed_at": signature.signed_at.isoformat(),
    }


def parse_draft(body: bytes) -> VisitState:
    """The state of a stored visit. Raises DraftError when the bytes are not a draft of this version."""
    try:
        data = json.loads(body)
        if data["version"] != DRAFT_VERSION:
            raise DraftError(f"version {data['version']}")
        return _state(data)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise DraftError(type(error).__name__) from None


def _state(data: Mapping[str, Any]) -> VisitState:
    return VisitState(
        visit=data["visit"],
        phase=Phase(data["phase"]),
        reached=Phase(data["reached"]),
        applicant_kind=ApplicantKind(data["applicant_kind"]),
        identity=_identity(data["identity"]),
        module=ModuleId(data["module"]) if data["module"] else None,
        case=CaseId(data["case"]) if data["case"] else None,
        returned_after=data["returned_after"],
        replaces=StepId(data["replaces"]) if data.get("replaces") else None,
        came_back=_notice(data.get("came_back")),
        digest=data["digest"],
        answers={
            FieldId(name): Answer(field=FieldId(name), value=value, origin=Origin(origin))
            for name, value, origin in data["answers"]
        },
        pages=tuple(
            PageTaken(
                material=MaterialId(material),
                number=number,
                sha256=BlobHash(sha256),
                size_bytes=size,
                width_px=width,
                height_px=height,
            )
            for material, number, sha256, size, width, height in data["pages"]
        ),
        signature=_signature(data["signature"]),
    )


def _identity(data: Mapping[str, Any] | None) -> Identity | None:
    if data is None:
        return None
    return Identity(
        name=data["name"],
        id_number=data["id_number"],
        origin=Origin(data["origin"]),
        photo_jpeg=base64.b64decode(data["photo"]),
        issuer=data["issuer"],
        valid_until=date.fromisoformat(data["valid_until"]) if data["valid_until"] else None,
        values={str(name): str(value) for name, value in data.get("values", {}).items()},
    )


def _notice(data: Mapping[str, Any] | None) -> Notice | None:
    if data is None:
        return None
    text = {name: str(data[name]) for name in ("what", "why", "next", "code")}
    return Notice(tone=Tone(data["tone"]), **text)


def _signature(data: Mapping[str, Any] | None) -> SignatureRef | None:
    if data is None:
        return None
    return SignatureRef(
        png_sha256=BlobHash(data["png_sha256"]),
        strokes_sha256=BlobHash(data["strokes_sha256"]),
        content_digest=data["content_digest"],
        signed_at=datetime.fromisoformat(data["signed_at"]),
    )
