"""The mail of the mailboxes a person may read, newest first, with what it is regarding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, literal_column, not_, or_, select, union_all
from sqlalchemy.orm import aliased

from store.access import sees_in_mailbox
from store.actor import Actor
from store.queries.answers import answers
from store.queries.paging import AnyRow, AnySelect, Count, Order, Page, Window, counted, cut, windowed
from store.queries.refs import RecordRef, regarding
from store.schema.activities import Activity
from store.schema.links import Link
from store.schema.mail import Email, MailboxItem
from store.schema.people import Folder, Mailbox
from store.search import newest_activities
from store.search_text import parse_query

#: A filter text is looked up among that many of the newest matches, so that a key press stays cheap.
_MOST_MATCHES = 5_000

#: Undecided mail is looked for among that many of the mails that follow; where it is rare, all would be read.
_LOOKED_THROUGH = 5_000


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A mail as one mailbox holds it; where several of the mailboxes looked at hold it, the first of them speaks.

    `link_state` is linked, suggested or '' and goes with `regarding`. `answered` is reply, reply_all or forward
    where it is known that one of us did so.
    """

    item_id: int
    activity_id: int
    uid: str
    occurred_at: datetime
    who: str
    subject: str
    preview: str
    is_read: bool
    flagged: bool
    direction: str
    attachments: int
    noise: str
    mailbox: str
    categories: tuple[str, ...]
    answered: str
    regarding: RecordRef | None
    link_state: str


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """What waits: mail not yet read, and recent mail that nobody and nothing has linked yet."""

    unread: Count
    undecided: Count


_COLUMNS = (
    MailboxItem.id,
    Activity.id.label("activity_id"),
    Activity.uid,
    MailboxItem.occurred_at,
    Activity.who,
    Activity.subject,
    Activity.preview,
    MailboxItem.is_read,
    MailboxItem.flagged,
    Activity.direction,
    Activity.attachments,
    Email.noise,
    Mailbox.address,
    MailboxItem.categories,
)

# Literally as in the partial index of unread mail, which is not used for a parameter.
_MAIL: tuple[ColumnElement[bool], ...] = (
    MailboxItem.holds == literal_column("'email'"),
    MailboxItem.gone_at.is_(None),
)
_UNREAD = (*_MAIL, MailboxItem.is_read.is_(False))

_NEWEST_FIRST = Order((MailboxItem.occurred_at, MailboxItem.id), descending=True)


def inbox(
    tx: Connection,
    *,
    by: Actor,
    mailbox_id: int | None = None,
    text: str = "",
    unread_only: bool = False,
    undecided_only: bool = False,
    folder_role: str | None = None,
    after: InboxRow | None = None,
    before: InboxRow | None = None,
    from_end: bool = False,
    limit: int = 50,
) -> Page[InboxRow]:
    """A page of the mail in one mailbox or in all that `by` may read; `folder_role` is inbox, sent or None for all."""
    sources = _sources(tx, by, mailbox_id, folder_role, unread_only=unread_only)
    if not sources:
        return Page((), more=False)
    window = Window(_position(after), _position(before), from_end, limit)
    phrases = parse_query(text)
    if phrases:
        found = newest_activities(tx, phrases, before=None, limit=_MOST_MATCHES).subquery()
        sources = [and_(or_(*sources), MailboxItem.activity_id.in_(select(found.c.activity_id)))]
    elif undecided_only:
        sources = [_nearest(sources, window)]
    wanted = [*_wanted(unread_only=unread_only, undecided_only=undecided_only), sees_in_mailbox(by)]
    wanted += _once(tx, by, mailbox_id, folder_role, unread_only=unread_only)
    rows = tx.execute(_newest(sources, wanted, window)).all()
    page = cut(rows, window)
    return Page(_inbox_rows(tx, page.rows, by), page.more)


def inbox_counts(
    tx: Connection, *, by: Actor, mailbox_id: int | None = None, folder_role: str | None = None
) -> InboxCounts:
    """How much waits in one mailbox or in all that `by` may read."""
    return InboxCounts(
        unread=_counted(tx, by, mailbox_id, folder_role, unread_only=True),
        undecided=_counted(tx, by, mailbox_id, folder_role, undecided_only=True),
    )


def _counted(
    tx: Connection,
    by: Actor,
    mailbox_id: int | None,
    folder_role: str | None,
    *,
    unread_only: bool = False,
    undecided_only: bool = False,
) -> Count:
    sources = _sources(tx, by, mailbox_id, folder_role, unread_only=unread_only)
    if not sources:
        return Count(0)
    if undecided_only:
        sources = [_nearest(sources, Window())]
    once = _once(tx, by, mailbox_id, folder_role, unread_only=unread_only)
    statement = select(MailboxItem.id).where(or_(*sources), *once)
    if unread_only:
        # Read from the index alone: ten thousand looks at activities would take a hundred times as long.
        hidden = select(Activity.id).where(or_(Activity.deleted_at.is_not(None), not_(sees_in_mailbox(by))))
        return counted(tx, statement.where(*_UNREAD, MailboxItem.activity_id.not_in(hidden)))
    wanted = [*_wanted(unread_only=False, undecided_only=undecided_only), sees_in_mailbox(by)]
    return counted(tx, _with_activity(statement).where(*wanted))


