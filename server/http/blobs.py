"""Pages and signatures on their way in and out. They can be read only through a case."""

from __future__ import annotations

import errno
import logging
import time
from collections.abc import AsyncIterator

import anyio
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from domain.cases.values import BlobHash
from domain.refusals import Refusal, RefusalCode
from domain.wire.blobs import MAX_BLOB_BYTES, BlobReceipt
from domain.workflow import Actor
from server.http.openapi import CaseInPath, HashInPath, describe
from server.http.problems import answer, installation_of
from server.http.requests import Asking, DeclinedError, check_length, too_large
from server.service.pages import check_room, find_sent, parse_upload, take_in
from server.service.reading import read_blob
from server.storage.blobs import Incoming

router = APIRouter()
_log = logging.getLogger(__name__)

IDLE_TIMEOUT_S = 30
"""A slow line may take long, but something must arrive within this time."""
SLOWEST_BYTES_PER_S = 1024
"""And on the whole so much: a line of 64 kbit/s brings eight times as much."""
_AT_ONCE_BYTES = 1 << 20
"""So much is gathered before a thread hashes and writes it: the loop that serves every counter never does."""


@router.head("/blobs/{sha256}", openapi_extra=describe())
def probe_blob(request: Request, actor: Asking, sha256: HashInPath) -> Response:
    """本机构是否已传过这份影像，且完好。"""
    size = find_sent(installation_of(request), actor, _parse(request, actor, sha256))
    return Response(status_code=404) if size is None else Response(headers={"X-Size-Bytes": str(size)})


@router.put("/blobs/{sha256}", status_code=201, openapi_extra=describe(gives=BlobReceipt, status=201))
async def put_blob(request: Request, actor: Asking, sha256: HashInPath) -> Response:
    """上传影像；内容须与 sha256 相符，只收完整的 JPEG、PNG 图片和签名笔迹。"""
    wanted = _parse(request, actor, sha256)
    check_length(request, MAX_BLOB_BYTES)
    installation = installation_of(request)
    full = await run_in_threadpool(check_room, installation, actor)
    if full:
        return answer(request, full)
    try:
        incoming = await run_in_threadpool(installation.blobs.begin, wanted)
        is_new = await _take_in(request, actor, wanted, incoming)
    except OSError as error:  # the disk is full or gone: the page stays with the client, which comes again
        _log.error("blob not kept: %s", errno.errorcode.get(error.errno or 0, "unknown"))
        raise DeclinedError(Refusal(code=RefusalCode.SERVER_BUSY)) from error
    if isinstance(is_new, Refusal):
        return answer(request, is_new)
    return answer(request, BlobReceipt(sha256=wanted, size_bytes=incoming.size_bytes), status=201 if is_new else 200)


@router.get("/cases/{case}/blobs/{sha256}", openapi_extra=describe())
def get_blob(request: Request, actor: Asking, case: CaseInPath, sha256: HashInPath) -> Response:
    """一件中的影像或签名。"""
    body = read_blob(installation_of(request), actor, case, sha256)
    if isinstance(body, Refusal):
        return answer(request, body)
    return Response(body, media_type="application/octet-stream", headers={"Cache-Control": "private, no-store"})


async def _take_in(request: Request, actor: Actor, wanted: BlobHash, incoming: Incoming) -> bool | Refusal:
    """Whether the bytes are new from this office, or why they are not kept."""
    is_new: bool | Refusal
    try:
        async for part in _receive(request):
            await run_in_threadpool(incoming.write, part)
        is_new = await run_in_threadpool(take_in, installation_of(request), actor, wanted, incoming)
    except BaseException:
        incoming.drop()  # whatever ended the upload, half a page must not stay
        raise
    if isinstance(is_new, Refusal):
        await run_in_threadpool(incoming.drop)
    return is_new


async def _receive(request: Request) -> AsyncIterator[bytes]:
    """The body in parts fit for a thread. Declines when it is too large, too slow or ends too early."""
    stream = request.stream()
    begun, size_bytes, part = time.monotonic(), 0, bytearray()
    try:
        while True:
            due_s = begun + IDLE_TIMEOUT_S + size_bytes / SLOWEST_BYTES_PER_S - time.monotonic()
            with anyio.fail_after(max(0.0, min(IDLE_TIMEOUT_S, due_s))):
                chunk = await anext(stream, None)
            if chunk is None:
                break
            size_bytes += len(chunk)
            if size_bytes > MAX_BLOB_BYTES:
                raise DeclinedError(too_large(MAX_BLOB_BYTES))
            part += chunk
            if len(part) >= _AT_ONCE_BYTES:
                yield bytes(part)
                part.clear()
    except (TimeoutError, ClientDisconnect) as error:
        incomplete = Refusal(code=RefusalCode.REQUEST_MALFORMED, facts={"place": "body", "why": "incomplete"})
        raise DeclinedError(incomplete, status=408) from error
    yield bytes(part)


def _parse(request: Request, actor: Actor, sha256: str) -> BlobHash:
    wanted = parse_upload(installation_of(request), actor, sha256)
    if isinstance(wanted, Refusal):
        raise DeclinedError(wanted)
    return wanted
