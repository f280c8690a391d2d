"""The central server: composition root and console entry ``zonggui-server``."""

from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import uvicorn
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

import resources
from domain.refusals import Refusal, RefusalCode
from domain.text_file import system_word
from domain.wire.envelope import API_VERSION
from resources import line
from server.commands import run_show_archive, run_verify_archive, run_verify_audit, run_verify_pages, tell_losses
from server.http import audit, blobs, cases, catalogue, lists, login, progress
from server.http.connections import Connection, allow_connections
from server.http.edge import Edge
from server.http.openapi import build_openapi
from server.http.problems import problem
from server.service.archive import archive_finished
from server.service.catalogues import Catalogues
from server.service.inspection import NoInstallationError, open_inspection
from server.service.opening import (
    NotOpenedError,
    close_to_others,
    find_losses,
    open_database,
    open_secret,
)
from server.service.passwords import Passwords
from server.service.samples import PASSWORD, InUseError, add_samples
from server.service.taking_over import complete_names, complete_parties
from server.service.work import Installation
from server.settings import Settings, SettingsError, load_settings
from server.storage.blobs import BlobFolder
from server.storage.database import DatabaseBusyError
from server.storage.dossiers import DossierStore
from server.storage.journal import Journal
from server.storage.secrets import SecretLostError

_KEEP_ALIVE_S = 15
_BACKLOG = 1024
_ARCHIVE_EVERY_S = 600
_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")


def system_clock() -> datetime:
    """The time of this machine, aware."""
    return datetime.now(UTC)


def open_installation(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = system_clock,
    catalogue: Mapping[str, Any] | None = None,
) -> Installation:
    """Open or make everything below the data folder. ``catalogue`` replaces the product's own data in tests.

    Raises NotOpenedError, SecretLostError.
    """
    close_to_others(settings.data)
    database = open_database(settings.data, settings.database_url)
    try:
        secret = open_secret(settings.data, database)
    except SecretLostError:
        database.close()
        raise
    data = resources.load_catalogue_data() if catalogue is None else catalogue
    places = resources.find_catalogue_places if catalogue is None else dict
    store = BlobFolder(settings.data / "blobs")
    installation = Installation(
        settings=settings,
        clock=clock,
        database=database,
        blobs=store,
        dossiers=DossierStore(settings.data / "archive", store),
        journal=Journal(settings.data / "numbers"),
        secret=secret,
        passwords=Passwords(settings),
        catalogues=Catalogues(database, data, now=clock(), places=places),
    )
    complete_parties(installation)
    complete_names(installation)
    return installation


def create_app(installation: Installation) -> FastAPI:
    """The application. While it lives it writes missing dossiers; closing it closes the installation's database."""

    @asynccontextmanager
    async def live(_app: FastAPI) -> AsyncIterator[None]:
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(_keep_archiving, installation)
                yield
                group.cancel_scope.cancel()
        finally:
            installation.database.close()

    prefix = f"/{API_VERSION}"
    app = FastAPI(
        openapi_url=f"{prefix}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=live,
        redirect_slashes=False,
    )
    app.state.installation = installation
    for area in (login, catalogue, blobs, cases, lists, audit, progress):
        app.include_router(area.router, prefix=prefix)
    app.openapi = cache(lambda: build_openapi(app))  # type: ignore[method-assign]
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(RequestValidationError, _on_bad_parameter)
    app.add_middleware(Edge, installation=installation)
    return app


async def _keep_archiving(installation: Installation) -> None:
    while True:
        await anyio.sleep(_ARCHIVE_EVERY_S)
        await anyio.to_thread.run_sync(archive_finished, installation)


def _on_http_exception(request: Request, error: Exception) -> Response:
    """No such route, or no such method on it."""
    if not isinstance(error, HTTPException):
        raise error
    missing = error.status_code == 404
    facts = {} if missing else {"place": "method", "why": str(error.status_code)}
    refusal = Refusal(code=RefusalCode.NOT_FOUND if missing else RefusalCode.REQUEST_MALFORMED, facts=facts)
    response = problem(refusal, request.app.state.installation, status=error.status_code)
    response.headers.update(error.headers or {})
    if not missing:
        response.headers["Allow"] = ", ".join(_allowed(request))
    return response


def _allowed(request: Request) -> list[str]:
    """The methods that the path knows: the framework names those of its first route only."""
    routes = request.app.router.routes
    scopes = [dict(request.scope, method=method) for method in _METHODS]
    return [scope["method"] for scope in scopes if any(route.matches(scope)[0] is Match.FULL for route in routes)]


