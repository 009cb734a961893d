"""SyncFolderItems.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/syncfolderitems-operation
"""

from __future__ import annotations

from mail_sync.sandbox import changes
from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.render import render
from mail_sync.sandbox.ews.shape import Shape, read_shape
from mail_sync.sandbox.ews.soap import EwsError, M, SoapFault, T, failure, response, success
from mail_sync.sandbox.ews.view import View
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Did, Folder

MOST_CHANGES = 512
NAME = "SyncFolderItems"
DELETE, READ_FLAG = Did.DELETE, Did.READ_FLAG  # looked up once: access to an enum's members is slow, and pages are hot
TAGS = {did: (f"<t:{did.value}>", f"</t:{did.value}>") for did in Did}
INVALID = "<m:SyncState/><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>"


def sync_folder_items(call: Call) -> str:
    """One page of changes, or the documented error with an empty SyncState."""
    limit = int(call.body.findtext(f"{M}MaxChangesReturned", "0"))
    if not 1 <= limit <= MOST_CHANGES:
        raise SoapFault("ErrorSchemaValidation", f"The 'MaxChangesReturned' element is invalid: {limit}.")
    try:
        call.check_message()
        references = call.folders("SyncFolderId")
        if not references:
            raise SoapFault("ErrorSchemaValidation")
        folder = call.folder(references[0])
        return response(NAME, [success(NAME, _page(call, folder, limit))])
    except SoapFault:
        raise
    except EwsError as error:
        if error.code == "ErrorFolderNotFound":
            error = EwsError("ErrorSyncFolderNotFound")
        bare = call.faults.take(FaultKind.NO_SYNC_STATE_ELEMENT, NAME, call.mailbox.address)
        return response(NAME, [failure(NAME, error, "" if bare else INVALID)])


def _page(call: Call, folder: Folder, limit: int) -> str:
    place = _place(call, folder)
    ignore = {str(one.get("Id")) for one in call.body.iterfind(f"{M}Ignore/{T}ItemId")}
    shape = read_shape(call.body)
    with folder.mailbox.lock:
        page = changes.item_changes(folder, place, limit, ignore)
        written = "".join([_change(call, change, shape) for change in page.changes])
        state = changes.pack(page.place, folder.mailbox, folder.number)
    return (
        f"<m:SyncState>{state}</m:SyncState><m:IncludesLastItemInRange>{'true' if page.is_last else 'false'}"
        f"</m:IncludesLastItemInRange><m:Changes>{written}</m:Changes>"
    )


def _place(call: Call, folder: Folder) -> changes.Place | None:
    state = call.body.findtext(f"{M}SyncState") or ""
    if not state:
        return None
    targets = (NAME, folder.mailbox.address, folder.folder_id)
    if call.faults.take(FaultKind.INVALID_SYNC_STATE, *targets):
        raise EwsError("ErrorInvalidSyncStateData")
    if call.faults.take(FaultKind.IGNORE_SYNC_STATE, *targets):
        return None
    try:
        return changes.unpack(state, folder.mailbox, folder.number)
    except changes.InvalidState as error:
        raise EwsError("ErrorInvalidSyncStateData") from error


def _change(call: Call, change: changes.Change, shape: Shape) -> str:
    item = change.item
    if item is None or change.did is DELETE:
        return f'<t:Delete><t:ItemId Id="{change.subject}"/></t:Delete>'
    if change.did is READ_FLAG:
        flag = "true" if item.is_read else "false"
        return (
            f'<t:ReadFlagChange><t:ItemId Id="{item.item_id}" ChangeKey="{item.change_key}"/>'
            f"<t:IsRead>{flag}</t:IsRead></t:ReadFlagChange>"
        )
    start, end = TAGS[change.did]
    return f"{start}{render(View(item, shape, call.faults, NAME), listing=True)}{end}"
