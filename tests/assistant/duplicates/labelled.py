"""Pairs of records, each by hand, that are the same or are not, with the trap that each is about."""

from __future__ import annotations

from dataclasses import dataclass, replace

from store.duplicates.facts import Compared


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records and whether they are the same."""

    one: Compared
    other: Compared
    same: bool
    about: str


def _contact(title: str, email: str = "", account: int | None = None, **known: object) -> Compared:
    company = {None: "", 1: "Fabrikam GmbH", 2: "Contoso AG", 3: "Nordwind Logistik"}[account]
    one = Compared(1, "contact", title, (email,) if email else (), account_id=account, company=company)
    return replace(one, **known)  # type: ignore[arg-type]


def _lead(title: str, company: str, email: str = "", **known: object) -> Compared:
    return replace(Compared(1, "lead", title, (email,) if email else (), company=company), **known)  # type: ignore[arg-type]


def _account(title: str, *domains: str, **known: object) -> Compared:
    return replace(Compared(1, "account", title, domains=domains), **known)  # type: ignore[arg-type]


def _pair(one: Compared, other: Compared, same: bool, about: str) -> Pair:
    return Pair(one, replace(other, record_id=2), same, about)


PAIRS = (
    _pair(_contact("Anna Berg", "anna@fabrikam.de", 1), _contact("Anna Berg", "anna@fabrikam.de", 1), True, "the same"),
    _pair(_contact("Anna Berg", "anna@fabrikam.de"), _contact("Berg, Anna", "anna@fabrikam.de"), True, "turned round"),
    _pair(_contact("Anna Berg", "anna@fabrikam.de", 1), _contact("A. Berg", "anna@fabrikam.de"), True, "an initial"),
    _pair(
        _contact("Robert Miller", "bob@contoso.com", 2),
        _contact("Bob Miller", "r.miller@contoso.com", 2),
        True,
        "short form",
    ),
    _pair(_contact("Jürgen Müller", account=3), _contact("Juergen Mueller", account=3), True, "umlauts"),
    _pair(_contact("Сергей Кузнецов", "s@nord.ru"), _contact("Sergey Kuznetsov", "s@nord.ru"), True, "alphabets"),
    _pair(_contact("Anna Berg", account=1), _contact("Dr. Anna Berg", account=1), True, "a title before the name"),
    _pair(
        _contact("Anna Berg", "anna@fabrikam.de", 1),
        _contact("Anna Berg", "berg@gmail.com", 1),
        True,
        "private address",
    ),
    _pair(_contact("Anna Berg", "a@fabrikam.de", 1), _contact("Anna Berg-Lang", "a@fabrikam.de", 1), True, "married"),
    _pair(
        _contact("Anna Berg", mobiles=("41795551234",)), _contact("Anna Berg", mobiles=("0795551234",)), True, "mobile"
    ),
    _pair(
        _contact("Anna Berg", "anna@contoso.com", 2),
        _contact("Anna Berg", "anna@fabrikam.de", 1, former_emails=("anna@contoso.com",)),
        True,
        "moved, former address",
    ),
    _pair(
        _contact("Anna Bergmann", account=1, city="Bonn"),
        _contact("Anna Bergman", account=1, city="Bonn"),
        True,
        "a slip",
    ),
    _pair(_contact("Anna", "anna@fabrikam.de", 1), _contact("Anna Berg", "anna@fabrikam.de", 1), True, "half a name"),
    _pair(
        _contact("José García", "jose@contoso.com", 2),
        _contact("Jose Garcia", "jgarcia@contoso.com", 2),
        True,
        "accents",
    ),
    _pair(
        _contact("Piet de Vries", account=2), _contact("Piet Vries", account=2, job_title="Buyer"), True, "a particle"
    ),
    _pair(_lead("Anna Berg", "Fabrikam"), _lead("Anna Berg", "Fabrikam GmbH"), True, "legal form of the company"),
    _pair(
        _lead("Anna Berg", "Fabrikam", "anna@fabrikam.de"), _lead("A. Berg", "", "anna@fabrikam.de"), True, "no company"
    ),
    _pair(
        _lead("Bob Miller", "", "bob@contoso.com"),
        _lead("Robert Miller", "", "r.miller@contoso.com"),
        True,
        "one domain",
    ),
    _pair(_account("Fabrikam GmbH"), _account("Fabrikam"), True, "no legal form"),
    _pair(
        _account("Fabrikam GmbH", "fabrikam.de"), _account("Fabrikam Gmbh & Co. KG", "fabrikam.de"), True, "one domain"
    ),
    _pair(_account("Nordwind Logistik", city="Kiel"), _account("Nordwnd Logistik", city="Kiel"), True, "a slip"),
    _pair(_account("Müller Pumpen AG"), _account("Mueller Pumpen"), True, "umlauts"),
    _pair(_account("Data Works Ltd", "dataworks.com"), _account("Dataworks", "dataworks.com"), True, "glued"),
    _pair(
        _account("Contoso", phones=("41315551234",)), _account("Contoso AG", phones=("0315551234",)), True, "one phone"
    ),
    _pair(_account("IBM", "ibm.com"), _account("International Business Machines", "ibm.com"), True, "initials"),
    _pair(
        _account("Wide World Importers"), _account("Wide World Importers Inc.", city="Boise"), True, "one city known"
    ),
    _pair(_account("Contoso", city="Bern"), _account("Contoso S.A.", city="Berne"), True, "the city in two languages"),
    _pair(_account("Litware Software", "litware.com"), _account("Litware", "litware.com"), True, "a word more"),
    _pair(_contact("Anna Berg", account=1), _contact("Bernd Berg", account=1), False, "relatives in one firm"),
    _pair(
        _contact("Anna Berg", "info@fabrikam.de", 1),
        _contact("Tom Lang", "info@fabrikam.de", 1),
        False,
        "shared address",
    ),
    _pair(_contact("Anna Berg", "berg@web.de"), _contact("Bernd Berg", "berg@web.de"), False, "a couple's address"),
    _pair(_contact("Anna Berg", account=1), _contact("Anna Lang", account=1), False, "one given name"),
    _pair(_contact("Peter Müller", account=1), _contact("Peter Müller", account=2), False, "namesakes in two firms"),
    _pair(
        _contact("Peter Müller", "p@a.de", 1), _contact("Peter Müller", "pm@b.de", 2), False, "namesakes with addresses"
    ),
    _pair(_contact("John Smith Sr.", account=2), _contact("John Smith Jr.", account=2), False, "father and son"),
    _pair(
        _contact("John Smith", "john@contoso.com", 2),
        _contact("John Smith Jr.", "junior@contoso.com", 2),
        False,
        "the son of the boss",
    ),
    _pair(
        _contact("Anna Berg", account=1, phones=("4930555",)),
        _contact("Tom Roth", account=1, phones=("4930555",)),
        False,
        "one switchboard",
    ),
    _pair(_contact("Lena Koch", account=3), _contact("Lisa Koch", account=3), False, "sisters"),
    _pair(_contact("Maria Rossi"), _contact("Mario Rossi"), False, "one letter is somebody else"),
    _pair(_contact("Jan Novák", city="Praha"), _contact("Jan Novák", city="Brno"), False, "a common name, two cities"),
    _pair(_lead("Anna Berg", "Fabrikam"), _lead("Anna Berg", "Contoso"), False, "namesakes of two companies"),
    _pair(_lead("Anna Berg", "Fabrikam"), _lead("Tom Lang", "Fabrikam"), False, "two leads of one company"),
    _pair(
        _account("Fabrikam", "fabrikam.de", city="Köln"),
        _account("Fabrikam", "fabrikam.de", city="Ulm"),
        False,
        "branches",
    ),
    _pair(_account("Hotel Post", city="Lech"), _account("Hotel Post", city="Zell"), False, "a common name"),
    _pair(_account("Fabrikam Holding"), _account("Fabrikam Pumpen GmbH", parent_id=1), False, "mother and daughter"),
    _pair(
        _account("Contoso Italia S.r.l.", country="Italy"),
        _account("Contoso France", country="France"),
        False,
        "countries",
    ),
    _pair(_account("Contoso", country="Italy"), _account("Contoso", country="France"), False, "two national companies"),
    _pair(_account("Nordwind Logistik"), _account("Nordstern Logistik"), False, "a similar name"),
    _pair(_account("Alpha Reisen", "alpha.de"), _account("Alpha Bau", "alpha-bau.de"), False, "one word in common"),
    _pair(
        _account("Meyer GmbH", "meyer-bau.de"), _account("Meyer GmbH", "meyer-it.de"), False, "one name, two domains"
    ),
    _pair(_account("Contoso Bank", "contoso.com"), _account("Woodgrove", "contoso.com"), False, "one hosts the other"),
    _pair(_account("City of Boise"), _account("City of Boston"), False, "places"),
    _pair(
        _account("Meyer Bau", phones=("49305551",)), _account("Lang Steuer", phones=("49305551",)), False, "one office"
    ),
    _pair(_account("Volvo Cars"), _account("Volvo Trucks"), False, "divisions"),
)
