"""What was answered under a key is kept as a value or a refusal, no longer as it went over the wire."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_REFUSED = "SELECT county, key, body FROM operation WHERE status >= 400"
_KEEP = "UPDATE operation SET refusal = :refusal, body = :facts WHERE county = :county AND key = :key"


def upgrade() -> None:
    """A problem becomes the refusal that it words; the name of a role beside its code is found again when needed."""
    op.add_column("operation", sa.Column("refusal", sa.String(length=32), nullable=False, server_default=""))
    connection = op.get_bind()
    for county, key, body in connection.execute(sa.text(_REFUSED)).all():
        problem = json.loads(body)
        facts = {name: value for name, value in problem["facts"].items() if name != "role_name"}
        told = {"refusal": problem["code"], "facts": json.dumps(facts, ensure_ascii=False)}
        connection.execute(sa.text(_KEEP), {"county": county, "key": key, **told})
    op.drop_column("operation", "status")
    op.drop_column("operation", "location")
