"""Items moved, copied and deleted by exchangelib."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from exchangelib import Account, Message
from exchangelib.errors import ErrorItemNotFound

from mail_sync.sandbox.model import Did, Model
from mail_sync.sandbox.model import Mailbox as Owner
from tests.mail_sync.sandbox.builders import ANNA

MAX = "max@alpineskihouse.example"
pytestmark = pytest.mark.usefixtures("stamps")


@pytest.fixture
def model() -> Model:
    made = Model()
    made.add_mailbox(ANNA, "Anna Hofer")
    made.add_mailbox(MAX, "Max Berger").readers.add(ANNA)
    return made


@pytest.fixture
def stamped(account: Account) -> Message:
    return Message(account=account, folder=account.inbox, subject="Offer", stamp="OPP-3").save()


def test_move_gives_a_new_id_and_keeps_stamp_and_search_key(account: Account, stamped: Message) -> None:
    old, key = stamped.id, account.inbox.get(id=stamped.id).search_key
    stamped.move(account.trash)
    (found,) = account.trash.filter(stamp="OPP-3")
    assert (stamped.id == old, found.id == stamped.id, found.search_key == key) == (False, True, True)
    with pytest.raises(ErrorItemNotFound):
        raise next(iter(account.fetch([(old, None)])))


def test_copy_has_the_stamp_too(account: Account, stamped: Message) -> None:
    item_id, _ = stamped.copy(account.trash)
    (found,) = account.trash.filter(stamp="OPP-3")
    assert (found.id, account.inbox.get(stamp="OPP-3").id) == (item_id, stamped.id)


def test_move_to_another_mailbox_tells_no_id(
    account: Account, stamped: Message, signed_in: Callable[..., Account], model: Model
) -> None:
    stamped.move(signed_in(address=MAX, user=ANNA).inbox)
    assert (stamped.id, [item.properties for item in model.mailbox(MAX).folder("inbox").items]) == (
        None,
        [{next(iter(Keys)): "OPP-3"}],
    )
    assert model.mailbox(ANNA).items == {}


Keys = {"PropertyName=CrmRecordId;PropertySetId=c11ff724-aa03-4555-9952-8fa248a11c3e;PropertyType=string"}


def test_delete_goes_to_deleted_items_then_to_the_dumpster_then_away(
    account: Account, stamped: Message, anna: Owner
) -> None:
    stamped.move_to_trash()
    (found,) = account.trash.all()
    found.move_to_trash()
    assert (anna.folder("deleteditems").items, len(anna.folder("recoverableitemsdeletions").items)) == ([], 1)
    (found,) = account.recoverable_items_deletions.all()
    found.soft_delete()
    assert anna.items == {}


def test_soft_delete_can_be_recovered_and_hard_delete_cannot(account: Account, anna: Owner) -> None:
    Message(account=account, folder=account.inbox, subject="soft").save().soft_delete()
    Message(account=account, folder=account.inbox, subject="hard").save().delete()
    assert [item.subject for item in account.recoverable_items_deletions.all()] == ["soft"]
    assert [entry.did for entry in anna.folder("inbox").log] == [Did.CREATE, Did.DELETE, Did.CREATE, Did.DELETE]


def test_deleted_item_is_not_found(account: Account, stamped: Message) -> None:
    item_id = stamped.id
    stamped.delete()
    (result,) = account.bulk_delete([(item_id, None)])
    assert type(result) is ErrorItemNotFound
