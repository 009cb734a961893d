"""The requests behind `probing`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exchangelib.errors import EWSError
from exchangelib.services import GetFolder
from lxml.etree import _Element
from requests.exceptions import RequestException

from mail_sync.errors import AccessDenied, ItemGone
from mail_sync.providers.exchange.building import child, new
from mail_sync.providers.exchange.errors import translate
from mail_sync.providers.exchange.operations import ExchangeServer, Plain, shape_element
from mail_sync.providers.exchange.reading import TYPES
from mail_sync.providers.exchange.shapes import ItemShape


def ask_rights(server: Any, folder_ids: Sequence[str]) -> dict[str, _Element]:
    """The t:EffectiveRights of each folder, without those that this user may not see. Raises SyncError."""
    assert isinstance(server, ExchangeServer)

    def request() -> dict[str, _Element]:
        found: dict[str, _Element] = {}
        answers = _GetRights(account=server.account).ask(folder_ids)
        for folder_id, answer in zip(folder_ids, answers, strict=True):
            rights = None if isinstance(answer, Exception) else answer[0].find(f"{TYPES}EffectiveRights")
            if isinstance(answer, Exception) and not isinstance(translate(answer), (ItemGone, AccessDenied)):
                raise answer
            if rights is not None:
                found[folder_id] = rights
        return found

    def translated() -> dict[str, _Element]:
        try:
            return request()
        except (EWSError, RequestException, OSError) as error:
            raise translate(error) from error

    return server.retry.call(translated)


class _GetRights(Plain, GetFolder):  # type: ignore[misc]
    """https://learn.microsoft.com/exchange/client-developer/web-service-reference/getfolder-operation"""

    def ask(self, folder_ids: Sequence[str]) -> list[Any]:
        payload = new("m:GetFolder")
        payload.append(shape_element("m:FolderShape", ItemShape(("folder:EffectiveRights",))))
        ids = child(payload, "m:FolderIds")
        for folder_id in folder_ids:
            child(ids, "t:FolderId", Id=folder_id)
        messages = self._get_response_xml(payload=payload)
        return [self._get_element_container(message, self.element_container_name) for message in messages]
