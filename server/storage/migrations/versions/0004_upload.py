"""Which office has sent which blob. What cases name already was sent by their offices."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_AT_ONCE = 500


def upgrade() -> None:
    """Make the table, and fill it from the contents of all cases."""
    unnamed = sa.text("NOT named")
    uploads = op.create_table(
        "upload",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("office", sa.String(length=12), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("county", "office", "sha256"),
    )
    op.create_index(
        "upload_unnamed", "upload", ["county", "office", "at"], postgresql_where=unnamed, sqlite_where=unnamed
    )
    _take_over(uploads)


def _take_over(uploads: sa.Table) -> None:
    connection = op.get_bind()
    contents = connection.execute(
        sa.text(
            "SELECT c.county, c.office, c.accepted_at, t.body FROM service_case c "
            "JOIN case_content t ON t.county = c.county AND t.case_id = c.id"
        )
    )
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for county, office, at, body in contents:
        for sha256, size_bytes in _blobs_of(json.loads(body)):
            row = {"county": county, "office": office, "sha256": sha256, "size_bytes": size_bytes, "at": at}
            rows[(county, office, sha256)] = {**row, "account": "-", "named": True}
    values = list(rows.values())
    for start in range(0, len(values), _AT_ONCE):
        connection.execute(sa.insert(uploads), values[start : start + _AT_ONCE])


def _blobs_of(content: dict[str, Any]) -> list[tuple[str, int]]:
    found = [(page["sha256"], page["size_bytes"]) for page in content["pages"]]
    signature = content.get("signature") or {}
    return found + [(signature[name], 0) for name in ("png_sha256", "strokes_sha256") if name in signature]
