"""What follows from bookings and from time that passes: calendars are told, slots found for those who wait,
and customers reminded.

Each step reads what is pending in the store, so it may run at any time, in any process, and one that was killed is
simply done again.
"""

from __future__ import annotations

from datetime import datetime

from assistant.scheduling.calendars.comparing import compare_calendars
from assistant.scheduling.calendars.writing import write_calendars
from assistant.scheduling.customers.reminding import remind_customers
from assistant.scheduling.waiting.looking import look_for_freed
from store.engine import Store


def keep_up(store: Store, *, now: datetime) -> None:
    """Do all that is due by now for the bookings of this store."""
    compare_calendars(store, now=now)
    write_calendars(store, now=now)
    look_for_freed(store, now=now)
    remind_customers(store, now=now)
