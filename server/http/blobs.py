"""Pages and signatures on their way in. They can be read only through a case."""

from __future__ import annotations

import errno
import logging

import anyio
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from domain.cases.values import BlobHash
from domain.refusals import Refusal, RefusalCode
from domain.wire import MAX_BLOB_BYTES, BlobReceipt
from domain.workflow import Actor
from server.http.openapi import describe
from server.http.problems import answer, installation_of
from server.http.requests import Asking, DeclinedError, check_length, too_large
from server.service.uploads import parse_upload
from server.storage.blobs import BlobWriter

router = APIRouter()
_log = logging.getLogger(__name__)

IDLE_TIMEOUT_S = 30
"""A slow line may take long, but something must arrive within this time."""


@router.head("/blobs/{sha256}", openapi_extra=describe())
def probe_blob(request: Request, actor: Asking, sha256: str) -> Response:
    """影像是否已在服务器上。"""
    size = installation_of(request).blobs.find_size(_parse(request, actor, sha256))
    return Response(status_code=404) if size is None else Response(headers={"X-Size-Bytes": str(size)})


@router.put("/blobs/{sha256}", status_code=201, openapi_extra=describe(gives=BlobReceipt, status=201))
async def put_blob(request: Request, actor: Asking, sha256: str) -> Response:
    """上传影像；内容须与 sha256 相符。"""
    wanted = _parse(request, actor, sha256)
    check_length(request, MAX_BLOB_BYTES)
    blobs = installation_of(request).blobs
    known = await run_in_threadpool(blobs.find_size, wanted)
    if known is not None:
        return answer(request, BlobReceipt(sha256=wanted, size_bytes=known))
    try:
        writer = await run_in_threadpool(blobs.begin, wanted)
        kept = await _take_in(request, writer)
    except OSError as error:  # the disk is full or gone: the page stays with the client, which comes again
        _log.error("blob not kept: %s", errno.errorcode.get(error.errno or 0, "unknown"))
        raise DeclinedError(Refusal(code=RefusalCode.SERVER_BUSY)) from error
    if not kept:
        return answer(request, Refusal(code=RefusalCode.PAGE_DAMAGED, facts={"sha256": wanted}))
    return answer(request, BlobReceipt(sha256=wanted, size_bytes=writer.size_bytes), status=201)


async def _take_in(request: Request, writer: BlobWriter) -> bool:
    """Whether the bytes came whole and were those of the name."""
    try:
        await _receive(request, writer)
        return await run_in_threadpool(writer.keep)
    except BaseException:
        writer.drop()  # whatever ended the upload, half a page must not stay
        raise


async def _receive(request: Request, writer: BlobWriter) -> None:
    stream = request.stream()
    try:
        while True:
            with anyio.fail_after(IDLE_TIMEOUT_S):
                chunk = await anext(stream, None)
            if chunk is None:
                return
            if writer.size_bytes + len(chunk) > MAX_BLOB_BYTES:
                raise DeclinedError(too_large(MAX_BLOB_BYTES))
            writer.write(chunk)
    except (TimeoutError, ClientDisconnect) as error:
        incomplete = Refusal(code=RefusalCode.REQUEST_MALFORMED, facts={"place": "body", "why": "incomplete"})
        raise DeclinedError(incomplete, status=408) from error


def _parse(request: Request, actor: Actor, sha256: str) -> BlobHash:
    wanted = parse_upload(installation_of(request), actor, sha256)
    if isinstance(wanted, Refusal):
        raise DeclinedError(wanted)
    return wanted
