"""A real print spooler (CUPS) of the test's own, with one queue; nobody else's printers are seen or touched."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

QUEUE = "counter"
NO_SPOOLER = "/nonexistent/cups"
"""For CUPS_SERVER: there is nobody."""
_PATIENCE_S = 30.0
_SPOOLER_USER = "lp"
"""Who CUPS runs its helpers as when root started it."""

_FILES = """\
ServerRoot {folder}/etc
RequestRoot {folder}/spool
CacheDir {folder}/cache
StateDir {folder}/state
TempDir {folder}/spool
AccessLog {folder}/access
ErrorLog {folder}/errors
PageLog {folder}/pages
FileDevice Yes
Sandboxing relaxed
"""
_POLICY = """\
Listen {folder}/socket
DefaultAuthType None
JobSheets none
Browsing No
WebInterface No
MaxJobs 0
PreserveJobFiles Yes
<Location />
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintSpooler:
    """The running spooler. Programs find it by its ``address`` in CUPS_SERVER."""

    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        """Where it listens."""
        return str(self.folder / "socket")

    def jobs(self) -> list[bytes]:
        """What was handed over so far, oldest first."""
        return [path.read_bytes() for path in sorted((self.folder / "spool").glob("d?????-???"))]

    def tell(self, *command: str) -> None:
        """Run one of the programs that administer it, e.g. ``cupsreject counter``."""
        subprocess.run(
            command,
            env={**os.environ, "CUPS_SERVER": self.address, "PATH": f"/usr/sbin:{os.environ['PATH']}"},
            check=True,
            capture_output=True,
            timeout=_PATIENCE_S,
        )

    def end(self) -> None:
        """End the spooler; safe to call twice."""
        self.process.terminate()
        self.process.wait(_PATIENCE_S)


@contextmanager
def running_spooler() -> Iterator[PrintSpooler]:
    """Start the spooler with its queue as the default printer, which keeps what it is given."""
    folder = Path(tempfile.mkdtemp(prefix="zonggui-cups-"))
    folder.chmod(0o755)
    by_root = os.geteuid() == 0
    for name in ("etc", "spool", "cache", "state"):
        (folder / name).mkdir(mode=0o770)
        if by_root:
            shutil.chown(folder / name, group=_SPOOLER_USER)
    helpers = f"User {_SPOOLER_USER}\nGroup {_SPOOLER_USER}\n" if by_root else ""
    (folder / "etc" / "cups-files.conf").write_text(_FILES.format(folder=folder) + helpers)
    (folder / "etc" / "cupsd.conf").write_text(_POLICY.format(folder=folder))
    process = subprocess.Popen(
        [
            shutil.which("cupsd", path="/usr/sbin:/usr/bin") or "cupsd",
            "-f",
            "-c",
            str(folder / "etc" / "cupsd.conf"),
            "-s",
            str(folder / "etc" / "cups-files.conf"),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    spooler = PrintSpooler(folder=folder, process=process)
    try:
        _wait(process, folder / "socket")
        spooler.tell("lpadmin", "-p", QUEUE, "-E", "-v", "file:/dev/null")
        spooler.tell("lpadmin", "-d", QUEUE)
        yield spooler
    finally:
        spooler.end()
        shutil.rmtree(folder)


def _wait(process: subprocess.Popen[bytes], socket: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not socket.exists():
        assert process.poll() is None, f"cupsd ended with {process.returncode}"
        assert time.monotonic() < deadline, "cupsd does not listen"
        time.sleep(0.05)
