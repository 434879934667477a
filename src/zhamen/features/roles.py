"""Under which keys an event is read: its debtor's account, its creditor's, the pair, the device."""

from typing import Final

__all__ = ["ENTITIES", "ROLES", "entity_of"]

ENTITIES: Final = {
    "account_id": "account",
    "debtor_account_id": "account",
    "creditor_account_id": "account",
    "customer_id": "customer",
    "debtor_id": "customer",
    "creditor_id": "customer",
    "companion": "customer",
    "device_id": "device",
    "device_ip": "ip",
    "outlet": "outlet",
    "operator": "operator",
    "terminal": "terminal",
}
"""What kind of thing each key field names; two fields of one kind can meet in one series."""

ROLES: Final = {
    "account": ("account_id",),
    "debtor_account": ("debtor_account_id",),
    "creditor_account": ("creditor_account_id",),
    "pair": ("debtor_account_id", "creditor_account_id"),
    "reverse_pair": ("creditor_account_id", "debtor_account_id"),
    "customer": ("customer_id",),
    "debtor": ("debtor_id",),
    "creditor": ("creditor_id",),
    "companion": ("companion",),
    "device": ("device_id",),
    "debtor_account_device": ("debtor_account_id", "device_id"),
    "ip": ("device_ip",),
    "outlet": ("outlet",),
    "operator": ("operator",),
    "terminal": ("terminal",),
}
"""The key fields of each role, in order."""


def entity_of(key: tuple[str, ...]) -> tuple[str, ...]:
    """Give the kinds of thing a key names, which a series and the roles that read it must share.

    >>> entity_of(ROLES["reverse_pair"])
    ('account', 'account')
    """
    return tuple(ENTITIES[name] for name in key)
