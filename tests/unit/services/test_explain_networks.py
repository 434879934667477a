"""What networks say of a transfer and an account, as one reader may see it: a small ring of mules."""

from typing import Any

import msgspec
import pytest
from tests.unit.services.test_trace import (
    AWAY,
    HEAD,
    HOMES,
    MULE,
    NEXT,
    NORTH,
    OTHER,
    THIRD,
    VICTIM,
    Bank,
    Views,
)

from zhamen.core.errors import DecisionNotFound, InputError, NotFoundError
from zhamen.core.identifiers import identity, mask
from zhamen.events.flat import flat_reader
from zhamen.events.model import AccountOpened, AnyEvent, Login
from zhamen.events.parts import Account, Device
from zhamen.networks.links.kinds import LINK_KIND_WORDS, LinkKind
from zhamen.networks.live import Networks
from zhamen.networks.mule.fitted import INBOUND, OUTBOUND
from zhamen.networks.names import NETWORK_NAMES
from zhamen.networks.typologies.kinds import Typology
from zhamen.networks.typologies.names import TYPOLOGY_WORDS
from zhamen.services.explain_networks import ExplainAsked, Explaining
from zhamen.services.read_networks import read_networks
from zhamen.services.trace import Tracing

RING = (MULE, NEXT, THIRD, OTHER)
YUAN = 100
MUST_BE = {Typology.PASS_THROUGH, Typology.CHAIN}


def explaining(bank: Bank, *, views: bool = True) -> tuple[Explaining, Networks]:
    networks = read_networks(bank.journal, budget_bytes=1 << 22)
    seen: Any = (Views(bank.journal),) * 2 if views else None
    tracing = Tracing(lambda: networks, bank.journal, bank.casework, seen, currency="CNY")
    return Explaining(tracing, seen[1] if views else None), networks


@pytest.fixture
def ring() -> Bank:
    """Four accounts used from one telephone, one of them in another region, pass on what a victim paid."""
    bank = Bank()
    for number, mule in enumerate(RING):
        at, account = bank.now, Account(id=mule)
        bank.happen(AccountOpened(event_id=f"O{number}", occurred_at=at, account=account))
        hand = Device(id="hand", ip="192.0.2.7")
        bank.happen(Login(event_id=f"L{number}", occurred_at=at, account=account, device=hand))
    bank.pay("T1", VICTIM, MULE, 50_000 * YUAN)
    bank.pay("T2", MULE, NEXT, 48_000 * YUAN)
    bank.pay("T3", NEXT, OTHER, 47_000 * YUAN)
    bank.pay("T4", OTHER, AWAY, 46_000 * YUAN, customer_side="debtor")
    bank.report("F1", "T1")
    return bank


def test_a_transfer_tells_what_it_completed_with_the_transfers_that_made_it(ring: Bank) -> None:
    service, networks = explaining(ring)
    told = service.transfer(HEAD, "T3")
    assert {pattern.typology for pattern in told.patterns} == {int(each) for each in MUST_BE}
    edge = networks.edge_of(ring.journal.last_seq - 2)
    assert edge is not None
    for pattern in told.patterns:
        typology = Typology(pattern.typology)
        assert (pattern.zh, pattern.en) == TYPOLOGY_WORDS[typology]
        evidence = networks.typologies.evidence(edge, typology)
        assert [one.seq for one in pattern.transfers] == [networks.seq_of(each) for each in evidence]
        assert pattern.more == 0
    chain = next(pattern for pattern in told.patterns if pattern.typology == Typology.CHAIN)
    assert [(one.event_id, one.amount_minor) for one in chain.transfers] == [
        ("T1", 50_000 * YUAN), ("T2", 48_000 * YUAN), ("T3", 47_000 * YUAN),
    ]  # fmt: skip
    assert (told.about, told.event_id) == (f"decision/{ring.journal.last_seq - 2}", "T3")
    assert service.transfer(HEAD, "T1").patterns == ()


def test_a_report_explains_the_transfer_it_reports(ring: Bank) -> None:
    assert explaining(ring)[0].transfer(HEAD, "F1").event_id == "T1"


def test_what_the_gate_recorded_of_a_transfer_stands(ring: Bank) -> None:
    ring.pay("T5", VICTIM, THIRD, 100, told={"transfer_t7": 1.0, "transfer_t3": 0.0})
    ring.pay("T6", THIRD, NEXT, 100, told={"transfer_t7": 0.0})
    service, _ = explaining(ring)
    assert [pattern.typology for pattern in service.transfer(HEAD, "T5").patterns] == [Typology.CHAIN]
    assert Typology.CHAIN not in {pattern.typology for pattern in service.transfer(HEAD, "T6").patterns}


def test_only_the_newest_transfers_of_a_large_pattern_are_listed(ring: Bank) -> None:
    for number in range(60):
        ring.pay(f"P{number}", (VICTIM, NEXT, OTHER, AWAY)[number % 4], MULE, 4_500_000)
        ring.pay(f"Q{number}", MULE, (NEXT, THIRD, OTHER)[number % 3], 4_500_000)
    pattern = next(
        each
        for each in explaining(ring)[0].transfer(HEAD, "Q59").patterns
        if each.typology == Typology.SPLITTING
    )
    assert (len(pattern.transfers), pattern.more) == (50, 11)
    assert pattern.transfers[-1].event_id == "Q59"


