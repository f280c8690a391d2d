"""All tables. Every business key starts with the county, so that counties can be spread over machines.

Times are whole microseconds since 1970 UTC: the only form that every database keeps and orders alike.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros_of(time: datetime) -> int:
    """An aware time as it is kept."""
    return (time - _EPOCH) // _MICROSECOND


def time_of(micros: int) -> datetime:
    """What is kept as a time in UTC."""
    return _EPOCH + micros * _MICROSECOND


class Moment(TypeDecorator[datetime]):
    """An aware time."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Microseconds for the database."""
        return None if value is None else micros_of(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """The time in UTC."""
        return None if value is None else time_of(value)


metadata = MetaData()

UNARCHIVED = text("status = 'finished' AND NOT archived")
"""Cases that still want a dossier: the same words in the index and in the question, so that the index is used."""

UNNAMED = text("NOT named")
"""Blobs that no case names yet: few at any time."""

offices = Table(
    "office",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("code", String(12), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("level", String(8), nullable=False),
    Column("phone", String(32), nullable=False),
)

# User names are unique in the whole country: a login names no county.
accounts = Table(
    "account",
    metadata,
    Column("county", String(6), nullable=False),
    Column("user", String(64), primary_key=True),
    Column("office", String(12), nullable=False),
    Column("name", String(64), nullable=False),
    Column("person", String(64), nullable=False, index=True),
    Column("password", String(256), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
)

grants = Table(
    "role_grant",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("user", String(64), primary_key=True, index=True),
    Column("role", String(16), primary_key=True),
    Column("granted_by", String(64), nullable=False),
    Column("granted_at", Moment, nullable=False),
    Column("begins_at", Moment, nullable=False, server_default="0"),
    Column("ends_at", Moment, nullable=True),
    ForeignKeyConstraint(["user"], ["account.user"], name="role_grant_account"),
)

# Counted for names that do not exist as well, so that a lock tells nothing about which names do; and for each address
# apart, so that a stranger cannot lock an account where it is used. The hash is of name and address.
login_failures = Table(
    "login_failure",
    metadata,
    Column("name_hash", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("locked_until", Moment, nullable=True),
)

sessions = Table(
    "login_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("county", String(6), nullable=False),
    Column("user", String(64), nullable=False),
    Column("counter", String(64), nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("ended_at", Moment, nullable=True),
)

catalogues = Table(
    "catalogue_version",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("version", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("added_at", Moment, nullable=False),
)

counters = Table(
    "counter",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("office", String(12), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

cases = Table(
    "service_case",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(64), primary_key=True, index=True),
    Column("office", String(12), nullable=False),
    Column("receipt_no", String(40), nullable=False),
    Column("module", String(16), nullable=False),
    Column("catalogue", String(64), nullable=False),
    Column("chain", String(16), nullable=False),
    Column("risk", Integer, nullable=False),
    Column("applicant", String(64), nullable=False),
    Column("applicant_masked", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("steps", Integer, nullable=False),
    # The next three follow from the steps; they are kept for lists only and written with each step, as are the tasks.
    Column("status", String(16), nullable=False),
    Column("awaited", String(16), nullable=True),
    Column("reason", Text, nullable=False),
    Column("accepted_at", Moment, nullable=False),
    Column("due_on", String(10), nullable=False),
    Column("archive", String(96), nullable=False),
    Column("archived", Boolean, nullable=False),
    UniqueConstraint("county", "receipt_no", name="service_case_receipt_no"),
    Index("service_case_office", "county", "office", "accepted_at", "id"),
    Index("service_case_county", "county", "accepted_at", "id"),
    Index("service_case_unarchived", "county", "id", postgresql_where=UNARCHIVED, sqlite_where=UNARCHIVED),
)

case_contents = Table(
    "case_content",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("case_id", String(64), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("body", Text, nullable=False),
    ForeignKeyConstraint(["county", "case_id"], ["service_case.county", "service_case.id"], name="case_content_case"),
)

case_steps = Table(
    "case_step",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("case_id", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("id", String(64), nullable=False),
    Column("act", String(16), nullable=False),
    Column("role", String(16), nullable=False),
    Column("person", String(64), nullable=False),
    Column("account", String(64), nullable=False),
    Column("actor_name", String(64), nullable=False),
    Column("office_code", String(12), nullable=False),
    Column("office_name", String(128), nullable=False),
    Column("office_level", String(8), nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("opinion", Text, nullable=False),
    Column("stage", String(16), nullable=False, server_default=""),
    Column("target", String(16), nullable=True),
    Column("seen", String(80), nullable=False, server_default=""),
    Column("counter", String(64), nullable=False, server_default=""),
    UniqueConstraint("county", "id", name="case_step_id"),
    ForeignKeyConstraint(["county", "case_id"], ["service_case.county", "service_case.id"], name="case_step_case"),
)

# Everybody whose business the case ever was: nobody of them may act on it, whoever a later revision names.
case_parties = Table(
    "case_party",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("case_id", String(64), primary_key=True),
    Column("person", String(64), primary_key=True),
    ForeignKeyConstraint(["county", "case_id"], ["service_case.county", "service_case.id"], name="case_party_case"),
    Index("case_party_person", "person", "county"),
)

# What these people are called, for finding a case: as ``domain.identity.plain_name`` compares names. Ordered by code
# points, so that a beginning is a range.
case_names = Table(
    "case_name",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("case_id", String(64), primary_key=True),
    Column("name", String(128).with_variant(String(128, collation="C"), "postgresql"), primary_key=True),
    ForeignKeyConstraint(["county", "case_id"], ["service_case.county", "service_case.id"], name="case_name_case"),
    Index("case_name_name", "name", "county"),
)

# What waits for a person, as ``domain.workflow.task_of`` says, written in the transaction of each step.
tasks = Table(
    "task",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("case_id", String(64), primary_key=True),
    Column("stage", String(16), nullable=False),
    Column("role", String(16), nullable=False),
    Column("office", String(12), nullable=False),
    Column("own", Boolean, nullable=False),
    Column("assignee", String(64), nullable=False),
    Column("accepted_at", Moment, nullable=False),
    Column("due_on", String(10), nullable=False),
    ForeignKeyConstraint(["county", "case_id"], ["service_case.county", "service_case.id"], name="task_case"),
    Index("task_role", "county", "role", "accepted_at", "case_id"),
)

task_bars = Table(
    "task_bar",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("case_id", String(64), primary_key=True),
    Column("person", String(64), primary_key=True),
    ForeignKeyConstraint(["county", "case_id"], ["task.county", "task.case_id"], name="task_bar_task"),
)

# Looked up by person over all counties: nobody may be registered twice anywhere. The index decides, not a look-up.
registrations = Table(
    "registration",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("county", String(6), nullable=False),
    Column("case_id", String(64), nullable=False),
)

marks = Table(
    "installation_mark",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", String(128), nullable=False),
)

# Looked up by picture over all counties.
case_ink = Table(
    "case_ink",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("case_id", String(64), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Index("case_ink_sha256", "sha256"),
)

# Possession is proved by sending, once for each office. ``named``: a case of the office names the blob.
uploads = Table(
    "upload",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("office", String(12), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("account", String(64), nullable=False),
    Column("named", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Index("upload_unnamed", "county", "office", "at", postgresql_where=UNNAMED, sqlite_where=UNNAMED),
)

# ``body``: the wire value that was told, or the facts of the ``refusal``.
operations = Table(
    "operation",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("refusal", String(32), nullable=False, server_default=""),
    Column("body", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

changes = Table(
    "change",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("office", String(12), primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("case_id", String(64), nullable=False),
    Column("receipt_no", String(40), nullable=False),
    Column("status", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

# Append-only by trigger; see audit_chain.py.
audit_events = Table(
    "audit_event",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("account", String(64), nullable=False),
    Column("office", String(12), nullable=False),
    Column("action", String(32), nullable=False),
    Column("kind", String(16), nullable=False, server_default=""),
    Column("object", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Index("audit_event_object", "county", "object"),
)

audit_heads = Table(
    "audit_head",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("length", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
)
