"""CreateFolder, UpdateFolder, MoveFolder, DeleteFolder, EmptyFolder, MarkAllItemsAsRead.

Ids of folders survive renaming and moving. Well-known folders can be neither moved nor deleted.
https://learn.microsoft.com/exchange/client-developer/web-service-reference/folder
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lxml import etree

from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.delete import HARD, TO_DELETED_ITEMS, delete_type, discard
from mail_sync.sandbox.ews.folders import folder_reference
from mail_sync.sandbox.ews.paths import Path, read_path
from mail_sync.sandbox.ews.property_values import check_extended, read_value
from mail_sync.sandbox.ews.soap import EwsError, M, SoapFault, T, attempt, response
from mail_sync.sandbox.model import Folder, Value
from mail_sync.sandbox.tree import FOLDER_CLASSES, FOLDER_ELEMENTS

CLASSES = {f"{T}{element}": folder_class for folder_class, element in FOLDER_ELEMENTS.items()}


def create_folder(call: Call) -> str:
    """One response message per folder. https://learn.microsoft.com/exchange/client-developer/web-service-reference/createfolder-operation"""
    parents, elements = call.folders("ParentFolderId"), call.body.find(f"{M}Folders")
    if not parents or elements is None:
        raise SoapFault("ErrorSchemaValidation")
    return _each(call, elements, partial(_create, call, parents[0]))


def _create(call: Call, parent: etree._Element, element: etree._Element) -> str:
    above, name = call.target(parent, "ErrorParentFolderNotFound"), (element.findtext(f"{T}DisplayName") or "").strip()
    _check_name(above, name)
    call.check_room(above.mailbox)
    if element.find(f"{T}FolderClass") is not None and element.tag in CLASSES:
        raise EwsError("ErrorNoFolderClassOverride")
    inherited = FOLDER_CLASSES.get(above.folder_class, "IPF.Note")
    said = element.findtext(f"{T}FolderClass") or CLASSES.get(str(element.tag)) or inherited
    made = above.mailbox.create_folder(name, above, said)
    for one in element.iterfind(f"{T}ExtendedProperty"):
        key, value = read_value(one)
        made.properties[key] = value
    return _shown(made)


def update_folder(call: Call) -> str:
    """One response message per t:FolderChange. https://learn.microsoft.com/exchange/client-developer/web-service-reference/updatefolder-operation"""
    return _each(call, call.body.find(f"{M}FolderChanges"), partial(_update, call))


def _update(call: Call, change: etree._Element) -> str:
    folder = call.folder(change[0])
    if change[0].get("ChangeKey") != folder.change_key and change[0].tag == f"{T}FolderId":
        raise EwsError("ErrorChangeKeyRequiredForWriteOperations")
    name, properties = folder.name, dict(folder.properties)
    for one in change.iterfind(f"{T}Updates/*"):
        path = read_path(one)
        if path.uri == "folder:DisplayName" and one.tag == f"{T}SetFolderField":
            name = (one[1].findtext(f"{T}DisplayName") or "").strip()
        else:
            _set_property(properties, path, one)
    if name != folder.name:
        _check_not_well_known(folder, "ErrorAccessDenied")
        _check_name(folder.parent, name, folder)
    folder.properties = properties
    folder.mailbox.rename_folder(folder, name)
    return _shown(folder)


def _set_property(properties: dict[str, Value], path: Path, change: etree._Element) -> None:
    if path.extended is None:
        raise EwsError("ErrorInvalidPropertySet")
    check_extended(path.extended)
    if change.tag == f"{T}DeleteFolderField":
        properties.pop(path.extended.key, None)
    else:
        key, value = read_value(change[1][0])
        properties[key] = value


def move_folder(call: Call) -> str:
    """One response message per folder id. https://learn.microsoft.com/exchange/client-developer/web-service-reference/movefolder-operation"""
    targets = call.folders("ToFolderId")
    if not targets:
        raise SoapFault("ErrorSchemaValidation")
    return _each(call, call.body.find(f"{M}FolderIds"), partial(_move, call, targets[0]))


