"""Pages, signatures and ink on their way in: who may send them, what they must be, and what of them is whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.cases.values import BlobHash, CaseContent
from domain.ink import is_ink
from domain.pictures import PictureFault, PictureKind, read_picture
from domain.refusals import Refusal, RefusalCode
from domain.workflow import Actor
from server.service.shape import malformed
from server.service.work import Installation, Work, look, transact
from server.storage.blobs import (
    BlobDamagedError,
    BlobMissingError,
    BlobStore,
    Incoming,
    find_blob_size,
    load_blob,
    parse_blob_hash,
)
from server.storage.cases import CaseRecord
from server.storage.ink import note_ink
from server.storage.uploads import Upload, add_upload, count_unnamed_bytes, has_upload, name_uploads

MOST_PAGES = 200
"""Of one case, signature and ink included."""

_MOST_HASHES = 40
_MEANWHILE = timedelta(days=1)


class BlobKind(StrEnum):
    """What a blob is."""

    JPEG = "jpeg"
    PNG = "png"
    INK = "ink"


_PAGE_KINDS = frozenset((BlobKind.JPEG, BlobKind.PNG))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A whole blob. ``kind`` is none for what a server took in before it looked at what it takes in."""

    size_bytes: int
    kind: BlobKind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A blob that a content names: as what, and with the size that the client gave, if it gave one."""

    place: str
    sha256: str
    kinds: frozenset[BlobKind]
    size_bytes: int | None = None


def kind_of(content: bytes) -> BlobKind | PictureFault:
    """What bytes are, or why they are nothing that a case can name."""
    picture = read_picture(content)
    if isinstance(picture, PictureFault):
        return BlobKind.INK if picture is PictureFault.OTHER_KIND and is_ink(content) else picture
    return BlobKind.JPEG if picture.kind is PictureKind.JPEG else BlobKind.PNG


# -- sending


def parse_upload(installation: Installation, actor: Actor, sha256: str) -> BlobHash | Refusal:
    """The name under which an accepting account may send bytes. Refuses with NOT_ALLOWED or REQUEST_MALFORMED."""
    accepting = {chain.roles[0] for chain in installation.catalogues.current.chains.values()}
    if not actor.roles & accepting:
        return Refusal(code=RefusalCode.NOT_ALLOWED, facts={"role": min(accepting)})
    return parse_blob_hash(sha256) or malformed("sha256", "not_a_sha256")


def find_sent(installation: Installation, actor: Actor, sha256: BlobHash) -> int | None:
    """The size of a blob that the actor's own office has sent and that is whole; others are told nothing."""
    sent = look(installation, lambda work: has_upload(work.connection, actor.office.code, sha256))
    return find_blob_size(installation.blobs, sha256) if sent else None


def check_room(installation: Installation, actor: Actor) -> Refusal | None:
    """Refuses with UPLOADS_TOO_MANY when the office keeps sending what no case names."""
    most = installation.settings.unnamed_mib * 1024 * 1024

    def act(work: Work) -> int:
        return count_unnamed_bytes(work.connection, actor.office.code, since=work.now - _MEANWHILE)

    if look(installation, act) < most:
        return None
    return Refusal(code=RefusalCode.UPLOADS_TOO_MANY, facts={"limit": str(installation.settings.unnamed_mib)})


def take_in(installation: Installation, actor: Actor, sha256: BlobHash, incoming: Incoming) -> bool | Refusal:
    """Keep what has come whole; whether it is new from this office. Refuses with PAGE_DAMAGED or PAGE_UNREADABLE."""
    size_bytes = incoming.size_bytes
    if not incoming.is_whole:
        return Refusal(code=RefusalCode.PAGE_DAMAGED, facts={"sha256": sha256})
    kind = kind_of(incoming.read())
    if isinstance(kind, PictureFault):
        return _unreadable(sha256, kind.value)
    incoming.keep()
    upload = Upload(office=actor.office.code, sha256=sha256, size_bytes=size_bytes, account=actor.account)
    return transact(installation, lambda work: add_upload(work.connection, upload, at=work.now))


# -- naming


def named_by(content: CaseContent) -> Iterator[Named]:
    """All blobs that a content names, each as what."""
    for page in content.pages:
        yield Named(place="content.pages", sha256=page.sha256, kinds=_PAGE_KINDS, size_bytes=page.size_bytes)
    if content.signature:
        place = "content.signature"
        yield Named(place=place, sha256=content.signature.png_sha256, kinds=frozenset((BlobKind.PNG,)))
        yield Named(place=place, sha256=content.signature.strokes_sha256, kinds=frozenset((BlobKind.INK,)))


def examine(blobs: BlobStore, content: CaseContent) -> Mapping[BlobHash, Found]:
    """What of a content's blobs is whole, read again from the store; before the transaction, as disks are slow."""
    names = {named.sha256 for named in named_by(content)}
    wanted = [sha256 for name in names if (sha256 := parse_blob_hash(name))] if len(names) <= MOST_PAGES else []
    found = {}
    for sha256 in wanted:
        try:
            body = load_blob(blobs, sha256)
        except (BlobMissingError, BlobDamagedError):
            continue
        kind = kind_of(body)
        found[sha256] = Found(size_bytes=len(body), kind=None if isinstance(kind, PictureFault) else kind)
    return found


def check_blobs(work: Work, actor: Actor, content: CaseContent, found: Mapping[BlobHash, Found]) -> Refusal | None:
    """Every blob must be sent by the actor's office, whole, and what it is named as.

    Refuses with REQUEST_MALFORMED, PAGES_MISSING (facts ``count``, ``hashes``), PAGE_DAMAGED or PAGE_UNREADABLE.
    """
    named = tuple(named_by(content))
    if len(named) > MOST_PAGES:
        return malformed("content.pages", "too_many")
    hashes = {one.sha256: parse_blob_hash(one.sha256) for one in named}
    strange = next((one for one in named if hashes[one.sha256] is None), None)
    if strange:
        return malformed(strange.place, "sha256")
    sent = name_uploads(work.connection, actor.office.code, filter(None, hashes.values()))
    missing = [sha256 for sha256 in hashes.values() if sha256 and not (sha256 in sent and sha256 in found)]
    if missing:
        facts = {"count": str(len(missing)), "hashes": " ".join(missing[:_MOST_HASHES])}
        return Refusal(code=RefusalCode.PAGES_MISSING, facts=facts)
    return next((refusal for one in named if (refusal := _check_blob(one, found[BlobHash(one.sha256)]))), None)


def _check_blob(named: Named, found: Found) -> Refusal | None:
    if named.size_bytes is not None and named.size_bytes != found.size_bytes:
        return Refusal(code=RefusalCode.PAGE_DAMAGED, facts={"sha256": named.sha256})
    if found.kind not in named.kinds:
        return _unreadable(BlobHash(named.sha256), PictureFault.OTHER_KIND.value)
    return None


def _unreadable(sha256: BlobHash, fault: str) -> Refusal:
    return Refusal(code=RefusalCode.PAGE_UNREADABLE, facts={"sha256": sha256, "fault": fault})


def note_signature(work: Work, record: CaseRecord, content: CaseContent) -> None:
    """Remember whose case the picture of the signature stands in."""
    if content.signature:
        note_ink(work.connection, record, content.signature.png_sha256)
