"""GetUserOofSettings and SetUserOofSettings: what a mailbox answers while its owner is away.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuseroofsettings-operation
https://learn.microsoft.com/exchange/client-developer/web-service-reference/setuseroofsettings-operation
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from lxml import etree

from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.soap import MESSAGES, TYPES, EwsError, SoapFault, T
from mail_sync.sandbox.ews.xml import instant, text
from mail_sync.sandbox.model import Mailbox, NotFound, OutOfOffice

DISABLED, ENABLED, SCHEDULED = "Disabled", "Enabled", "Scheduled"
AUDIENCES = ("None", "Known", "All")


def get_user_oof_settings(call: Call) -> str:
    """The settings, whether they are in force or not."""
    return _response(call, lambda: _shown(_owner(call).out_of_office))


def set_user_oof_settings(call: Call) -> str:
    """New settings; everybody is answered anew."""

    def store() -> str:
        owner, said = _owner(call), call.body.find(f"{T}UserOofSettings")
        if said is None:
            raise SoapFault("ErrorSchemaValidation")
        owner.out_of_office = _read(said)
        return ""

    return _response(call, store)


def _owner(call: Call) -> Mailbox:
    address = call.body.findtext(f"{T}Mailbox/{T}Address") or call.mailbox.address
    try:
        owner = call.model.mailbox(address)
    except NotFound as error:
        raise EwsError("ErrorNonExistentMailbox") from error
    if owner is not call.mailbox:
        raise EwsError("ErrorAccessDenied")
    return owner


def _response(call: Call, answer: Callable[[], str]) -> str:
    try:
        call.check_message()
        with call.model.lock:
            inner = answer()
        message = (
            '<m:ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode></m:ResponseMessage>'
        )
    except SoapFault:
        raise
    except EwsError as error:
        inner = ""
        message = (
            f'<m:ResponseMessage ResponseClass="Error"><m:MessageText>{text(error.detail)}</m:MessageText>'
            f"<m:ResponseCode>{error.code}</m:ResponseCode></m:ResponseMessage>"
        )
    name = f"m:{call.operation}Response"
    return f'<{name} xmlns:m="{MESSAGES}" xmlns:t="{TYPES}">{message}{inner}</{name}>'


def _shown(away: OutOfOffice) -> str:
    state = (SCHEDULED if away.start or away.end else ENABLED) if away.enabled else DISABLED
    start = away.start or datetime(2026, 1, 1, tzinfo=UTC)
    return (
        f"<t:OofSettings><t:OofState>{state}</t:OofState><t:ExternalAudience>{away.audience}</t:ExternalAudience>"
        f"<t:Duration><t:StartTime>{instant(start)}</t:StartTime><t:EndTime>{instant(away.end or start)}</t:EndTime>"
        f"</t:Duration><t:InternalReply><t:Message>{text(away.internal)}</t:Message></t:InternalReply>"
        f"<t:ExternalReply><t:Message>{text(away.external)}</t:Message></t:ExternalReply></t:OofSettings>"
        "<m:AllowExternalOof>All</m:AllowExternalOof>"
    )


def _read(said: etree._Element) -> OutOfOffice:
    state, audience = said.findtext(f"{T}OofState"), said.findtext(f"{T}ExternalAudience", "All")
    if state not in (DISABLED, ENABLED, SCHEDULED) or audience not in AUDIENCES:
        raise SoapFault("ErrorSchemaValidation")
    start, end = (_moment(said.findtext(f"{T}Duration/{T}{name}")) for name in ("StartTime", "EndTime"))
    if state == SCHEDULED and (start is None or end is None or end <= start):
        raise EwsError("ErrorInvalidScheduledOofDuration")
    if said.find(f"{T}InternalReply") is None or said.find(f"{T}ExternalReply") is None:
        raise EwsError("ErrorInvalidUserOofSettings")
    return OutOfOffice(
        enabled=state != DISABLED,
        internal=said.findtext(f"{T}InternalReply/{T}Message") or "",
        external=said.findtext(f"{T}ExternalReply/{T}Message") or "",
        audience=audience,
        start=start if state == SCHEDULED else None,
        end=end if state == SCHEDULED else None,
    )


def _moment(said: str | None) -> datetime | None:
    if not said:
        return None
    try:
        found = datetime.fromisoformat(said)
    except ValueError as error:
        raise SoapFault("ErrorSchemaValidation") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
