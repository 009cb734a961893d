"""GetRoomLists and GetRooms.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/getrooms-operation
"""

from __future__ import annotations

from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.soap import MESSAGES, TYPES, EwsError, M, T
from mail_sync.sandbox.ews.xml import element, text


def _reply(operation: str, inner: str) -> str:
    """These two say their result in the response itself, without response messages."""
    return (
        f'<m:{operation}Response ResponseClass="Success" xmlns:m="{MESSAGES}" xmlns:t="{TYPES}">'
        f"<m:ResponseCode>NoError</m:ResponseCode>{inner}</m:{operation}Response>"
    )


def _failed(operation: str, error: EwsError) -> str:
    return (
        f'<m:{operation}Response ResponseClass="Error" xmlns:m="{MESSAGES}" xmlns:t="{TYPES}"><m:MessageText>'
        f"{text(error.detail)}</m:MessageText><m:ResponseCode>{error.code}</m:ResponseCode><m:DescriptiveLinkKey>0"
        f"</m:DescriptiveLinkKey></m:{operation}Response>"
    )


def _address(name: str, address: str, kind: str) -> str:
    return (
        f"<t:Name>{text(name)}</t:Name>{element('EmailAddress', address)}<t:RoutingType>SMTP</t:RoutingType>"
        f"<t:MailboxType>{kind}</t:MailboxType>"
    )


def get_room_lists(call: Call) -> str:
    """All room lists of the organisation."""
    try:
        call.check_message()
    except EwsError as error:
        return _failed("GetRoomLists", error)
    lists = "".join(
        f"<t:Address>{_address(one.name, one.address, 'PublicDL')}</t:Address>" for one in call.model.room_lists
    )
    return _reply("GetRoomLists", f"<m:RoomLists>{lists}</m:RoomLists>")


def get_rooms(call: Call) -> str:
    """The rooms of one list."""
    wanted = (call.body.findtext(f"{M}RoomList/{T}EmailAddress") or "").strip().lower()
    try:
        call.check_message()
        found = next((one for one in call.model.room_lists if one.address.lower() == wanted), None)
        if found is None:
            raise EwsError("ErrorNameResolutionNoResults")
    except EwsError as error:
        return _failed("GetRooms", error)
    names = {address: call.model.mailboxes.get(address.lower()) for address in found.rooms}
    rooms = "".join(
        f"<t:Room><t:Id>{_address(known.name if known else address, address, 'Mailbox')}</t:Id></t:Room>"
        for address, known in names.items()
    )
    return _reply("GetRooms", f"<m:Rooms>{rooms}</m:Rooms>")
