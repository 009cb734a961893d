"""Secrets - passwords, an application's secret, a person's refresh token: from the environment, from a command, from
the system's keyring; never in a log, and in a file only where somebody asked for one (see `token_file`)."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable
from threading import Thread
from typing import TypeVar

T = TypeVar("T")

SERVICE = "regarding"
KEYRING_SECONDS = 5.0  # a headless machine's keyring may wait for a prompt that nobody sees
COMMAND_SECONDS = 30.0
LONGEST_ENTRY = 1200  # characters; Windows keeps 2,560 bytes in one entry, and tokens are longer

_IN_PARTS = "regarding parts "


class SecretMissing(Exception):
    """A password that is needed was found nowhere; its text says where it may be put."""


def environment_name(name: str) -> str:
    """`anna@example.com` is looked up as REGARDING_SECRET_ANNA_EXAMPLE_COM."""
    return "REGARDING_SECRET_" + re.sub(r"\W", "_", name).upper()


def read_secret(name: str, *, secret_command: str = "") -> str:
    """The secret called `name`, usually a mailbox's address. Raises SecretMissing."""
    if found := os.environ.get(environment_name(name)):
        return found
    if secret_command:
        return _from_command(secret_command, name)
    found = _within(KEYRING_SECONDS, lambda: _kept_for(name))
    if not found:
        raise SecretMissing(
            f"There is no password for {name}: run `regarding connect` again, or set {environment_name(name)}."
        )
    return found


def keep_secret(name: str, secret: str) -> bool:
    """Put a secret into the system's keyring; False where there is none that answers in time."""
    return bool(_within(KEYRING_SECONDS, lambda: _kept(name, secret)))


def _kept_for(name: str) -> str | None:
    import keyring

    found = keyring.get_password(SERVICE, name)
    if not found or not found.startswith(_IN_PARTS):
        return found
    names = [_part(name, number) for number in range(int(found.removeprefix(_IN_PARTS)))]
    return "".join(keyring.get_password(SERVICE, each) or "" for each in names)


def _kept(name: str, secret: str) -> bool:
    import keyring

    parts = [secret[start : start + LONGEST_ENTRY] for start in range(0, len(secret), LONGEST_ENTRY)]
    if len(parts) > 1:
        for number, part in enumerate(parts):
            keyring.set_password(SERVICE, _part(name, number), part)
    keyring.set_password(SERVICE, name, secret if len(parts) == 1 else f"{_IN_PARTS}{len(parts)}")
    return _kept_for(name) == secret  # the null keyring takes everything and keeps nothing


def _part(name: str, number: int) -> str:
    return f"{name}#{number + 1}"


def _from_command(command: str, name: str) -> str:
    words = [word.replace("{name}", name) for word in shlex.split(command, posix=os.name != "nt")]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise SecretMissing(f"The secret_command gave no password for {name}: {error.__class__.__name__}.") from error
    lines = done.stdout.splitlines()
    if not lines or not lines[0]:
        raise SecretMissing(f"The secret_command printed nothing for {name}.")
    return lines[0]


def _within(seconds: float, ask: Callable[[], T]) -> T | None:
    """The answer, or None when it does not come in time or the keyring refuses."""
    from keyring.errors import KeyringError

    answer: list[T] = []

    def run() -> None:
        try:
            answer.append(ask())
        except (KeyringError, RuntimeError, ImportError, ValueError, AttributeError, OSError):
            return  # a keyring is whatever a setting names: it may not load, and its program may not answer

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    return answer[0] if answer else None
