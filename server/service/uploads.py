"""Who may send pages, and under which names."""

from __future__ import annotations

from domain.cases.values import BlobHash
from domain.refusals import Refusal, RefusalCode
from domain.workflow import Actor
from server.service.checking import malformed
from server.service.work import Installation
from server.storage.blobs import parse_blob_hash


def parse_upload(installation: Installation, actor: Actor, sha256: str) -> BlobHash | Refusal:
    """The name under which an accepting account may send bytes. Refuses with NOT_ALLOWED or REQUEST_MALFORMED."""
    accepting = {chain.roles[0] for chain in installation.catalogues.current.chains.values()}
    if not actor.roles & accepting:
        return Refusal(code=RefusalCode.NOT_ALLOWED, facts={"role": min(accepting)})
    return parse_blob_hash(sha256) or malformed("sha256", "not_a_sha256")
