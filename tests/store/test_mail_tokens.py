"""Tokens: whoever does not have the key cannot make one."""

from __future__ import annotations

import pytest

from store.engine import Store
from store.mail.tokens import message_id, reference, token, verified_uid, verified_uids
from store.store_keys import MAIL_TOKENS, find_key, key_for
from store.types import new_uid

KEY, OTHER = b"k" * 32, b"o" * 32


def test_token_names_its_mail_wherever_it_stands() -> None:
    uid = new_uid()
    forms = (
        token(KEY, uid),
        message_id(KEY, uid, "anna@Alpine.example"),
        reference(KEY, uid, "anna@alpine.example"),
        f"<{message_id(KEY, uid, 'anna@alpine.example')}>",
        message_id(KEY, uid, "anna@alpine.example").upper(),
    )
    assert [verified_uid(KEY, form) for form in forms] == [uid] * 5
    assert message_id(KEY, uid, "anna@Alpine.example").endswith("@alpine.example")
    assert verified_uids(KEY, ["1@x.example", *forms]) == (uid,)


@pytest.mark.parametrize("cut", [1, 5, 26])
def test_forged_and_truncated_tokens_name_nothing(cut: int) -> None:
    uid = new_uid()
    real = token(KEY, uid)
    assert verified_uid(OTHER, real) == ""
    assert verified_uid(KEY, real[:-cut]) == ""
    assert verified_uid(KEY, f"{real[:-1]}{'a' if real[-1] != 'a' else 'b'}") == ""
    assert verified_uid(KEY, real.replace(uid, new_uid())) == ""
    assert verified_uid(KEY, f"{real} {real}") == ""


def test_key_is_made_once_and_stays(store: Store) -> None:
    with store.write() as tx:
        assert find_key(tx, MAIL_TOKENS) is None
        key = key_for(tx, MAIL_TOKENS)
        assert len(key) == 32
        assert key_for(tx, MAIL_TOKENS) == find_key(tx, MAIL_TOKENS) == key
