"""Everybody whose business a case is, in rows of their own: applicant, agent, guardian, heirs; nobody is taken off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take over the applicant and the agent that each case has named."""
    op.create_table(
        "case_party",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "case_id"], ["service_case.county", "service_case.id"], name="case_party_case"
        ),
        sa.PrimaryKeyConstraint("county", "case_id", "person"),
    )
    for column in ("applicant", "agent"):
        op.execute(
            sa.text(
                "INSERT INTO case_party (county, case_id, person) "  # noqa: S608 - one of two literals
                f"SELECT county, id, {column} FROM service_case WHERE {column} <> '' AND NOT EXISTS ("
                "SELECT 1 FROM case_party WHERE case_party.county = service_case.county "
                f"AND case_party.case_id = service_case.id AND case_party.person = service_case.{column})"
            )
        )
    op.drop_column("service_case", "agent")
