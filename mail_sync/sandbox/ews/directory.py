"""ConvertId, ResolveNames, GetServerTimeZones: what a client asks about the server rather than about mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from lxml import etree

from mail_sync.sandbox import ids
from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.soap import EwsError, M, T, attempt, failure, response, success
from mail_sync.sandbox.ews.xml import attribute, element, text
from mail_sync.sandbox.facts import zones

WRITE_FORMATS = ("EwsId", "EwsLegacyId", "OwaId", "StoreId", "EntryId", "HexEntryId")


def convert_id(call: Call) -> str:
    """https://learn.microsoft.com/exchange/client-developer/web-service-reference/convertid-operation"""
    target = str(call.body.get("DestinationFormat", ""))
    sources = call.body.find(f"{M}SourceIds")
    return response(
        "ConvertId",
        [attempt("ConvertId", partial(_convert, call, one, target)) for one in ([] if sources is None else sources)],
    )


def _convert(call: Call, source: etree._Element, target: str) -> str:
    call.check_message()
    given, shown = str(source.get("Format", "")), str(source.get("Id", ""))
    try:
        raw = bytes.fromhex(shown) if given == "HexEntryId" else ids.decode(shown)
    except ValueError as error:
        raise EwsError("ErrorInvalidIdMalformed") from error
    if target not in WRITE_FORMATS:
        raise EwsError("ErrorInvalidOperation")
    converted = raw.hex().upper() if target == "HexEntryId" else ids.encode(raw)
    return (
        f'<m:AlternateId xsi:type="t:AlternateIdType" Format="{target}" Id="{converted}" '
        f'Mailbox="{attribute(str(source.get("Mailbox", "")))}"/>'
    )


def resolve_names(call: Call) -> str:
    """The mailboxes of this server whose name or address holds the text asked for.

    https://learn.microsoft.com/exchange/client-developer/web-service-reference/resolvenames-operation
    """
    wanted = (call.body.findtext(f"{M}UnresolvedEntry") or "").strip().lower().removeprefix("smtp:")
    found = [
        mailbox
        for mailbox in call.model.mailboxes.values()
        if wanted and (wanted in mailbox.address.lower() or wanted in mailbox.name.lower())
    ]
    if not found:
        return response("ResolveNames", [failure("ResolveNames", EwsError("ErrorNameResolutionNoResults"))])
    resolutions = "".join(
        f"<t:Resolution><t:Mailbox><t:Name>{text(mailbox.name)}</t:Name>{element('EmailAddress', mailbox.address)}"
        "<t:RoutingType>SMTP</t:RoutingType><t:MailboxType>Mailbox</t:MailboxType></t:Mailbox></t:Resolution>"
        for mailbox in found
    )
    inner = (
        f'<m:ResolutionSet TotalItemsInView="{len(found)}" IncludesLastItemInRange="true">{resolutions}'
        "</m:ResolutionSet>"
    )
    if len(found) == 1:
        return response("ResolveNames", [success("ResolveNames", inner)])
    return response("ResolveNames", [_several(inner)])


def _several(inner: str) -> str:
    return (
        '<m:ResolveNamesResponseMessage ResponseClass="Warning"><m:MessageText>Multiple results were found.'
        "</m:MessageText><m:ResponseCode>ErrorNameResolutionMultipleResults</m:ResponseCode>"
        f"<m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>{inner}</m:ResolveNamesResponseMessage>"
    )


def get_server_time_zones(call: Call) -> str:
    """The zones asked for (all where none is named), with their rules of this year when full data is wanted.

    https://learn.microsoft.com/exchange/client-developer/web-service-reference/getservertimezones-operation
    """
    wanted = {one.text for one in call.body.iterfind(f"{M}Ids/{T}Id")}
    full = call.body.get("ReturnFullTimeZoneData", "true") in ("true", "1")
    shown = "".join(
        _zone(windows, olson, full, call.model.now().year)
        for windows, olson in zones.all_zones()
        if not wanted or windows in wanted
    )
    inner = f"<m:TimeZoneDefinitions>{shown}</m:TimeZoneDefinitions>"
    return response("GetServerTimeZones", [success("GetServerTimeZones", inner)])


@lru_cache(maxsize=512)
def _zone(windows: str, olson: str, full: bool, year: int) -> str:
    name = attribute(windows)
    head = f'<t:TimeZoneDefinition Name="{name}" Id="{name}"'
    if not full:
        return f"{head}/>"
    zone = ZoneInfo(olson)
    shifts = zones.shifts(zone, year)
    standard = min(
        (datetime(year, month, 1, tzinfo=zone).utcoffset() or timedelta() for month in (1, 7)),
        key=lambda offset: offset,
    )
    periods = f'<t:Period Bias="{_bias(standard)}" Name="Standard" Id="trule:{name}-Standard"/>'
    if len(shifts) != 2:
        target = f'<t:Transition><t:To Kind="Period">trule:{name}-Standard</t:To></t:Transition>'
    else:
        daylight = max(offset for _, offset in shifts)
        periods += f'<t:Period Bias="{_bias(daylight)}" Name="Daylight" Id="trule:{name}-Daylight"/>'
        target = "".join(
            _transition(name, at, "Daylight" if offset == daylight else "Standard") for at, offset in shifts
        )
    return (
        f'{head}><t:Periods>{periods}</t:Periods><t:TransitionsGroups><t:TransitionsGroup Id="0">{target}'
        '</t:TransitionsGroup></t:TransitionsGroups><t:Transitions><t:Transition><t:To Kind="Group">0</t:To>'
        "</t:Transition></t:Transitions></t:TimeZoneDefinition>"
    )


def _transition(name: str, at: datetime, period: str) -> str:
    occurrence = -1 if (at + timedelta(days=7)).month != at.month else (at.day - 1) // 7 + 1
    return (
        f'<t:RecurringDayTransition><t:To Kind="Period">trule:{name}-{period}</t:To>'
        f"<t:TimeOffset>PT{at.hour}H</t:TimeOffset><t:Month>{at.month}</t:Month>"
        f"<t:DayOfWeek>{at:%A}</t:DayOfWeek><t:Occurrence>{occurrence}</t:Occurrence></t:RecurringDayTransition>"
    )


def _bias(offset: timedelta) -> str:
    """The offset as EWS counts it: to be added to local time to get UTC."""
    minutes = int(offset.total_seconds()) // 60
    sign, minutes = ("-", minutes) if minutes > 0 else ("", -minutes)
    return f"{sign}PT{minutes // 60}H{f'{minutes % 60}M' if minutes % 60 else ''}"
