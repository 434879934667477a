"""The lists of a pack file: fields that can be looked up, categories that exist, names that are free."""

from collections.abc import Collection, Iterable, Mapping

from zhamen.events.fields import FIELDS
from zhamen.gate.listuse import SCREENED, ListUse
from zhamen.gate.packfile.layout import ListEntry
from zhamen.gate.packfile.problems import Problems, nearest
from zhamen.gate.packfile.wording import check_chinese
from zhamen.rules.rule import Rule
from zhamen.screening.categories import CATEGORIES, GROUPS

__all__ = ["check_lists_used", "read_lists"]


def read_lists(
    entries: Mapping[str, ListEntry], features: Collection[str], problems: Problems
) -> tuple[ListUse, ...]:
    """Make the lists of a pack, and note what is wrong with them."""
    uses = []
    for name, entry in entries.items():
        if entry.of not in SCREENED:
            problems.add(("lists", name, "of"), f"{entry.of} is not looked up", nearest(entry.of, SCREENED))
            continue
        for code in entry.categories:
            if code not in CATEGORIES and code not in GROUPS:
                now = nearest(code, [*CATEGORIES, *GROUPS])
                problems.add(("lists", name, "categories"), f"there is no category {code}", now)
        check_chinese(entry.zh, ("lists", name, "zh"), problems)
        kinds = tuple(kind for kind in entry.list if kind is not None)
        use = ListUse(name, entry.of, kinds, entry.level_from, entry.categories, entry.zh, entry.en)
        taken = [one for one in use.names if one in FIELDS or one in features]
        if taken:
            problems.add(
                ("lists", name), f"{taken[0]} is the name of something else", "name the list otherwise"
            )
        uses.append(use)
    return tuple(uses)


def check_lists_used(uses: Iterable[ListUse], rules: Iterable[Rule], problems: Problems) -> None:
    """Note the lists that no rule reads."""
    if problems.touch("lists", "rules"):
        return
    read = {name for rule in rules for name in rule.when.names}
    for use in uses:
        if read.isdisjoint(use.names):
            problems.add(("lists", use.name), "no rule reads it", f"read {use.names[0]}, or remove the list")
