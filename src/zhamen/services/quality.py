"""How well scores rank fraud: area under the ROC curve, average precision, precision of the top cards.

Ties are never broken by luck of the order: the first two treat equal scores as one step, the
third averages over orders drawn at random.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["HANDBOOK", "Protocol", "area_under_curve", "average_precision", "card_precision"]

Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64] | npt.NDArray[np.int64] | npt.NDArray[np.int16]

_DAY: Final = 86_400_000_000


def area_under_curve(fraud: Flags, scores: Scores) -> float | None:
    """Give the chance that a fraud scores above a genuine payment, an equal score counting half.

    None when there is no fraud or nothing else.

    Notes
    -----
    From ranks (Mann and Whitney 1947): O(n log n).

    Examples
    --------
    >>> area_under_curve(np.array([True, False, True, False]), np.array([9, 1, 1, 0]))
    0.875
    """
    frauds = int(fraud.sum())
    genuine = len(fraud) - frauds
    if not frauds or not genuine:
        return None
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2)[places]
    return float((ranks[fraud].sum() - frauds * (frauds + 1) / 2) / (frauds * genuine))


def average_precision(fraud: Flags, scores: Scores) -> float | None:
    """Give the precision at every threshold, weighted by the recall that the threshold adds.

    None when there is no fraud.

    Examples
    --------
    >>> average_precision(np.array([True, False, True, False]), np.array([9, 8, 7, 0]))
    0.8333333333333333
    """
    if not fraud.any():
        return None
    _, places = np.unique(-np.asarray(scores, np.float64), return_inverse=True)
    caught = np.bincount(places, fraud)
    flagged = np.cumsum(np.bincount(places))
    return float((caught * np.cumsum(caught) / flagged).sum() / fraud.sum())


def card_precision(
    days: Whole, cards: Whole, fraud: Flags, scores: Scores, *, top: int = 100, draws: int = 25
) -> float | None:
    """Give the mean daily share of truly compromised cards among the `top` cards of the day.

    A card ranks by its highest score of the day; one that was found is left out on later days, as
    it would have been blocked. Equal scores are ordered at random, and the mean of `draws` orders
    is given (seeds 0, 1, ...). None when there is nothing.

    Notes
    -----
    The card precision top-k of the Fraud Detection Handbook (Le Borgne and others, 2022, chapter 4).
    """
    if not len(days):
        return None
    seeds = range(draws)
    return float(np.mean([_card_precision(days, cards, fraud, scores, top, seed) for seed in seeds]))


def _card_precision(days: Whole, cards: Whole, fraud: Flags, scores: Scores, top: int, seed: int) -> float:
    dice = np.random.default_rng(seed)
    found = np.empty(0, cards.dtype)
    shares = []
    for day in np.unique(days):
        today = np.flatnonzero((days == day) & ~np.isin(cards, found))
        owners, places = np.unique(cards[today], return_inverse=True)
        highest = np.full(len(owners), -np.inf)
        np.maximum.at(highest, places, np.asarray(scores[today], np.float64))
        compromised = np.zeros(len(owners), np.bool_)
        np.logical_or.at(compromised, places, fraud[today])
        order = np.lexsort((dice.random(len(owners)), -highest))[:top]
        caught = owners[order][compromised[order]]
        found = np.concatenate([found, caught])
        shares.append(len(caught) / top)
    return float(np.mean(shares))


@dataclass(frozen=True)
class Protocol:
    """Which payments are tested: a week after a week of waiting for labels after a week of training.

    ``starts_at`` is the midnight on which training starts, in microseconds since 1970.
    """

    starts_at: int
    train_days: int = 7
    delay_days: int = 7
    test_days: int = 7

    def days(self, times: Whole) -> Whole:
        """Give the day of each payment, counted from the start of training."""
        return (times - self.starts_at) // _DAY

    def tested(self, times: Whole, cards: Whole, fraud: Flags) -> Flags:
        """Say which payments are tested.

        Those of the test days, less those of cards that were known to be compromised by then: a
        fraud of the training days, or of any later day that lies more than `delay_days` back.
        """
        days = self.days(times)
        first = self.train_days + self.delay_days
        tested = np.zeros(len(times), np.bool_)
        for day in range(first, first + self.test_days):
            before = (days >= 0) & (days < max(self.train_days, day - self.delay_days)) & fraud
            tested |= (days == day) & ~np.isin(cards, cards[before])
        return tested


HANDBOOK: Final = Protocol(starts_at=1_532_476_800_000_000)
"""Training from 2018-07-25."""
