"""What the how-to pages tell people to write can be written."""

import re
import textwrap
from pathlib import Path

from zhamen.gate.pack import load_pack

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to"


def sample(page: str, start: str) -> str:
    """Give the YAML sample of a page that begins with `start`."""
    blocks: list[str] = re.findall(r"```yaml\n(.*?)```", (HOW_TO / page).read_text(encoding="utf-8"), re.S)
    return next(block for block in blocks if block.startswith(start))


def test_the_rule_of_the_how_to_page_loads_into_the_small_pack(small: str) -> None:
    received = (
        '  - {role: debtor_account, quantity: received, operation: sum, window: 1h, zh: "{window}内转入",'
        ' en: "received in {window}", source: test}\n'
        "  - {ratio: [debtor_account_sent_sum_1h, debtor_account_received_sum_1h], zh: 出入之比,"
        " en: out over in, source: test}\n"
    )
    text = small.replace(
        "quantities:\n", "  account_in:\n    gathers: {transfer: creditor_account_id}\nquantities:\n"
    )
    text = text.replace("features:\n", "  received: {series: account_in, of: amount_minor}\nfeatures:\n")
    text = text.replace("scorecards:\n", f"{received}scorecards:\n")
    text = text.replace("rules:\n", "rules:\n" + textwrap.indent(sample("write-a-rule.md", "- id"), "  "))
    assert load_pack(text).rules[0].id == "MULE-090"


def test_the_feature_of_the_how_to_page_makes_four(small: str) -> None:
    entry = sample("add-a-feature.md", "features:").removeprefix("features:\n")
    pack = load_pack(small.replace("features:\n", f"features:\n{entry}"))
    assert list(pack.feature_docs)[:4] == [
        "debtor_account_sent_night_count_1d",
        "debtor_account_sent_night_count_30d",
        "debtor_account_sent_night_sum_1d",
        "debtor_account_sent_night_sum_30d",
    ]
