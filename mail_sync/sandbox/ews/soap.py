"""Envelopes in and out: the request behind the bytes, the reply around the answers, and the errors in both shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

from mail_sync.sandbox.ews.xml import text

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors"
M, T = f"{{{MESSAGES}}}", f"{{{TYPES}}}"

HEAD = (
    f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{SOAP}"><s:Header>'
    '<h:ServerVersionInfo MajorVersion="15" MinorVersion="1" MajorBuildNumber="2507" MinorBuildNumber="6" '
    f'Version="V2017_07_11" xmlns:h="{TYPES}" xmlns="{TYPES}" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/></s:Header>'
    '<s:Body xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
)
TAIL = "</s:Body></s:Envelope>"

# Sentences Exchange sends with its response codes; the code is the contract, the sentence is for people.
SENTENCES = {
    "ErrorAccessDenied": "Access is denied. Check credentials and try again.",
    "ErrorContentConversionFailed": "Content conversion failed.",
    "ErrorExceededConnectionCount": "You have exceeded the available concurrent connections for your account.",
    "ErrorExceededSubscriptionCount": "You have exceeded the available subscriptions for your account.",
    "ErrorExpiredSubscription": "The subscription has expired.",
    "ErrorInvalidSubscription": "The subscription is not a streaming subscription.",
    "ErrorInvalidPullSubscriptionId": "The subscription is not a pull subscription.",
    "ErrorInvalidSubscriptionRequest": "Subscriptions must name the folders of one mailbox, or all of them.",
    "ErrorInvalidWatermark": "The watermark used for creating this subscription was not found.",
    "ErrorMissedNotificationEvents": "Some events were missed and cannot be told any more.",
    "ErrorSubscriptionAccessDenied": "Access is denied. Only the subscription owner may access the subscription.",
    "ErrorSubscriptionDelegateAccessNotSupported": "Subscriptions are not supported for delegate user access.",
    "ErrorSubscriptionNotFound": "The specified subscription was not found.",
    "ErrorFolderNotFound": "The specified folder could not be found in the store.",
    "ErrorInvalidExchangeImpersonationHeaderData": "ExchangeImpersonation SOAP header must be present for this type of "
    "OAuth token.",
    "ErrorInvalidUserPrincipalName": "The user principal name (UPN) is not valid.",
    "ErrorInvalidUserSid": "The security identifier (SID) is not valid.",
    "ErrorImpersonateUserDenied": "The account does not have permission to impersonate the requested user.",
    "ErrorInternalServerError": "An internal server error occurred. The operation failed.",
    "ErrorInvalidIdMalformed": "Id is malformed.",
    "ErrorInvalidOperation": "The operation is not supported.",
    "ErrorInvalidSyncStateData": "Synchronization state data is corrupt or otherwise invalid.",
    "ErrorItemNotFound": "The specified object was not found in the store.",
    "ErrorNameResolutionNoResults": "No results were found.",
    "ErrorNonExistentMailbox": "The SMTP address has no mailbox associated with it.",
    "ErrorSchemaValidation": "The request failed schema validation.",
    "ErrorSyncFolderNotFound": "The sync folder could not be found in the store.",
    "ErrorServerBusy": "The server cannot service this request right now. Try again later.",
    "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange": "Occurrence index is out of recurrence range.",
}


class EwsError(Exception):
    """One response message fails; the rest of the batch goes on."""

    def __init__(self, code: str, detail: str = "", back_off: str = "") -> None:
        self.code = code
        self.detail = detail or SENTENCES.get(code, code)
        self.back_off = back_off
        super().__init__(code)


class SoapFault(EwsError):
    """The whole request fails."""


@dataclass(frozen=True, slots=True)
class Request:
    operation: str
    body: etree._Element
    impersonated: str = ""  # who ExchangeImpersonation names, in the way `impersonated_by` says
    impersonated_by: str = ""  # PrimarySmtpAddress, SmtpAddress, PrincipalName or SID


def parse(data: bytes) -> Request:
    """The operation in an envelope. Raises SoapFault ErrorSchemaValidation."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise SoapFault("ErrorSchemaValidation", f"The request failed schema validation: {error}") from error
    body = root.find(f"{{{SOAP}}}Body")
    if body is None or not len(body):
        raise SoapFault("ErrorSchemaValidation")
    operation = etree.QName(body[0]).localname.removesuffix("Request")  # GetUserAvailabilityRequest is the only one
    who = root.find(f"{{{SOAP}}}Header/{T}ExchangeImpersonation/{T}ConnectingSID/*")
    if who is None:
        return Request(operation, body[0])
    return Request(operation, body[0], (who.text or "").strip(), etree.QName(who).localname)


def envelope(inner: str) -> str:
    """A whole reply."""
    return f"{HEAD}{inner}{TAIL}"


def response(operation: str, messages: Iterator[str] | list[str]) -> str:
    """The response element of an operation around its response messages."""
    return (
        f'<m:{operation}Response xmlns:m="{MESSAGES}" xmlns:t="{TYPES}"><m:ResponseMessages>'
        f"{''.join(messages)}</m:ResponseMessages></m:{operation}Response>"
    )


def success(operation: str, inner: str) -> str:
    """A response message that succeeded."""
    name = f"m:{operation}ResponseMessage"
    return f'<{name} ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>{inner}</{name}>'


def failure(operation: str, error: EwsError, inner: str = "") -> str:
    """A response message that failed; `inner` is what the operation says in spite of it (an empty m:Items)."""
    name = f"m:{operation}ResponseMessage"
    return (
        f'<{name} ResponseClass="Error"><m:MessageText>{text(error.detail)}</m:MessageText>'
        f"<m:ResponseCode>{error.code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>"
        f"{_back_off(error, 'm')}{inner}</{name}>"
    )


def attempt(operation: str, answer: Callable[[], str], inner: str = "") -> str:
    """The response message of `answer`, or its failure."""
    try:
        return success(operation, answer())
    except SoapFault:
        raise
    except EwsError as error:
        return failure(operation, error, inner)


def fault(error: EwsError) -> str:
    """A whole reply for a request that failed as such; goes out with HTTP 500."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{SOAP}"><s:Body><s:Fault>'
        f'<faultcode xmlns:a="{TYPES}">a:{error.code}</faultcode>'
        f'<faultstring xml:lang="en-US">{text(error.detail)}</faultstring><detail>'
        f'<e:ResponseCode xmlns:e="{ERRORS}">{error.code}</e:ResponseCode>'
        f'<e:Message xmlns:e="{ERRORS}">{text(error.detail)}</e:Message>'
        f"{_back_off(error, 't')}</detail></s:Fault></s:Body></s:Envelope>"
    )


def _back_off(error: EwsError, prefix: str) -> str:
    if not error.back_off:
        return ""
    return (
        f'<{prefix}:MessageXml xmlns:t="{TYPES}"><t:Value Name="BackOffMilliseconds">{error.back_off}</t:Value>'
        f"</{prefix}:MessageXml>"
    )