def test_transfers_of_another_part_of_the_bank_are_masked_and_have_no_event(ring: Bank) -> None:
    service, _ = explaining(ring)
    with pytest.raises(DecisionNotFound):
        service.transfer(NORTH, "T4")
    pattern = service.transfer(NORTH, "T3").patterns[-1]
    account = pattern.transfers[-1].creditor
    assert account is not None
    assert (account.masked, account.number, account.unit) == (mask(OTHER), None, "")
    ring.pay("T7", OTHER, MULE, 46_000 * YUAN)
    ring.pay("T8", MULE, THIRD, 45_000 * YUAN)
    service, _ = explaining(ring)
    chain = next(each for each in service.transfer(NORTH, "T8").patterns if each.typology == Typology.CHAIN)
    assert [(one.seq, one.event_id) for one in chain.transfers if one.event_id == ""] == [(None, "")]


def test_an_account_tells_its_scores_with_what_each_value_added(ring: Bank) -> None:
    service, networks = explaining(ring)
    told = service.account(HEAD, MULE)
    assert [(score.side, score.event_id) for score in told.scores] == [("inbound", "T1"), ("outbound", "T2")]
    for score, model, role in zip(told.scores, (INBOUND, OUTBOUND), ("creditor", "debtor"), strict=True):
        weights = [one.weight for one in score.contributions]
        assert weights == sorted(weights, reverse=True)
        values: dict[str, float | None] = {one.name: one.value for one in score.contributions}
        assert score.probability >= model.probability(values) > score.base
        assert values[f"{role}_account_cluster_growth_7d"] == networks.links.values(identity(MULE))[3]
        assert all((one.zh, one.en) == (NETWORK_NAMES[one.name].zh, NETWORK_NAMES[one.name].en)
                   for one in score.contributions)  # fmt: skip


def test_the_score_is_the_one_that_the_gate_was_told(ring: Bank) -> None:
    networks, read, told = Networks(1 << 22), flat_reader(Networks.fields), {}
    for entry in ring.journal.read():
        event: Any = msgspec.json.decode(entry.event, type=AnyEvent)
        values = networks.advance(read(event))
        told[entry.event_id] = dict(zip(Networks.names, values, strict=True))
    score = explaining(ring)[0].account(HEAD, OTHER).scores[1]
    assert score.event_id == "T4"
    assert score.probability == pytest.approx(told["T4"]["debtor_account_mule_score"], rel=1e-3)


def test_an_account_tells_its_cluster_and_what_ties_it_there(ring: Bank) -> None:
    service, networks = explaining(ring)
    cluster = service.account(NORTH, MULE).cluster
    known = networks.links.cluster(identity(MULE))
    assert cluster is not None
    assert known is not None
    assert (cluster.size, cluster.reported, cluster.opened_7d) == (4, 1, 4)
    assert (cluster.growth_7d, cluster.risk, cluster.suspicious) == (known.growth_7d, known.risk, True)
    assert {tie.kind for tie in cluster.ties} == {"device", "ip"}
    assert {(tie.accounts, tie.in_cluster) for tie in cluster.ties} == {(4, 3)}
    assert [member.account.number for member in cluster.members] == [list(HOMES).index(NEXT) + 1]
    assert cluster.members[0].ties == ("device", "ip")
    assert (cluster.outside, cluster.unmoved, cluster.more) == (1, 1, 0)
    assert b"hand" not in msgspec.json.encode(cluster)


def test_an_account_tells_the_stolen_money_in_it_by_report(ring: Bank) -> None:
    service, networks = explaining(ring)
    told = service.account(HEAD, MULE)
    assert (told.tainted_minor, [one.event_id for one in told.taints]) == (2_000 * YUAN, ["T1"])
    [number] = networks.accounts_of(MULE)
    assert told.tainted_minor == networks.taint.tainted_amount(number)
    assert service.account(HEAD, VICTIM).taints == ()


def test_an_account_of_another_part_of_the_bank_is_not_there(ring: Bank) -> None:
    service, _ = explaining(ring)
    with pytest.raises(NotFoundError):
        service.account(NORTH, OTHER)
    with pytest.raises(NotFoundError):
        explaining(ring, views=False)[0].account(HEAD, "nobody")


def test_whoever_runs_the_machine_has_all_named(ring: Bank) -> None:
    told = explaining(ring, views=False)[0].explain(HEAD, ExplainAsked(account=MULE))
    assert told.transfer is None
    assert told.account is not None
    assert told.account.cluster is not None
    assert (
        len(told.account.cluster.members),
        told.account.cluster.outside,
        told.account.cluster.unmoved,
    ) == (2, 0, 1)


@pytest.mark.parametrize("asked", [ExplainAsked(), ExplainAsked(event_id="T1", account=MULE)])
def test_one_thing_is_explained_at_a_time(ring: Bank, asked: ExplainAsked) -> None:
    with pytest.raises(InputError):
        explaining(ring)[0].explain(HEAD, asked)


def test_an_account_that_never_moved_money_has_no_score(ring: Bank) -> None:
    told = explaining(ring)[0].account(HEAD, THIRD)
    assert (told.scores, told.tainted_minor) == ((), 0)
    assert told.cluster is not None


def test_every_name_has_words() -> None:
    assert {*INBOUND.names, *OUTBOUND.names} <= set(NETWORK_NAMES)
    assert all(
        NETWORK_NAMES[name].zh and NETWORK_NAMES[name].en for name in (*INBOUND.names, *OUTBOUND.names)
    )
    assert set(LINK_KIND_WORDS) == set(LinkKind)
    assert set(TYPOLOGY_WORDS) == set(Typology)
