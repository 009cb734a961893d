"""Makes an account, a contact and an opportunity of a lead."""

from __future__ import annotations

from assistant.chat.acting import acting, new_fields
from assistant.chat.pointing import cite, record
from assistant.chat.registry import Arguments, Change, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument
from store.queries.record_detail import record_detail


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from assistant.leads.preview import preview_qualification
    from store.leads.qualifying import qualify_lead

    ref = record(talk, arguments["lead"], "lead")
    likely = talk.services.read(preview_qualification, ref.record_id).likely
    status = str(talk.services.read(record_detail, ref.record_id).fields.get("status") or "")
    done = acting(talk, f"{ref.number} is qualified.", cite(ref), qualify_lead, ref.record_id, likely)
    made = {name: _shown(talk, getattr(likely, name)) for name in ("account", "contact", "opportunity")}
    changes = (Change("status", status, "qualified"), *new_fields(made))
    return Proposal(f"Qualify {ref.number} {ref.title}.", (cite(ref),), changes, done)


def _shown(talk: Talk, wanted: object) -> str:
    """A record that is there already, or the name of a new one."""
    if isinstance(wanted, int):
        return talk.services.read(record_detail, wanted).title
    return f"new: {wanted['title']}" if isinstance(wanted, dict) else ""


TOOL = Tool(
    "qualify_lead",
    "Make an account, a contact and an opportunity of a lead.",
    (Argument("lead", "record", "which lead", required=True, kinds=("lead",)),),
    (Example("qualify this lead", {"lead": "$screen"}, screen=("lead", "Pia Lechner")),),
    propose=_propose,
)
