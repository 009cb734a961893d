"""Making work of mail: accept, new case, lead or contact, to a case, to somebody, later, answer, never again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from textual.content import Content

from assistant.triage.ignoring import ignore_sender
from assistant.triage.making import Made, accept_suggested, from_mail, make_from_mail
from assistant.triage.prefill import prefilled
from store.articles.ready import ReadyTemplate, texts_for_mail
from store.cases.acting import assign_cases, set_priority
from store.errors import Invalid
from store.linking.at_once import link_at_once
from store.queries.glance import glance
from store.queries.queue_names import queue_names
from store.queries.refs import RecordRef, regarding
from store.queries.users import active_users
from store.records.fields import LABELS, PRIORITIES
from store.triage.deciding import decide_mails, give_mails
from store.triage.standing import State
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.form import FormDialog
from tui.dialogs.narrow import Choice, NarrowDialog
from tui.dialogs.pick import PickDialog
from tui.flows.common import find_records, sources
from tui.flows.links import sender_of
from tui.flows.records import as_stored, fields_of_new, meant_instead
from tui.glyphs import record_glyph, words
from tui.typed_times import clock_in, day_in, length_in

if TYPE_CHECKING:
    from tui.screens.triage_keys import TriageKeys

_OTHERS = ("lead", "contact", "opportunity")
_MORNING = time(8)
_NOW = "now"
_LATER = ("1 h", "3 h", "tomorrow", "mon", "+1w")


async def accept(screen: TriageKeys) -> None:
    """Do what is suggested."""
    ids = screen.mails_decided_on()
    if ids:
        await screen.carry_out(ids, accept_suggested, ids)


async def about_booking(screen: TriageKeys, activity_id: int, booking_id: int) -> None:
    """Find another slot for a booking, or confirm it; then the mail that asked for it is handled."""
    from tui.flows import scheduling

    if await scheduling.after_answer(screen, booking_id):
        await screen.carry_out([activity_id], decide_mails, [activity_id], State.HANDLED)


async def new_case(screen: TriageKeys) -> None:
    """Make a case of the mails; what the first of them says is filled in."""
    await _make(screen, "case")


async def make(screen: TriageKeys) -> None:
    """Ask what to make of the mails, and make it."""
    choices = [Content(f"{record_glyph(kind)} New {LABELS[kind][0]}") for kind in _OTHERS]
    place = await screen.app.push_screen_wait(ChooseDialog("Make of it", choices))
    if place is not None:
        await _make(screen, _OTHERS[place])


async def _make(screen: TriageKeys, kind: str) -> None:
    ids = screen.mails_decided_on()
    if not ids:
        return
    as_of = screen.now()
    given = prefilled(kind, await screen.fetch(from_mail, ids[0]))

    async def submit(changed: Mapping[str, Any]) -> Made | RecordRef:
        entered = as_stored(given) | dict(changed)
        if meant := await meant_instead(screen, kind, entered):
            return meant
        return await screen.settle(make_from_mail, kind, entered, ids, as_of=as_of)

    form = FormDialog(
        f"New {LABELS[kind][0]}",
        fields_of_new(kind),
        given,
        submit=submit,
        sources=await sources(screen, kind),
        lines=kind == "opportunity",
    )
    made: Made | RecordRef | None = await screen.app.push_screen_wait(form)
    if isinstance(made, RecordRef):
        await screen.carry_out(ids, link_at_once, ids, made.record_id)
    elif made is not None:
        await screen.was_carried_out(ids)
        for notice in made.notices:
            screen.notify(notice, severity="warning", markup=False)


async def join(screen: TriageKeys) -> None:
    """Ask for a case and add the mails to it; what is open with their sender is offered first."""
    ids = screen.mails_decided_on()
    if not ids:
        return
    offered = tuple(case.record for case in (await screen.fetch(glance, ids[0])).cases)

    async def find(text: str) -> tuple[RecordRef, ...]:
        found = await find_records(screen, "case", text)
        return found if text else (*offered, *(ref for ref in found if ref not in offered))

    chosen = await screen.app.push_screen_wait(PickDialog("Add to the case", find))
    if chosen is not None:
        await screen.carry_out(ids, link_at_once, ids, chosen.record_id)


async def give(screen: TriageKeys) -> None:
    """Ask for a queue or a person and let the mails wait there; where they are regarding cases, give those."""
    ids = screen.mails_decided_on()
    if not ids:
        return
    queues = {one.name: one.queue_id for one in await screen.fetch(queue_names)}
    people = {one.name: one.user_id for one in await screen.fetch(active_users)}
    choices = [Choice(name, "queue") for name in queues]
    choices += [Choice(name, "person") for name in people if name not in queues]
    chosen = await screen.app.push_screen_wait(NarrowDialog("Give it to", choices, placeholder="a queue or a person"))
    if chosen is not None:
        queue_id = queues.get(chosen)
        user_id = people[chosen] if queue_id is None else None
        if cases := await _cases(screen, ids):
            await screen.carry_out(ids, assign_cases, cases, queue_id=queue_id, user_id=user_id, stays=True)
            return
        stays = not screen.leaves(queue_id=queue_id, user_id=user_id)
        await screen.carry_out(ids, give_mails, ids, queue_id=queue_id, user_id=user_id, stays=stays)


async def defer(screen: TriageKeys) -> None:
    """Ask until when, and let the mails wait again then."""
    ids = screen.mails_decided_on()
    if not ids:
        return
    now = screen.now()
    choices = [Choice(said, f"{instant_in(said, now):%a %d %b, %H:%M}") for said in _LATER]
    choices.append(Choice(_NOW, "it waits again"))
    dialog = NarrowDialog("Put it off until", choices, new="then", placeholder="3 h, tomorrow 9:00, fri, 24 dec")
    chosen = await screen.app.push_screen_wait(dialog)
    if chosen == _NOW:
        await screen.carry_out(ids, decide_mails, ids, State.UNDECIDED)
    elif chosen is not None:
        until = instant_in(chosen, now)
        await screen.carry_out(ids, decide_mails, ids, State.SNOOZED, until=until)


def instant_in(text: str, now: datetime) -> datetime:
    """The instant meant by "3 h", "tomorrow", "fri 14:00", in the zone of `now`; a day alone means its morning.

    Raises Invalid.
    """
    length = length_in(text)
    if length is not None:
        return now + length
    day, _, clock = text.strip().rpartition(" ")
    try:
        at = clock_in(clock) if day else None
    except Invalid:
        at = None
    named = day_in(day if at is not None else text, now.date())
    return datetime.combine(named, at or _MORNING, now.tzinfo)


async def never(screen: TriageKeys) -> None:
    """Nothing that this sender writes waits for a decision any more."""
    ids = screen.mails_decided_on()[:1]
    if email := await sender_of(screen):
        await screen.carry_out(ids, ignore_sender, email, others=True)


async def urgency(screen: TriageKeys) -> None:
    """Ask how urgent it is; where the mails are regarding no case yet, one is made of them."""
    ids = screen.mails_decided_on()
    place = await screen.app.push_screen_wait(
        ChooseDialog("How urgent is it?", [Content(words(one)) for one in reversed(PRIORITIES)])
    )
    if not ids or place is None:
        return
    priority = PRIORITIES[len(PRIORITIES) - 1 - place]
    if cases := await _cases(screen, ids):
        await screen.carry_out(ids, set_priority, cases, priority, stays=True)
        return
    given = prefilled("case", await screen.fetch(from_mail, ids[0]))
    await screen.carry_out(ids, make_from_mail, "case", as_stored(given) | {"priority": priority}, ids)


async def _cases(screen: TriageKeys, ids: Sequence[int]) -> list[int]:
    """The cases that the mails are regarding first of all; none where one of them is regarding none."""
    about = await screen.fetch(regarding, ids)
    found = [about[key][0] for key in ids if key in about and about[key][1] == "linked"]
    cases = [one.record_id for one in found if one.kind == "case"]
    return list(dict.fromkeys(cases)) if len(cases) == len(ids) else []


async def quick_answer(screen: TriageKeys) -> None:
    """Ask for a template, a canned answer or a solution and begin an answer with it, from the address of the queue that
    the mail waits in."""
    from tui.dialogs.articles import ArticleDialog
    from tui.flows import writing

    for activity_id in screen.mails_decided_on()[:1]:
        if await writing.taken_over(screen, activity_id):
            return
        shelf, about = await screen.fetch(texts_for_mail, activity_id)
        if not shelf.articles:
            screen.notify("There is no text to answer with yet: F2 keeps one while you write a mail.")
            return
        dialog = ArticleDialog(shelf, about=about, now=screen.now(), heading="Answer with", can_keep=False)
        picked = await screen.app.push_screen_wait(dialog)
        if picked is not None and picked.article is not None:
            subject = picked.article.subject if isinstance(picked.article, ReadyTemplate) else ""
            await writing.answer_with(screen, activity_id, subject, picked.article.text)
