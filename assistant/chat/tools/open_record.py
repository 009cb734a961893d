"""Shows a record with its fields; a mail that was listed is read."""

from __future__ import annotations

from assistant.chat.acting import field_words
from assistant.chat.pointing import MAILS, cite, pointed_at, record
from assistant.chat.registry import Answer, Arguments, Example, Line, Talk, Tool
from assistant.chat.told import answer, short
from assistant.chat.tools.read_mail import read_mail
from assistant.chat.understanding.values import Argument
from store.queries.record_detail import record_detail
from store.records.fields import fields_of


def _read(talk: Talk, arguments: Arguments) -> Answer:
    at = pointed_at(talk, arguments["record"])
    if at is not None and at.kind in MAILS:
        return read_mail(talk, {"mail": at.id})
    ref = record(talk, arguments["record"])
    detail = talk.services.read(record_detail, ref.record_id)
    lines = [Line(f"owner: {short(detail.owner)}", (cite(ref),))] if detail.owner else []
    for name, field in fields_of(detail.kind).items():
        value = detail.fields.get(name)
        said = ", ".join(value) if isinstance(value, tuple) else field_words(value)
        if said and name not in ("title", "owner"):
            lines.append(Line(f"{field.label.lower()}: {short(said)}", (cite(ref),)))
    return answer(f"{ref.number} {short(ref.title)}", lines, cite(ref))


TOOL = Tool(
    "open_record",
    "Show a record: an account, contact, lead, opportunity, case or booking.",
    (
        Argument(
            "record",
            "record",
            "which one",
            required=True,
            kinds=("account", "contact", "lead", "opportunity", "case", "booking"),
        ),
    ),
    (
        Example("open Fabrikam", {"record": "Fabrikam GmbH"}),
        Example("CAS-00031", {"record": "CAS-00031"}),
        Example("the second one", {"record": "$2"}, last=("one", "two", "three")),
    ),
    read=_read,
)
