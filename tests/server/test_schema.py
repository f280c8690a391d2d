"""What is described is what is there: the OpenAPI page and the tables."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from domain.wire.envelope import IDEMPOTENCY_HEADER
from domain.wire.patterns import CURSOR, SHA256, UUID
from server.storage.tables import metadata
from tests.server.world import World, new_id

ID = new_id()

ROUTES = {
    "/v1/login": {"post"},
    "/v1/logout": {"post"},
    "/v1/me": {"get"},
    "/v1/clock": {"get"},
    "/v1/catalogue": {"get"},
    "/v1/catalogue/{sha256}": {"get", "head"},
    "/v1/blobs/{sha256}": {"head", "put"},
    "/v1/cases": {"get", "post"},
    "/v1/cases/find": {"post"},
    "/v1/cases/{case}": {"get"},
    "/v1/cases/{case}/steps": {"post"},
    "/v1/cases/{case}/audit": {"get"},
    "/v1/cases/{case}/blobs/{sha256}": {"get"},
    "/v1/tasks": {"get"},
    "/v1/changes": {"get"},
    "/v1/progress/{receipt_no}/{code}": {"get"},
}


def test_the_page_lists_every_route(world: World) -> None:
    page = world.client.get("/v1/openapi.json").json()

    assert page["openapi"].startswith("3.1")
    assert {path: set(operations) for path, operations in page["paths"].items()} == ROUTES


def test_every_reference_in_the_page_leads_somewhere(world: World) -> None:
    page = world.client.get("/v1/openapi.json").json()

    references = set(_references(page))

    assert "#/components/schemas/SubmitCase" in references
    for reference in references:
        found: Any = page
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert found


def test_every_operation_says_who_may_ask_and_how_it_declines(world: World) -> None:
    page = world.client.get("/v1/openapi.json").json()

    for path, operations in page["paths"].items():
        for operation in operations.values():
            open_to_all = path in ("/v1/login", "/v1/clock", "/v1/progress/{receipt_no}/{code}")
            assert operation["security"] == ([] if open_to_all else [{"token": []}])
            assert operation["responses"]["default"]["content"].keys() == {"application/problem+json"}


def test_S12_every_path_names_all_its_methods(world: World) -> None:
    page = world.client.get("/v1/openapi.json").json()

    for path, operations in page["paths"].items():
        known = {method.upper() for method in operations}
        known |= {"GET"} if path == "/v1/cases/find" else set()  # which might be the id of a case
        for method in {"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"} - known:
            reply = world.client.request(method, path.replace("{case}", ID).replace("{sha256}", "0" * 64))
            assert (reply.status_code, set(reply.headers["allow"].split(", "))) == (405, known), (method, path)
        for operation in operations.values():
            assert operation["responses"]["405"]["headers"].keys() == {"Allow"}


def test_S12_the_page_says_what_ids_and_hashes_look_like(world: World) -> None:
    page = world.client.get("/v1/openapi.json").json()
    uuid, sha256 = f"^{UUID}$", f"^{SHA256}$"
    parameters = [
        (one["name"], one["schema"].get("pattern"))
        for operations in page["paths"].values()
        for operation in operations.values()
        for one in operation.get("parameters", [])
    ]
    wanted = {"case": uuid, "sha256": sha256, IDEMPOTENCY_HEADER: uuid, "after": f"^({CURSOR})?$"}
    schemas = page["components"]["schemas"]

    assert {name for name, _ in parameters} >= wanted.keys()
    for name, pattern in parameters:
        assert name not in wanted or pattern == wanted[name] or (name == "after" and pattern is None), name
    assert schemas["SubmitCase"]["properties"]["case"]["pattern"] == uuid
    assert schemas["TakeStep"]["properties"]["step"]["pattern"] == uuid
    assert schemas["PageRef"]["properties"]["sha256"]["pattern"] == sha256
    assert schemas["SignatureRef"]["properties"]["png_sha256"]["pattern"] == sha256


def test_the_migrations_make_the_tables_of_the_code(world: World) -> None:
    difference = world.installation.database.read(
        lambda connection: compare_metadata(MigrationContext.configure(connection), metadata)
    )

    assert difference == []


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [one for value in node.values() for one in _references(value)]
    return [one for value in node for one in _references(value)] if isinstance(node, list) else []
