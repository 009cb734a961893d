"""Mail without thread headers joins the threads that its text shows it to be of."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from mail_sync.threading_by_text import LONGEST_SILENCE, Written, answers_by_text, goes_on
from store.mail.text_threads import TextMail, headless_mails
from store.mail.threads import join_threads


def join_by_text(tx: Connection, activity_ids: Collection[int]) -> None:
    """Join the threads of these mails with those of mail that their clues tell to belong together."""
    joined: list[tuple[int, int]] = []
    for mail, earlier in headless_mails(tx, activity_ids, within=LONGEST_SILENCE, goes_on=goes_on):
        threads = {other.activity_id: other.thread_id for other in earlier}
        answered = answers_by_text(_written(mail), [_written(other) for other in earlier])
        joined += [(mail.thread_id, threads[one.mail.activity_id]) for one in answered]
    join_threads(tx, joined)


def _written(mail: TextMail) -> Written:
    return Written(mail.activity_id, mail.subject, mail.occurred_at, mail.people, mail.own, mail.quoted, mail.listed)
