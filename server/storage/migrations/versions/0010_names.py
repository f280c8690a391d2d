"""What the people of a case are called, and whose case it is, to be found by; the first start fills the names in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both."""
    name = sa.String(length=128).with_variant(sa.String(length=128, collation="C"), "postgresql")
    op.create_table(
        "case_name",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("name", name, nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "case_id"], ["service_case.county", "service_case.id"], name="case_name_case"
        ),
        sa.PrimaryKeyConstraint("county", "case_id", "name"),
    )
    op.create_index("case_name_name", "case_name", ["name", "county"])
    op.create_index("case_party_person", "case_party", ["person", "county"])
