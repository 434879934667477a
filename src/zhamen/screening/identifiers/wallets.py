"""Wallet addresses of Bitcoin, Ethereum and its relatives, and Tron, by their own checksums."""

import re
from hashlib import sha256
from typing import Final

from stdnum import bitcoin

from zhamen.screening.identifiers.fold import fold, masked_middle, refuse
from zhamen.screening.identifiers.keccak import keccak_256
from zhamen.screening.subjects import Identifier, SubjectKind

__all__ = ["wallet"]

_ETHEREUM: Final = re.compile(r"0[xX][0-9a-fA-F]{40}", re.ASCII)
_TRON: Final = re.compile(r"T[1-9A-HJ-NP-Za-km-z]{33}", re.ASCII)
_BITCOIN: Final = re.compile(r"[13][1-9A-HJ-NP-Za-km-z]{25,34}|(?:bc1|BC1)[0-9A-Za-z]{11,87}", re.ASCII)
_BASE_58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def wallet(text: str) -> Identifier:
    """Give a wallet address as ``chain:address``.

    Ethereum's mixed case is its checksum (EIP-55); an address all in one case has none. Bitcoin and
    Tron carry theirs in the address (Base58Check, BIP-173, BIP-350).
    """
    address = fold(SubjectKind.WALLET, text)
    chain, colon, rest = address.partition(":")
    if colon and chain.lower() in ("bitcoin", "ethereum", "tron"):
        address = rest
    typed = Identifier(SubjectKind.WALLET, address, masked_middle(address, 6, 4))
    if _ETHEREUM.fullmatch(address):
        if not _right_case(address[2:]):
            raise refuse(typed, "fails its checksum of small and capital letters; copy it anew")
        return _found("ethereum", address.lower())
    if _TRON.fullmatch(address):
        if not _right_base_58(address):
            raise refuse(typed, "fails its checksum; copy it anew")
        return _found("tron", address)
    if _BITCOIN.fullmatch(address):
        if not bitcoin.is_valid(address):
            raise refuse(typed, "fails its checksum; copy it anew")
        return _found("bitcoin", address.lower() if address[:3].lower() == "bc1" else address)
    raise refuse(typed, "is no address of Bitcoin, Ethereum or Tron; give one of these")


def _found(chain: str, address: str) -> Identifier:
    return Identifier(SubjectKind.WALLET, f"{chain}:{address}", masked_middle(address, 6, 4))


def _right_case(digits: str) -> bool:
    if digits in (digits.lower(), digits.upper()):
        return True
    hashed = keccak_256(digits.lower().encode()).hex()
    return all(
        digit.isdigit() or digit.isupper() == (int(nibble, 16) >= 8)
        for digit, nibble in zip(digits, hashed, strict=False)
    )


def _right_base_58(address: str) -> bool:
    number = 0
    for character in address:
        number = 58 * number + _BASE_58.index(character)
    try:
        whole = number.to_bytes(25, "big")
    except OverflowError:
        return False
    return sha256(sha256(whole[:-4]).digest()).digest()[:4] == whole[-4:]
