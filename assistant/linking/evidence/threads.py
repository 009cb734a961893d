"""Answers: the mail that is answered passes on what it is regarding, unless the audience or the topic is a new one."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.linking.evidence.finding import Finding
from mail_sync.mime.subjects import bare_subject
from store.linking.facts import ActivityFacts, Ancestor

#: How much a thread still says when its subject was changed, with and without a quotation of what it answers.
_RENAMED, _NEW_TOPIC = 0.7, 0.35
_SAME = 1.0


def thread(facts: ActivityFacts) -> Iterator[Finding]:
    """The nearest earlier mail that is regarding something passes it on, unless the audience is a new one."""
    ancestor = next((found for found in facts.ancestors if found.passed_on), None)
    if ancestor is None or not _same_audience(facts, ancestor):
        return
    strength = _holds_on(facts, ancestor)
    source = f"answers the mail of {ancestor.occurred_at:%Y-%m-%d} ({ancestor.found_by})"
    if strength == _NEW_TOPIC:
        source += ", but with a new subject and without its text"
    for position, record in enumerate(ancestor.passed_on):
        rule = "thread" if position == 0 else "thread_beside"
        yield Finding(record, rule, strength, ancestor.subject, source, exact=strength == _SAME)


def quoted(facts: ActivityFacts) -> Iterator[Finding]:
    """Whoever quotes the lines of an earlier mail has read it: quoted text witnesses what headers forgot."""
    for found in facts.quoted[:1]:
        if _same_audience(facts, found.mail):
            source = f"quotes the mail of {found.mail.occurred_at:%Y-%m-%d}"
            for position, record in enumerate(found.mail.passed_on):
                rule = "quoted" if position == 0 else "quoted_beside"
                yield Finding(record, rule, min(1.0, found.share), found.quote, source)


def goes_on(facts: ActivityFacts) -> bool:
    """The subject is the one of the mail that is answered: nobody chose it for this mail."""
    ancestor = next((found for found in facts.ancestors if found.subject), None)
    return ancestor is not None and _holds_on(facts, ancestor) == _SAME


def is_new_topic(facts: ActivityFacts) -> bool:
    """An answer with a new subject that quotes nothing of what it answers: offered as a topic of its own."""
    ancestor = next((found for found in facts.ancestors if found.subject), None)
    return ancestor is not None and _holds_on(facts, ancestor) == _NEW_TOPIC


def answered_mail(facts: ActivityFacts) -> Iterator[Finding]:
    """A bounce or an out-of-office may belong wherever the mail it answers belongs."""
    ancestor = next(iter(facts.ancestors), None)
    if ancestor is not None:
        for record in ancestor.passed_on:
            source = f"reports on the mail of {ancestor.occurred_at:%Y-%m-%d}"
            yield Finding(record, "answers", 1.0, ancestor.subject, source)


def _holds_on(facts: ActivityFacts, ancestor: Ancestor) -> float:
    before, now = bare_subject(ancestor.subject).casefold(), bare_subject(facts.subject).casefold()
    if before == now or not before or not now:
        return _SAME
    return _RENAMED if any(each.mail.activity_id == ancestor.activity_id for each in facts.quoted) else _NEW_TOPIC


def _same_audience(facts: ActivityFacts, ancestor: Ancestor) -> bool:
    """Somebody from outside who took part before takes part again. Mail among ourselves is no audience at all."""
    return any(party.email in ancestor.audience for party in facts.outside)
