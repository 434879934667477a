"""Tracing by lists and loops: a plain book of movements, to compare the graph and its traces with."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.postings import Posting
from zhamen.networks.tracing.rules import Fate, Rule

__all__ = ["Limits", "Lot", "PlainBook", "PlainEdge", "trace_back", "trace_on"]

Account = int
"""An identity; -1 for nobody."""

_OURS_PAYS = (EdgeKind.TRANSFER, EdgeKind.EXIT, EdgeKind.CASH_OUT, EdgeKind.FEE)
_OURS_RECEIVES = (EdgeKind.TRANSFER, EdgeKind.ENTRY, EdgeKind.CASH_IN)


@dataclass
class PlainEdge:
    """A movement, with what its accounts held."""

    number: int
    posted_at: int
    kind: EdgeKind
    debtor: Account
    creditor: Account
    amount: int
    debtor_ours: bool
    creditor_ours: bool
    one_owner: bool
    original: int = -1
    within: int = 0
    """What a reversal gives back of what was left of its original."""
    debtor_before: int = 0
    creditor_after: int = 0


@dataclass
class PlainBook:
    """Every movement in a list, and balances in a dict."""

    edges: list[PlainEdge] = field(default_factory=list)
    balances: dict[Account, int] = field(default_factory=dict)
    openings: dict[Account, int] = field(default_factory=dict)
    estimated: set[Account] = field(default_factory=set)

    def post(self, given: Posting) -> int:
        """Take a movement; give its number."""
        edge = self._edge_of(given)
        if edge.debtor != edge.creditor:
            if edge.debtor_ours and given.debtor_balance_after is not None:
                self._reconcile(edge, edge.debtor, given.debtor_balance_after + edge.amount)
            if edge.creditor_ours and given.creditor_balance_after is not None:
                self._reconcile(edge, edge.creditor, given.creditor_balance_after - edge.amount)
        if edge.debtor_ours and self.balances.get(edge.debtor, 0) < edge.amount:
            if given.debtor_balance_after is None or edge.debtor == edge.creditor:
                self.estimated.add(edge.debtor)
            self.balances[edge.debtor] = edge.amount
        return self._enter(edge)

    def _edge_of(self, given: Posting) -> PlainEdge:
        debtor = -1 if given.debtor is None else given.debtor
        creditor = -1 if given.creditor is None else given.creditor
        ours = given.kind in _OURS_PAYS, given.kind in _OURS_RECEIVES
        original, within, one_owner = -1, 0, given.same_owner or (debtor == creditor != -1)
        if given.kind is EdgeKind.REVERSAL:
            assert given.original is not None  # noqa: S101
            original, back = given.original, self.edges[given.original]
            debtor, creditor = back.creditor, back.debtor
            ours = back.creditor_ours, back.debtor_ours
            before = sum(edge.within for edge in self.edges if edge.original == original)
            within = min(given.amount_minor, back.amount - before)
            one_owner = back.one_owner
        return PlainEdge(
            -1,
            given.posted_at,
            given.kind,
            debtor,
            creditor,
            given.amount_minor,
            *ours,
            one_owner,
            original,
            within,
        )

    def _reconcile(self, edge: PlainEdge, account: Account, before: int) -> None:
        before = max(0, before)
        known = any(account in (other.debtor, other.creditor) for other in self.edges)
        if not known and not self.openings.get(account):
            self.openings[account] = self.balances[account] = before
            return
        missing = before - self.balances.get(account, 0)
        if missing:
            self.estimated.add(account)
            sides = (-1, account, False, True) if missing > 0 else (account, -1, True, False)
            debtor, creditor, pays, receives = sides
            kind = EdgeKind.UNEXPLAINED
            self._enter(
                PlainEdge(-1, edge.posted_at, kind, debtor, creditor, abs(missing), pays, receives, False)
            )

    def _enter(self, edge: PlainEdge) -> int:
        edge.number = len(self.edges)
        if edge.debtor_ours:
            edge.debtor_before = self.balances[edge.debtor]
            self.balances[edge.debtor] -= edge.amount
        if edge.creditor_ours:
            edge.creditor_after = self.balances.get(edge.creditor, 0) + edge.amount
            self.balances[edge.creditor] = edge.creditor_after
        self.edges.append(edge)
        return edge.number


@dataclass(eq=False)
class Lot:
    """An amount that an edge brought to an account, and what is left of it."""

    edge: int
    account: Account
    amount: int
    hop: int
    fate: Fate
    left: int = -1

    def __post_init__(self) -> None:
        self.left = self.amount if self.left < 0 else self.left


@dataclass(frozen=True)
class Limits:
    """How far a trace goes."""

    rule: Rule
    until: int
    minimum: int
    max_hops: int
    hub_stop: int = 0
    not_followed: frozenset[Account] = frozenset()
    victims: frozenset[Account] = frozenset()


class _Tracing:
    """What forward and backward have in common; `near` and `far` are the ends of an edge."""

    def __init__(self, book: PlainBook, limits: Limits, seeds: dict[int, int]) -> None:
        self.book, self.limits, self.seeds = book, limits, seeds
        self.lots: list[Lot] = []
        self.at: dict[Account, list[Lot]] = defaultdict(list)
        self.degree: dict[Account, int] = defaultdict(int)
        self.carried: dict[int, int] = defaultdict(int)

    def fate(self, edge: PlainEdge, far: Account, ours: bool, hop: int, amount: int) -> Fate:
        given_back = self.fate_given_back(edge, far, ours)
        if given_back is not Fate.RESTING:
            return given_back
        if amount < self.limits.minimum:
            return Fate.BELOW
        if hop >= self.limits.max_hops:
            return Fate.HOPS
        if far in self.limits.not_followed or 0 < self.limits.hub_stop < self.degree[far]:
            return Fate.HUB
        return Fate.RESTING

    def fate_given_back(self, edge: PlainEdge, far: Account, ours: bool) -> Fate:
        if far != -1 and far in self.limits.victims:
            return Fate.RECOVERED
        if ours:
            return Fate.RESTING
        if edge.kind is EdgeKind.FEE:
            return Fate.CHARGED
        if edge.kind is EdgeKind.UNEXPLAINED:
            return Fate.UNEXPLAINED
        if far == -1 and edge.kind not in (EdgeKind.EXIT, EdgeKind.ENTRY):
            return Fate.CASHED
        return Fate.EXITED

    def move(self, lot: Lot | None, edge: int, account: Account, amount: int, hop: int, fate: Fate) -> Lot:
        if lot is not None:
            lot.left -= amount
            self.carried[edge] += amount
        new = Lot(edge, account, amount, hop, fate)
        self.lots.append(new)
        self.at[account].append(new)
        return new

    def followed(self, account: Account, edge: int) -> list[Lot]:
        return [lot for lot in self.at[account] if lot.fate is Fate.RESTING and lot.left and lot.edge != edge]

    def give_back(
        self, edge: PlainEdge, ends: tuple[Account, Account, bool], brought_by: int, most: int
    ) -> list[tuple[Lot, int]]:
        """Move the last of what an edge brought; give what was moved of which lot, in order."""
        near, far, ours = ends
        brought = [lot for lot in self.at[near] if lot.edge == brought_by and lot.left]
        left, parts = most, []
        for lot in reversed(brought):
            amount = min(left, lot.left)
            left -= amount
            if amount:
                parts.append((lot, amount))
        parts.reverse()
        cost = 0 if self.book.edges[brought_by].one_owner else 1
        for lot, amount in parts:
            fate = self.fate_given_back(edge, far, ours)
            self.move(lot, edge.number, far, amount, max(0, lot.hop - cost), fate)
        return parts

    def take(self, edge: PlainEdge, ends: tuple[Account, Account, bool], free: int, balance: int) -> None:
        near, far, ours = ends
        lots = self.followed(near, edge.number)
        traced = sum(lot.left for lot in lots)
        carried = self.share(free, traced, balance)
        self.take_parts(edge, far, ours, _in_turn(lots, carried))

    def take_parts(
        self, edge: PlainEdge, far: Account, ours: bool, parts: Sequence[tuple[Lot, int]]
    ) -> list[Lot]:
        carried = sum(amount for _, amount in parts)
        cost, by_piece = 0 if edge.one_owner else 1, self.limits.rule is Rule.FIFO
        moved = []
        for lot, amount in parts:
            fate = self.fate(edge, far, ours, lot.hop + cost, amount if by_piece else carried)
            moved.append(self.move(lot, edge.number, far, amount, lot.hop + cost, fate))
        return moved

    def share(self, free: int, traced: int, balance: int) -> int:
        most = max(0, min(free, traced))
        if not most or self.limits.rule is Rule.STOLEN_FIRST or traced >= balance or free >= balance:
            return most
        if self.limits.rule is Rule.HAIRCUT:
            return min(most, free * traced // balance)
        return min(most, max(0, traced - (balance - free)))

    def spread(self, edge: PlainEdge, near: Account, far: Account, ours: bool) -> None:
        lots = [lot for lot in self.at[near] if lot.fate is Fate.RESTING]
        if not lots or lots[0].edge == edge.number:
            return
        hop = lots[0].hop + (0 if edge.one_owner else 1)
        fate = self.fate(edge, far, ours, hop, edge.amount)
        if fate is Fate.RESTING and any(lot.fate is Fate.RESTING for lot in self.at[far]):
            fate = Fate.MET_AGAIN
        self.move(None, edge.number, far, edge.amount, hop, fate)

    def stop(self, account: Account) -> None:
        for lot in self.at[account]:
            if lot.fate is Fate.RESTING and lot.left:
                lot.fate = Fate.LATE


def _in_turn(lots: list[Lot], amount: int) -> list[tuple[Lot, int]]:
    parts = []
    for lot in lots:
        part = min(lot.left, amount)
        amount -= part
        if part:
            parts.append((lot, part))
    return parts


# -- Forward ----------------------------------------------------------------------------------------


def trace_on(
    book: PlainBook,
    limits: Limits,
    seeds: dict[int, int],
    watermark: int,
    taken: dict[int, int] | None = None,
) -> _Tracing:
    """Follow seeds (edge and amount) to where they went; `taken` is what others took of each edge."""
    trace = _Tracing(book, limits, seeds)
    queues = _Queues(book) if limits.rule is Rule.FIFO else None
    for edge in book.edges[:watermark]:
        if queues is not None:
            queues.take(trace, edge)
        elif edge.number not in seeds:
            _take_on(trace, edge, (taken or {}).get(edge.number, 0))
        if edge.number in seeds and queues is None:
            _sow(trace, edge, edge.creditor, edge.creditor_ours)
        trace.degree[edge.debtor] += 1
    return trace


def _sow(trace: _Tracing, edge: PlainEdge, account: Account, ours: bool) -> Lot:
    fate = trace.fate(edge, account, ours, 0, max(trace.seeds[edge.number], trace.limits.minimum))
    return trace.move(None, edge.number, account, trace.seeds[edge.number], 0, fate)


def _take_on(trace: _Tracing, edge: PlainEdge, taken: int) -> None:
    ends = edge.debtor, edge.creditor, edge.creditor_ours
    if edge.posted_at > trace.limits.until:
        trace.stop(edge.debtor)
    elif trace.limits.rule is Rule.POISON:
        trace.spread(edge, *ends)
    else:
        moved = 0
        if edge.original >= 0:
            parts = trace.give_back(edge, ends, edge.original, min(edge.within, edge.amount - taken))
            moved = sum(amount for _, amount in parts)
        free = min(edge.amount - edge.within, edge.amount - taken - moved)
        trace.take(edge, ends, free, edge.debtor_before - edge.within)


class _Queues:
    """Each account's money as a list of (amount, edge that brought it, lot or None), the oldest first."""

    def __init__(self, book: PlainBook) -> None:
        self.of: dict[Account, list[list[object]]] = defaultdict(list)
        for account, opening in book.openings.items():
            self.of[account].append([opening, -1, None])

    def take(self, trace: _Tracing, edge: PlainEdge) -> None:
        late = edge.posted_at > trace.limits.until
        ends = edge.debtor, edge.creditor, edge.creditor_ours
        brought: list[list[object]] = []
        own = 0
        if edge.original >= 0:
            own = edge.within
            if edge.debtor_ours:
                own = self._take_back(self.of[edge.debtor], edge.original, edge.within)
            if not late:
                size = len(trace.lots)
                moved = sum(part for _, part in trace.give_back(edge, ends, edge.original, own))
                brought += [[lot.amount, edge.number, lot] for lot in trace.lots[size:]]
                brought.append([own - moved, edge.number, None])
            else:
                self._stop_brought(trace, edge, own)
                brought.append([own, edge.number, None])
        if edge.debtor_ours:
            brought += self._pay(trace, edge, edge.amount - own, late)
        else:
            brought.append([edge.amount - own, edge.number, None])
        if edge.number in trace.seeds:
            lot = _sow(trace, edge, edge.creditor, edge.creditor_ours)
            brought = [[lot.amount, edge.number, lot], [edge.amount - lot.amount, edge.number, None]]
        if edge.creditor_ours:
            self.of[edge.creditor] += [part for part in brought if part[0]]

    @staticmethod
    def _take_back(queue: list[list[object]], original: int, most: int) -> int:
        """Take what is left of an original's money out, traced money first, from the end."""
        out = 0
        for want_traced in (True, False):
            for part in reversed(queue):
                amount = min(int(part[0]), most - out)  # type: ignore[call-overload]
                if part[1] == original and (part[2] is not None) == want_traced and amount:
                    part[0] = int(part[0]) - amount  # type: ignore[call-overload]
                    out += amount
        queue[:] = [part for part in queue if part[0]]
        return out

    @staticmethod
    def _stop_brought(trace: _Tracing, edge: PlainEdge, most: int) -> None:
        for lot in reversed([lot for lot in trace.at[edge.debtor] if lot.edge == edge.original and lot.left]):
            if most > 0 and lot.fate is Fate.RESTING:
                lot.fate = Fate.LATE
            most -= lot.left

    def _pay(self, trace: _Tracing, edge: PlainEdge, amount: int, late: bool) -> list[list[object]]:
        queue = self.of[edge.debtor]
        paid: list[tuple[int, Lot | None]] = []
        while amount and queue:
            part = queue[0]
            taken = min(amount, int(part[0]))  # type: ignore[call-overload]
            amount -= taken
            part[0] = int(part[0]) - taken  # type: ignore[call-overload]
            lot = part[2] if isinstance(part[2], Lot) else None
            paid.append((taken, lot if lot is not None and lot.fate is Fate.RESTING else None))
            if not part[0]:
                queue.pop(0)
        paid.append((amount, None))
        if late:
            for _, lot in paid:
                if lot is not None:
                    lot.fate = Fate.LATE
            return [[sum(size for size, _ in paid), edge.number, None]]
        parts = [(lot, size) for size, lot in paid if lot is not None]
        moved = iter(trace.take_parts(edge, edge.creditor, edge.creditor_ours, parts))
        return [[size, edge.number, next(moved) if lot is not None else None] for size, lot in paid]


