"""Taking back what the chat did; where it was sent already, the correction that can be had instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.chat.acting import carry_out, listed, new_fields
from assistant.chat.registry import Cite, Done, Proposal, Talk
from store.errors import AlreadySent, StoreBusy, StoreError, StoreFull, StoreUnreachable

#: Acts on meetings that are put right by an act of their own, not by a mail.
_MEETING_ACTS = frozenset({"create_appointment", "edit_appointment", "cancel_appointment"})
#: What may be tried again as it is.
_FOR_A_WHILE = (StoreBusy, StoreFull, StoreUnreachable)
_LOOKED_BACK = 200  # operations among which the one that was sent is looked for


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was taken back, and what can only be corrected. `sentence` says why the rest was not, '' where all was;
    `left` can still be."""

    done: tuple[Done, ...]
    left: tuple[Done, ...] = ()
    sentence: str = ""
    correction: Proposal | None = None


def take_back(talk: Talk, acts: Sequence[Done]) -> TakenBack:
    """Take back acts, the last one first, until one cannot be."""
    from store.history.operations import undo
    from store.mail.composing import discard_draft

    found: list[Done] = []
    for place, act in reversed(list(enumerate(acts))):
        left = tuple(acts[:place])
        try:
            if act.operation:
                uid = carry_out(talk, undo, act.operation)
            elif act.about is not None and act.about.kind == "draft":
                uid = carry_out(talk, discard_draft, act.about.id)
            else:
                continue
        except AlreadySent as error:
            return TakenBack(tuple(found), left, error.sentence, _correction_of(talk, error, act))
        except _FOR_A_WHILE as error:
            return TakenBack(tuple(found), (*left, act), error.sentence)
        except StoreError as error:  # it never can be: what was done before it still can
            return TakenBack(tuple(found), left, error.sentence)
        found.append(Done(_said(act), uid, act.about))
    return TakenBack(tuple(found))


def _correction_of(talk: Talk, error: AlreadySent, act: Done) -> Proposal | None:
    """None where even that cannot be had, as from a mailbox that was taken away."""
    try:
        return correction(talk, error, act.operation)
    except StoreError:
        return None


def _said(act: Done) -> str:
    if act.operation and act.about is not None and act.about.kind == "draft":
        return f"Recalled: the mail “{act.about.title}” waits as a draft in the outbox."
    return f"Taken back: {act.text}"


def correction(talk: Talk, error: AlreadySent, operation_uid: str) -> Proposal:
    """What can be done about something that was sent: the meeting put back, or a mail to the same people."""
    from store.queries.history import operations

    latest = talk.services.read(operations, limit=_LOOKED_BACK)
    if any(one.uid == operation_uid and one.name in _MEETING_ACTS for one in latest):
        return _of_meeting(talk, operation_uid)
    return _of_mail(talk, error.outgoing_uid)


def _of_meeting(talk: Talk, operation_uid: str) -> Proposal:
    from calendar_sync.corrections import make_up_for

    def carry() -> Done:
        made = carry_out(talk, make_up_for, operation_uid, recall=talk.services.recall)
        return Done(
            "It is put right; everybody who was mailed is mailed again.", made[-1].operation_uid if made else ""
        )

    return Proposal(
        "Put the meeting back to how it was.", (), (), carry, "Everybody who was mailed about it is mailed again."
    )


def _of_mail(talk: Talk, outgoing_uid: str) -> Proposal:
    from assistant.composing import correction_draft
    from store.mail.composing import save_draft

    draft = talk.services.read(correction_draft, outgoing_uid, zone=talk.now.tzinfo)

    def carry() -> Done:
        uid = carry_out(talk, save_draft, draft)
        said = "The correction waits in the outbox; write there what is right, and send it."
        return Done(said, "", Cite("draft", uid, draft.subject))

    to = listed([one.email for one in draft.recipients])
    return Proposal("Begin a correction.", (), new_fields({"to": to, "subject": draft.subject}), carry)
