"""Environment faults of the client: what the machine, its disk or its line did wrong; a calm message for each.

Every code has a Chinese text with three parts in ``resources/messages/faults.toml``. A refusal by the server is
not a fault (``domain.refusals``), and neither is a bug.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class FaultCode(StrEnum):
    """Every environment fault that the client knows."""

    # the store
    STORE_KEY_WRONG = "store_key_wrong"
    STORE_DAMAGED = "store_damaged"
    STORE_LOST = "store_lost"
    STORE_BEHIND = "store_behind"
    STORE_SUSPECT = "store_suspect"
    STORE_IN_USE = "store_in_use"
    STORE_TOO_NEW = "store_too_new"
    STORE_CLOSED = "store_closed"
    DISK_FULL = "disk_full"
    DISK_FAULT = "disk_fault"
    FOLDER_READ_ONLY = "folder_read_only"
    STEP_SENT_AGAIN = "step_sent_again"
    PAGE_MISSING = "page_missing"
    PAGE_DAMAGED = "page_damaged"

    # its key
    PROFILE_MISSING = "profile_missing"
    PASSWORD_WRONG = "password_wrong"  # noqa: S105 - a code, not a secret
    KEY_FILE_DAMAGED = "key_file_damaged"
    KEY_FILE_MISSING = "key_file_missing"

    # the line to the server
    NO_NETWORK = "no_network"
    NO_ENDPOINT = "no_endpoint"
    TIMEOUT = "timeout"
    NOT_OUR_SERVER = "not_our_server"
    CERTIFICATE = "certificate"
    CERTIFICATE_TIME = "certificate_time"
    SERVER_FAULT = "server_fault"

    # this machine's clock, held against the server's
    CLOCK_SLOW = "clock_slow"
    CLOCK_FAST = "clock_fast"
    CLOCK_BEFORE = "clock_before"
    CLOCK_FAR = "clock_far"

    # papers
    PAPER_NOT_MADE = "paper_not_made"
    PRINTER_SILENT = "printer_silent"

    # settings
    SCREEN_UNKNOWN = "screen_unknown"
    SETTINGS_UNREADABLE = "settings_unreadable"
    SETTINGS_SYNTAX = "settings_syntax"
    SETTINGS_UNKNOWN_KEY = "settings_unknown_key"
    SETTINGS_WRONG_TYPE = "settings_wrong_type"
    SETTINGS_FILE_UNREADABLE = "settings_file_unreadable"
    SETTINGS_NO_CERTIFICATE = "settings_no_certificate"
    SETTINGS_ID_TAKEN = "settings_id_taken"
    SETTINGS_WRONG_VALUE = "settings_wrong_value"


class EnvironmentFault(Exception):  # noqa: N818 - a fault is the word of the house
    """Something outside the program failed. ``facts`` fill the placeholders of the message, never personal data."""

    def __init__(self, code: FaultCode, facts: Mapping[str, str] | None = None) -> None:
        self.code = code
        self.facts = dict(facts or {})
        super().__init__(f"{code.value} {self.facts}")
