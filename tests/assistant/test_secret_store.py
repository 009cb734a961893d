"""Passwords, where the machine's keyring is of no use."""

from __future__ import annotations

import pytest
from keyring import core
from keyring.backend import KeyringBackend

from assistant.secret_store import SecretMissing, keep_secret, read_secret


@pytest.mark.parametrize("backend", ["", "absent.module.Keyring", "json.Absent"])
def test_a_keyring_that_cannot_be_loaded_counts_as_none(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
    monkeypatch.setattr(core, "_keyring_backend", None)
    assert not keep_secret("anna@example.com", "pass")
    with pytest.raises(SecretMissing):
        read_secret("anna@example.com")


class Windows(KeyringBackend):
    """Keeps no more in one entry than Windows does."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        if len(password.encode("utf-16-le")) > 2560:
            raise OSError("the stub received bad data")
        self.entries[username] = password


@pytest.mark.parametrize("length", [10, 1200, 1201, 5000])
def test_a_token_that_is_longer_than_an_entry_is_kept_in_parts(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "_keyring_backend", Windows())
    token = "".join(chr(ord("a") + place % 26) for place in range(length))
    assert keep_secret("anna@example.com.token", token)
    assert read_secret("anna@example.com.token") == token
    assert keep_secret("anna@example.com.token", "short")
    assert read_secret("anna@example.com.token") == "short"