# -- Backward ---------------------------------------------------------------------------------------


def trace_back(book: PlainBook, limits: Limits, seeds: dict[int, int], watermark: int) -> _Tracing:
    """Follow seeds to where they came from, by every rule but FIFO."""
    trace = _Tracing(book, limits, seeds)
    for edge in book.edges[:watermark]:
        trace.degree[edge.creditor] += 1
    for edge in reversed(book.edges[:watermark]):
        trace.degree[edge.creditor] -= 1
        if edge.number in seeds:
            _sow(trace, edge, edge.debtor, edge.debtor_ours)
            continue
        ends = edge.creditor, edge.debtor, edge.debtor_ours
        if edge.posted_at < limits.until:
            trace.stop(edge.creditor)
        elif limits.rule is Rule.POISON:
            trace.spread(edge, *ends)
        else:
            moved = own = 0
            for back in _reversals_of(book, edge, watermark):
                own += back.within
                parts = trace.give_back(edge, ends, back.number, min(back.within, edge.amount - moved))
                moved += sum(amount for _, amount in parts)
            free = min(edge.amount - own, edge.amount - moved)
            trace.take(edge, ends, free, edge.creditor_after - own)
    return trace


def _reversals_of(book: PlainBook, edge: PlainEdge, watermark: int) -> Iterator[PlainEdge]:
    return (other for other in book.edges[:watermark] if other.original == edge.number)
