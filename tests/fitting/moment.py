"""When the requests of phrasings are said: nothing depends on the day itself."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

NOW = datetime(2026, 11, 24, 9, 40, tzinfo=ZoneInfo("Europe/Vienna"))
