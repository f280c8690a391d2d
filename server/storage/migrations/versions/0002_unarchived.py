"""An index of the finished cases without a dossier: they are looked for every few minutes, and there are hardly any."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    waiting = sa.text("status = 'finished' AND NOT archived")
    op.create_index(
        "service_case_unarchived", "service_case", ["county", "id"], postgresql_where=waiting, sqlite_where=waiting
    )
