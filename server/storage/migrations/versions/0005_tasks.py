"""Stages and tasks: where each step was taken, who waits for what, and everybody whose business a case ever was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# The chains of catalogues from before name roles only; there a stage is called as its role.
_STAGE_OF_STEPS = "UPDATE case_step SET stage = role"
_PARTIES = """
INSERT INTO case_party (county, case_id, person)
SELECT county, id, applicant FROM service_case WHERE applicant <> ''
UNION SELECT county, id, agent FROM service_case WHERE agent <> ''
"""
_TASKS = """
INSERT INTO task (county, case_id, stage, role, office, own, assignee, accepted_at, due_on)
SELECT county, id, awaited, awaited, office, status = 'returned',
    COALESCE((SELECT account FROM case_step AS step
        WHERE step.county = service_case.county AND step.case_id = service_case.id
        AND step.role = service_case.awaited ORDER BY number DESC LIMIT 1), ''),
    accepted_at, due_on
FROM service_case WHERE status IN ('in_review', 'in_approval', 'returned')
"""
_BARS = """
INSERT INTO task_bar (county, case_id, person)
SELECT task.county, task.case_id, party.person FROM task
    JOIN case_party AS party ON party.county = task.county AND party.case_id = task.case_id
UNION SELECT task.county, task.case_id, step.person FROM task
    JOIN case_step AS step ON step.county = task.county AND step.case_id = task.case_id AND step.role <> task.role
"""


def upgrade() -> None:
    """Make them, and fill them for the cases that are there."""
    _add_columns()
    _make_tables()
    for statement in (_STAGE_OF_STEPS, _PARTIES, _TASKS, _BARS):
        op.execute(statement)
    op.drop_index("service_case_awaited", "service_case")
    op.drop_column("service_case", "agent")


def _add_columns() -> None:
    op.add_column("case_step", sa.Column("stage", sa.String(length=16), nullable=False, server_default=""))
    op.add_column("case_step", sa.Column("target", sa.String(length=16), nullable=True))
    op.add_column("case_step", sa.Column("seen", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("case_step", sa.Column("counter", sa.String(length=64), nullable=False, server_default=""))


def _make_tables() -> None:
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
    op.create_table(
        "task",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("office", sa.String(length=12), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("assignee", sa.String(length=64), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["county", "case_id"], ["service_case.county", "service_case.id"], name="task_case"),
        sa.PrimaryKeyConstraint("county", "case_id"),
    )
    op.create_index("task_role", "task", ["county", "role", "accepted_at", "case_id"], unique=False)
    op.create_table(
        "task_bar",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["county", "case_id"], ["task.county", "task.case_id"], name="task_bar_task"),
        sa.PrimaryKeyConstraint("county", "case_id", "person"),
    )
