"""GetFolder, FindFolder, SyncFolderHierarchy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from lxml import etree

from mail_sync.sandbox import changes, ids
from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.paging import read_paging
from mail_sync.sandbox.ews.shape import Extended, Shape, read_shape, show_property
from mail_sync.sandbox.ews.soap import EwsError, M, attempt, failure, response
from mail_sync.sandbox.ews.xml import element, flag, text, wrapped
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Did, Folder, LogEntry
from mail_sync.sandbox.rights import EVERYTHING, Right, rights_of
from mail_sync.sandbox.tree import FOLDER_ELEMENTS

RIGHTS = "".join(
    f"<t:{right}>true</t:{right}>"
    for right in (
        "CreateAssociated",
        "CreateContents",
        "CreateHierarchy",
        "Delete",
        "Modify",
        "Read",
        "ViewPrivateItems",
    )
)


def folder_reference(name: str, folder: Folder) -> str:
    """A FolderId or ParentFolderId element."""
    return f'<t:{name} Id="{folder.folder_id}" ChangeKey="{folder.change_key}"/>'


def _parent(folder: Folder) -> str:
    return folder_reference("ParentFolderId", folder.parent) if folder.parent else ""


def _unread(folder: Folder) -> str:
    if FOLDER_ELEMENTS.get(folder.folder_class) in ("CalendarFolder", "ContactsFolder"):
        return ""  # only FolderType and TasksFolderType count what is unread
    return f"<t:UnreadCount>{sum(not item.is_read for item in folder.items)}</t:UnreadCount>"


# In the order of BaseFolderType and FolderType in types.xsd.
FIELDS: dict[str, Callable[[Folder], str]] = {
    "folder:FolderId": lambda folder: folder_reference("FolderId", folder),
    "folder:ParentFolderId": _parent,
    "folder:FolderClass": lambda folder: element("FolderClass", folder.folder_class),
    "folder:DisplayName": lambda folder: f"<t:DisplayName>{text(folder.name)}</t:DisplayName>",
    "folder:TotalCount": lambda folder: f"<t:TotalCount>{len(folder.items)}</t:TotalCount>",
    "folder:ChildFolderCount": lambda folder: f"<t:ChildFolderCount>{len(folder.children)}</t:ChildFolderCount>",
    "extended": lambda folder: "",
    "folder:EffectiveRights": lambda folder: "",
    "folder:DistinguishedFolderId": lambda folder: element("DistinguishedFolderId", folder.distinguished),
    "folder:UnreadCount": _unread,
}
DEFAULT = (
    "folder:FolderId",
    "folder:DisplayName",
    "folder:TotalCount",
    "folder:ChildFolderCount",
    "folder:UnreadCount",
)


def _effective_rights(rights: Right) -> str:
    """What the caller may do with a folder; to change or delete the folder itself takes its owner."""
    needed = {
        "CreateAssociated": EVERYTHING,
        "CreateContents": Right.CREATE,
        "CreateHierarchy": Right.SUBFOLDERS,
        "Delete": EVERYTHING,
        "Modify": EVERYTHING,
        "Read": Right.READ,
        "ViewPrivateItems": EVERYTHING,
    }
    return wrapped("EffectiveRights", "".join(flag(name, right in rights) for name, right in needed.items()))


def render_folder(folder: Folder, shape: Shape, rights: Right = EVERYTHING) -> str:
    """The folder as its element, with the fields the shape asks for; `rights` are the caller's."""
    name = FOLDER_ELEMENTS.get(folder.folder_class, "Folder")
    wanted: set[str] = {"folder:FolderId", *shape.fields, "extended"}
    if shape.base == "AllProperties":
        wanted.update(FIELDS)
    elif shape.base == "Default":
        wanted.update(set(DEFAULT) - {"folder:TotalCount"} if name == "CalendarFolder" else DEFAULT)
    special: dict[str, Callable[[Folder], str]] = {
        "extended": lambda folder: "".join(_extended(folder, asked) for asked in shape.extended),
        "folder:EffectiveRights": lambda _: _effective_rights(rights),
    }
    parts = [special.get(uri, write)(folder) for uri, write in FIELDS.items() if uri in wanted]
    return f"<t:{name}>{''.join(parts)}</t:{name}>"


