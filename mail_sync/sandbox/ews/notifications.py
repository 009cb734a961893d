"""Subscribe, Unsubscribe and GetEvents, and how events are written.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/subscribe-operation
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from lxml import etree

from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.soap import EwsError, M, T, attempt, response
from mail_sync.sandbox.ews.xml import instant
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.journal import Event, Happening
from mail_sync.sandbox.model import Mailbox
from mail_sync.sandbox.subscriptions import (
    STREAM_LIFE,
    InvalidWatermark,
    MissedEvents,
    NoSubscription,
    Subscription,
    TooMany,
    read_watermark,
    watermark,
)

MOST_EVENTS = 50  # of one GetEvents reply
MOST_MINUTES = 1440


def subscribe(call: Call) -> str:
    """Pull and streaming; a push subscription is refused, because a client on loopback has nothing to push to."""

    def one() -> str:
        call.check_message()
        made = _subscribed(call, call.body[0])
        mark = "" if made.is_streaming else f"<m:Watermark>{watermark(made.mailbox, made.position)}</m:Watermark>"
        return f"<m:SubscriptionId>{made.subscription_id}</m:SubscriptionId>{mark}"

    return response("Subscribe", [attempt("Subscribe", one)])


def _subscribed(call: Call, wanted: etree._Element) -> Subscription:
    kind = etree.QName(wanted).localname
    if kind == "PushSubscriptionRequest":
        raise EwsError("ErrorInvalidSubscriptionRequest", "This server offers pull and streaming subscriptions only.")
    mailbox = call.mailbox
    folders = _folders(call, wanted)
    events = _event_types(wanted)
    if call.faults.take(FaultKind.SUBSCRIPTION_LIMIT, call.operation, mailbox.address):
        raise EwsError("ErrorExceededSubscriptionCount")
    is_streaming = kind == "StreamingSubscriptionRequest"
    life = STREAM_LIFE if is_streaming else _life(wanted)
    with mailbox.lock:
        position = _position(mailbox, wanted.findtext(f"{M}Watermark") or wanted.findtext(f"{T}Watermark") or "")
        try:
            return call.subscriptions.add(
                call.owner, mailbox, folders, events, position=position, life=life, is_streaming=is_streaming
            )
        except TooMany as error:
            raise EwsError("ErrorExceededSubscriptionCount") from error


def _folders(call: Call, wanted: etree._Element) -> frozenset[str] | None:
    if wanted.get("SubscribeToAllFolders") in ("true", "True", "1"):
        return None
    container = wanted.find(f"{T}FolderIds")
    found = [call.folder(reference) for reference in ([] if container is None else container)]
    if not found:
        raise EwsError("ErrorInvalidSubscriptionRequest")
    if any(folder.mailbox is not call.mailbox for folder in found):
        raise EwsError("ErrorSubscriptionDelegateAccessNotSupported")
    return frozenset(folder.folder_id for folder in found)


def _event_types(wanted: etree._Element) -> frozenset[Event]:
    try:
        return frozenset(
            Event((one.text or "").removesuffix("Event")) for one in wanted.iterfind(f"{T}EventTypes/{T}EventType")
        )
    except ValueError as error:
        raise EwsError("ErrorInvalidSubscriptionRequest") from error


def _life(wanted: etree._Element) -> timedelta:
    minutes = wanted.findtext(f"{T}Timeout") or ""
    if not minutes.isdecimal() or not 1 <= int(minutes) <= MOST_MINUTES:
        raise EwsError("ErrorInvalidSubscriptionRequest", "The timeout must be 1 to 1440 minutes.")
    return timedelta(minutes=int(minutes))


def _position(mailbox: Mailbox, mark: str) -> int:
    """Where a new subscription begins: at an old watermark, or now."""
    if not mark:
        return mailbox.journal.latest
    try:
        return read_watermark(mark, mailbox)
    except InvalidWatermark as error:
        raise EwsError("ErrorInvalidWatermark") from error


def unsubscribe(call: Call) -> str:
    """https://learn.microsoft.com/exchange/client-developer/web-service-reference/unsubscribe-operation"""

    def one() -> str:
        call.check_message()
        found = subscription(call, call.body.findtext(f"{M}SubscriptionId") or "")
        call.subscriptions.remove(found.subscription_id)
        with call.model.changed:
            call.model.changed.notify_all()  # a stream that listens to it learns that it is gone
        return ""

    return response("Unsubscribe", [attempt("Unsubscribe", one)])