def _on_bad_parameter(request: Request, error: Exception) -> Response:
    """A query parameter that is not what the route says."""
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    facts = {"place": str(first["loc"][-1])[:64], "why": str(first["type"])}
    refusal = Refusal(code=RefusalCode.REQUEST_MALFORMED, facts=facts)
    return problem(refusal, request.app.state.installation)


def serve(installation: Installation, *, host: str, port: int) -> None:
    """Serve until told to stop. Port 0 takes a free one; the address is printed when requests are welcome."""
    config = uvicorn.Config(
        create_app(installation),
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        http=Connection,
        proxy_headers=bool(installation.settings.gateways),
        forwarded_allow_ips=list(installation.settings.gateways),
    )
    allow_connections()
    with _listen(host, port) as listener:
        # Only now: a second server started by mistake must not sweep what the first is receiving.
        installation.blobs.sweep()
        installation.dossiers.sweep()
        tell_losses(find_losses(installation))
        archive_finished(installation)
        print(line("server/commands", "serving", host=host, port=listener.getsockname()[1]), flush=True)
        uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket that names TCP: asyncio turns Nagle's delay off only then, which costs 40 ms a reply."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def main(arguments: Sequence[str] | None = None) -> int:
    """Console entry; the exit code is 0 for success, 1 for findings, 2 for wrong use."""
    options = _parse(arguments)
    before = os.umask(0o077)  # what is made here, also by SQLite, is nobody else's
    try:
        return _run(options)
    finally:
        os.umask(before)


def _run(options: argparse.Namespace) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        opened = options.open(load_settings(options.data, database=options.database))
    except (SettingsError, NoInstallationError, NotOpenedError) as error:
        print(error, file=sys.stderr)
        return 2
    except SecretLostError as error:
        print(line("server/commands", "key_lost", why=error), file=sys.stderr)
        return 2
    try:
        code: int = options.run(opened, options)
        return code
    except (DBAPIError, DatabaseBusyError):
        print(line("server/commands", "database_unreadable"), file=sys.stderr)
        return 2
    finally:
        opened.database.close()


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="zonggui-server", description=line("server/commands", "help"))
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=Path, required=True, metavar="DIR", help=line("server/commands", "help_data"))
    common.add_argument("--database", default="", metavar="URL", help=line("server/commands", "help_database"))
    commands = parser.add_subparsers(required=True, metavar=line("server/commands", "help_command"))

    command = commands.add_parser("serve", parents=[common], help=line("server/commands", "help_serve"))
    command.add_argument("--host", default="127.0.0.1", help=line("server/commands", "help_host"))
    command.add_argument("--port", type=int, default=8600, help=line("server/commands", "help_port"))
    command.set_defaults(open=open_installation, run=_run_serve)

    command = commands.add_parser("init-sample", parents=[common], help=line("server/commands", "help_samples"))
    command.set_defaults(open=open_installation, run=_run_init_sample)

    command = commands.add_parser("verify-audit", parents=[common], help=line("server/commands", "help_verify_audit"))
    command.set_defaults(open=open_inspection, run=run_verify_audit)

    command = commands.add_parser("verify-pages", parents=[common], help=line("server/commands", "help_verify_pages"))
    command.set_defaults(open=open_inspection, run=run_verify_pages)

    command = commands.add_parser(
        "verify-archive", parents=[common], help=line("server/commands", "help_verify_archive")
    )
    command.set_defaults(open=open_inspection, run=run_verify_archive)

    command = commands.add_parser("show-archive", parents=[common], help=line("server/commands", "help_show_archive"))
    command.add_argument("receipt_no", metavar=line("server/commands", "help_receipt_no"))
    command.set_defaults(open=open_inspection, run=run_show_archive)
    return parser.parse_args(arguments)


def _run_serve(installation: Installation, options: argparse.Namespace) -> int:
    try:
        serve(installation, host=options.host, port=options.port)
    except OSError as error:
        print(
            line("server/commands", "not_serving", host=options.host, port=options.port, why=system_word(error)),
            file=sys.stderr,
        )
        return 2
    return 0


def _run_init_sample(installation: Installation, _options: argparse.Namespace) -> int:
    try:
        samples = add_samples(installation)
    except InUseError:
        print(line("server/commands", "samples_among_real"), file=sys.stderr)
        return 2
    print(line("server/commands", "samples", password=PASSWORD))
    for sample in samples:
        print(f"  {sample.user:<10} {sample.name}  {sample.office:<10} {' '.join(sample.roles + sample.imported)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
