"""Requests that Exchange refuses, each with its documented response code.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode
"""

from __future__ import annotations

import re

import pytest
from exchangelib import Account, Message

from mail_sync.sandbox.model import Mailbox, Model
from mail_sync.sandbox.server import Sandbox
from tests.mail_sync.sandbox.builders import ANNA, add_card, add_mail
from tests.mail_sync.sandbox.test_protocol import post

MAX = "max@alpineskihouse.example"
GUID = "c11ff724-aa03-4555-9952-8fa248a11c3e"
PLAIN = f"From: otto@northwind.example\r\nTo: {ANNA}\r\nSubject: Order\r\n\r\nText"
CREATE = '<m:CreateItem MessageDisposition="SaveOnly">{folder}<m:Items>{item}</m:Items></m:CreateItem>'
PROPERTY = (
    "<t:Message><t:ExtendedProperty><t:ExtendedFieldURI {uri}/><t:Value>{value}</t:Value></t:ExtendedProperty>"
    "</t:Message>"
)
UPDATE = (
    '<m:UpdateItem MessageDisposition="SaveOnly" ConflictResolution="{how}"><m:ItemChanges><t:ItemChange>'
    '<t:ItemId Id="{item}"{key}/><t:Updates>{updates}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>'
)
SET = '<t:SetItemField><t:FieldURI FieldURI="{uri}"/><t:Message>{inner}</t:Message></t:SetItemField>'
APPEND = '<t:AppendToItemField><t:FieldURI FieldURI="{uri}"/><t:Message>{inner}</t:Message></t:AppendToItemField>'
SUBJECT = "<t:Subject>New</t:Subject>"


@pytest.fixture
def model() -> Model:
    made = Model()
    made.add_mailbox(ANNA, "Anna Hofer")
    made.add_mailbox(MAX, "Max Berger")
    return made


def code(sandbox: Sandbox, body: str) -> str:
    """The first response code in the reply, of a message or of a fault."""
    found = re.search(r"<[me]:ResponseCode[^>]*>(\w+)<", post(sandbox, body)[2].decode())
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("uri", "value", "wanted"),
    [
        ('PropertyTag="0x1046" PropertyType="String"', "x", "NoError"),
        (f'PropertySetId="{GUID}" PropertyName="A" PropertyType="Integer"', "7", "NoError"),
        (f'PropertySetId="{GUID}" PropertyName="A" PropertyType="Integer"', "x", "ErrorInvalidExtendedPropertyValue"),
        (f'PropertySetId="{GUID}" PropertyName="A" PropertyType="Binary"', "?", "ErrorInvalidExtendedPropertyValue"),
        (
            f'PropertySetId="{GUID}" PropertyName="A" PropertyType="StringArray"',
            "x",
            "ErrorInvalidExtendedPropertyValue",
        ),
        (f'PropertySetId="{GUID}" PropertyName="A" PropertyType="Object"', "x", "ErrorUnsupportedMapiPropertyType"),
        (f'PropertySetId="{GUID}" PropertyType="String"', "x", "ErrorInvalidExtendedProperty"),
        (f'PropertyTag="0x1046" PropertySetId="{GUID}" PropertyType="String"', "x", "ErrorInvalidExtendedProperty"),
        ('PropertyTag="0x8005" PropertyType="String"', "x", "ErrorNoPropertyTagForCustomProperties"),
    ],
)
def test_extended_property_must_be_well_named_and_of_its_type(
    sandbox: Sandbox, uri: str, value: str, wanted: str
) -> None:
    assert code(sandbox, CREATE.format(folder="", item=PROPERTY.format(uri=uri, value=value))) == wanted


@pytest.mark.parametrize(
    ("item", "wanted"),
    [
        ("<t:PostItem/>", "ErrorInvalidItemForOperationCreateItem"),
        ("<t:Message><t:DateTimeSent>2026-10-01T00:00:00Z</t:DateTimeSent></t:Message>", "ErrorInvalidPropertySet"),
        ("<t:ReplyToItem/>", "ErrorMissingInformationReferenceItemId"),
    ],
)
def test_item_must_be_one_that_can_be_made(sandbox: Sandbox, item: str, wanted: str) -> None:
    assert code(sandbox, CREATE.format(folder="", item=item)) == wanted


def test_missing_folder_is_named_by_its_part(sandbox: Sandbox, account: Account, anna: Mailbox) -> None:
    gone = anna.folder("inbox/Gone")
    item = add_mail(anna, PLAIN).item_id
    anna.delete_folder(gone)
    folder = f'<t:FolderId Id="{gone.folder_id}"/>'
    saved = CREATE.format(folder=f"<m:SavedItemFolderId>{folder}</m:SavedItemFolderId>", item="<t:Message/>")
    assert code(sandbox, saved) == "ErrorSavedItemFolderNotFound"
    move = (
        f'<m:MoveItem><m:ToFolderId>{folder}</m:ToFolderId><m:ItemIds><t:ItemId Id="{item}"/></m:ItemIds></m:MoveItem>'
    )
    assert code(sandbox, move) == "ErrorToFolderNotFound"
    make = (
        f"<m:CreateFolder><m:ParentFolderId>{folder}</m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>A"
        "</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>"
    )
    assert code(sandbox, make) == "ErrorParentFolderNotFound"


