"""Passwords, where the machine's keyring is of no use."""

from __future__ import annotations

import pytest
from keyring import core

from assistant.secret_store import SecretMissing, keep_secret, read_secret


@pytest.mark.parametrize("backend", ["", "absent.module.Keyring", "json.Absent"])
def test_a_keyring_that_cannot_be_loaded_counts_as_none(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
    monkeypatch.setattr(core, "_keyring_backend", None)
    assert not keep_secret("anna@example.com", "pass")
    with pytest.raises(SecretMissing):
        read_secret("anna@example.com")
