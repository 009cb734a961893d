"""What a mail can be answered with: solutions, canned answers and templates on one shelf, found by the same words."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from store.actor import Actor
from store.articles.fields import folded
from store.articles.reading import ArticleRow, articles
from store.articles.searching import Shelf
from store.mail.templates import Template, templates
from store.schema.activities import Activity
from store.schema.triage import Triage


@dataclass(frozen=True, slots=True)
class ReadyTemplate:
    """A template beside articles: it may have a subject, and is no queue's."""

    template: Template
    folded: str = field(default="", repr=False)
    queue_id: int | None = None

    @property
    def title(self) -> str:
        return self.template.name

    @property
    def subject(self) -> str:
        return self.template.subject

    @property
    def text(self) -> str:
        return self.template.text


ReadyText = ArticleRow | ReadyTemplate


def texts_for_mail(tx: Connection, activity_id: int, *, by: Actor) -> tuple[Shelf[ReadyText], str]:
    """Everything that the mail can be answered with, what its queue answers with first; and its subject."""
    ready: list[ReadyText] = [ReadyTemplate(one, folded(one.name, one.text)) for one in templates(tx, by=by)]
    queue_id = tx.execute(select(Triage.queue_id).where(Triage.activity_id == activity_id)).scalar()
    subject = tx.execute(select(Activity.subject).where(Activity.id == activity_id)).scalar()
    return Shelf([*ready, *articles(tx, by=by)], queue_id=queue_id), subject or ""
