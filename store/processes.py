"""Which process holds something, written so that others can tell whether it still lives.

A holder reads "host:pid:space". `space` names the set of process numbers that `pid` belongs to: where it is not our
own (another machine, another container, the time before a restart), nothing is known and the holder counts as living.
"""

from __future__ import annotations

import os
import socket
import sys
import uuid
from functools import cache
from hashlib import sha256
from pathlib import Path


def this_process() -> str:
    """The name of the running process as a holder."""
    return f"{socket.gethostname()}:{os.getpid()}:{_space()}"


def has_ended(holder: str) -> bool:
    """Whether the holder has certainly ended. A number that was given to a new process meanwhile counts as living."""
    _, *known = holder.rsplit(":", 2)
    if len(known) != 2 or not known[0].isdecimal() or known[1] != _space():
        return False
    return not _is_running(int(known[0]))


@cache
def _space() -> str:
    """A digest of what tells two sets of process numbers apart: machine, boot, and (Linux) the process namespace."""
    known = [socket.gethostname(), str(uuid.getnode())]
    for name in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        path = Path(name)
        try:
            known.append(str(path.readlink()) if path.is_symlink() else path.read_text("ascii"))
        except OSError:
            continue  # not Linux: host name and network card must do
    return sha256("\n".join(known).encode()).hexdigest()[:12]


if sys.platform == "win32":
    import ctypes

    _QUERY_LIMITED_INFORMATION = 0x1000
    _STILL_ACTIVE = 259

    def _is_running(pid: int) -> bool:
        """os.kill(pid, 0) would send Ctrl+C here, so the process is opened instead (GetExitCodeProcess)."""
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(_QUERY_LIMITED_INFORMATION, False, pid)
        if not handle:
            return bool(kernel.GetLastError() == 5)  # access denied: somebody else's, but there
        code = ctypes.c_ulong()
        known = kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return not known or code.value == _STILL_ACTIVE

else:

    def _is_running(pid: int) -> bool:
        """Signal 0 is never sent, only its permission is checked (POSIX kill)."""
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True  # somebody else's, but there
        return True
