"""Threads, links and timelines do not depend on the order in which mail arrives."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.linking.worker import link_pending
from store.engine import Store
from tests.assistant.linking.mails import JANE, NOW, US, links_by_mail, take_in, threads, timelines
from tests.assistant.linking.mails import plain_mail as mail

_PEOPLE = [JANE, "bob@fabrikam.example", "eve@stranger.example", "pat@wingtip.example"]

#: What each mail says: the deal's words in some, words of their own in all, so that whoever quotes them is known.
_TEXTS = [
    f"{start} and the {word} {word}er will be delivered by the {word}est carrier before long, mail"
    for start, word in zip(
        ("Ten snow guns were ordered", "Gun 4 leaks again", "Greetings") * 3,
        ("tall", "small", "cold", "warm", "fast", "slow", "short", "long", "light"),
        strict=True,
    )
]


@st.composite
def _conversations(draw: st.DrawFn) -> list[bytes]:
    """Up to nine mails, each perhaps answering or quoting an earlier one, some naming a record, some noise."""
    mails = []
    for number in range(draw(st.integers(2, 9))):
        outside = draw(st.sampled_from(_PEOPLE))
        sender, to = draw(st.sampled_from([(outside, US), (US, outside)]))
        earlier = draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else set()
        quoted = draw(st.none() | st.integers(0, number - 1)) if number else None
        headers = draw(st.sampled_from([{}, {}, {}, {"Auto-Submitted": "auto-replied"}, {"List-Id": "<x.example>"}]))
        mails.append(
            mail(
                number,
                sender=sender,
                to=to,
                cc=draw(st.sampled_from(["", "", *_PEOPLE])),
                subject=draw(st.sampled_from(["Guns", "OPP-00231", "Re: CAS-01042", "Hello"])),
                answers=max(earlier, default=None),
                references=sorted(earlier),
                headers=headers,
                body=_TEXTS[number],
                below="" if quoted is None else f"\n\nOn Monday somebody wrote:\n\n> {_TEXTS[quoted]} number {quoted}",
            )
        )
    return mails


_REPEATED = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_REPEATED
@given(mails=_conversations(), data=st.data())
def test_any_order_of_arrival_gives_the_same_threads_links_and_timelines(
    new_company: Callable[[], Store], mails: list[bytes], data: st.DataObject
) -> None:
    in_order, out_of_order = new_company(), new_company()
    take_in(in_order, mails)
    take_in(out_of_order, data.draw(st.permutations(mails)))
    assert threads(out_of_order) == threads(in_order)
    assert links_by_mail(out_of_order) == links_by_mail(in_order)
    assert timelines(out_of_order) == timelines(in_order)


@_REPEATED
@given(mails=_conversations(), data=st.data())
def test_linking_at_the_end_gives_the_same_as_linking_after_each_mail(
    new_company: Callable[[], Store], mails: list[bytes], data: st.DataObject
) -> None:
    at_once, at_the_end = new_company(), new_company()
    take_in(at_once, mails)
    take_in(at_the_end, data.draw(st.permutations(mails)), link=False)
    link_pending(at_the_end, now=NOW)
    assert links_by_mail(at_the_end) == links_by_mail(at_once)
