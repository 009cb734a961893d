"""The Autodiscover service over SOAP: which server holds a user's mailbox.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/getusersettings-operation-soap
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml import etree

from mail_sync.sandbox.ews.soap import SOAP, SoapFault
from mail_sync.sandbox.ews.xml import text
from mail_sync.sandbox.model import Mailbox, Model, NotFound

AUTODISCOVER_PATH = "/autodiscover/autodiscover.svc"
EWS_PATH = "/EWS/Exchange.asmx"
OPERATION = "GetUserSettings"
NAMESPACE = "http://schemas.microsoft.com/exchange/2010/Autodiscover"
ADDRESSING = "http://www.w3.org/2005/08/addressing"
A = f"{{{NAMESPACE}}}"
SCHEMAS = "Exchange2007,Exchange2007_SP1,Exchange2010,Exchange2010_SP1,Exchange2010_SP2,Exchange2013,Exchange2016"
HEAD = (
    f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{SOAP}" xmlns:a="{ADDRESSING}"><s:Header>'
    f'<a:Action s:mustUnderstand="1">{NAMESPACE}/Autodiscover/GetUserSettingsResponse</a:Action>'
    f'<h:ServerVersionInfo xmlns:h="{NAMESPACE}"><h:MajorVersion>15</h:MajorVersion><h:MinorVersion>1</h:MinorVersion>'
    "<h:MajorBuildNumber>2507</h:MajorBuildNumber><h:MinorBuildNumber>6</h:MinorBuildNumber>"
    "<h:Version>Exchange2016</h:Version></h:ServerVersionInfo></s:Header><s:Body>"
    f'<GetUserSettingsResponseMessage xmlns="{NAMESPACE}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">'
    "<Response><ErrorCode>NoError</ErrorCode><ErrorMessage/><UserResponses>"
)
TAIL = "</UserResponses></Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>"


@dataclass(slots=True)
class Discovery:
    """What is answered to whom; all of it may be changed while the server runs.

    `hosts` are the names it answers under, empty for any. `redirect_addresses` sends a user on to another address,
    `redirect_urls` the users of a domain to another service (which then answers itself). `plain_redirect` is where
    http (not https) sends clients. `ews_url` is what users are told; empty for the address under which the client came.
    """

    model: Model
    hosts: set[str] = field(default_factory=set)
    redirect_addresses: dict[str, str] = field(default_factory=dict)
    redirect_urls: dict[str, str] = field(default_factory=dict)
    plain_redirect: str = ""
    ews_url: str = ""

    def serves(self, host: str) -> bool:
        """Whether the service is found under this name (a port does not count)."""
        return not self.hosts or host.partition(":")[0].lower() in self.hosts

    def answer(self, data: bytes, base: str) -> str:
        """The reply to GetUserSettings; `base` is https://host as the client wrote it. Raises SoapFault."""
        request = _request(data)
        settings = [one.text or "" for one in request.iterfind(f"{A}RequestedSettings/{A}Setting")]
        users = [(one.text or "").strip() for one in request.iterfind(f"{A}Users/{A}User/{A}Mailbox")]
        return HEAD + "".join(self._user(user, settings, base) for user in users) + TAIL

    def _user(self, address: str, settings: Sequence[str], base: str) -> str:
        domain = address.rpartition("@")[2].lower()
        moved, elsewhere = self.redirect_addresses.get(address.lower()), self.redirect_urls.get(domain)
        if moved:
            return _response("RedirectAddress", "Redirection address.", moved)
        if elsewhere and urlsplit(elsewhere).netloc.lower() != urlsplit(base).netloc.lower():
            return _response("RedirectUrl", "Redirection Url.", elsewhere)
        try:
            mailbox = self.model.mailbox(address)
        except NotFound:
            if any(known.endswith(f"@{domain}") for known in self.model.mailboxes):
                return _response("InvalidUser", f"Invalid user: '{address}'")
            return _response("InvalidDomain", f"The domain '{domain}' is not served here.")
        return _response("NoError", "No error.", settings=self._settings(mailbox, settings, base))

    def _settings(self, mailbox: Mailbox, settings: Sequence[str], base: str) -> str:
        url = self.ews_url or f"{base}{EWS_PATH}"
        known = {
            "UserDisplayName": mailbox.name,
            "AutoDiscoverSMTPAddress": mailbox.address,
            "ExternalEwsUrl": url,
            "InternalEwsUrl": url,
            "ExternalEwsVersion": "15.01.2507.000",
            "EwsSupportedSchemas": SCHEMAS,
            "CasVersion": "15.01.2507.006",
            "UserDeploymentId": str(mailbox.guid),
        }
        found = "".join(
            f'<UserSetting i:type="StringSetting"><Name>{name}</Name><Value>{text(known[name])}</Value></UserSetting>'
            for name in settings
            if name in known
        )
        missing = "".join(
            "<UserSettingError><ErrorCode>SettingIsNotAvailable</ErrorCode><ErrorMessage>The setting is not available."
            f"</ErrorMessage><SettingName>{text(name)}</SettingName></UserSettingError>"
            for name in settings
            if name not in known
        )
        return f"<UserSettingErrors>{missing}</UserSettingErrors><UserSettings>{found}</UserSettings>"


def _request(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise SoapFault("ErrorSchemaValidation") from error
    request = root.find(f"{{{SOAP}}}Body/{A}GetUserSettingsRequestMessage/{A}Request")
    if request is None:
        raise SoapFault("ErrorInvalidOperation", "Only GetUserSettings is supported.")
    return request


def _response(code: str, message: str, target: str = "", settings: str = "") -> str:
    redirect = f"<RedirectTarget>{text(target)}</RedirectTarget>" if target else '<RedirectTarget i:nil="true"/>'
    settings = settings or "<UserSettingErrors/><UserSettings/>"
    return (
        f"<UserResponse><ErrorCode>{code}</ErrorCode><ErrorMessage>{text(message)}</ErrorMessage>{redirect}{settings}"
        "</UserResponse>"
    )
