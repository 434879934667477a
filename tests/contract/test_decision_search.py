"""Decisions found in the views, in SQLite and PostgreSQL: those that looking at each one finds."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from zhamen.adapters.sql.views.profiles import SqlProfiles
from zhamen.adapters.sql.views.search import SqlDecisionSearch
from zhamen.adapters.sql.views.store import SqlProjections
from zhamen.core.errors import DecisionNotFound, NotFoundError
from zhamen.core.identifiers import mask
from zhamen.events.flat import flat_reader
from zhamen.events.model import AnyEvent
from zhamen.events.parts import Channel
from zhamen.features.roles import ENTITIES
from zhamen.gate.decision import Decision, Outcome
from zhamen.organisation.scope import Scope
from zhamen.ports.decisions import DecisionRow, Wanted
from zhamen.testing import NOON, SMALL_BANK, make_decided

ENTRIES = make_decided(400, 11)
KINDS = {"account": "account", "customer": "customer", "device": "device", "ip": "ip"}
HEAD = Scope("HQ")
SCOPES = (HEAD, Scope("HQ/B01"), Scope("HQ/B01/B01-002"), Scope("HQ/B02"), Scope("HQ/B0"))


@pytest.fixture(scope="module")
def store(module_engine: Engine) -> Iterator[Engine]:
    """A store with the views of 400 entries, in blocks of 16."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("zhamen.adapters.sql.views.terms.BLOCK", 16)
        patched.setattr("zhamen.adapters.sql.views.search.BLOCK", 16)
        views = SqlProjections(module_engine, lambda: SMALL_BANK, utc_offset_minutes=480)
        for start in range(0, 400, 100):
            views.apply(ENTRIES[start : start + 100])
        yield module_engine


def every_page(
    ask: Callable[[int | None], Any],
) -> list[DecisionRow]:
    rows: list[DecisionRow] = []
    before = None
    while True:
        page = ask(before)
        rows += page.rows
        if page.next is None:
            return rows
        assert before is None or page.next < before
        before = page.next


def named(event: AnyEvent, kind: str) -> set[Any]:
    fields = [field for field, of in ENTITIES.items() if of == kind]
    return set(flat_reader(fields)(event))


def fits(event: Any, decision: Decision, wanted: Wanted) -> bool:
    amount = getattr(event, "amount_minor", None) or 0
    reasons = sorted(decision.reasons, key=lambda reason: -reason.weight)
    claims = [
        wanted.since is None or decision.decided_at >= wanted.since,
        wanted.until is None or decision.decided_at < wanted.until,
        not wanted.outcomes or decision.outcome in wanted.outcomes,
        not wanted.types or event.__struct_config__.tag in wanted.types,
        not wanted.channel or event.channel == wanted.channel,
        not wanted.rule or wanted.rule in [reason.code for reason in decision.reasons],
        not wanted.scam or (reasons[0].typology if reasons else "") == wanted.scam,
        amount >= wanted.least_minor,
        wanted.most_minor is None or 0 < amount <= wanted.most_minor,
        not wanted.trace_id or decision.trace_id == wanted.trace_id,
        *(
            not getattr(wanted, name) or getattr(wanted, name) in named(event, kind)
            for name, kind in KINDS.items()
        ),
    ]
    return all(claims)


def looked_through(rows: Sequence[DecisionRow], wanted: Wanted, scope: Scope) -> list[int]:
    """Look at every entry; whose unit is whose is taken from the rows, which another test checks."""
    units = {row.seq: row.unit for row in rows}
    return [
        entry.seq
        for entry in reversed(ENTRIES)
        if scope.covers(units[entry.seq])
        and fits(
            msgspec.json.decode(entry.event, type=AnyEvent),
            msgspec.json.decode(entry.decision, type=Decision),
            wanted,
        )
    ]


days = st.integers(0, 60).map(lambda half: NOON + timedelta(hours=12 * half))
wishes = st.builds(
    Wanted,
    since=st.none() | days,
    until=st.none() | days,
    outcomes=st.lists(st.sampled_from(Outcome), max_size=3).map(tuple),
    types=st.lists(st.sampled_from(["transfer", "login", "transfer_settled"]), max_size=2).map(tuple),
    channel=st.sampled_from(["", "", "", *get_args(Channel)]),
    rule=st.sampled_from(["", "", "", "MULE-001", "VICTIM-001", "NONE-001"]),
    scam=st.sampled_from(["", "", "", "mule", "ato"]),
    least_minor=st.sampled_from([0, 0, 1, 100, 500_000, 4_000_000]),
    most_minor=st.none() | st.sampled_from([100, 500_000, 6_000_000]),
    account=st.sampled_from(["", "", "", "account-3", "account-7", "account-99"]),
    customer=st.sampled_from(["", "", "", "customer-1", "customer-3"]),
    device=st.sampled_from(["", "", "", "device-5"]),
    ip=st.sampled_from(["", "", "", "192.0.2.7"]),
    trace_id=st.sampled_from(["", "", "", "trace-17"]),
)


