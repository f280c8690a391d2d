"""Which picture of a signature belongs to which case, filled from the contents of all cases."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_CONTENTS = """
SELECT c.county, c.id, t.revision, c.applicant, t.body FROM service_case c
JOIN case_content t ON t.county = c.county AND t.case_id = c.id
"""


def upgrade() -> None:
    """Make and fill it."""
    ink = op.create_table(
        "case_ink",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("county", "case_id", "revision"),
    )
    op.create_index("case_ink_sha256", "case_ink", ["sha256"])
    connection = op.get_bind()
    for county, case, number, person, body in connection.execute(sa.text(_CONTENTS)).all():
        sha256 = (json.loads(body).get("signature") or {}).get("png_sha256")
        if sha256:
            values = {"county": county, "case_id": case, "revision": number, "sha256": sha256, "person": person}
            connection.execute(sa.insert(ink).values(**values))
