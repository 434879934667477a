"""How a command talks: what happened, with what, what to run next; Chinese first, English beside it.

People read it on stderr or stdout through rich; with ``--json`` a command prints one JSON object
on stdout and nothing else.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from zhamen.cli.facts import fact_lines

__all__ = ["Output", "SafeConsole", "Tick"]

Tick = Callable[[int], None]
_OBEYED: Final = dict.fromkeys(
    [
        *(code for code in range(0x20) if chr(code) not in "\t\n"),
        *range(0x7F, 0xA0),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ],
    "\ufffd",
)
"""What a terminal obeys instead of showing it: control characters, and those that turn the direction."""


class SafeConsole(Console):
    """Shows what others wrote, as the public in an appeal, without letting it command the terminal."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Give a text to show."""
        return super().render_str(text.translate(_OBEYED), **options)


class Output:
    """Where one command writes to; `as_json` silences everything but the final result."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self.console = SafeConsole(quiet=as_json, highlight=False, soft_wrap=True)

    def say(self, zh: str, en: str) -> None:
        """Tell a person one thing in both languages."""
        self.console.print(f"{zh}  [dim]{en}[/dim]")

    def result(self, facts: Mapping[str, object], *, next_command: str = "") -> None:
        """End the command: as JSON, the facts; else the facts as lines and what to run next."""
        if self.as_json:
            print(msgspec.json.encode(facts).decode(), flush=True)
            return
        for line in fact_lines(facts):
            self.console.print(line, markup=False)
        if next_command:
            self.say(f"下一步: [bold]{next_command}[/bold]", "next")

    @contextmanager
    def progress(self, zh: str, en: str, total: int | None = None) -> Iterator[Tick]:
        """Show a bar while long work runs; the tick takes how much was done."""
        with self._bar() as bar:
            yield _tick(bar, bar.add_task(f"{zh} {en}", total=total))

    @contextmanager
    def stages(self, *stages: tuple[str, str]) -> Iterator[list[Tick]]:
        """Show a bar for each stage of long work, from its first tick on."""
        with self._bar() as bar:
            yield [_tick(bar, bar.add_task(f"{zh} {en}", total=None, visible=False)) for zh, en in stages]

    def _bar(self) -> Progress:
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            disable=self.as_json,
        )


def _tick(bar: Progress, task: TaskID) -> Tick:
    return lambda done: bar.update(task, advance=done, visible=True)