class TestSearch:
    @settings(max_examples=25, deadline=None)
    @given(
        wanted=wishes,
        scope=st.sampled_from(SCOPES),
        limit=st.sampled_from([5, 17, 60]),
        budget=st.integers(0, 500),
    )
    def test_finds_what_looking_at_each_finds_page_by_page(
        self, store: Engine, wanted: Wanted, scope: Scope, limit: int, budget: int
    ) -> None:
        search = SqlDecisionSearch(store)
        everything = every_page(lambda before: search.search(HEAD, Wanted(), before=before, limit=200))
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("zhamen.adapters.sql.views.search._EXAMINED", budget)
            found = every_page(lambda before: search.search(scope, wanted, before=before, limit=limit))
        assert [row.seq for row in found] == looked_through(everything, wanted, scope)

    def test_a_row_says_what_the_entry_says(self, store: Engine) -> None:
        rows = every_page(lambda before: SqlDecisionSearch(store).search(HEAD, Wanted(), before=before))
        assert [row.seq for row in rows] == list(range(400, 0, -1))
        for row, entry in zip(reversed(rows), ENTRIES, strict=True):
            event: Any = msgspec.json.decode(entry.event, type=AnyEvent)
            decision = msgspec.json.decode(entry.decision, type=Decision)
            acting = getattr(event, "debtor_account", None) or getattr(event, "account", None)
            assert row.account == (row.account and acting and row.account)
            assert (row.account.masked if row.account else None) == (mask(acting.id) if acting else None)
            assert (row.decided_at, row.occurred_at) == (decision.decided_at, event.occurred_at)
            assert (row.type, row.channel) == (event.__struct_config__.tag, event.channel or "")
            assert (row.outcome, row.score) == (decision.outcome, decision.score)
            assert row.amount_minor == (getattr(event, "amount_minor", None) or 0)


class TestScope:
    def test_a_decision_outside_is_not_there(self, store: Engine) -> None:
        search = SqlDecisionSearch(store)
        row = search.search(Scope("HQ/B01"), Wanted(), limit=1).rows[0]
        assert search.get(Scope("HQ/B01"), row.seq) == search.get(HEAD, row.seq) == row
        with pytest.raises(DecisionNotFound):
            search.get(Scope("HQ/B02"), row.seq)
        with pytest.raises(DecisionNotFound):
            search.get(HEAD, 401)

    def test_an_account_is_seen_by_its_home_and_above_and_nobody_else(self, store: Engine) -> None:
        profiles = SqlProfiles(store, utc_offset_minutes=480)
        homes = {}
        for number in range(12):
            found = profiles.find_account(HEAD, f"account-{number}")
            assert found is not None
            homes[found.number] = found.unit
        assert len({home for home in homes.values() if home.startswith("HQ/")}) > 1
        for number, home in homes.items():
            for scope in SCOPES:
                if home and not scope.covers(home):
                    with pytest.raises(NotFoundError):
                        profiles.account(scope, number)
                elif home:
                    assert profiles.account(scope, number).unit == home

    def test_a_customer_is_seen_by_the_same_rule(self, store: Engine) -> None:
        profiles = SqlProfiles(store, utc_offset_minutes=480)
        customer = profiles.customer(HEAD, 1)
        assert customer.accounts
        outside = next(scope for scope in SCOPES if customer.unit and not scope.covers(customer.unit))
        with pytest.raises(NotFoundError):
            profiles.customer(outside, 1)


class TestActivity:
    def test_counts_what_left_and_came_and_with_whom(self, store: Engine) -> None:
        profiles = SqlProfiles(store, utc_offset_minutes=480)
        about = profiles.find_account(HEAD, "account-3")
        assert about is not None
        activity = profiles.activity(HEAD, about.number)
        sent: dict[str, int] = {}
        amounts, hours = [], [0] * 24
        for entry in ENTRIES:
            event: Any = msgspec.json.decode(entry.event, type=AnyEvent)
            decision = msgspec.json.decode(entry.decision, type=Decision)
            paying = event.__struct_config__.tag in ("transfer", "cash_withdrawal")
            if paying and event.debtor_account.id == "account-3" and decision.outcome.severity < 3:
                amounts.append(event.amount_minor)
                hours[(event.occurred_at + timedelta(hours=8)).hour] += 1
                if event.__struct_config__.tag == "transfer":
                    payee = event.creditor_account.id
                    sent[payee] = sent.get(payee, 0) + event.amount_minor
        assert (activity.sent, activity.sent_minor) == (len(amounts), sum(amounts))
        assert list(activity.usual.hours) == hours
        assert activity.usual.largest_minor == max(amounts)
        assert activity.usual.payees == len(sent)
        assert [each.amount_minor for each in activity.payees] == sorted(sent.values(), reverse=True)[:10]

    def test_before_an_entry_counts_only_what_was_before(self, store: Engine) -> None:
        profiles = SqlProfiles(store, utc_offset_minutes=480)
        about = profiles.find_account(HEAD, "account-3")
        assert about is not None
        pages = every_page(lambda before: profiles.entries(HEAD, about.number, before=before, limit=7))
        assert len(pages) == profiles.activity(HEAD, about.number).entries
        middle = pages[len(pages) // 2].seq
        assert (
            profiles.activity(HEAD, about.number, before=middle).entries == len(pages) - len(pages) // 2 - 1
        )


class TestMany:
    @pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.path)
    def test_accounts_found_together_are_those_found_one_by_one(self, store: Engine, scope: Scope) -> None:
        profiles = SqlProfiles(store, utc_offset_minutes=480)
        asked = [f"account-{number}" for number in range(14)]
        alone = {each: profiles.find_account(scope, each) for each in asked}
        found = profiles.find_accounts(scope, asked)
        assert found == {each: profile for each, profile in alone.items() if profile is not None}
        assert profiles.find_accounts(scope, []) == {}

    @pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.path)
    def test_decisions_visible_together_are_those_that_can_be_had(self, store: Engine, scope: Scope) -> None:
        search = SqlDecisionSearch(store)
        visible = search.visible(scope, range(395, 405))
        for seq in range(395, 405):
            if seq in visible:
                assert search.get(scope, seq).seq == seq
            else:
                with pytest.raises(DecisionNotFound):
                    search.get(scope, seq)
