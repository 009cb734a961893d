"""What else linking knows of a mail: texts, colleagues, lessons, owners."""

from __future__ import annotations

from sqlalchemy import Connection, insert, update

from mail_sync.clues import Clues
from store import blobs
from store.engine import Store
from store.linking.clues import store_clues
from store.linking.facts import Lesson, Said, SignatureField
from store.queries.linking.colleagues import digits
from store.queries.linking.gather import gather
from store.queries.linking.records import records_of
from store.schema.activities import Activity, ActivityParty
from store.schema.knowledge import Learned
from store.schema.people import Mailbox
from store.schema.records import AccountDomain
from store.sync.settings import LINK_INTERNAL
from tests.store.builders import NOW, World

FIELD = SignatureField("company", "Fabrikam GmbH", "Fabrikam GmbH, Bern")


def test_facts_say_what_the_text_says_and_who_of_ours_has_it(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        anna = world.user("Anna")
        boxes = [world.mailbox("anna@alpine.example", anna), world.mailbox("sales@alpine.example", None)]
        mail = world.email("Pump", mailbox_ids=boxes)
        _read(tx, mail, Clues(new_text="It leaks", signature="Jane", fields=(FIELD,), forwarded=True))
        facts = gather(tx, [mail]).facts[0]
    assert facts.said == Said("It leaks", "Jane", (FIELD,), forwarded=True)
    assert facts.owners == ("anna@alpine.example",)


def test_mail_among_ourselves_is_linked_only_where_all_who_hold_it_want_that(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        anna = world.mailbox("anna@alpine.example", world.user("Anna"))
        ben = world.mailbox("ben@alpine.example", world.user("Ben"))
        held = (anna,), (anna, ben), (ben,), ()
        mails = [world.email("Lunch", mailbox_ids=list(boxes)) for boxes in held]
        tx.execute(update(Mailbox).where(Mailbox.id == anna).values(settings={LINK_INTERNAL: True}))
        wanted = {facts.activity_id: facts.link_internal for facts in gather(tx, mails).facts}
    assert [wanted[mail] for mail in mails] == [True, False, False, False]


def test_nothing_is_said_of_private_mail(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        mail = world.email("Pump")
        _read(tx, mail, Clues(new_text="secret"))
        tx.execute(update(Activity).where(Activity.id == mail).values(private=True))
        assert gather(tx, [mail]).facts[0].said == Said()


def test_colleagues_are_at_hand_where_somebody_unknown_writes_from_a_known_company(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        account = world.record("account", "Fabrikam")
        tx.execute(insert(AccountDomain).values(account_id=account, domain="fabrikam.example"))
        jane = world.record(
            "contact", "Jane Roe", emails=["jane@fabrikam.example"], account_id=account,
            given_name="Jane", family_name="Roe", job_title="Buyer", phone="+41 (0)31 123 45 67", mobile="12",
        )  # fmt: skip
        world.delete_record(world.record("contact", "Gone", account_id=account))
        tx.execute(insert(Learned).values(kind="name", value="J. R.", record_id=jane, created_at=NOW))
        known, unknown = world.email("Known"), world.email("Unknown")
        world.party(known, "from", "jane@fabrikam.example")
        world.party(unknown, "from", "j.roe@fabrikam.example")
        facts = {each.subject: each.colleagues for each in gather(tx, [known, unknown]).facts}
    assert facts["Known"] == {}
    (colleague,) = facts["Unknown"][account]
    assert (colleague.record.record_id, colleague.names) == (jane, ("Jane Roe", "J. R."))
    assert (colleague.job_title, colleague.phones) == ("Buyer", ("41311234567",))


def test_digits_of_a_number_begin_with_its_country_where_it_is_written() -> None:
    assert [digits(text) for text in ("+49 40 123-456", "0049 40 123456", "040/123 456", "112", "")] == [
        "4940123456",
        "4940123456",
        "040123456",
        "",
        "",
    ]


def test_lessons_fit_by_address_domain_name_and_phrase(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        case = world.record("case", "Pump")
        for kind, value in (
            ("address", "jane@fabrikam.example"),
            ("domain", "fabrikam.example"),
            ("name", "Jané Roe"),
            ("phrase", "red valve"),
            ("phrase", "red valves"),
            ("address", "bob@fabrikam.example"),
        ):
            tx.execute(insert(Learned).values(kind=kind, value=value, record_id=case, created_at=NOW))
        mail = world.email("The Red  Valve")
        world.party(mail, "from", "jane@fabrikam.example")
        tx.execute(update(ActivityParty).values(name="JANE ROE"))
        record = records_of(tx, [case])[case]
        lessons = gather(tx, [mail]).facts[0].lessons
    assert lessons == (
        Lesson(record, "address", "jane@fabrikam.example"),
        Lesson(record, "domain", "fabrikam.example"),
        Lesson(record, "name", "Jané Roe"),
        Lesson(record, "phrase", "red valve"),
    )


def _read(tx: Connection, mail: int, clues: Clues) -> None:
    content = blobs.content(b"text")
    blob_id = blobs.put(tx, [content])[content.sha256]
    tx.execute(update(Activity).where(Activity.id == mail).values(text_blob_id=blob_id))
    store_clues(tx, {mail: clues}, 1)
