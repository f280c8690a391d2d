"""What file system and database say when something is wrong, as faults of the store."""

from __future__ import annotations

import errno

from app.notices.faults import EnvironmentFault, FaultCode
from domain.text_file import system_word


class StoreFault(EnvironmentFault):
    """The store, its folder or its key; nothing that was acknowledged before is lost by it."""


_BY_ERRNO = {
    errno.ENOSPC: FaultCode.DISK_FULL,
    errno.EFBIG: FaultCode.DISK_FULL,
    errno.EROFS: FaultCode.FOLDER_READ_ONLY,
    errno.EACCES: FaultCode.FOLDER_READ_ONLY,
    errno.EPERM: FaultCode.FOLDER_READ_ONLY,
}
if hasattr(errno, "EDQUOT"):
    _BY_ERRNO[errno.EDQUOT] = FaultCode.DISK_FULL


def fault_of_os_error(error: OSError) -> StoreFault:
    """The fault that an error of the file system stands for."""
    code = _BY_ERRNO.get(error.errno or 0, FaultCode.DISK_FAULT)
    return StoreFault(code, {"why": system_word(error)})


_BY_SQLITE_NAME = {
    "SQLITE_FULL": FaultCode.DISK_FULL,
    "SQLITE_READONLY": FaultCode.FOLDER_READ_ONLY,
    "SQLITE_PERM": FaultCode.FOLDER_READ_ONLY,
    "SQLITE_CANTOPEN": FaultCode.FOLDER_READ_ONLY,
    "SQLITE_BUSY": FaultCode.STORE_IN_USE,
    "SQLITE_LOCKED": FaultCode.STORE_IN_USE,
    "SQLITE_NOTADB": FaultCode.STORE_DAMAGED,
    "SQLITE_CORRUPT": FaultCode.STORE_DAMAGED,
    "SQLITE_IOERR": FaultCode.DISK_FAULT,
}


def find_fault_of_database_error(error: Exception) -> StoreFault | None:
    """The fault that an error of the database stands for; None when it is a bug of ours (bad SQL, a broken rule)."""
    name = str(getattr(error, "sqlite_errorname", None) or "")
    family = "_".join(name.split("_")[:2])
    code = _BY_SQLITE_NAME.get(family)
    return StoreFault(code, {"why": name}) if code else None
