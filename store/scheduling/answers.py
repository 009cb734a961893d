"""What customers' calendars answer to notices: kept with the notice that they answer, and said where it matters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from store.actor import SYSTEM
from store.history.ledger import record_operation
from store.linking.by_hand import link_all_by_hand
from store.queries.scheduling.customers import CustomerBooking, customer_bookings
from store.queries.scheduling.told import ToldNotice, told_notices
from store.scheduling.lifecycle import OPEN
from store.scheduling.notices import ANSWERS, REMINDER, CustomerAnswer
from store.scheduling.said import when_said
from store.schema.activities import Activity
from store.schema.records import Record
from store.schema.scheduling import Booking, BookingNotice
from store.triage.notices import tell
from store.triage.rows import set_states
from store.triage.standing import State

_RULE = "booking_answer"  # of links that answers bring


def booking_with_uid(tx: Connection, uid: str) -> int | None:
    """The key of the booking with this uid, None where this store has none."""
    found = select(Booking.id).join(Record, Record.id == Booking.id).where(Record.uid == uid)
    return tx.execute(found).scalar() if uid else None


def keep_answer(tx: Connection, booking_id: int, answer: CustomerAnswer, *, now: datetime) -> bool:
    """Keep an answer with the notice that it answers; False where it comes from nobody who was told, or is not the
    latest. Who has the booking is told where something is to be done about it."""
    notice = _answered(told_notices(tx, [booking_id]).get(booking_id, ()), answer.sequence)
    if notice is None or answer.said not in ANSWERS or not _was_told(notice, answer):
        return False
    if notice.answer and datetime.fromisoformat(notice.answer["at"]) >= answer.at:
        return False
    columns = (Activity.uid, Activity.subject)
    mail = tx.execute(select(*columns).where(Activity.id == answer.activity_id)).one()
    kept = {
        "mail": mail.uid,
        "said": answer.said,
        "who": answer.name or answer.email,
        "at": answer.at.isoformat(),
        "starts_at": answer.starts_at and answer.starts_at.isoformat(),
        "ends_at": answer.ends_at and answer.ends_at.isoformat(),
    }
    tx.execute(update(BookingNotice).where(BookingNotice.id == notice.notice_id).values(answer=kept))
    _tell(tx, booking_id, notice, answer, now)
    _link(tx, booking_id, answer, mail.subject, now)
    return True


def _answered(notices: Sequence[ToldNotice], sequence: int) -> ToldNotice | None:
    """The notice that was sent with this sequence, else the last one: some calendars answer without it."""
    sent = [each for each in reversed(notices) if each.counts and each.payload and each.kind != REMINDER]
    return next((each for each in sent if each.sequence == sequence), sent[0] if sent else None)


def _was_told(notice: ToldNotice, answer: CustomerAnswer) -> bool:
    """Whether it is for somebody whom the notice went to, and comes from them: anybody can send a mail."""
    told = {str(one[0]).casefold() for one in notice.payload.get("to", ())}
    return answer.email.casefold() in told and answer.sender.casefold() in told


def _link(tx: Connection, booking_id: int, answer: CustomerAnswer, subject: str, now: datetime) -> None:
    """The mail is regarding the booking, whatever else it looks like; triage then looks at it as at any other."""
    living = (Record.id == booking_id, Record.deleted_at.is_(None))
    record = tx.execute(select(Record.number, Record.title).where(*living)).one_or_none()
    if record is None:
        return
    because = {"rule": _RULE, "quote": subject, "source": f"answers what was told of {record.number}"}
    changes = link_all_by_hand(tx, [answer.activity_id], booking_id, because=because, by=SYSTEM, now=now)
    set_states(tx, {answer.activity_id: State.PENDING}, decided_at=None, rule_id=None)
    changes = [each for each in changes if each.table != "triage"]
    told = f"{answer.name or answer.email} {_SAID[answer.said]} {record.number} {record.title}"
    record_operation(tx, "take_answer", told, changes, by=SYSTEM, now=now)


def _tell(tx: Connection, booking_id: int, notice: ToldNotice, answer: CustomerAnswer, now: datetime) -> None:
    """What declines, asks for another time, or accepts what is only held, wants somebody."""
    one = customer_bookings(tx, [booking_id]).get(booking_id)
    if one is None or one.status not in OPEN or (answer.said in _YES and one.status != "hold"):
        return
    who, named = answer.name or answer.email, f"{one.booking.number} {one.booking.title}"
    text = f"{who} {_SAID[answer.said]} {named}{_as_it_stands(one, notice)}."
    if answer.starts_at is not None and answer.ends_at is not None:
        text = f"{text[:-1]}: {when_said(answer.starts_at, answer.ends_at, one.team.zone)}."
    owner = tx.execute(select(Record.owner_id).where(Record.id == booking_id)).scalar()
    topic = f"booking answer {notice.notice_id} {answer.said} {answer.at.isoformat()}"
    tell(tx, topic, text, record_id=booking_id, user_id=owner, now=now)


def _as_it_stands(one: CustomerBooking, notice: ToldNotice) -> str:
    """What the answer is worth: it may be about a time that does not hold any more."""
    told = tuple(datetime.fromisoformat(notice.told[name]) for name in ("starts_at", "ends_at"))
    customer = notice.told.get("customer", "")
    if customer and not one.is_for(customer, notice.told.get("email", "")):
        return ", which is for somebody else now"
    if told != (one.starts_at, one.ends_at):
        return ", as it was before it was moved"
    return ", which is held" if one.status == "hold" else ""


_YES = ("accepted", "tentative")
_SAID = {
    "accepted": "accepted",
    "tentative": "accepted tentatively",
    "declined": "declined",
    "counter": "asks for another time for",
}
