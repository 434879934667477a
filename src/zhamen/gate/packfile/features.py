"""Feature entries of a pack file, expanded into single features with their words and types."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from zhamen.core.instants import parse_width
from zhamen.events.fields import FIELDS
from zhamen.expressions.types import Type
from zhamen.features.definitions import Feature, Operation, Ratio, Share, Trend, WindowFeature
from zhamen.features.roles import ROLES
from zhamen.gate.packfile.layout import FEATURE_FORMS, FeatureEntry
from zhamen.gate.packfile.measured import Measured
from zhamen.gate.packfile.problems import Path, Problems, nearest
from zhamen.gate.packfile.wording import fill

__all__ = ["MAX_FEATURES", "FeatureDoc", "FeatureReader"]

MAX_FEATURES: Final = 4096

_FORM_FIELDS: Final = sorted({field for fields in FEATURE_FORMS.values() for field in fields})


@dataclass(frozen=True)
class FeatureDoc:
    """A feature in words, where the idea comes from, and what sort of number it is."""

    zh: str
    en: str
    source: str
    type: Type


class FeatureReader:
    """Turns entries into ``features`` and their ``docs``, both by name in the order of the pack."""

    def __init__(self, measured: Measured, problems: Problems) -> None:
        self._measured = measured
        self._problems = problems
        self.features: dict[str, Feature] = {}
        self.docs: dict[str, FeatureDoc] = {}

    def read(self, entries: Sequence[FeatureEntry | None]) -> None:
        """Make the features of `entries` in order; None stands for an entry that could not be read."""
        for at, entry in enumerate(entries):
            if entry is not None:
                self._entry(entry, ("features", at))

    def _entry(self, entry: FeatureEntry, path: Path) -> None:
        form = next(name for name in FEATURE_FORMS if name == "window" or getattr(entry, name) is not None)
        if not self._complete(entry, form, path):
            return
        for feature, words in self._expand(entry, form, path):
            if self._measured.check(feature, path):
                self._keep(feature, entry, words, path)

    def _complete(self, entry: FeatureEntry, form: str, path: Path) -> bool:
        before = len(self._problems)
        wanted = FEATURE_FORMS[form]
        for field in _FORM_FIELDS:
            given = getattr(entry, field) is not None
            if given and field not in wanted:
                self._problems.add((*path, field), f"a {form} feature has no {field}", "remove it")
            elif field in wanted and not given:
                self._problems.add(path, f"{field} is missing", f"a {form} feature needs {', '.join(wanted)}")
        if entry.role is not None and entry.role not in ROLES:
            self._problems.add((*path, "role"), f"there is no role {entry.role}", nearest(entry.role, ROLES))
        return len(self._problems) == before

    def _expand(self, entry: FeatureEntry, form: str, path: Path) -> Iterator[tuple[Feature, dict[str, str]]]:
        if form == "ratio":
            operands = [self._operand(name, (*path, "ratio")) for name in entry.ratio or ()]
            sound = [operand for operand in operands if operand is not None]
            if len(sound) == 2:
                yield Ratio(*sound), {}
            return
        role = entry.role or ""
        for operation, width in product(_several(entry.operation), _several(entry.window) or ("",)):
            words = {"operation": Operation(operation).value}
            if form == "trend":
                words |= dict(zip(("short", "long"), entry.trend or (), strict=True))
                yield Trend(*_each(role, [entry.quantity] * 2, operation, entry.trend or ())), words
                continue
            words["window"] = width
            if form == "share":
                yield Share(*_each(role, entry.share or (), operation, [width] * 2)), words
            else:
                yield _each(role, [entry.quantity], operation, [width])[0], words

    def _operand(self, name: str, path: Path) -> WindowFeature | None:
        feature = self.features.get(name)
        if isinstance(feature, WindowFeature):
            return feature
        if feature is not None:
            self._problems.add(path, f"{name} is itself a relation", "relate features of one window")
        elif not self._problems.touch("series", "quantities", "features"):
            self._problems.add(path, f"no feature {name} stands above", nearest(name, self.features))
        return None

    def _keep(self, feature: Feature, entry: FeatureEntry, words: dict[str, str], path: Path) -> None:
        name = feature.name
        if name in self.features or name in FIELDS:
            self._problems.add(path, f"{name} is defined already", "remove one of the two")
        elif len(self.features) == MAX_FEATURES:
            self._problems.add(path, f"the pack has more than {MAX_FEATURES} features", "remove some")
        else:
            zh = fill(entry.zh, words, "zh", (*path, "zh"), self._problems)
            en = fill(entry.en, words, "en", (*path, "en"), self._problems)
            self.features[name] = feature
            self.docs[name] = FeatureDoc(zh, en, entry.source, self._measured.type_of(feature))


def _several(given: object) -> tuple[str, ...]:
    """Give one or many, as written in the pack, as many."""
    if given is None:
        return ()
    return given if isinstance(given, tuple) else (str(given),)


def _each(
    role: str, quantities: Sequence[str | None], operation: str, widths: Sequence[str]
) -> list[WindowFeature]:
    return [
        WindowFeature(role, quantity or "", Operation(operation), parse_width(width))
        for quantity, width in zip(quantities, widths, strict=True)
    ]
