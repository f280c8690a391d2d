"""An index for the list of a whole county, newest first."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    op.create_index("service_case_county", "service_case", ["county", "accepted_at", "id"])
