"""A refresh token in a file that only its owner can read, for machines without a keyring."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class TokenFileError(Exception):
    """The token file cannot be used; its text is the one sentence the user reads."""


def read_token(path: Path) -> str:
    """The token, '' where there is no file yet. Raises TokenFileError."""
    try:
        # Windows keeps files of the user's own folders to the user, and knows no such bits.
        if os.name == "posix" and path.stat().st_mode & _OTHERS:
            raise TokenFileError(f"Others can read the token file {path}; run `chmod 600 {path}`.")
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise TokenFileError(f"The token file {path} cannot be read ({error.__class__.__name__}).") from error


def write_token(path: Path, token: str) -> None:
    """Put a token in the place of the old one, at once and for its owner alone. Raises TokenFileError."""
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileNotFoundError):
            beside.unlink()
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(f"{token}\n")
        beside.replace(path)
    except (OSError, UnicodeEncodeError) as error:
        raise TokenFileError(f"The token file {path} cannot be written ({error.__class__.__name__}).") from error
