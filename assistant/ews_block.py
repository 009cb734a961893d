"""What an administrator does about Exchange Online's block of Exchange Web Services.

https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-ews-exchange-online
"""

from __future__ import annotations

#: Microsoft switches EWS off in Exchange Online for good then.
LAST_DAY = "1 April 2027"


def steps(address: str, client_id: str) -> tuple[str, ...]:
    """The commands of Exchange Online PowerShell, in order. The list of applications is replaced as a whole."""
    return (
        "Get-OrganizationConfig | Format-List Ews*",
        "Set-OrganizationConfig -EwsEnabled $true",
        f'Set-OrganizationConfig -EwsAllowedAppIDs "{",".join(["OTHER-IDS", client_id or "CLIENT-ID"])}"',
        f"Set-CASMailbox -Identity {address} -EwsEnabled $true",
    )


def own_server(address: str) -> tuple[str, ...]:
    """What to look at where a server of one's own, or a proxy before it, answers 403."""
    return (
        f"Get-CASMailbox -Identity {address} | Format-List Ews*",
        f"Set-CASMailbox -Identity {address} -EwsEnabled $true",
        "See the logs of the server and of the proxies before it.",
    )


def explanation(address: str, client_id: str) -> tuple[str, ...]:
    """The same for people, with what has to be known about it."""
    return (
        "Exchange Online blocks EWS until an administrator allows it for the application.",
        "In Exchange Online PowerShell:",
        *(f"  {step}" for step in steps(address, client_id)),
        "EwsAllowedAppIDs is replaced as a whole: repeat the ids that the first command",
        "shows, separated by commas. It takes up to a day. Mailboxes with only a Kiosk,",
        f"F1 or F3 licence cannot use EWS, and from {LAST_DAY} nobody can.",
        "On a server of your own a 403 comes from the server or a proxy: see its log.",
    )
