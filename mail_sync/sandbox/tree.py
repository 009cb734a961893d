"""The folders every mailbox has from the start, and what kind of element and class each has in Exchange."""

from __future__ import annotations

# (distinguished id, parent, display name, folder class); parents stand before children.
DISTINGUISHED: tuple[tuple[str, str, str, str], ...] = (
    ("root", "", "Root", ""),
    ("searchfolders", "root", "Finder", ""),
    ("recoverableitemsroot", "root", "Recoverable Items", ""),
    ("recoverableitemsdeletions", "recoverableitemsroot", "Deletions", ""),
    ("msgfolderroot", "root", "Top of Information Store", ""),
    ("inbox", "msgfolderroot", "Inbox", "IPF.Note"),
    ("archive", "msgfolderroot", "Archive", "IPF.Note"),
    ("calendar", "msgfolderroot", "Calendar", "IPF.Appointment"),
    ("contacts", "msgfolderroot", "Contacts", "IPF.Contact"),
    ("conversationhistory", "msgfolderroot", "Conversation History", "IPF.Note"),
    ("deleteditems", "msgfolderroot", "Deleted Items", "IPF.Note"),
    ("drafts", "msgfolderroot", "Drafts", "IPF.Note"),
    ("journal", "msgfolderroot", "Journal", "IPF.Journal"),
    ("junkemail", "msgfolderroot", "Junk Email", "IPF.Note"),
    ("notes", "msgfolderroot", "Notes", "IPF.StickyNote"),
    ("outbox", "msgfolderroot", "Outbox", "IPF.Note"),
    ("sentitems", "msgfolderroot", "Sent Items", "IPF.Note"),
    ("syncissues", "msgfolderroot", "Sync Issues", "IPF.Note"),
    ("conflicts", "syncissues", "Conflicts", "IPF.Note"),
    ("localfailures", "syncissues", "Local Failures", "IPF.Note"),
    ("serverfailures", "syncissues", "Server Failures", "IPF.Note"),
    ("tasks", "msgfolderroot", "Tasks", "IPF.Task"),
)

# A new subfolder holds what its parent holds.
FOLDER_CLASSES = {folder_class: folder_class for *_, folder_class in DISTINGUISHED if folder_class}

# The element a folder comes as (types.xsd: FolderType and the types derived from it).
FOLDER_ELEMENTS = {
    "IPF.Appointment": "CalendarFolder",
    "IPF.Contact": "ContactsFolder",
    "IPF.Task": "TasksFolder",
}
