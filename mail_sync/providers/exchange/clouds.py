"""Microsoft's clouds: where people sign in, what tokens are for, and where EWS is spoken.

https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cloud:
    """`authority` and `resource` are URLs without a path; mailboxes are behind `endpoint`."""

    authority: str
    resource: str

    @property
    def endpoint(self) -> str:
        return f"{self.resource}/EWS/Exchange.asmx"


CLOUDS: Mapping[str, Cloud] = {
    "global": Cloud("https://login.microsoftonline.com", "https://outlook.office365.com"),
    "us-government": Cloud("https://login.microsoftonline.us", "https://outlook.office365.us"),
    "us-defense": Cloud("https://login.microsoftonline.us", "https://outlook-dod.office365.us"),
    "china": Cloud("https://login.partner.microsoftonline.cn", "https://partner.outlook.cn"),
}
GLOBAL = "global"
