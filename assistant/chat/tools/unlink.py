"""Takes the link of a mail to a record away."""

from __future__ import annotations

from assistant.chat.acting import acting
from assistant.chat.pointing import cite, record
from assistant.chat.registry import Arguments, Change, Cite, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument
from store.errors import Invalid


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from assistant.chat.mails import the_mail
    from store.linking.by_hand import remove_link
    from store.queries.activities import activity_detail

    detail = talk.services.read(activity_detail, the_mail(talk, arguments["mail"]))
    linked = [link.record for link in detail.links if link.state == "linked"]
    if arguments.get("record", arguments["mail"]) != arguments["mail"]:
        ref = record(talk, arguments["record"])
    elif linked:
        ref = next((link.record for link in detail.links if link.is_primary), linked[0])
    else:
        raise Invalid("It is linked to nothing.")
    done = acting(
        talk, f"It is no longer regarding {ref.number}.", cite(ref), remove_link, detail.activity_id, ref.record_id
    )
    about = (Cite(detail.kind, detail.uid, detail.subject), cite(ref))
    change = Change("regarding", f"{ref.number} {ref.title}", "")
    return Proposal(f"Take the link of “{detail.subject}” to {ref.number} {ref.title} away.", about, (change,), done)


TOOL = Tool(
    "unlink",
    "Say that a mail is not regarding a record.",
    (
        Argument("mail", "mail", "which mail", required=True),
        Argument("record", "record", "not regarding what", kinds=("account", "contact", "lead", "opportunity", "case")),
    ),
    (Example("unlink this", {"mail": "$screen"}, screen=("mail", "An offer")),),
    propose=_propose,
)