@pytest.mark.parametrize(
    ("updates", "wanted"),
    [
        (SET.format(uri="item:Subject", inner="<t:Body>x</t:Body>"), "ErrorUpdatePropertyMismatch"),
        (SET.format(uri="item:Subject", inner=SUBJECT + SUBJECT), "ErrorIncorrectUpdatePropertyCount"),
        (SET.format(uri="calendar:Location", inner="<t:Location>x</t:Location>"), "ErrorInvalidPropertyRequest"),
        (SET.format(uri="item:DateTimeSent", inner="<t:DateTimeSent/>"), "ErrorInvalidPropertySet"),
        (APPEND.format(uri="item:Subject", inner=SUBJECT), "ErrorInvalidPropertyAppend"),
        (APPEND.format(uri="item:Body", inner='<t:Body BodyType="HTML">x</t:Body>'), "ErrorInvalidPropertyAppend"),
        (APPEND.format(uri="item:Body", inner='<t:Body BodyType="Text">x</t:Body>'), "NoError"),
        (
            '<t:DeleteItemField><t:FieldURI FieldURI="message:IsRead"/></t:DeleteItemField>',
            "ErrorInvalidPropertyDelete",
        ),
    ],
)
def test_change_must_fit_its_field(sandbox: Sandbox, anna: Mailbox, updates: str, wanted: str) -> None:
    item = add_mail(anna, PLAIN).item_id
    assert code(sandbox, UPDATE.format(how="AlwaysOverwrite", item=item, key="", updates=updates)) == wanted


def test_change_key_must_be_one(sandbox: Sandbox, anna: Mailbox) -> None:
    item, updates = add_mail(anna, PLAIN).item_id, SET.format(uri="item:Subject", inner=SUBJECT)
    refused = UPDATE.format(how="AutoResolve", item=item, key=' ChangeKey="?"', updates=updates)
    assert code(sandbox, refused) == "ErrorInvalidChangeKey"


def test_text_and_people_are_appended(sandbox: Sandbox, account: Account) -> None:
    draft = Message(account=account, folder=account.drafts, body="One", to_recipients=[ANNA]).save()
    more = APPEND.format(uri="item:Body", inner='<t:Body BodyType="Text"> Two</t:Body>') + APPEND.format(
        uri="message:ToRecipients",
        inner=f"<t:ToRecipients><t:Mailbox><t:EmailAddress>{MAX}</t:EmailAddress></t:Mailbox></t:ToRecipients>",
    )
    assert code(sandbox, UPDATE.format(how="AlwaysOverwrite", item=draft.id, key="", updates=more)) == "NoError"
    found = account.drafts.get(id=draft.id)
    assert (found.body, [one.email_address for one in found.to_recipients]) == ("One Two", [ANNA, MAX])


def test_send_names_what_is_missing(sandbox: Sandbox, account: Account, anna: Mailbox) -> None:
    draft = Message(account=account, folder=account.drafts, subject="x").save()
    card = add_card(anna, "FN:Otto Kern\nN:Kern;Otto")
    sent = (
        '<m:SendItem SaveItemToFolder="{save}"><m:ItemIds><t:ItemId Id="{item}" ChangeKey="{key}"/></m:ItemIds>'
        "{folder}</m:SendItem>"
    )
    here = '<m:SavedItemFolderId><t:DistinguishedFolderId Id="sentitems"/></m:SavedItemFolderId>'
    for item, key, save, folder, wanted in (
        (draft.id, draft.changekey, "true", "", "ErrorMissingRecipients"),
        (card.item_id, card.change_key, "true", "", "ErrorInvalidItemForOperationSendItem"),
        (draft.id, draft.changekey, "false", here, "ErrorInvalidSendItemSaveSettings"),
    ):
        body = sent.format(item=item, key=key, save=save, folder=folder)
        assert code(sandbox, body) == wanted


def test_mail_that_may_not_be_sent_stays_as_a_draft_of_its_owner(
    account: Account, model: Model, sandbox: Sandbox
) -> None:
    other = model.mailbox(MAX)
    other.readers.add(ANNA)
    body = (
        '<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:SavedItemFolderId>'
        '<t:DistinguishedFolderId Id="sentitems">'
        f"<t:Mailbox><t:EmailAddress>{MAX}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></m:SavedItemFolderId>"
        "<m:Items><t:Message><t:ToRecipients><t:Mailbox><t:EmailAddress>otto@northwind.example</t:EmailAddress>"
        "</t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>"
    )
    assert code(sandbox, body) == "ErrorSendAsDenied"
    assert ([item.unsent for item in other.folder("drafts").items], model.outside) == ([True], [])
    other.send_as.add(ANNA)
    assert code(sandbox, body) == "NoError"
    assert (len(other.folder("sentitems").items), [one.sender for one in model.outside]) == (1, [MAX])
