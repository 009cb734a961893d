"""Delegates, permission levels and impersonation, as exchangelib meets them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from exchangelib import IMPERSONATION, Account, Identity, Message
from exchangelib.errors import (
    ErrorAccessDenied,
    ErrorImpersonateUserDenied,
    ErrorInvalidUserPrincipalName,
    ErrorInvalidUserSid,
)
from exchangelib.folders import Inbox, SentItems
from exchangelib.properties import DistinguishedFolderId
from exchangelib.properties import Mailbox as MailboxName

from mail_sync.sandbox.model import Mailbox, Model
from mail_sync.sandbox.rights import LEVELS, Right, check_level, rights_of
from mail_sync.sandbox.server import Sandbox
from tests.mail_sync.sandbox.builders import ANNA, add_mail, synthetic_mail

MAX = "max@alpineskihouse.example"


@pytest.fixture
def boss(model: Model) -> Mailbox:
    made = model.add_mailbox(MAX, "Max Moser", password="max")
    add_mail(made, synthetic_mail(1))
    return made


def shared(account: Account, kind: type[Inbox] | type[SentItems]) -> Inbox:
    """A folder of another user, as a delegate names it: a well-known name and a mailbox."""
    name = DistinguishedFolderId(id=kind.DISTINGUISHED_FOLDER_ID, mailbox=MailboxName(email_address=MAX))
    return kind(root=account.root, _distinguished_id=name)


def read(folder: Inbox) -> list[str]:
    return [item.subject for item in folder.all().only("subject")]


@pytest.mark.parametrize("level", ["Reviewer", "Editor"])
def test_permission_opens_one_folder(account: Account, boss: Mailbox, level: str) -> None:
    boss.folder("inbox").permissions[ANNA] = level
    assert read(shared(account, Inbox)) == ["Order 1"]
    with pytest.raises(ErrorAccessDenied):
        read(shared(account, SentItems))


@pytest.mark.parametrize("level", ["None", "Contributor"])
def test_level_without_reading_denies_it(account: Account, boss: Mailbox, level: str) -> None:
    boss.folder("inbox").permissions[ANNA] = level
    with pytest.raises(ErrorAccessDenied):
        read(shared(account, Inbox))


@pytest.mark.parametrize(
    ("level", "may_create", "may_change"), [("Reviewer", False, False), ("Author", True, False), ("Editor", True, True)]
)
def test_level_decides_what_a_delegate_may_write(
    account: Account, boss: Mailbox, level: str, may_create: bool, may_change: bool
) -> None:
    boss.folder("inbox").permissions[ANNA] = level
    inbox = shared(account, Inbox)
    [mail] = inbox.all().only("subject", "is_read", "changekey")
    mail.is_read = not mail.is_read
    tries: list[Callable[[], object]] = [
        lambda: Message(account=account, folder=inbox, subject="New", body="x").save(),
        lambda: mail.save(update_fields=["is_read"]),
        lambda: mail.delete(),
    ]
    done = []
    for one in tries:
        try:
            one()
            done.append(True)
        except ErrorAccessDenied:
            done.append(False)
    assert done == [may_create, may_change, may_change]


def test_folder_says_what_a_delegate_may_do(account: Account, signed_in: Callable[..., Account], boss: Mailbox) -> None:
    for folder in boss.folders.values():
        folder.permissions[ANNA] = "Reviewer"
    boss.folder("inbox").permissions[ANNA] = "Editor"
    boss.folder("sentitems").permissions[ANNA] = "None"
    delegate = signed_in(address=MAX, user=ANNA)
    rights = {folder.name: folder.effective_rights for folder in delegate.msg_folder_root.children}
    assert [(rights[name].read, rights[name].create_contents, rights[name].modify) for name in ("Inbox", "Drafts")] == [
        (True, True, False),
        (True, False, False),
    ]
    assert "Sent Items" not in rights
    assert account.inbox.effective_rights.modify is True


def test_default_level_is_for_everybody_else(account: Account, boss: Mailbox) -> None:
    boss.folder("inbox").permissions["default"] = "Reviewer"
    inbox = shared(account, Inbox)
    assert read(inbox) == ["Order 1"]
    boss.folder("inbox").permissions[ANNA] = "None"
    with pytest.raises(ErrorAccessDenied):
        read(inbox)


def test_revoked_right_denies_from_then_on(signed_in: Callable[..., Account], boss: Mailbox) -> None:
    boss.readers.add(ANNA)
    delegate = signed_in(address=MAX, user=ANNA)
    assert read(delegate.inbox) == ["Order 1"]
    boss.readers.clear()
    with pytest.raises(ErrorAccessDenied):
        read(delegate.inbox)


def test_levels_give_their_documented_rights(model: Model, anna: Mailbox, boss: Mailbox) -> None:
    inbox = boss.folder("inbox")
    given = {}
    for level in ("None", "Contributor", "Reviewer", "Author", "Editor"):
        inbox.permissions[ANNA] = check_level(level)
        given[level] = rights_of(anna, inbox)
    assert given == {
        "None": Right(0),
        "Contributor": Right.CREATE,
        "Reviewer": Right.READ,
        "Author": Right.READ | Right.CREATE,
        "Editor": Right.READ | Right.CREATE | Right.EDIT | Right.DELETE,
    }
    assert rights_of(boss, inbox) == LEVELS["Owner"]
    with pytest.raises(ValueError, match="no permission level 'Boss'"):
        check_level("Boss")


def impersonated(account: Account, identity: Identity) -> Account:
    made = Account(MAX, config=account.protocol.config, autodiscover=False, access_type=IMPERSONATION)
    identity.primary_smtp_address = MAX  # what folders are named by; the other names go before it in the header
    made.identity = identity
    return made


@pytest.mark.parametrize("by", ["primary_smtp_address", "smtp_address", "upn", "sid"])
def test_role_impersonates_by_any_name(model: Model, account: Account, boss: Mailbox, by: str) -> None:
    model.impersonators.add(ANNA)
    named = impersonated(account, Identity(**{by: boss.sid if by == "sid" else MAX}))
    assert read(named.inbox) == ["Order 1"]


def test_unknown_name_is_refused_by_its_kind(model: Model, account: Account, boss: Mailbox) -> None:
    model.impersonators.add(ANNA)
    with pytest.raises(ErrorInvalidUserPrincipalName):
        read(impersonated(account, Identity(upn="nobody@alpineskihouse.example")).inbox)
    with pytest.raises(ErrorInvalidUserSid):
        read(impersonated(account, Identity(sid="S-1-5-21-1-2-3-4")).inbox)


def test_lost_role_is_denied_from_then_on(model: Model, account: Account, boss: Mailbox) -> None:
    model.impersonators.add(ANNA)
    other = impersonated(account, Identity(primary_smtp_address=MAX))
    assert read(other.inbox) == ["Order 1"]
    model.impersonators.clear()
    with pytest.raises(ErrorImpersonateUserDenied):
        read(other.inbox)


def test_full_access_is_no_role(sandbox: Sandbox, account: Account, boss: Mailbox) -> None:
    boss.readers.add(ANNA)
    with pytest.raises(ErrorImpersonateUserDenied):
        read(impersonated(account, Identity(primary_smtp_address=MAX)).inbox)
