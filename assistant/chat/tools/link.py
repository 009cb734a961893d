"""Links a mail to a record."""

from __future__ import annotations

from assistant.chat.acting import acting
from assistant.chat.pointing import cite, record
from assistant.chat.registry import Arguments, Change, Cite, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from assistant.chat.mails import the_mail
    from store.linking.by_hand import set_link
    from store.queries.activities import activity_detail

    detail = talk.services.read(activity_detail, the_mail(talk, arguments["mail"]))
    ref = record(talk, arguments["record"])
    before = ", ".join(link.record.number for link in detail.links if link.state == "linked")
    done = acting(talk, f"It is regarding {ref.number}.", cite(ref), set_link, detail.activity_id, ref.record_id)
    about = (Cite(detail.kind, detail.uid, detail.subject), cite(ref))
    change = Change("regarding", before, f"{ref.number} {ref.title}")
    return Proposal(f"Link “{detail.subject}” to {ref.number} {ref.title}.", about, (change,), done)


TOOL = Tool(
    "link",
    "Say that a mail is regarding a record.",
    (
        Argument("mail", "mail", "which mail", required=True),
        Argument(
            "record",
            "record",
            "regarding what",
            required=True,
            kinds=("account", "contact", "lead", "case", "opportunity"),
        ),
    ),
    (Example("link this to Fabrikam", {"mail": "$screen", "record": "Fabrikam GmbH"}, screen=("mail", "An offer")),),
    propose=_propose,
)
