"""A category is found by its code or its number."""

from dataclasses import dataclass
from typing import Final

from zhamen.core.errors import InputError
from zhamen.screening.categories import conduct, harm, means, standing

__all__ = ["CATEGORIES", "GROUPS", "Category", "Group", "category", "category_at"]

_PER_GROUP: Final = 1_000


@dataclass(frozen=True, slots=True)
class Group:
    """The first level."""

    number: int
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Category:
    """The second level; ``code`` is ``group.name``. Numbers and codes never change and never come again."""

    number: int
    code: str
    zh: str
    en: str
    group: Group


def _read(modules: tuple[str, ...]) -> tuple[dict[str, Group], dict[str, Category]]:
    """Read tables of ``number code 中文 English``, where a line that begins a group has no indent."""
    groups: dict[str, Group] = {}
    categories: dict[str, Category] = {}
    for line in "\n".join(modules).splitlines():
        if not line.strip():
            continue
        number, code, zh, en = line.split(maxsplit=3)
        if not line[0].isspace():
            group = groups[code] = Group(int(number) * _PER_GROUP, code, zh, en)
        else:
            full = f"{group.code}.{code}"
            categories[full] = Category(group.number + int(number), full, zh, en, group)
    return groups, categories


GROUPS, CATEGORIES = _read((harm.TABLE, means.TABLE, conduct.TABLE, standing.TABLE))
_AT: Final = {one.number: one for one in CATEGORIES.values()}


def category(code: str) -> Category:
    """Give the category of a code.

    Raises
    ------
    InputError
        There is none.

    Examples
    --------
    >>> found = category("fraud.fake_police")
    >>> found.number, found.zh, found.group.zh
    (1001, '冒充公检法', '电信网络诈骗')
    """
    found = CATEGORIES.get(code)
    if found is None:
        raise InputError(f"{code[:60]!r} is not a category; `zhamen records categories` lists them")
    return found


def category_at(number: int) -> Category:
    """Give the category of a number, as entries hold it.

    Raises
    ------
    InputError
        There is none.
    """
    found = _AT.get(number)
    if found is None:
        raise InputError(f"{number} is not the number of a category")
    return found
