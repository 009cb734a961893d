"""How notices to customers look: which booking, whom, what kind of notice, and the mail itself."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from assistant.scheduling.customers.mails import NoticeMail
from assistant.scheduling.customers.notices import DueNotice
from store.mail.composing import Recipient
from tui.addresses import typed_one
from tui.cells import line
from tui.when import DAYS, short_date, span
from tui.widgets.sheet import Fact

_LABEL = 9  # cells


def due_words(due: DueNotice, now: datetime, *, edited: bool) -> Content:
    """One line of the list."""
    one = due.one
    start = one.starts_at.astimezone(now.tzinfo)
    when = f"{DAYS[start.weekday()]} {short_date(start.date(), now.date())} {span(one.starts_at, one.ends_at, now)}"
    customer = line(one.customer.title) if one.customer else ""
    return Content.assemble(
        (f"{when:<24}", "b"),
        f" {customer}",
        (f"  {line(one.service)} {one.booking.number}", "$quiet"),
        (f"  {due.kind}", "$accent"),
        ("  in your words" if edited else "", "$success"),
        ("  cannot be told" if due.problem else "", "$warning"),
    )


def mail_facts(mail: NoticeMail) -> list[Fact]:
    """The mail as it would go out."""
    draft = mail.draft
    facts = [Fact(Content.styled(line(mail.problem), "$warning"))] if mail.problem else []
    people = [("From", draft.sender), *(("To", each) for each in draft.to)]
    facts += [_labelled(label, each) for label, each in people if each.email]
    facts.append(Fact(Content.styled(line(draft.subject), "b"), "Subject", _LABEL))
    facts.append(Fact(Content("")))
    return facts + [Fact(Content(line(each))) for each in draft.text.rstrip().split("\n")]


def _labelled(label: str, person: Recipient) -> Fact:
    return Fact(Content(line(typed_one(person))), label, _LABEL)
