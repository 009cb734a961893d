"""A mail that linking stumbles over costs only itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from assistant.linking import worker
from assistant.linking.worker import link_pending
from assistant.quarantine import retry
from mail_sync.clues import read_clues
from store.engine import Store
from store.schema.ledger import Quarantine
from tests.assistant.linking.mails import NOW, links_by_mail, mail, take_in


def test_mail_that_cannot_be_read_lets_all_others_be_linked_and_is_told(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(subject: str, *rest: Any) -> Any:
        if subject == "Poison":
            raise RecursionError(subject)
        return read_clues(subject, *rest)

    monkeypatch.setattr(worker, "read_clues", stumbles)
    take_in(store, [mail(number, subject="Poison" if number == 3 else "Guns") for number in range(1, 7)], link=False)
    link_pending(store, now=NOW)
    assert sorted(links_by_mail(store)) == [f"m{number}@mail.example" for number in (1, 2, 4, 5, 6)]
    with store.read() as tx:
        [told] = tx.execute(select(Quarantine.uid, Quarantine.holds, Quarantine.reason)).all()
    assert (told.holds, told.reason) == ("email", "It could not be linked (RecursionError).")
    again = retry(store, _no_server, told.uid, clock=lambda: NOW)
    assert (again.read, again.sentence) == (False, "It failed again.")
    monkeypatch.undo()
    assert retry(store, _no_server, told.uid, clock=lambda: NOW + timedelta(days=1)).read
    assert "m3@mail.example" in links_by_mail(store)


def test_error_of_the_database_is_no_mail_s_fault(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any, **__: Any) -> Any:
        raise ProgrammingError("SELECT", {}, Exception("no such column"))

    monkeypatch.setattr(worker, "gather", breaks)
    take_in(store, [mail(1, subject="Guns")], link=False)
    with pytest.raises(ProgrammingError):
        link_pending(store, now=NOW)
    with store.read() as tx:
        assert tx.execute(select(Quarantine.uid)).all() == []
    monkeypatch.undo()
    link_pending(store, now=NOW)
    assert sorted(links_by_mail(store)) == ["m1@mail.example"]


def _no_server(*_: object) -> Any:
    raise AssertionError("nothing is asked of a server")
