"""Where everything stands: in the words of one event, on the board of the step, in what is told."""

from typing import Final

from zhamen.events.model import EVENT_TYPES
from zhamen.networks.books.layout import MOVEMENT_WORDS
from zhamen.networks.links.cluster import CLUSTER_NAMES
from zhamen.networks.links.layout import IN_WORDS as NOTE_WORDS
from zhamen.networks.typologies.names import TYPOLOGY_NAMES

__all__: list[str] = []

# -- An event: identities are -1 where there is none, instants `NEVER`, balances `UNKNOWN`, amounts 0 ----

E_TYPE: Final = 0
"""A type code: the place in `EVENT_TYPES`, from 1."""
E_AT: Final = 1
E_EVENT: Final = 2
E_AMOUNT: Final = 3
E_DEBTOR: Final = 4
E_DEBTOR_ELSEWHERE: Final = 5
"""The identity that it has if it is an account at another institution."""
E_DEBTOR_BEFORE: Final = 6
E_DEBTOR_KIND: Final = 7
"""An `AccountKind`."""
E_DEBTOR_OPENED: Final = 8
E_DEBTOR_PARTY: Final = 9
E_CREDITOR: Final = 10
E_CREDITOR_ELSEWHERE: Final = 11
E_CREDITOR_BEFORE: Final = 12
E_CREDITOR_KIND: Final = 13
E_CREDITOR_OPENED: Final = 14
E_CREDITOR_PARTY: Final = 15
E_SIDE: Final = 16
"""The `EdgeKind` of a transfer, by whose customer it is."""
E_DEVICE: Final = 17
E_IP: Final = 18
PAYMENT_WORDS: Final = 19
"""What is behind is not read of a transfer."""
E_ACCOUNT: Final = 19
E_BEFORE: Final = 20
E_KIND: Final = 21
E_OPENED: Final = 22
E_CUSTOMER: Final = 23
E_PHONE: Final = 24
E_ADDRESS: Final = 25
E_COMPANION: Final = 26
E_OUTLET: Final = 27
E_TRANSFER: Final = 28
"""The identity of the id of the event that is settled, or reported."""
E_SETTLED: Final = 29
"""1 when it arrived."""
E_LABEL: Final = 30
"""`CONFIRMED`, `WITHDRAWN`, or 0 for what changes nothing."""
E_FAILED: Final = 31
"""1 for a sign-in that failed."""
EVENT_WORDS: Final = 32

CONFIRMED: Final = 1
WITHDRAWN: Final = 2

TYPE_CODES: Final[dict[str | None, int]] = {
    event_type: code for code, event_type in enumerate(EVENT_TYPES, start=1)
}
TRANSFER: Final = TYPE_CODES["transfer"]
CASH_WITHDRAWAL: Final = TYPE_CODES["cash_withdrawal"]
ACCOUNT_CREDITED: Final = TYPE_CODES["account_credited"]
ACCOUNT_OPENED: Final = TYPE_CODES["account_opened"]
TRANSFER_SETTLED: Final = TYPE_CODES["transfer_settled"]
FRAUD_REPORTED: Final = TYPE_CODES["fraud_reported"]
BY_HOLDER: Final = tuple(
    TYPE_CODES[name] for name in ("login", "payee_added", "limit_changed", "profile_changed")
)
"""What an account's holder does, with a device of his own."""

# -- The board: what the step is given beside events -----------------------------------------------------

_MOST_NOTES: Final = 8
B_EVENTS: Final = 0
"""How many events were taken."""
B_STOP: Final = 1
"""Why the step stopped."""
B_SMALLEST: Final = 2
"""These three are of the settings of links."""
B_REPORTED_FROM: Final = 3
B_OPENED_FROM: Final = 4
B_NOTED: Final = 5
"""How many notes links are told."""
B_GRAPH: Final = 8
"""The addresses of memories, from here on."""
B_SLOTS: Final = 9
B_UNDER_WAY: Final = 10
B_ORIGINS: Final = 11
B_TYPOLOGIES: Final = 12
B_LINKS: Final = 13
B_TAINT: Final = 14
B_RECENT: Final = 15
B_POSTING: Final = 16
"""Room for a movement."""
B_NOTES: Final = B_POSTING + MOVEMENT_WORDS
"""Room for what links are told."""
BOARD_WORDS: Final = B_NOTES + _MOST_NOTES * NOTE_WORDS

ALL_TAKEN: Final = 0
NO_ROOM: Final = 1
"""A budget is used up: the next event was not taken."""
NEW_NIGHT: Final = 2
"""Clusters have to be made anew before the next event."""
REPORT: Final = 3
"""The last event that was taken is a report, of which cases have to be told."""
CROWDED: Final = 4
"""The last event that was taken left no room to follow stolen money on: cases have to make some."""

# -- What is told of an event: as `NETWORK_NAMES` --------------------------------------------------------

V_TAINTED: Final = 0
"""The debtor's, and behind it the creditor's; so with clusters and scores."""
V_TYPOLOGIES: Final = 2
V_CLUSTERS: Final = V_TYPOLOGIES + len(TYPOLOGY_NAMES)
V_SCORES: Final = V_CLUSTERS + 2 * len(CLUSTER_NAMES)
VALUE_WORDS: Final = V_SCORES + 2