def _move(call: Call, target: etree._Element, reference: etree._Element) -> str:
    folder, to = call.folder(reference), call.target(target, "ErrorToFolderNotFound")
    _check_not_well_known(folder, "ErrorMoveDistinguishedFolder")
    if to.mailbox is not folder.mailbox:
        raise EwsError("ErrorCrossMailboxMoveCopy")
    if to is folder or to in folder.descendants():
        raise EwsError("ErrorMoveCopyFailed")
    _check_name(to, folder.name, folder)
    folder.mailbox.move_folder(folder, to)
    return _shown(folder)


def delete_folder(call: Call) -> str:
    """One response message per folder id. https://learn.microsoft.com/exchange/client-developer/web-service-reference/deletefolder-operation"""
    how = delete_type(call)
    return _each(call, call.body.find(f"{M}FolderIds"), lambda reference: _delete(call.folder(reference), how))


def _delete(folder: Folder, how: str) -> str:
    _check_not_well_known(folder, "ErrorDeleteDistinguishedFolder")
    bin_ = folder.mailbox.well_known["deleteditems"]
    if how == TO_DELETED_ITEMS and bin_ not in _above(folder):
        name, number = folder.name, 1
        while _named(bin_, name) is not None:
            name, number = f"{folder.name}{number}", number + 1
        folder.mailbox.move_folder(folder, bin_)
        if name != folder.name:
            folder.mailbox.rename_folder(folder, name)
    else:
        folder.mailbox.delete_folder(folder)
    return ""


def empty_folder(call: Call) -> str:
    """One response message per folder id. https://learn.microsoft.com/exchange/client-developer/web-service-reference/emptyfolder-operation"""
    how, deep = delete_type(call), call.body.get("DeleteSubFolders") in ("true", "1")

    def one(reference: etree._Element) -> str:
        folder = call.folder(reference)
        if folder.folder_class == "IPF.Appointment":
            raise EwsError("ErrorCannotEmptyFolder")
        for item in list(folder.items):
            discard(item, how)
        for child in list(folder.children) if deep else []:
            if not child.distinguished:
                _delete(child, HARD if folder.distinguished == "deleteditems" else how)
        return ""

    return _each(call, call.body.find(f"{M}FolderIds"), one)


def mark_all_items_as_read(call: Call) -> str:
    """One response message per folder id. https://learn.microsoft.com/exchange/client-developer/web-service-reference/markallitemsasread-operation"""
    is_read = call.body.findtext(f"{M}ReadFlag") in ("true", "1")

    def one(reference: etree._Element) -> str:
        folder = call.folder(reference)
        for item in list(folder.items):
            folder.mailbox.mark_read(item.item_id, is_read)
        return ""

    return _each(call, call.body.find(f"{M}FolderIds"), one)


def _each(call: Call, elements: etree._Element | None, one: Callable[[etree._Element], str]) -> str:
    def answer(element: etree._Element) -> str:
        call.check_message()
        with call.model.lock:
            return one(element)

    messages = [attempt(call.operation, partial(answer, element)) for element in ([] if elements is None else elements)]
    return response(call.operation, messages)


def _shown(folder: Folder) -> str:
    name = FOLDER_ELEMENTS.get(folder.folder_class, "Folder")
    return f"<m:Folders><t:{name}>{folder_reference('FolderId', folder)}</t:{name}></m:Folders>"


def _check_name(above: Folder | None, name: str, but: Folder | None = None) -> None:
    """Names are unique among siblings, whatever their case."""
    if not name:
        raise EwsError("ErrorFolderSavePropertyError")
    found = _named(above, name) if above else None
    if found is not None and found is not but:
        raise EwsError("ErrorFolderExists")


def _named(above: Folder, name: str) -> Folder | None:
    return next((child for child in above.children if child.name.casefold() == name.casefold()), None)


def _check_not_well_known(folder: Folder, code: str) -> None:
    if folder.distinguished:
        raise EwsError(code)


def _above(folder: Folder) -> list[Folder]:
    found, here = [], folder.parent
    while here is not None:
        found.append(here)
        here = here.parent
    return found