def _extended(folder: Folder, asked: Extended) -> str:
    latest = folder.log[-1].number if folder.log else 0
    values = {
        # PidTagLocalCommitTimeMax and PidTagDeletedCountTotal (MS-OXCFOLD 2.2.2.2.1): change when anything in here does
        "PropertyTag=26378;PropertyType=systemtime": (ids.EPOCH + timedelta(days=20000, seconds=latest)).strftime(
            "%Y-%m-%dT%H:%M:%SZ"
        ),
        "PropertyTag=26379;PropertyType=integer": str(sum(entry.did is Did.DELETE for entry in folder.log)),
        "PropertyTag=13825;PropertyType=integer": "1",  # PidTagFolderType: generic
    }
    value = folder.properties.get(asked.key) or values.get(asked.key)
    return show_property(asked, value) if value else ""


def get_folder(call: Call) -> str:
    """https://learn.microsoft.com/exchange/client-developer/web-service-reference/getfolder-operation"""
    shape = read_shape(call.body, "FolderShape")

    def one(reference: etree._Element) -> str:
        call.check_message()
        folder = call.folder(reference)
        return f"<m:Folders>{render_folder(folder, shape, rights_of(call.mailbox, folder))}</m:Folders>"

    return response(
        "GetFolder",
        [attempt("GetFolder", partial(one, reference), "<m:Folders/>") for reference in call.folders("FolderIds")],
    )


def find_folder(call: Call) -> str:
    """https://learn.microsoft.com/exchange/client-developer/web-service-reference/findfolder-operation"""
    shape = read_shape(call.body, "FolderShape")
    paging = read_paging(call.body, "IndexedPageFolderView")
    deep = call.body.get("Traversal") == "Deep"

    def one(reference: etree._Element) -> str:
        call.check_message()
        above = call.folder(reference)
        below = above.descendants() if deep else iter(above.children)
        # A delegate is shown only what he may read.
        rights = {folder: rights_of(call.mailbox, folder) for folder in below}
        page = paging.cut([folder for folder in rights if Right.READ in rights[folder]])
        found = "".join(render_folder(folder, shape, rights[folder]) for folder in page.rows)
        return f"<m:RootFolder {page.attributes}><t:Folders>{found}</t:Folders></m:RootFolder>"

    return response(
        "FindFolder",
        [attempt("FindFolder", partial(one, reference)) for reference in call.folders("ParentFolderIds")],
    )


def sync_folder_hierarchy(call: Call) -> str:
    """https://learn.microsoft.com/exchange/client-developer/web-service-reference/syncfolderhierarchy-operation"""
    invalid = "<m:SyncState/><m:IncludesLastFolderInRange>true</m:IncludesLastFolderInRange>"
    try:
        call.check_message()
        references = call.folders("SyncFolderId")
        above = call.folder(references[0]) if references else call.mailbox.well_known["msgfolderroot"]
        return response(
            "SyncFolderHierarchy", [attempt("SyncFolderHierarchy", lambda: _hierarchy(call, above), invalid)]
        )
    except EwsError as error:
        if error.code == "ErrorFolderNotFound":
            error = EwsError("ErrorSyncFolderNotFound")
        return response("SyncFolderHierarchy", [failure("SyncFolderHierarchy", error, invalid)])


def _hierarchy(call: Call, above: Folder) -> str:
    mailbox, shape = above.mailbox, read_shape(call.body, "FolderShape")
    state = call.body.findtext(f"{M}SyncState") or ""
    if state and call.faults.take(FaultKind.INVALID_SYNC_STATE, call.operation, mailbox.address):
        raise EwsError("ErrorInvalidSyncStateData")
    try:
        # A state belongs to the root it was made for: another root is ErrorInvalidSyncStateData.
        since = changes.unpack(state, mailbox, above.number + 2**32).since if state else 0
    except changes.InvalidState as error:
        raise EwsError("ErrorInvalidSyncStateData") from error
    with mailbox.lock:
        entries = changes.fold(mailbox.hierarchy, since, mailbox.counter)
        entries.reverse()  # parents before children
        written = "".join(_folder_changes(entries, above, shape))
        end = changes.Place(mailbox.hierarchy[-1].number, mailbox.hierarchy[-1].number, walking=False)
    return (
        f"<m:SyncState>{changes.pack(end, mailbox, above.number + 2**32)}</m:SyncState>"
        f"<m:IncludesLastFolderInRange>true</m:IncludesLastFolderInRange><m:Changes>{written}</m:Changes>"
    )


def _folder_changes(entries: list[LogEntry], above: Folder, shape: Shape) -> Iterator[str]:
    below = {folder.folder_id: folder for folder in above.descendants()}
    for entry in entries:
        folder = below.get(entry.subject)
        if folder is not None:
            yield f"<t:{entry.did.value}>{render_folder(folder, shape)}</t:{entry.did.value}>"
        elif entry.did is Did.DELETE:
            yield f'<t:Delete><t:FolderId Id="{entry.subject}"/></t:Delete>'
