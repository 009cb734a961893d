from __future__ import annotations

from store.actor import SYSTEM
from store.chat_turns import forget_turns, keep_turn
from store.engine import Store
from store.queries.chat import chat_turns, count_turns
from tests.store.scenes import NOW, add_user

_LINE = {"text": "CAS-00001 Gate stays locked", "cites": [{"kind": "case", "id": "CAS-00001", "title": "Gate"}]}


def test_what_was_said_is_found_by_its_words_and_those_of_the_answer_by_whoever_said_it(store: Store) -> None:
    with store.write() as tx:
        kim, bo = add_user(tx), add_user(tx, "Bo Ek")
        keep_turn(tx, "Open cases for Bürgi", [_LINE], by=kim, now=NOW)
        keep_turn(tx, "note: 100% sure", [], "op", by=kim, now=NOW)
        keep_turn(tx, "open cases", [_LINE], by=bo, now=NOW)
        assert keep_turn(tx, "open cases", [_LINE], by=SYSTEM, now=NOW) == ""
        page = chat_turns(tx, by=kim, limit=1)
        assert [(row.said, row.operation_uid) for row in page.rows] == [("note: 100% sure", "op")]
        assert [row.lines for row in chat_turns(tx, by=kim, after=page.rows[0]).rows] == [(_LINE,)]
        assert [row.said for row in chat_turns(tx, "GATE burgi", by=kim).rows] == ["Open cases for Bürgi"]
        assert (count_turns(tx, "gate", by=bo).value, count_turns(tx, "%", by=kim).value) == (1, 2)
        assert forget_turns(tx, by=kim, now=NOW) == 2
        assert (count_turns(tx, by=kim).value, count_turns(tx, by=bo).value) == (0, 1)
