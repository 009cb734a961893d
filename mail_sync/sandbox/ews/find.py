"""FindItem: pages of a folder with restriction and order, or a calendar view with its series expanded.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/finditem-operation
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from lxml import etree

from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.paging import FIND_COUNT_LIMIT, read_paging
from mail_sync.sandbox.ews.render import render
from mail_sync.sandbox.ews.restriction import predicate, sorted_by
from mail_sync.sandbox.ews.shape import Shape, read_shape
from mail_sync.sandbox.ews.soap import EwsError, M, attempt, response
from mail_sync.sandbox.ews.view import View
from mail_sync.sandbox.model import Folder, Item, Kind

LONGEST_VIEW = timedelta(days=2 * 366)  # a calendar view may span two years


def find_item(call: Call) -> str:
    """One response message per folder."""
    shape = read_shape(call.body)
    window = call.body.find(f"{M}CalendarView")
    messages = [
        attempt("FindItem", partial(_one, call, shape, window, reference))
        for reference in call.folders("ParentFolderIds")
    ]
    return response("FindItem", messages)


def _one(call: Call, shape: Shape, window: etree._Element | None, reference: etree._Element) -> str:
    call.check_message()
    if call.body.find(f"{M}QueryString") is not None:
        raise EwsError("ErrorContentIndexingNotEnabled", "Queries are not available for this mailbox.")
    folder = call.folder(reference)
    with folder.mailbox.lock:
        items = list(reversed(folder.items)) if call.body.get("Traversal", "Shallow") == "Shallow" else []
    if window is not None:
        return _calendar_view(call, shape, window, folder, items)
    views = [View(item, shape, call.faults, call.operation) for item in items]
    restriction = call.body.find(f"{M}Restriction")
    if restriction is not None:
        test = predicate(restriction[0])
        views = [view for view in views if test(view)]
    page = read_paging(call.body, "IndexedPageItemView").cut(sorted_by(call.body.find(f"{M}SortOrder"), views))
    return _root(page.attributes, page.rows)


def _root(attributes: str, views: list[View]) -> str:
    shown = "".join([render(view, listing=True) for view in views])
    return f"<m:RootFolder {attributes}><t:Items>{shown}</t:Items></m:RootFolder>"


def _calendar_view(call: Call, shape: Shape, window: etree._Element, folder: Folder, items: list[Item]) -> str:
    start, end = _moment(window.get("StartDate")), _moment(window.get("EndDate"))
    if end - start > LONGEST_VIEW:
        raise EwsError(
            "ErrorCalendarViewRangeTooBig", "The specified view range exceeds the maximum range of two years."
        )
    if folder.folder_class != "IPF.Appointment":
        raise EwsError("ErrorInvalidOperation", "A calendar view needs a calendar folder.")
    views = [
        view
        for item in items
        if item.kind is Kind.EVENT
        for view in _expanded(View(item, shape, call.faults, call.operation), start, end)
    ]
    views.sort(key=lambda view: view.event.start)
    limit = _most(window, len(views))
    last = "true" if len(views) <= limit else "false"
    return _root(f'TotalItemsInView="{len(views)}" IncludesLastItemInRange="{last}"', views[:limit])


def _most(window: etree._Element, found: int) -> int:
    """How many entries go out. A view has no pages, so a client that sets no limit would miss what lies beyond the
    server's: it is refused instead. Raises EwsError ErrorExceededFindCountLimit.

    https://learn.microsoft.com/archive/blogs/exchangedev/throttling-policies-and-the-ewsfindcountlimit
    """
    said = window.get("MaxEntriesReturned")
    if said is not None:
        return min(int(said), FIND_COUNT_LIMIT)
    if found > FIND_COUNT_LIMIT:
        raise EwsError(
            "ErrorExceededFindCountLimit",
            "You have exceeded the maximum number of objects that can be returned for the find operation. Use paging "
            "to reduce the result size and try your request again.",
        )
    return FIND_COUNT_LIMIT


def _expanded(view: View, start: datetime, end: datetime) -> Iterator[View]:
    series = view.series
    if series.pattern is None:
        if series.facts.touches(start, end):
            yield view
        return
    for occurrence in series.between(start, end):
        yield View(view.item, view.shape, view.faults, view.operation, occurrence)


def _moment(text: str | None) -> datetime:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError as error:
        raise EwsError("ErrorInvalidRequest", "The calendar view has no valid dates.") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
