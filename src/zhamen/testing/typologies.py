"""Patterns of mules by lists and loops: each number counted anew from all edges before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import nan

from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.typologies.kinds import BULK, COUNTED_KINDS, OFFICIAL, Typology
from zhamen.networks.typologies.settings import TypologySettings, micros

__all__ = ["Moved", "PlainTypologies"]

NOBODY = 0
_DAY = 86_400_000_000.0


@dataclass(frozen=True)
class Moved:
    """A movement between accounts by number; 0 is nobody."""

    posted_at: int
    kind: EdgeKind
    debtor: int
    creditor: int
    amount: int
    same_owner: bool = False
    original: int = -1

    @property
    def counted(self) -> bool:
        """Whether it is between two parties."""
        return self.kind in COUNTED_KINDS and not self.same_owner

    @property
    def outflow(self) -> bool:
        """Whether it takes money from its debtor's reach."""
        return self.counted or (self.kind is EdgeKind.CASH_OUT and not self.same_owner)

    def pays(self, debtor: int, creditor: int) -> bool:
        """Whether it is from one to the other."""
        return (self.debtor, self.creditor) == (debtor, creditor)


@dataclass
class PlainTypologies:
    """All movements in a list; what is told of one is worked out from it and those before."""

    settings: TypologySettings
    kinds: Mapping[int, AccountKind] = field(default_factory=dict)
    edges: list[Moved] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    """By edge, the latest posting time up to it."""
    openings: list[tuple[int, int, int]] = field(default_factory=list)
    """Before which edge it was told of which account that it was opened when."""
    _reversals: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    _windows: dict[tuple[int, timedelta], Sequence[int]] = field(default_factory=dict)
    _counting: dict[int, Sequence[tuple[int, Moved]]] = field(default_factory=dict)
    _chains: dict[int, tuple[int, bool]] = field(default_factory=dict)

    def add(self, edge: Moved) -> None:
        """Take a movement."""
        if edge.original >= 0:
            self._reversals[edge.original].append(len(self.edges))
        self.edges.append(edge)
        self.times.append(max([edge.posted_at, *self.times[-1:]]))

    def opened(self, account: int, at: int) -> None:
        """Note when an account was opened."""
        self.openings.append((len(self.edges), account, at))

    # -- What lies in a window --------------------------------------------------------------------

    def window(self, now: int, width: timedelta) -> Sequence[int]:
        """Give the edges of the window that ends at an edge."""
        if (now, width) not in self._windows:
            start = self.times[now] - micros(width)
            self._windows[now, width] = [n for n in range(now + 1) if self.times[n] > start]
        return self._windows[now, width]

    def back(self, edge: int, now: int) -> bool:
        """Tell whether an edge had come back whole while in the window, as of another."""
        told = sum(
            self.edges[n].amount
            for n in self._reversals[edge]
            if n <= now and edge in self.window(n, self.settings.window)
        )
        return told >= self.edges[edge].amount

    def counting(self, now: int) -> Sequence[tuple[int, Moved]]:
        """Give the transfers that count in the window."""
        if now not in self._counting:
            self._counting[now] = [
                (n, self.edges[n])
                for n in self.window(now, self.settings.window)
                if self.edges[n].counted and not self.back(n, now)
            ]
        return self._counting[now]

    def _is(self, account: int, kinds: Iterable[AccountKind]) -> bool:
        return self.kinds.get(account, AccountKind.UNKNOWN) in kinds

    def _newest(self, edges: Iterable[int], most: int) -> tuple[list[int], bool]:
        """Give the newest of some edges, the newest first, and whether there were more."""
        found = sorted(edges, reverse=True)
        return found[:most], len(found) > most

    def into(self, account: int, before: int, among: Sequence[int], most: int) -> tuple[list[int], bool]:
        """Give the newest edges that an account received before one; none where no transfer is among them."""
        if not any(self.edges[n].counted and self.edges[n].creditor == account for n in among):
            return [], False
        return self._newest((n for n in among if n < before and self.edges[n].creditor == account), most)

    # -- Accounts ------------------------------------------------------------------------------------

    def fans(self, account: int, now: int) -> tuple[set[int], set[int]]:
        """Give the payers and the payees of an account in the window."""
        pairs = {
            (e.debtor, e.creditor) for _, e in self.counting(now) if NOBODY not in (e.debtor, e.creditor)
        }
        return {d for d, c in pairs if c == account}, {c for d, c in pairs if d == account}

    def account(self, account: int, now: int) -> tuple[dict[str, float], bool]:
        """Give an account's columns after an edge, and whether a look ended at its bound."""
        counting = [edge for _, edge in self.counting(now)]
        payers, payees = self.fans(account, now)
        paid = [edge for edge in counting if edge.debtor == account]
        came = [edge for edge in counting if edge.creditor == account]
        bulk = self._is(account, BULK)
        share, many = (nan, False) if bulk else self.largest_share(account, now)
        passed, most = (nan, False) if bulk else self.pass_through(account, now)
        chosen = self.settings
        near = [e for e in paid if chosen.split_from_minor <= e.amount < chosen.split_limit_minor]
        over = [e for e in paid if chosen.split_limit_minor <= e.amount < chosen.split_over_minor]
        told: dict[str, float] = {
            "fan_in": len(payers),
            "fan_in_sum": sum(edge.amount for edge in came),
            "fan_out": len(payees),
            "fan_out_sum": sum(edge.amount for edge in paid),
            "fan_out_largest_share": share,
            "pass_through_share": passed,
            "gather_scatter": float(self.gathered_first(account, now)),
            "splits": len(near),
            "splits_over": len(over),
            **self.woken(account, now),
            **self.newness(account, now),
        }
        return told, many or most

    def largest_share(self, account: int, now: int) -> tuple[float, bool]:
        """Give the largest payee's share of what an account paid."""
        if len(self.fans(account, now)[1]) < self.settings.fan_out_least:
            return nan, False
        window = self.window(now, self.settings.window)
        if sum(self.edges[n].debtor == account for n in window) > self.settings.most_edges:
            return nan, True
        sums: dict[int, int] = defaultdict(int)
        paid = [edge for _, edge in self.counting(now) if edge.debtor == account]
        for edge in paid:
            if edge.creditor != NOBODY:
                sums[edge.creditor] += edge.amount
        return float(max(sums.values())) / float(sum(edge.amount for edge in paid)), False

    def pass_through(self, account: int, now: int) -> tuple[float, bool]:
        """Give how much of a large receipt left again."""
        among, chosen = self.window(now, self.settings.pass_within), self.settings
        edges = self.edges

        def is_large(n: int) -> bool:
            return edges[n].counted and edges[n].creditor == account and edges[n].amount >= chosen.pass_minor

        if not any(is_large(n) for n in among):
            return nan, False
        if not any(edges[n].outflow and edges[n].debtor == account for n in among):
            return 0.0, False
        ins, more_in = self.into(account, now + 1, among, chosen.most_edges)
        outs, more_out = self._newest((n for n in among if edges[n].debtor == account), chosen.most_edges)
        shares = [0.0]
        for receipt in ins:
            if not is_large(receipt) or self.back(receipt, now) or self._is(edges[receipt].debtor, OFFICIAL):
                continue
            left = sum(
                edges[n].amount
                for n in outs
                if n > receipt
                and edges[n].outflow
                and not self.back(n, now)
                and not self._is(edges[n].creditor, OFFICIAL)
            )
            shares.append(float(min(left, edges[receipt].amount)) / float(edges[receipt].amount))
        return max(shares), more_in or more_out

    def gathered_first(self, account: int, now: int) -> bool:
        """Tell whether an account had many payers when it came to many payees."""
        chosen = self.settings
        if len(self.fans(account, now)[1]) < chosen.spread_least:
            return False
        for n in range(now, -1, -1):
            edge = self.edges[n]
            if edge.debtor != account or not edge.counted or edge.creditor == NOBODY:
                continue
            payers, after = self.fans(account, n)
            others = [e for k, e in self.counting(n) if k != n and e.pays(account, edge.creditor)]
            if len(after) == chosen.spread_least and not others:
                came = [e.amount for _, e in self.counting(now) if e.creditor == account]
                went = [e.amount for _, e in self.counting(now) if e.debtor == account]
                covered = float(sum(came)) >= chosen.covered_share * float(sum(went))
                return len(payers) >= chosen.gather_least and covered
        return False

    def woken(self, account: int, now: int) -> dict[str, float]:
        """Give how an account woke lately, and what came and went since."""
        chosen, seen, woke = self.settings, None, None
        told = {at: moment for at, of, moment in reversed(self.openings) if of == account}
        for n in range(now + 1):
            edge = self.edges[n]
            if seen is None and n in told:
                seen = told[n]
            if account not in (edge.debtor, edge.creditor) or edge.kind > EdgeKind.CASH_OUT:
                continue
            if seen is not None and self.times[n] - seen >= micros(chosen.idle_for):
                woke = n, self.times[n] - seen
            seen = self.times[n]
        nothing = dict.fromkeys(("idle_days", "woken_probe", "woken_in_sum", "woken_share"), nan)
        if woke is None or self.times[now] - self.times[woke[0]] >= micros(chosen.woken_for):
            return nothing
        since = [(n, self.edges[n]) for n in range(woke[0], now + 1)]
        moved = [edge for n, edge in since if edge.outflow and not self.back(n, now)]
        came = sum(edge.amount for edge in moved if edge.creditor == account)
        went = sum(edge.amount for edge in moved if edge.debtor == account)
        return {
            "idle_days": woke[1] / _DAY,
            "woken_probe": float(self.edges[woke[0]].amount <= chosen.probe_minor),
            "woken_in_sum": came,
            "woken_share": float(min(came, went)) / float(max(came, went, 1)),
        }

    def opening(self, account: int, now: int) -> int | None:
        """Give when an account was opened, as was told before an edge."""
        told = [moment for at, of, moment in self.openings if of == account and at <= now]
        return told[-1] if told else None

    def newness(self, account: int, now: int) -> dict[str, float]:
        """Give an account's age, and its first-time payers."""
        opening = self.opening(account, now)
        if opening is None:
            return {"new_payers": nan, "age_days": nan}
        age = self.times[now] - opening
        young = age < micros(self.settings.young_for)
        new = sum(
            edge.creditor == account and self.is_first(n)[0]
            for n, edge in self.counting(now)
            if edge.debtor != NOBODY
        )
        return {"new_payers": new if young else nan, "age_days": age / _DAY}

    def is_first(self, now: int) -> tuple[bool, bool]:
        """Tell whether a transfer is its pair's first, to a young account, or too much to look up."""
        edge, most = self.edges[now], self.settings.most_edges
        opening = self.opening(edge.creditor, now)
        if NOBODY in (edge.debtor, edge.creditor) or not edge.counted or opening is None:
            return False, False
        if self.times[now] - opening >= micros(self.settings.young_for):
            return False, False
        if any(k != now and other.pays(edge.debtor, edge.creditor) for k, other in self.counting(now)):
            return False, False
        before = self.edges[:now]
        ins = sum(other.creditor == edge.creditor for other in before)
        outs = sum(other.debtor == edge.debtor for other in before)
        if min(ins, outs) > most:
            return False, True
        return not any(other.pays(edge.debtor, edge.creditor) for other in before), False

    # -- Transfers --------------------------------------------------------------------------------------

    def cycle(self, now: int) -> tuple[int, bool]:
        """Give the length of the shortest cycle that an edge closes."""
        edge, chosen = self.edges[now], self.settings
        among = self.window(now, chosen.window)
        paid = any(self.edges[n].outflow and self.edges[n].debtor == edge.creditor for n in among)
        if NOBODY in (edge.debtor, edge.creditor) or not paid:
            return 0, False
        if self._is(edge.debtor, BULK) or self._is(edge.creditor, BULK):
            return 0, False
        heads, budget = [(now, 1)], chosen.cycle_budget
        for head, length in heads:
            if length == chosen.cycle_longest:
                break
            behind, more = self.into(self.edges[head].debtor, head, among, budget)
            for n in behind:
                other = self.edges[n]
                low, high = chosen.cycle_low * float(edge.amount), chosen.cycle_high * float(edge.amount)
                if not other.counted or self.back(n, now) or not low <= float(other.amount) <= high:
                    continue
                if other.debtor == edge.creditor:
                    return length + 1, False
                if other.debtor not in (edge.debtor, NOBODY) and not self._is(other.debtor, BULK):
                    heads.append((n, length + 1))
            if more:
                return 0, True
            budget -= len(behind)
        return 0, False

    def scatter_gather(self, now: int) -> tuple[int, bool]:
        """Give through how many accounts one payer's money came to an edge's creditor."""
        edge, chosen = self.edges[now], self.settings
        among = self.window(now, chosen.scatter_window)
        if NOBODY in (edge.debtor, edge.creditor):
            return 0, False
        if self._is(edge.debtor, BULK) or self._is(edge.creditor, BULK):
            return 0, False

        def payers_of(account: int, before: int) -> tuple[set[int], bool]:
            legs, more = self.into(account, before, among, chosen.most_legs)
            found = {self.edges[n].debtor for n in legs if self.edges[n].counted and not self.back(n, now)}
            found -= {NOBODY, edge.creditor}
            return {payer for payer in found if not self._is(payer, BULK)}, more

        payers, truncated = payers_of(edge.debtor, now)
        if not payers:
            return 0, truncated
        ways: dict[int, set[int]] = {payer: {edge.debtor} for payer in payers}
        seen = {edge.debtor}
        ins, more = self.into(edge.creditor, now, among, chosen.most_edges)
        truncated = truncated or more
        for n in ins:
            through = self.edges[n].debtor
            if not self.edges[n].counted or self.back(n, now) or through in seen or through == NOBODY:
                continue
            if self._is(through, BULK):
                continue
            seen.add(through)
            found, more = payers_of(through, n)
            truncated = truncated or more
            for payer in found & payers:
                ways[payer].add(through)
        return max(len(way) for way in ways.values()), truncated

    def chain(self, now: int) -> tuple[int, bool]:
        """Give the longest chain that an edge ends."""
        if now not in self._chains:
            self._chains[now] = self._chain(now)
        return self._chains[now]

    def _chain(self, now: int) -> tuple[int, bool]:
        edge, chosen = self.edges[now], self.settings
        if not edge.counted:
            return 0, False
        among = [n for n in self.window(now, chosen.chain_within) if n > now - chosen.chain_memory]
        if edge.debtor == NOBODY or self._is(edge.debtor, BULK):
            return 1, False
        behind, more = self.into(edge.debtor, now, among, chosen.most_edges)
        lengths = [0]
        for n in behind:
            other = self.edges[n]
            if not other.counted or self.back(n, now):
                continue
            if other.debtor != NOBODY and other.debtor == edge.creditor:
                continue
            if chosen.chain_low * float(other.amount) <= float(edge.amount) and edge.amount <= other.amount:
                lengths.append(self.chain(n)[0])
        return 1 + max(lengths), more

    # -- What is told -----------------------------------------------------------------------------------

    def values(self, now: int) -> dict[str, float]:
        """Give every column of an edge, by name."""
        edge, truncated = self.edges[now], self.is_first(now)[1]
        told: dict[str, float] = {}
        empty = dict.fromkeys(self.account(NOBODY, now)[0], nan)
        for role, account in (("debtor", edge.debtor), ("creditor", edge.creditor)):
            columns, more = self.account(account, now) if account != NOBODY else (empty, False)
            told |= {f"{role}_account_{name}": float(value) for name, value in columns.items()}
            truncated = truncated or more
        cycle, ways, length = nan, nan, nan
        if edge.counted:
            (cycle, cut), (ways, ended), (length, more) = (
                self.cycle(now),
                self.scatter_gather(now),
                self.chain(now),
            )
            truncated = truncated or cut or ended or more
        told |= {"transfer_cycle_length": cycle, "transfer_scatter_gather": ways}
        told |= {"transfer_chain_length": length, "transfer_truncated": float(truncated)}
        fires = self.fires(edge, told)
        return told | {f"transfer_t{int(typology)}": float(typology in fires) for typology in Typology}

    def fires(self, edge: Moved, told: Mapping[str, float]) -> set[Typology]:
        """Give the patterns that are complete."""
        holds = self._holds(told)
        debtor_fits = edge.debtor != NOBODY and not self._is(edge.debtor, BULK)
        creditor_fits = edge.creditor != NOBODY and not self._is(edge.creditor, BULK)
        of_outflow = {Typology.PASS_THROUGH, Typology.WOKEN} if edge.outflow and debtor_fits else set()
        of_debtor = {Typology.FAN_OUT, Typology.GATHER_SCATTER, Typology.SPLITTING} if debtor_fits else set()
        of_creditor = {Typology.FAN_IN, Typology.NEW_PAYERS} if creditor_fits else set()
        of_all = {Typology.CYCLE, Typology.SCATTER_GATHER, Typology.CHAIN}
        return holds & (of_outflow | (of_debtor | of_creditor | of_all if edge.counted else set()))

    def _holds(self, told: Mapping[str, float]) -> set[Typology]:
        """Give the patterns whose numbers are there."""
        chosen = self.settings
        own, theirs = (
            {name.removeprefix(f"{role}_account_"): value for name, value in told.items()}
            for role in ("debtor", "creditor")
        )
        near, over = own["splits"], own["splits_over"]
        holds = {
            Typology.FAN_IN: theirs["fan_in"] >= chosen.fan_in_least
            and theirs["fan_in_sum"] >= chosen.fan_in_sum_minor,
            Typology.FAN_OUT: own["fan_out"] >= chosen.fan_out_least
            and not own["fan_out_largest_share"] > chosen.largest_share,
            Typology.PASS_THROUGH: own["pass_through_share"] >= chosen.pass_share,
            Typology.CYCLE: told["transfer_cycle_length"] >= chosen.cycle_least,
            Typology.SCATTER_GATHER: told["transfer_scatter_gather"] >= chosen.scatter_least,
            Typology.GATHER_SCATTER: own["gather_scatter"] == 1,
            Typology.CHAIN: told["transfer_chain_length"] >= chosen.chain_least,
            Typology.SPLITTING: near >= chosen.split_least and over < chosen.split_over_share * (near + over),
            Typology.WOKEN: own["woken_in_sum"] >= chosen.woken_sum_minor
            and own["woken_share"] >= chosen.woken_share,
            Typology.NEW_PAYERS: theirs["new_payers"] >= chosen.new_payers_least,
        }
        return {typology for typology, held in holds.items() if held}
