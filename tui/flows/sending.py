"""Sending a mail: a last look at whom it goes to, then the outbox, where it can be taken back for a moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from textual.content import Content

from store.actor import Actor
from store.domains import registrable_domain
from store.mail.composing import Draft, Recipient, queue_mail
from store.mail.fields import fields_in
from store.queries.answering import answered_since
from store.queries.drafts import DraftFile
from store.queries.own import own_domains
from tui.addresses import typed_one
from tui.cells import line
from tui.dialogs.confirm import PreviewDialog
from tui.reading import size
from tui.when import ago

if TYPE_CHECKING:
    from tui.screens.compose import ComposeScreen

_LISTED = 50  # recipients of one line of the preview
_ENCLOSED = ("attach", "enclosed", "anbei", "im anhang", "beigefügt", "ci-joint", "adjunt", "bifog", "allegat")


async def send(screen: ComposeScreen) -> None:
    """Ask once more and queue the mail; what is missing is said, and the cursor goes there."""
    draft = screen.written()
    if not draft.recipients:
        screen.notify("Say to whom it goes first.", severity="warning")
        screen.head.to.focus()
        return
    missing = fields_in(f"{draft.subject}\n{draft.text}")
    if missing:
        screen.notify(f"{{{missing[0]}}} is still to be filled in.", severity="warning", markup=False)
        screen.body.focus()
        screen.body.go_to(f"{{{missing[0]}}}")
        return
    ours = await screen.fetch(_own_domains)
    others = await screen.fetch(answered_since, draft.activity_id) if draft.activity_id is not None else None
    since = () if others is None else (f"{line(others.name)} answered it {ago(others.at, screen.now())}.",)
    preview = summary(draft, screen.head.files.files, ours, (*since, *screen.said_of_others()))
    if not await screen.app.push_screen_wait(PreviewDialog("Send this mail?", preview)):
        return
    uid = await screen.save()
    recall = screen.services.recall
    await screen.perform(queue_mail, uid, recall=recall)
    seconds = int(recall.total_seconds())
    screen.notify(f"Goes out in {seconds} s; Ctrl+Z takes it back." if seconds else "On its way.")
    screen.leave()
    screen.regarding.look()


def summary(draft: Draft, files: Collection[DraftFile], ours: Collection[str], others: Collection[str] = ()) -> Content:
    """Whom a mail goes to, who of them works elsewhere, what `others` did meanwhile, and what may have been
    forgotten."""
    lines = [Content.assemble((f"{'From':<9}", "$quiet"), line(typed_one(draft.sender)))]
    for label, people in (("To", draft.to), ("Cc", draft.cc), ("Bcc", draft.bcc)):
        lines += _people(label, people, ours)
    lines.append(Content.assemble((f"{'Subject':<9}", "$quiet"), line(draft.subject) or "(no subject)"))
    if files:
        total = size(sum(one.size for one in files))
        lines.append(Content.assemble((f"{'Files':<9}", "$quiet"), f"{len(files)}, {total}"))
    warnings = [*others, *_warnings(draft, files)]
    if warnings:
        lines += [Content(""), *(Content.styled(one, "$warning") for one in warnings)]
    return Content("\n").join(lines)


def _people(label: str, people: Collection[Recipient], ours: Collection[str]) -> Iterable[Content]:
    for place, one in enumerate(list(people)[:_LISTED]):
        outside = registrable_domain(one.email.rpartition("@")[2]) not in ours
        yield Content.assemble(
            (f"{'' if place else label:<9}", "$quiet"),
            line(typed_one(one)),
            ("  outside" if outside else "", "$warning"),
        )
    if len(people) > _LISTED:
        yield Content.styled(f"{'':<9}and {len(people) - _LISTED} more", "$quiet")


def _warnings(draft: Draft, files: Collection[DraftFile]) -> Iterable[str]:
    own = [one for one in draft.text.split("\n") if not one.startswith(">")]
    said = "\n".join(own).partition("\n-- \n")[0].casefold()
    if not draft.subject.strip():
        yield "It has no subject."
    if not said.strip():
        yield "It says nothing."
    if not files and any(word in said for word in _ENCLOSED):
        yield "It speaks of an attachment, but nothing is attached."


def _own_domains(tx: Any, *, by: Actor) -> Collection[str]:
    return frozenset(own_domains(tx))
