"""Why a mail is regarding what it is."""

from __future__ import annotations

from assistant.chat.pointing import cite
from assistant.chat.registry import Answer, Arguments, Cite, Example, Line, Talk, Tool
from assistant.chat.told import answer, nothing, short
from assistant.chat.understanding.values import Argument


def _read(talk: Talk, arguments: Arguments) -> Answer:
    from assistant.chat.mails import the_mail
    from assistant.linking.explain import explain
    from store.queries.activities import activity_detail

    detail = talk.services.read(activity_detail, the_mail(talk, arguments["mail"]))
    mail = Cite(detail.kind, detail.uid, detail.subject)
    if not detail.links:
        return nothing("It is regarding nothing: no evidence was found.")
    told = explain(sorted(detail.links, key=lambda link: (not link.is_primary, -link.score)))
    lines = [
        Line(f"{link.record.number} {short(link.record.title)}: {link.state}", (cite(link.record), mail))
        for link in detail.links
    ]
    lines += [Line(short(reason), (mail,)) for reason in (*told.why, *([told.why_not] if told.why_not else []))]
    return answer(short(detail.subject), lines, mail)


TOOL = Tool(
    "why_linked",
    "Say on what evidence a mail is linked to a customer, case or opportunity.",
    (Argument("mail", "mail", "which mail", required=True),),
    (
        Example("why is this linked to Fabrikam", {"mail": "$screen"}, screen=("mail", "An offer")),
        Example("why is this here", {"mail": "$screen"}, screen=("mail", "An offer")),
    ),
    read=_read,
)
