"""Draw the picture of the README: what `zhamen demo` shows, as it was shown, to ``docs/images/demo.svg``."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from zhamen.cli.demo import live_a_day, town
from zhamen.cli.demo_day import closing, screen
from zhamen.cli.output import Output
from zhamen.simulate import Bank

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "images" / "demo.svg"
WIDTH = 118
FONTS = "'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', 'Microsoft YaHei', monospace"


def draw() -> str:
    """Live through the demo's day and draw its last screen."""
    bank = Bank(town(3_000, 30, 15))
    with TemporaryDirectory(prefix="zhamen-demo-") as folder:
        day = live_a_day(bank, bank.events(), Path(folder), Output(as_json=True))
    shown = Output()
    shown.console = Console(record=True, width=WIDTH, highlight=False)
    shown.console.print(screen(day))
    shown.console.print(closing(day))
    shown.result(day.facts(), next_command="zhamen demo --console")
    drawn = shown.console.export_svg(title="zhamen demo", font_aspect_ratio=0.61)
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)
    return drawn.replace("Fira Code, monospace", FONTS)


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(draw(), encoding="utf-8")
