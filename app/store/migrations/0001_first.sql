CREATE TABLE draft (
    visit    TEXT PRIMARY KEY,
    body     BLOB NOT NULL,
    saved_at REAL NOT NULL
) STRICT;

-- One row per case and content, so that a purged case takes nothing from another one.
CREATE TABLE page (
    case_id    TEXT NOT NULL,
    sha256     TEXT NOT NULL CHECK (length(sha256) = 64),
    file       TEXT NOT NULL UNIQUE,
    key        BLOB NOT NULL CHECK (length(key) = 32),
    size_bytes INTEGER NOT NULL,
    saved_at   REAL NOT NULL,
    PRIMARY KEY (case_id, sha256)
) STRICT;
CREATE INDEX page_by_content ON page (sha256);

-- A step not yet answered, or answered and kept. The server's answer decides; nothing else edits a row.
CREATE TABLE outbox (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    step          TEXT NOT NULL UNIQUE,
    kind          TEXT NOT NULL CHECK (kind IN ('submit', 'step')),
    case_id       TEXT NOT NULL,
    visit         TEXT NOT NULL,
    module        TEXT NOT NULL,
    applicant     TEXT NOT NULL,
    body          BLOB NOT NULL,
    blobs         TEXT NOT NULL,
    made_at       REAL NOT NULL,
    state         TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'refused')),
    attempts      INTEGER NOT NULL DEFAULT 0,
    next_at       REAL NOT NULL DEFAULT 0,
    answered_at   REAL,
    refusal_code  TEXT,
    refusal_facts TEXT,
    CHECK ((state = 'waiting') = (answered_at IS NULL)),
    CHECK ((state = 'refused') = (refusal_code IS NOT NULL))
) STRICT;
CREATE INDEX outbox_by_state ON outbox (state, number);
CREATE INDEX outbox_by_case ON outbox (case_id, number);

CREATE TRIGGER outbox_content_stands BEFORE UPDATE OF step, kind, case_id, visit, body, blobs, made_at ON outbox
BEGIN
    SELECT RAISE(ABORT, 'a step is never changed');
END;

CREATE TRIGGER outbox_waiting_stays BEFORE DELETE ON outbox WHEN OLD.state = 'waiting'
BEGIN
    SELECT RAISE(ABORT, 'a waiting step is never dropped');
END;

-- The server's last word about a case. ``sequence`` is that of the change that told it; 0: only the receipt did.
CREATE TABLE mirror (
    case_id    TEXT PRIMARY KEY,
    receipt_no TEXT NOT NULL,
    module     TEXT NOT NULL DEFAULT '',
    applicant  TEXT NOT NULL DEFAULT '',
    status     TEXT NOT NULL,
    reason     TEXT NOT NULL DEFAULT '',
    sequence   INTEGER NOT NULL DEFAULT 0,
    updated_at REAL NOT NULL
) STRICT;

CREATE TABLE cursor (
    name     TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL
) STRICT;

-- A few small named values of the account, such as who it belongs to.
CREATE TABLE note (
    name TEXT PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;
