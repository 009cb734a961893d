"""Sign-in, access, and the exact shapes on the wire."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import pytest
from exchangelib import IMPERSONATION, Account, EWSTimeZone
from exchangelib.errors import (
    ErrorAccessDenied,
    ErrorImpersonateUserDenied,
    ErrorNameResolutionNoResults,
    ErrorNonExistentMailbox,
    UnauthorizedError,
)
from lxml import etree

from mail_sync.sandbox.ews.soap import M, T
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Mailbox, Model
from mail_sync.sandbox.server import Sandbox, serve
from tests.mail_sync.sandbox.builders import ANNA, add_mail, synthetic

MAX = "max@alpineskihouse.example"
SIGNED_IN = {"Authorization": "Basic " + b64encode(f"{ANNA}:demo".encode()).decode(), "Content-Type": "text/xml"}
ENVELOPE = """<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"
 xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">
<s:Header><t:RequestServerVersion Version="Exchange2016"/></s:Header><s:Body>{body}</s:Body></s:Envelope>"""
SYNC = """<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>
<m:SyncFolderId><t:DistinguishedFolderId Id="inbox"/></m:SyncFolderId>{state}
<m:MaxChangesReturned>2</m:MaxChangesReturned></m:SyncFolderItems>"""

GET = """<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape>
<m:ItemIds><t:ItemId Id="{item}"/></m:ItemIds></m:GetItem>"""


@pytest.fixture
def model() -> Model:
    made = synthetic(3)
    made.add_mailbox(MAX, "Max Berger", "secret")
    return made


def post(sandbox: Sandbox, body: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection(sandbox.host, sandbox.port)
    try:
        connection.request(
            "POST", "/EWS/Exchange.asmx", ENVELOPE.format(body=body), SIGNED_IN if headers is None else headers
        )
        reply = connection.getresponse()
        return reply.status, dict(reply.getheaders()), reply.read()
    finally:
        connection.close()


def without_ids(xml: bytes) -> str:
    return re.sub(r'(Id|ChangeKey)="[^"]{40,}"|(?<=<m:SyncState>)[^<]+', r"\1", xml.decode())


def test_unknown_visitor_is_challenged(sandbox: Sandbox) -> None:
    status, headers, _ = post(sandbox, "<m:GetFolder/>", {})
    assert (status, headers["WWW-Authenticate"]) == (401, 'Basic realm="sandbox"')


def test_wrong_password_is_refused(signed_in: Callable[..., Account]) -> None:
    with pytest.raises(UnauthorizedError):
        _ = signed_in(password="wrong").inbox.total_count


def test_reply_says_exchange_2016(account: Account) -> None:
    assert (account.version.api_version, str(account.version.build)) == ("Exchange2016", "15.1.2507.6")


def test_other_mailbox_needs_a_right(signed_in: Callable[..., Account], model: Model) -> None:
    account = signed_in(address=MAX, user=ANNA)
    with pytest.raises(ErrorAccessDenied):
        _ = account.inbox.total_count
    model.mailbox(MAX).readers.add(ANNA)
    assert account.inbox.total_count == 0


def test_unknown_mailbox_is_named_as_such(signed_in: Callable[..., Account]) -> None:
    with pytest.raises(ErrorNonExistentMailbox):
        _ = signed_in(address="nobody@alpineskihouse.example", user=ANNA).inbox.total_count


def test_impersonation_needs_a_right(sandbox: Sandbox, account: Account, model: Model) -> None:
    other = Account(MAX, config=account.protocol.config, autodiscover=False, access_type=IMPERSONATION)
    with pytest.raises(ErrorImpersonateUserDenied):
        _ = other.inbox.total_count
    model.impersonators.add(ANNA)
    assert other.inbox.total_count == 0


def test_sync_reply_is_as_documented(sandbox: Sandbox) -> None:
    status, headers, body = post(sandbox, SYNC.format(state=""))
    assert (status, headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    shown = without_ids(body)
    assert shown[shown.index("<m:ResponseMessages>") : shown.index("</m:SyncFolderItemsResponse>")] == (
        "<m:ResponseMessages><m:SyncFolderItemsResponseMessage ResponseClass=\"Success\">"
        "<m:ResponseCode>NoError</m:ResponseCode><m:SyncState></m:SyncState>"
        "<m:IncludesLastItemInRange>false</m:IncludesLastItemInRange><m:Changes>"
        "<t:Create><t:Message><t:ItemId Id ChangeKey/></t:Message></t:Create>"
        "<t:Create><t:Message><t:ItemId Id ChangeKey/></t:Message></t:Create>"
        "</m:Changes></m:SyncFolderItemsResponseMessage></m:ResponseMessages>"
    )  # fmt: skip


def test_listing_leaves_out_what_needs_get_item(sandbox: Sandbox) -> None:
    asked = ("item:Body", "item:Attachments", "item:MimeContent", "item:Subject", "message:IsRead",
             "message:ToRecipients", "message:From")  # fmt: skip
    fields = "".join(f'<t:FieldURI FieldURI="{uri}"/>' for uri in asked)
    wanted = f"IdOnly</t:BaseShape><t:AdditionalProperties>{fields}</t:AdditionalProperties>"
    _, _, body = post(sandbox, SYNC.format(state="").replace("IdOnly</t:BaseShape>", wanted))
    message = etree.fromstring(body).find(f".//{T}Create/{T}Message")
    assert message is not None
    assert [etree.QName(child).localname for child in message] == ["ItemId", "Subject", "From", "IsRead"]


def test_stopped_sandbox_answers_nobody(model: Model) -> None:
    with serve(model) as running:
        connection = HTTPConnection(running.host, running.port)
        connection.request("POST", "/EWS/Exchange.asmx", "", SIGNED_IN)
        connection.getresponse().read()
    with pytest.raises(OSError):
        for _ in range(2):
            connection.request("POST", "/EWS/Exchange.asmx", "", SIGNED_IN)
            connection.getresponse()
    connection.close()


def test_calls_go_on_beside_each_other_while_mail_arrives(sandbox: Sandbox, anna: Mailbox) -> None:
    known = [item.item_id for item in anna.folder("inbox").items]

    def work(_: int) -> set[int]:
        statuses = set()
        for _round in range(10):
            add_mail(anna, "Subject: x\n\nbody")
            statuses.add(post(sandbox, SYNC.format(state=""))[0])
            statuses.add(post(sandbox, GET.format(item=known[0]))[0])
        return statuses

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == [{200}] * 4
    assert (len(anna.folder("inbox").items), sandbox.counts["GetItem"]) == (43, 40)


def test_invalid_state_reply_is_as_documented(sandbox: Sandbox) -> None:
    _, _, body = post(sandbox, SYNC.format(state="<m:SyncState>nonsense</m:SyncState>"))
    shown = body.decode()
    assert shown[shown.index("<m:ResponseMessages>") : shown.index("</m:SyncFolderItemsResponse>")] == (
        "<m:ResponseMessages><m:SyncFolderItemsResponseMessage ResponseClass=\"Error\">"
        "<m:MessageText>Synchronization state data is corrupt or otherwise invalid.</m:MessageText>"
        "<m:ResponseCode>ErrorInvalidSyncStateData</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>"
        "<m:SyncState/><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>"
        "</m:SyncFolderItemsResponseMessage></m:ResponseMessages>"
    )  # fmt: skip


def test_busy_fault_is_as_documented(sandbox: Sandbox) -> None:
    sandbox.faults.set(FaultKind.BUSY, 4321)
    status, _, body = post(sandbox, SYNC.format(state=""))
    root = etree.fromstring(body)
    detail = root.find(".//detail")
    assert detail is not None
    assert (status, root.findtext(".//faultcode"), [child.text for child in detail.iter() if child.text]) == (
        500,
        "a:ErrorServerBusy",
        ["ErrorServerBusy", "The server cannot service this request right now. Try again later.", "4321"],
    )
    assert [child.get("Name") for child in detail.iter(f"{T}Value")] == ["BackOffMilliseconds"]


def test_throttled_reply_says_when_to_come_back(sandbox: Sandbox) -> None:
    sandbox.faults.set(FaultKind.HTTP_STATUS, 429, retry_after=12)
    status, headers, body = post(sandbox, SYNC.format(state=""))
    assert (status, headers["Retry-After"], headers["Content-Type"], body[:15]) == (
        429, "12", "text/html", b"<!DOCTYPE html>",
    )  # fmt: skip


@pytest.mark.parametrize("body", ["<m:Unknown/>", "", "<m:SyncFolderItems/>", "<broken"])
def test_bad_request_is_a_soap_fault(sandbox: Sandbox, body: str) -> None:
    status, _, reply = post(sandbox, body)
    assert (status, b"<s:Fault>" in reply) == (500, True)


def test_external_entities_are_not_read(sandbox: Sandbox) -> None:
    connection = HTTPConnection(sandbox.host, sandbox.port)
    evil = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + ENVELOPE.format(body="<m:A>&e;</m:A>")[39:]
    connection.request("POST", "/EWS/Exchange.asmx", evil, SIGNED_IN)
    reply = connection.getresponse()
    assert (reply.status, b"The operation A is not supported" in reply.read()) == (500, True)
    connection.close()


def test_fields_come_in_schema_order(sandbox: Sandbox, anna: Mailbox) -> None:
    item = anna.folder("inbox").items[0]
    _, _, body = post(
        sandbox,
        "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent>"
        '<t:AdditionalProperties><t:FieldURI FieldURI="message:IsRead"/><t:FieldURI FieldURI="item:Subject"/>'
        '<t:FieldURI FieldURI="message:From"/><t:FieldURI FieldURI="item:Size"/></t:AdditionalProperties></m:ItemShape>'
        f'<m:ItemIds><t:ItemId Id="{item.item_id}"/></m:ItemIds></m:GetItem>',
    )
    message = etree.fromstring(body).find(f".//{M}Items/{T}Message")
    assert message is not None
    assert [etree.QName(child).localname for child in message] == [
        "MimeContent", "ItemId", "Subject", "Size", "From", "IsRead",
    ]  # fmt: skip


def test_names_are_resolved(account: Account) -> None:
    _ = account.protocol.version
    found = account.protocol.resolve_names(["Berger"], return_full_contact_data=False)
    assert [one.email_address for one in found] == [MAX]
    assert [type(one) for one in account.protocol.resolve_names(["nobody"])] == [ErrorNameResolutionNoResults]


def test_time_zones_have_their_rules(account: Account) -> None:
    [(zone_id, _, periods, groups, transitions)] = [
        (zone.id, zone.name, zone.periods, zone.transitions_groups, zone.transitions)
        for zone in account.protocol.get_timezones([EWSTimeZone("Europe/Vienna")], return_full_timezone_data=True)
    ]
    assert zone_id == "W. Europe Standard Time"
    assert {period.name: period.bias_in_minutes for period in periods} == {"Standard": -60, "Daylight": -120}
    assert (len(groups), len(transitions)) == (1, 1)


def test_requests_are_counted_by_operation(account: Account, sandbox: Sandbox) -> None:
    _ = account.inbox.total_count
    before = sandbox.counts["SyncFolderItems"]
    list(account.inbox.sync_items(only_fields=["is_read"]))
    assert sandbox.counts["SyncFolderItems"] - before == 1
