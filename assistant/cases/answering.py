"""Acting on customers' answers to cases that are closed or wait for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from assistant.triage.past_facts import is_compared
from mail_sync.mime.noise import is_automatic_subject
from store.cases.answering import act_on_answer
from store.cases.awaited import Awaited, awaited, awaiting
from store.cases.replies import Outcome, outcome
from store.engine import Store

_BATCH = 200


def act_on_answers(store: Store, *, now: datetime) -> int:
    """Act on the answers that wait; returns on how many. Safe to run anywhere, any time: that an answer waits is a fact
    in the store."""
    with store.read() as tx:  # without the write lock, which others need
        waiting = awaiting(tx, now=now, limit=_BATCH)
    acted = 0
    for event_id in waiting:
        with store.write() as tx:
            answer = awaited(tx, event_id)
            if answer is not None:
                answer = _read(answer)
                acted += bool(act_on_answer(tx, answer, _decide(answer), now=now))
    return acted


def _read(answer: Awaited) -> Awaited:
    """With what its subject says: machines that mark nothing say there that they are away."""
    return replace(answer, reply=replace(answer.reply, is_automatic=is_automatic_subject(answer.subject)))


def _decide(answer: Awaited) -> Outcome:
    """What is only suggested has to be certain but for how long it was closed; a number that a stranger to the case
    wrote is not."""
    told = [entry for entry in answer.evidence if is_compared(entry, answer.subject)]
    if answer.evidence and not any(answer.is_customers or entry.get("rule") != "number" for entry in told):
        return Outcome.STALE
    return outcome(answer.reply)
