"""Entries of the log say what kind of object they are about; grants say from when until when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Entries from before have no kind, and their seals stay as they are; grants hold since they were given."""
    op.add_column("audit_event", sa.Column("kind", sa.String(length=16), nullable=False, server_default=""))
    op.add_column("role_grant", sa.Column("begins_at", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("role_grant", sa.Column("ends_at", sa.BigInteger(), nullable=True))
    op.execute("UPDATE role_grant SET begins_at = granted_at")
