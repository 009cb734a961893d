"""The folder tree with the role of each folder, told by distinguished ids and never by a (localised) name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml.etree import _Element

from mail_sync.provider import Folder, FolderRole, ItemKind
from mail_sync.providers.exchange.reading import TYPES, local_name, number, text
from mail_sync.providers.exchange.server import Server

# https://learn.microsoft.com/exchange/client-developer/web-service-reference/distinguishedfolderid; all since
# Exchange 2013.
ROLES: dict[str, FolderRole] = {
    "inbox": FolderRole.INBOX,
    "sentitems": FolderRole.SENT,
    "drafts": FolderRole.DRAFTS,
    "outbox": FolderRole.OUTBOX,
    "junkemail": FolderRole.JUNK,
    "deleteditems": FolderRole.DELETED,
    "contacts": FolderRole.CONTACTS,
    "calendar": FolderRole.CALENDAR,
    "conflicts": FolderRole.EXCLUDED,
    "conversationhistory": FolderRole.EXCLUDED,
    "imcontactlist": FolderRole.EXCLUDED,
    "journal": FolderRole.EXCLUDED,
    "localfailures": FolderRole.EXCLUDED,
    "notes": FolderRole.EXCLUDED,
    "quickcontacts": FolderRole.EXCLUDED,
    "recipientcache": FolderRole.EXCLUDED,
    "searchfolders": FolderRole.EXCLUDED,
    "serverfailures": FolderRole.EXCLUDED,
    "syncissues": FolderRole.EXCLUDED,
    "tasks": FolderRole.TASKS,
}

# Not to be asked for by name on every server, but said by newer ones.
SAID_ROLES = ROLES | {"archive": FolderRole.ARCHIVE}

# What lies in these folders is as unwanted as the folder itself.
HANDED_DOWN = {FolderRole.DRAFTS, FolderRole.OUTBOX, FolderRole.JUNK, FolderRole.DELETED, FolderRole.EXCLUDED}

# Folder classes [MS-OXOSFLD 2.2.1] in the order they are tried; "" is a folder of mail on older servers.
HOLDS: tuple[tuple[str, ItemKind], ...] = (
    ("IPF.Appointment", ItemKind.APPOINTMENT),
    ("IPF.Contact", ItemKind.CONTACT),
    ("IPF.Note", ItemKind.EMAIL),
    ("IPF.Task", ItemKind.TASK),
)
OTHER_MAIL_CLASSES = ("", "IPF")
NOT_PEOPLE = ("IPF.Contact.", "IPF.Note.OutlookHomepage")  # caches of addresses, RSS feeds


@dataclass(frozen=True, slots=True)
class Node:
    """A folder as the server tells it."""

    folder_id: str
    parent_id: str
    name: str
    folder_class: str
    is_search: bool
    total: int | None
    distinguished: str = ""  # said since Exchange 2016


def read_folders(server: Server) -> tuple[Folder, ...]:
    """All folders that hold mail, contacts, appointments or tasks, parents before children, by name."""
    known = server.known_folders(tuple(ROLES))
    nodes = [read_node(element) for element in server.folders()]
    roles = {node.folder_id: SAID_ROLES[node.distinguished] for node in nodes if node.distinguished in SAID_ROLES}
    roles |= {folder_id: ROLES[name] for name, folder_id in known.items() if folder_id}
    return arrange(nodes, roles)


def read_node(folder: _Element) -> Node:
    """A t:Folder, t:CalendarFolder, t:ContactsFolder, t:TasksFolder or t:SearchFolder."""
    own, parent = folder.find(f"{TYPES}FolderId"), folder.find(f"{TYPES}ParentFolderId")
    return Node(
        folder_id="" if own is None else own.get("Id", ""),
        parent_id="" if parent is None else parent.get("Id", ""),
        name=text(folder, "DisplayName"),
        folder_class=text(folder, "FolderClass"),
        is_search=local_name(folder) == "SearchFolder",
        total=number(folder, "TotalCount"),
        distinguished=text(folder, "DistinguishedFolderId"),
    )


def arrange(nodes: Sequence[Node], roles: Mapping[str, FolderRole]) -> tuple[Folder, ...]:
    """Folders with path and role from what the server told, in order of their paths."""
    by_id = {node.folder_id: node for node in nodes if node.folder_id}
    folders = (_folder(node, _line(node, by_id), roles) for node in by_id.values())
    return tuple(sorted(folders, key=lambda folder: (folder.path.casefold(), folder.folder_id)))


def _folder(node: Node, line: Sequence[Node], roles: Mapping[str, FolderRole]) -> Folder:
    role = roles.get(node.folder_id, FolderRole.OTHER)
    if role is FolderRole.OTHER:
        above = (roles.get(parent.folder_id, FolderRole.OTHER) for parent in line)
        role = next((inherited for inherited in above if inherited in HANDED_DOWN), FolderRole.OTHER)
    holds = holds_what(node.folder_class)
    if node.is_search or holds is None:
        role = FolderRole.EXCLUDED
    names = [parent.name for parent in reversed(line)] + [node.name]
    path = "/".join(name.replace("/", "∕") for name in names)
    return Folder(node.folder_id, path, role, holds or ItemKind.EMAIL, node.total)


def _line(node: Node, by_id: Mapping[str, Node]) -> list[Node]:
    """The parents of a folder, nearest first; a circle in the tree ends it."""
    line: list[Node] = []
    seen = {node.folder_id}
    while (parent := by_id.get(node.parent_id)) and parent.folder_id not in seen:
        line.append(parent)
        seen.add(parent.folder_id)
        node = parent
    return line


def holds_what(folder_class: str) -> ItemKind | None:
    """What a folder of this class holds, None for what we do not read (notes, feeds, address caches)."""
    if folder_class in OTHER_MAIL_CLASSES:
        return ItemKind.EMAIL
    if folder_class.startswith(NOT_PEOPLE):
        return None
    return next((kind for prefix, kind in HOLDS if folder_class.startswith(prefix)), None)