def _sources(
    tx: Connection, by: Actor, mailbox_id: int | None, folder_role: str | None, *, unread_only: bool
) -> list[ColumnElement[bool]]:
    """The places that are read side by side, each over an index that holds its mail in order of time."""
    mailboxes = _mailboxes(tx, by, mailbox_id)
    if folder_role is None:
        return [MailboxItem.mailbox_id == mailbox for mailbox in mailboxes]
    folders = tx.execute(
        select(Folder.id, Folder.mailbox_id).where(Folder.mailbox_id.in_(mailboxes), Folder.role == folder_role)
    ).all()
    if not unread_only:
        return [MailboxItem.folder_id == folder.id for folder in folders]
    return [and_(MailboxItem.mailbox_id == folder.mailbox_id, MailboxItem.folder_id == folder.id) for folder in folders]


def _once(
    tx: Connection, by: Actor, mailbox_id: int | None, folder_role: str | None, *, unread_only: bool
) -> list[ColumnElement[bool]]:
    """Where several mailboxes are read together, a mail that more than one of them holds counts in its first place."""
    mailboxes = _mailboxes(tx, by, mailbox_id)
    if len(mailboxes) < 2:
        return []
    other = aliased(MailboxItem)
    earlier = exists().where(
        other.activity_id == MailboxItem.activity_id,
        other.id < MailboxItem.id,
        other.gone_at.is_(None),
        other.mailbox_id.in_(mailboxes),
    )
    if unread_only:
        earlier = earlier.where(other.is_read.is_(False))
    if folder_role is not None:
        earlier = earlier.where(other.folder_id == Folder.id, Folder.role == folder_role)
    return [not_(earlier)]


def _mailboxes(tx: Connection, by: Actor, mailbox_id: int | None) -> list[int]:
    rights = tx.execute(select(Mailbox.id)).scalars().all() if by.sees_everything else by.mailbox_ids
    return sorted(mailbox for mailbox in rights if mailbox_id in (None, mailbox))


def _wanted(*, unread_only: bool, undecided_only: bool) -> list[ColumnElement[bool]]:
    conditions = [*(_UNREAD if unread_only else _MAIL), Activity.deleted_at.is_(None)]
    if undecided_only:
        decided = exists().where(
            Link.activity_id == MailboxItem.activity_id, or_(Link.state == "linked", Link.decided_by == "user")
        )
        conditions += [Email.noise == "", not_(decided)]
    return conditions


def _nearest(sources: list[ColumnElement[bool]], window: Window) -> ColumnElement[bool]:
    """The mails of the sources that follow the window's position, as many as are looked through."""
    mails = select(MailboxItem.id).where(*_MAIL)
    each = replace(window, limit=_LOOKED_THROUGH // len(sources))
    parts = [windowed(mails.where(source), _NEWEST_FIRST, each).subquery() for source in sources]
    return MailboxItem.id.in_(union_all(*(select(part) for part in parts)))


def _newest(sources: list[ColumnElement[bool]], wanted: list[ColumnElement[bool]], window: Window) -> AnySelect:
    """The window over all sources: each gives its own window over its index, and these few rows are merged."""
    parts = [
        windowed(
            _with_activity(select(MailboxItem.id, MailboxItem.occurred_at)).where(source, *wanted),
            _NEWEST_FIRST,
            window,
        ).subquery()
        for source in sources
    ]
    merged = union_all(*(select(part) for part in parts)).subquery()
    statement = _with_activity(select(*_COLUMNS)).join(Mailbox, Mailbox.id == MailboxItem.mailbox_id)
    statement = statement.join(merged, merged.c.id == MailboxItem.id)
    return windowed(statement, Order((merged.c.occurred_at, merged.c.id), descending=True), window)


def _with_activity(statement: AnySelect) -> AnySelect:
    return (
        statement.select_from(MailboxItem)
        .join(Activity, Activity.id == MailboxItem.activity_id)
        .join(Email, Email.id == Activity.id)
    )


def _inbox_rows(tx: Connection, rows: Sequence[AnyRow], by: Actor) -> tuple[InboxRow, ...]:
    shown = {row.activity_id for row in rows}
    about, done = regarding(tx, shown, by=by), answers(tx, shown)

    def inbox_row(row: AnyRow) -> InboxRow:
        *values, categories = row
        answered = done.get(row.activity_id, "")
        return InboxRow(*[*values, tuple(categories), answered, *about.get(row.activity_id, (None, ""))])

    return tuple(map(inbox_row, rows))


def _position(row: InboxRow | None) -> tuple[datetime, int] | None:
    return None if row is None else (row.occurred_at, row.item_id)
