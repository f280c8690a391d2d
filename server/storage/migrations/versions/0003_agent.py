"""Who acts for the applicant of a case; nobody may decide over a case in which they act themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Cases from before name no agent here."""
    op.add_column("service_case", sa.Column("agent", sa.String(length=64), nullable=False, server_default=""))
