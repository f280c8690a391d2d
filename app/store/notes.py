"""Notes: a few small named values of the account, such as who it belongs to (needed for a login without the line)."""

from __future__ import annotations

from app.store.db import Database


def save_note(database: Database, name: str, body: bytes) -> None:
    """Keep a named value; the newest wins."""
    with database.transaction():
        database.write(
            "INSERT INTO note (name, body) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET body = excluded.body",
            name,
            body,
        )


def find_note(database: Database, name: str) -> bytes | None:
    """A named value."""
    rows = database.rows("SELECT body FROM note WHERE name = ?", name)
    return bytes(rows[0][0]) if rows else None