def subscription(call: Call, subscription_id: str) -> Subscription:
    """The caller's own subscription, kept alive. Raises EwsError as documented."""
    try:
        found = call.subscriptions.get(subscription_id, call.model.now())
        if call.faults.take(FaultKind.SUBSCRIPTION_EXPIRED, call.operation, subscription_id, found.mailbox.address):
            call.subscriptions.remove(subscription_id)
            raise EwsError("ErrorExpiredSubscription")
    except NoSubscription as error:
        raise EwsError("ErrorSubscriptionNotFound") from error
    if found.owner != call.owner:
        raise EwsError("ErrorSubscriptionAccessDenied")
    return found


def get_events(call: Call) -> str:
    """https://learn.microsoft.com/exchange/client-developer/web-service-reference/getevents-operation"""

    def one() -> str:
        call.check_message()
        found = subscription(call, call.body.findtext(f"{M}SubscriptionId") or "")
        if found.is_streaming:
            raise EwsError("ErrorInvalidPullSubscriptionId")
        mark = call.body.findtext(f"{M}Watermark") or ""
        with found.mailbox.lock:
            return _notification(call, found, mark)

    return response("GetEvents", [attempt("GetEvents", one)])


def _notification(call: Call, found: Subscription, mark: str) -> str:
    try:
        number = read_watermark(mark, found.mailbox)
        if number < found.start:
            raise InvalidWatermark(mark)
        told, end, is_cut = found.after(number, MOST_EVENTS)
    except InvalidWatermark as error:
        raise EwsError("ErrorInvalidWatermark") from error
    except MissedEvents as error:
        raise EwsError("ErrorMissedNotificationEvents") from error
    found.position = end
    if told and call.faults.take(FaultKind.LOST_EVENTS, call.operation, found.mailbox.address):
        told = []
    status = f"<t:StatusEvent><t:Watermark>{watermark(found.mailbox, end)}</t:Watermark></t:StatusEvent>"
    return (
        f"<m:Notification><t:SubscriptionId>{found.subscription_id}</t:SubscriptionId>"
        f"<t:PreviousWatermark>{mark}</t:PreviousWatermark><t:MoreEvents>{'true' if is_cut else 'false'}</t:MoreEvents>"
        f"{write_events(found.mailbox, told, with_watermark=True) or status}</m:Notification>"
    )


def write_events(mailbox: Mailbox, told: Iterable[Happening], *, with_watermark: bool) -> str:
    """The events as elements. Only those of a pull subscription carry watermarks. The caller holds the lock."""
    return "".join(_event(mailbox, happening, with_watermark) for happening in told)


def _event(mailbox: Mailbox, happening: Happening, with_watermark: bool) -> str:
    mark = f"<t:Watermark>{watermark(mailbox, happening.number)}</t:Watermark>" if with_watermark else ""
    subject, old = ("FolderId", "OldFolderId") if happening.is_folder else ("ItemId", "OldItemId")
    parts = [
        mark,
        f"<t:TimeStamp>{instant(happening.at)}</t:TimeStamp>",
        _reference(mailbox, subject, happening.subject),
        _reference(mailbox, "ParentFolderId", happening.folder_id),
    ]
    if happening.old_subject:
        parts.append(_reference(mailbox, old, happening.old_subject))
        parts.append(_reference(mailbox, "OldParentFolderId", happening.old_folder_id))
    if happening.is_folder and happening.event is Event.MODIFIED:
        folder = mailbox.folders.get(happening.subject)
        unread = 0 if folder is None else sum(not item.is_read for item in folder.items)
        parts.append(f"<t:UnreadCount>{unread}</t:UnreadCount>")
    return f"<t:{happening.event}Event>{''.join(parts)}</t:{happening.event}Event>"


def _reference(mailbox: Mailbox, name: str, subject: str) -> str:
    """An id with a change key that says nothing: events name things, they do not describe their state."""
    if subject in mailbox.folders or name.endswith("FolderId"):
        return f'<t:{name} Id="{subject}" ChangeKey="AQAAAA=="/>'
    return f'<t:{name} Id="{subject}" ChangeKey="CQAAAA=="/>'
