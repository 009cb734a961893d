"""An activity as it is read: head, text, files and thread, as styled text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from textual.content import Content

from mail_sync.mime.plain import visible
from store.queries.activities import ActivityDetail, AttachmentRow, PartyRow
from tui.cells import line, short
from tui.glyphs import ATTACHMENT, KIND_WORDS, MAIL, words
from tui.regarding_words import LABEL
from tui.rows.marks import NOISE_WORDS
from tui.when import full_when, short_date, short_when, span
from tui.widgets.sheet import Fact

SHOWN = 100_000  # characters of a text that are laid out; the rest of a very long mail is read in the browser
_QUOTE = re.compile(r"^(>|-{4,}|_{6,}|(From|Von|De|Från|Van|Da): )")
_THREAD = 20  # mails of a thread that are listed
_NAMED = 2  # of those to whom it went, in a brief head
_TAIL = 8  # lines below the new text that pass as a signature when nothing is quoted

_ROLE_WORDS = {
    "from": "From",
    "organizer": "Organizer",
    "to": "To",
    "cc": "Cc",
    "bcc": "Bcc",
    "required": "With",
    "optional": "Optional",
    "resource": "Room",
}


def head(detail: ActivityDetail, now: datetime) -> list[Fact]:
    """Subject, people and time above the text."""
    subject = Content.styled(line(detail.subject) or "(no subject)", "b $foreground")
    facts = [Fact(said, label, LABEL) for label, said in _facts(detail, now)]
    return [Fact(subject), *facts]


def brief(detail: ActivityDetail, now: datetime) -> list[Fact]:
    """The same in two or three lines: subject, who wrote when, and to whom besides."""
    sender = next((party for party in detail.parties if party.role == "from"), None)
    others = [line(party.name or party.email) for party in detail.parties if party.role in ("to", "cc")]
    more = f" +{len(others) - _NAMED}" if len(others) > _NAMED else ""
    who = _party(sender) if sender is not None else Content(line(detail.who))
    when = Content.styled(f"  {short_when(detail.occurred_at, now)}", "$quiet")
    to = Content.styled(f"  to {', '.join(others[:_NAMED])}{more}" if others else "", "$quiet")
    subject = Content.styled(line(detail.subject) or "(no subject)", "b $foreground")
    return [Fact(subject), Fact(who + when + to)]


def _facts(detail: ActivityDetail, now: datetime) -> Iterable[tuple[str, Content]]:
    for role, label in _ROLE_WORDS.items():
        people = [_party(party) for party in detail.parties if party.role == role]
        if people:
            yield label, Content(", ").join(people)
    if not detail.parties and detail.who:
        yield KIND_WORDS.get(detail.kind, ""), Content(line(detail.who))
    yield "When", Content(_time(detail, now))
    for name, label in (("location", "Where"), ("number", "Number"), ("priority", "Priority")):
        value = detail.details.get(name)
        if value and value != "normal":
            yield label, Content(line(str(value)))
    due, minutes = detail.details.get("due_on"), detail.details.get("minutes")
    if isinstance(due, date):
        yield "Due", Content(short_date(due, now.date()))
    if minutes:
        yield "Length", Content(f"{minutes} minutes")
    if detail.noise:
        yield "Kind", Content(NOISE_WORDS.get(detail.noise, detail.noise))


def _time(detail: ActivityDetail, now: datetime) -> str:
    if detail.kind == "appointment" and detail.ends_at:
        day = full_when(detail.occurred_at, now).rpartition(",")[0]
        return f"{day}, {span(detail.occurred_at, detail.ends_at, now)}"
    return full_when(detail.occurred_at, now)


def _party(party: PartyRow) -> Content:
    name, email = line(party.name), line(party.email)
    answer = f" ({words(party.response).lower()})" if party.response else ""
    return Content.assemble(name or email, (f" {email}" if name and email else "", "$quiet"), (answer, "$quiet"))


@dataclass(frozen=True, slots=True)
class Parts:
    """A mail's text: what the sender wrote now, their signature, and the mail that is quoted."""

    new: str
    signature: str
    quoted: str


def split(text: str, new_text_size: int) -> Parts:
    """The parts of a text whose first `new_text_size` characters are new."""
    text, cut = text[:SHOWN], len(text) > SHOWN
    new, rest = text[:new_text_size].rstrip(), text[new_text_size:].strip("\n")
    if cut:
        rest += "\n\n(The rest is too long to be shown here; open it in the browser or save it.)"
    lines = rest.split("\n")
    start = next((i for i, one in enumerate(lines) if _QUOTE.match(one)), None)
    if start is None:
        start = len(lines) if len(lines) <= _TAIL else 0
    while start and start < len(lines) and lines[start - 1].strip() and lines[start - 1].rstrip().endswith(":"):
        start -= 1  # "On Monday Anna wrote:" belongs to what follows
    return Parts(new, "\n".join(lines[:start]).strip("\n"), "\n".join(lines[start:]).strip("\n"))


def body(detail: ActivityDetail, *, unfolded: bool) -> Content:
    """The text: new first, signature and quotation dimmed, the quotation folded unless asked for."""
    parts = split(detail.text, detail.new_text_size)
    shown = [Content(visible(parts.new).expandtabs(4))] if parts.new else []
    if parts.signature:
        shown.append(Content.styled(visible(parts.signature).expandtabs(4), "$quiet"))
    if parts.quoted:
        shown.append(_quotation(parts.quoted, unfolded=unfolded or not parts.new))
    return Content("\n\n").join(shown) if shown else Content.styled("(no text)", "$quiet")


def _quotation(quoted: str, *, unfolded: bool) -> Content:
    if unfolded:
        return Content.styled(visible(quoted).expandtabs(4), "$quiet")
    count = quoted.count("\n") + 1
    return Content.assemble(
        ("··· ", "$accent"),
        (f"{count} line{'s' if count > 1 else ''} of quoted mail, ", "$quiet"),
        ("z", "b $accent"),
        (" shows them", "$quiet"),
    )


def files(attachments: Iterable[AttachmentRow]) -> list[Fact]:
    """The attachments, one a line."""
    return [
        Fact(Content.assemble(line(file.filename) or "(no name)", (f"  {size(file.size)}", "$quiet")), ATTACHMENT, 2)
        for file in attachments
    ]


def size(count: int) -> str:
    """Bytes for people: "640 B", "12 kB", "3.4 MB"."""
    if count < 1_000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1_000:.0f} kB"
    return f"{count / 1_000_000:.1f} MB"


def thread(detail: ActivityDetail, now: datetime) -> list[Fact]:
    """The other mails of the thread, newest first."""
    if not detail.thread:
        return []
    facts = [Fact(Content.styled(f"{len(detail.thread)} more in this thread", "$quiet"))]
    for row in detail.thread[:_THREAD]:
        said = Content.assemble(
            (MAIL.get(row.direction, "·") + " ", "$faint"), line(row.who), (f"  {short(row.preview, 36)}", "$quiet")
        )
        facts.append(Fact(said, short_when(row.occurred_at, now), LABEL + 1))
    return facts
