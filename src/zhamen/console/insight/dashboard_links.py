"""Where the rows of the dashboard lead: to the dashboard of a part, to its decisions, to its closed cases."""

from collections.abc import Collection, Mapping
from datetime import date
from urllib.parse import urlencode

from zhamen.console.insight.dashboard_rows import last_day_of
from zhamen.console.speech import TYPOLOGY_WORDS

__all__ = ["Links"]


class Links:
    """Addresses for rows of a dashboard with some filters, of those pages that somebody may see.

    Decisions have no unit in their search, so from a unit below one's own they are not led to.
    """

    def __init__(self, kept: Mapping[str, str], unit: str, may: Collection[str]) -> None:
        self._kept = dict(kept)
        self._unit = unit
        self._may = may

    def of_time(self, first: str, span: str) -> dict[str, str]:
        """Lead from a day or a month, which begins on `first`."""
        day = date.fromisoformat(first)
        last = last_day_of(day) if span == "month" else day
        since, until = self._kept.get("since", ""), self._kept.get("until", "")
        begin, end = max(first, since), min(last.isoformat(), until or last.isoformat())
        return self._links({"since": begin, "until": end})

    def of(self, name: str, value: str) -> dict[str, str]:
        """Lead from a value of a filter; nowhere without one."""
        return self._links({name: value}) if value else {}

    def of_scam(self, code: str) -> dict[str, str]:
        """Lead from a typology, or from a kind that was reported: decisions and the queue know the former."""
        links = self._links({"scam": code})
        return links if code in TYPOLOGY_WORDS else {"row": links["row"]}

    def of_unit(self, path: str) -> dict[str, str]:
        """Lead to a unit below, and to its cases."""
        if path == self._unit:
            return {}
        links = self._links({}, path)
        return {name: links[name] for name in ("row", "cases") if name in links}

    def _links(self, more: Mapping[str, str], unit: str = "") -> dict[str, str]:
        kept = {**self._kept, **more}
        links = {"row": f"/console/dashboard?{urlencode(kept | {'unit': unit or self._unit})}"}
        if "search-decisions" in self._may:
            links["decisions"] = f"/console/decisions?{urlencode(kept | {'outcome': 'stopped'})}"
        if "read-alerts" in self._may:
            typology = {"typology": kept["scam"]} if "scam" in kept else {}
            asked = {"status": "closed", "unit": unit or self._unit} | typology
            links["cases"] = f"/console/cases?{urlencode(asked)}"
        return links
