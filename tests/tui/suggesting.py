"""Mail with suggestions in the sample store, as linking by evidence leaves it."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from store.engine import Store
from store.schema.links import Link
from store.schema.mail import Email, MailboxItem
from store.schema.records import Record
from tests.tui.world import NOW

#: rule, score, quote, source of the suggestions of one mail, the likeliest first.
_WITNESSES = (
    ("title_words", 0.84, "gun hose leaks", "3 of 4 title words of CAS-00003"),
    ("product", 0.31, "Snow gun SG-7", "names Snow gun SG-7"),
    ("last_word", 0.08, "Snow for the season", "the sender last wrote about it on 2026-10-27"),
)


def suggest(store: Store, mails: int = 12) -> list[int]:
    """Let the newest received mails be regarding nothing yet, each with up to three suggestions; returns their ids."""
    with store.write() as tx:
        newest = (
            select(MailboxItem.activity_id)
            .join(Email, Email.id == MailboxItem.activity_id)
            .where(MailboxItem.mailbox_id == 1, Email.noise == "")
            .order_by(MailboxItem.occurred_at.desc())
            .limit(mails)
        )
        ids = [one for one in tx.execute(newest).scalars() if one is not None]
        work = {
            kind: list(tx.execute(select(Record.id).where(Record.kind == kind).order_by(Record.id)).scalars())
            for kind in ("case", "opportunity")
        }
        tx.execute(delete(Link).where(Link.activity_id.in_(ids)))
        tx.execute(update(Email).where(Email.id.in_(ids)).values(noise=""))
        for place, activity_id in enumerate(ids):
            candidates = (work["case"][place], work["opportunity"][place], work["case"][place + 1])
            for record_id, (rule, score, quote, source) in list(zip(candidates, _WITNESSES, strict=True))[
                : place % 3 + 1
            ]:
                tx.execute(
                    insert(Link).values(
                        activity_id=activity_id,
                        record_id=record_id,
                        state="suggested",
                        is_primary=False,
                        score=round(score - place / 100, 2) if score > 0.2 else score,
                        rule=rule,
                        evidence=[{"rule": rule, "quote": quote, "source": source}],
                        engine_version=2,
                        decided_by="rule",
                        decided_at=NOW,
                    )
                )
    return ids
