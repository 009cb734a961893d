"""What we ask the server to tell about an item or a folder.

Names are EWS FieldURIs
(https://learn.microsoft.com/exchange/client-developer/web-service-reference/fielduri). Every property beyond the id
costs the server a look-up, so each use has its own short list.
"""

from __future__ import annotations

from dataclasses import dataclass

FLAG_STATUS = "0x1090"  # PidTagFlagStatus [MS-OXPROPS]: 2 means "follow up"; readable on every server version


@dataclass(frozen=True, slots=True)
class ItemShape:
    """Additional properties: plain FieldURIs, (FieldURI, index) pairs, MAPI tags of integer type, when a reminder
    is shown next, and our stamp."""

    fields: tuple[str, ...] = ()
    indexed: tuple[tuple[str, str], ...] = ()
    integer_tags: tuple[str, ...] = ()
    signal_time: bool = False
    stamp: bool = False


FOLDER_FIELDS = ("folder:DisplayName", "folder:FolderClass", "folder:ParentFolderId", "folder:TotalCount")
FOLDER_FIELDS_2016 = (*FOLDER_FIELDS, "folder:DistinguishedFolderId")

MAIL_FACTS = ItemShape(
    fields=(
        "item:Categories",
        "item:DateTimeReceived",
        "item:Importance",
        "item:IsDraft",
        "item:ItemClass",
        "item:Sensitivity",
        "item:Size",
        "message:ConversationIndex",
        "message:ConversationTopic",
        "message:IsRead",
    ),
    integer_tags=(FLAG_STATUS,),
    stamp=True,
)

MIME = ItemShape(fields=("item:MimeContent",))

# What is asked for when the server cannot turn the item into MIME.
MAIL_PROPERTIES = ItemShape(
    fields=(
        "item:Body",
        "item:DateTimeSent",
        "item:HasAttachments",
        "item:InReplyTo",
        "item:Subject",
        "message:BccRecipients",
        "message:CcRecipients",
        "message:From",
        "message:InternetMessageId",
        "message:References",
        "message:ReplyTo",
        "message:Sender",
        "message:ToRecipients",
    )
)

EMAIL_SLOTS = ("EmailAddress1", "EmailAddress2", "EmailAddress3")
ADDRESS_SLOTS = ("Business", "Home", "Other")
ADDRESS_PARTS = ("Street", "City", "State", "CountryOrRegion", "PostalCode")
PHONE_SLOTS = (
    "AssistantPhone",
    "BusinessFax",
    "BusinessPhone",
    "BusinessPhone2",
    "Callback",
    "CarPhone",
    "CompanyMainPhone",
    "HomeFax",
    "HomePhone",
    "HomePhone2",
    "Isdn",
    "MobilePhone",
    "OtherFax",
    "OtherTelephone",
    "Pager",
    "PrimaryPhone",
    "RadioPhone",
    "Telex",
    "TtyTddPhone",
)

CONTACT = ItemShape(
    fields=(
        "contacts:Birthday",
        "contacts:BusinessHomePage",
        "contacts:CompanyName",
        "contacts:Department",
        "contacts:DisplayName",
        "contacts:GivenName",
        "contacts:JobTitle",
        "contacts:MiddleName",
        "contacts:Nickname",
        "contacts:Surname",
        "item:Body",
        "item:Categories",
        "item:ItemClass",
        "item:Sensitivity",
        "item:Subject",
    ),
    indexed=(
        *(("contacts:EmailAddress", slot) for slot in EMAIL_SLOTS),
        *(("contacts:PhoneNumber", slot) for slot in PHONE_SLOTS),
        *((f"contacts:PhysicalAddress:{part}", slot) for part in ADDRESS_PARTS for slot in ADDRESS_SLOTS),
    ),
    stamp=True,
)

# Before a write: is the item still what the change is based on, and where does it lie?
PLACE = ItemShape(fields=("item:ParentFolderId",))
STAMP = ItemShape(stamp=True)
ATTACHMENTS = ItemShape(fields=("item:Attachments",))
DRAFT = ItemShape(fields=("item:IsDraft",))
CONVERSATION = ItemShape(fields=("message:ConversationIndex", "message:ConversationTopic"))
