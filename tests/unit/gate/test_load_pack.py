"""Every mistake in a pack is found, with its line and the way out, and all of them together."""

from collections.abc import Callable

import pytest

from zhamen.events.fields import Kind, Unit
from zhamen.expressions.types import Type
from zhamen.features.definitions import Operation, WindowFeature
from zhamen.gate.contents import content_of
from zhamen.gate.decision import Outcome
from zhamen.gate.pack import load_pack
from zhamen.gate.policy import Hold

Break = Callable[[str, str], tuple[str, ...]]

WHEN = "when: debtor_account_sent_sum_1h >= money(5000)"
SILENT = "silent: {debtor_account_sent_sum_1h: 499999}"
NIGHT = "where: local_hour >= 23 or local_hour < 6"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("weight: 40", "wieght: 40", 32, "did you mean weight?"),
        ("weight: 40", "weight: forty", 32, "write whole points from 0 to 100"),
        ("weight: 40", "weight: 101", 32, "write whole points from 0 to 100"),
        ("weight: 40", "weight:", 32, "there is no value; give one or remove the line"),
        (
            "    weight: 40\n",
            "    weight: 40\n    weight: 41\n",
            33,
            "weight stands twice; the first is on line 32",
        ),
        ("version: 2026.11.0", "version: 2026.11", 3, "write a version such as 2026.11.0"),
        ("{zh: 小策略包, en: Small pack}", "Small", 4, "write a mapping"),
        ("currency: CNY", "currency: JPY", 5, "money() needs two"),
        ("allowed_lateness: 1d", "allowed_lateness: ever", 7, "give a width such as 1d"),
        (
            "allowed_lateness: 1d",
            "allowed_lateness: 1w",
            7,
            "write a width such as 30s, 10m, 1h, 30d or ever",
        ),
        ("of: amount_minor}\n  sent_night", "of: amount}\n  sent_night", 14, "did you mean amount_minor?"),
        ("series: pairs", "series: pair", 16, "there is no series pair; did you mean pairs?"),
        (NIGHT, "where: local_hour >= 23 and local_hour < 6", 15, "never hold together"),
        (NIGHT, "where: local_hour + 1", 15, "quantities.sent_night.where"),
        (NIGHT, "where: settlement == 'settled'", 15, "only of transfer_settled"),
        ("role: pair", "role: payr", 21, "there is no role payr; did you mean pair?"),
        ("role: pair", "role: debtor_account", 21, "gathers by account and account"),
        ("quantity: paid", "quantity: pay", 21, "there is no quantity pay"),
        ("operation: since_first", "operation: sinc_first", 21, "did you mean since_first?"),
        ("operation: since_first", "operation: max", 21, "max cannot be kept for ever"),
        ("trend: [1h, 1d]", "trend: [1d, 1h]", 20, "must be shorter"),
        ("trend: [1h, 1d]", "trend: [1h, 1d, 7d]", 20, "this list has 3 items; give 2"),
        ("share: [sent_night, sent]", "share: [sent_night, paid]", 19, "of different series"),
        ("operation: count, window: 1d", "operation: max, window: 1d", 19, "use count or sum"),
        ("window: 1d, zh: 夜间占比", "zh: 夜间占比", 19, "window is missing"),
        ("window: ever", "window: ever, trend: [1h, 1d]", 21, "a trend feature has no window"),
        (
            "sent_sum_1h, debtor",
            "sent_sum_2h, debtor",
            22,
            "no feature debtor_account_sent_sum_2h stands above",
        ),
        ("{operation} sent", "{oper} sent", 18, "{oper} stands for nothing here"),
        (
            "operation: [count, sum], window: [1h, 1d]",
            "operation: sum, window: [1h, 1h, 1d]",
            18,
            "is defined already",
        ),
        ("typology: mule", "typology: mul", 27, "did you mean mule?"),
        ("id: MULE-001", "id: MULE-1", 26, "write a rule id such as MULE-001"),
        ("id: VICTIM-001", "id: ATO-001", 37, "write VICTIM-..."),
        (
            "en: A first payment while the screen is shared",
            "en: Much was paid within the hour",
            42,
            "MULE-001 has the same sentence",
        ),
        ("zh: 屏幕共享时首次付款", "zh: shared", 41, "there is no Chinese in it"),
        ("on: [transfer]", "on: [tranfer]", 40, "did you mean transfer?"),
        ("on: [transfer]", "on: []", 40, "the list is empty; give at least one"),
        ("on: [transfer]", "on: [login]", 43, "is never there on login"),
        ("role: debtor_account, hours", "role: account, hours", 33, "has no account"),
        ("kind: limit", "kind: freeze", 33, "choose from limit, protective_stop, suspend"),
        (WHEN, "when: debtor_account_sent_sum_1h >= 5000", 31, "write money(5000)"),
        (WHEN, "when: debtor_account_sent_sum_3h >= 0", 31, "did you mean"),
        (WHEN, "when: debtor_account_sent_sum_1h", 31, "rules[0].when"),
        (WHEN, f"{WHEN} and amount_minor > 9 and amount_minor < 5", 31, "rules[0].when"),
        (SILENT, SILENT.replace("499999", "500000"), 36, "the rule fires on this example"),
        (SILENT, SILENT.replace("499999", "much"), 36, "write a number"),
        (SILENT, "silent: {amount_minor: 1}", 36, "the rule does not read this name"),
        (SILENT, "silent: {}", 36, "stays unknown on this example; give debtor_account_sent_sum_1h"),
        (
            "fires: {debtor_account_sent_sum_1h: 500000}",
            "fires: {debtor_account_sent_sum_1h: 1}",
            35,
            "stays silent on this example",
        ),
        (
            "fires: {session_screen_sharing: true",
            "fires: {session_screen_sharing: 1",
            47,
            "write true or false",
        ),
        (
            "pair_paid_since_first_ever: 3h",
            "pair_paid_since_first_ever: soon",
            48,
            "write a width such as 90m",
        ),
        ("    weight: 30\n", "", 39, "the rule adds no points"),
        (
            "outcome: challenge\n    source",
            "outcome: allow\n    source",
            45,
            "allow is what happens without a rule",
        ),
        ("from: 60", "from: 20", 24, "the bands do not rise"),
        ("from: 60", "from: 90", 24, "the rules of mule come to 70 points at most"),
        ("outcome: hold}]}", "outcome: held}]}", 24, "did you mean hold?"),
        ("    - {outcome: warn}\n", "", 53, "no line fits every payment"),
        (
            "    - {channel: [counter], outcome: allow}\n",
            "    - {outcome: allow}\n",
            55,
            "the line above fits everything",
        ),
        ("channel: [counter]", "channel: [countr]", 54, "did you mean counter?"),
        ("    hold: {customer", "    decline: {customer", 57, "there are no words for hold (mule)"),
        ("    challenge.victim", "    challenge.victm", 60, "there is no typology victm"),
        ("    challenge.victim", "    chalenge", 60, "did you mean challenge?"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_the_way_out(
    broken: Break, old: str, new: str, line: int, says: str
) -> None:
    problems = broken(old, new)
    assert any(problem.startswith(f"small.yaml:{line}: ") and says in problem for problem in problems), (
        problems
    )


def test_all_mistakes_come_together_in_the_order_of_lines(
    small: str, problems_of: Callable[[str], tuple[str, ...]]
) -> None:
    text = small.replace("currency: CNY", "currency: yuan").replace("weight: 40", "weight: -1")
    text = text.replace("role: pair", "role: payr").replace("delay_hours: 24", "delay_hours: 0")
    problems = problems_of(text)
    assert [int(problem.split(":")[1]) for problem in problems] == [5, 21, 32, 52]


def test_what_only_follows_from_a_mistake_is_not_reported(broken: Break) -> None:
    assert len(broken("series: account_out, of: amount_minor}", "series: account_ou, of: amount_minor}")) == 1
    assert len(broken("role: pair", "role: payr")) == 1


def test_what_nothing_uses_is_a_mistake(broken: Break) -> None:
    added = "quantities:\n  devices_paid: {series: account_out}\n"
    assert any("no feature asks about it" in problem for problem in broken("quantities:\n", added))
    series = "series:\n  devices: {gathers: {transfer: device_id}}\n"
    assert broken("series:\n", series) == (
        "small.yaml:9: series.devices: no quantity measures it; remove it or measure it",
    )


def test_lists_of_operations_and_windows_become_single_features(small: str) -> None:
    pack = load_pack(small)
    assert tuple(pack.feature_docs) == tuple(feature.name for feature in pack.definitions.features)
    assert list(pack.feature_docs)[:4] == [
        "debtor_account_sent_count_1h",
        "debtor_account_sent_count_1d",
        "debtor_account_sent_sum_1h",
        "debtor_account_sent_sum_1d",
    ]
    first = pack.definitions.features[0]
    assert first == WindowFeature("debtor_account", "sent", Operation.COUNT, 3_600_000_000)


def test_places_in_sentences_are_filled_in_both_languages(small: str) -> None:
    doc = load_pack(small).feature_docs["debtor_account_sent_sum_1d"]
    assert (doc.zh, doc.en) == ("付款总额（1天）", "Total sent in 1 day")


def test_features_have_the_type_of_what_they_measure(small: str) -> None:
    types = {name: doc.type for name, doc in load_pack(small).feature_docs.items()}
    assert types["debtor_account_sent_sum_1h"] == Type(Kind.NUMBER, Unit.MONEY)
    assert types["debtor_account_sent_count_1h"] == Type(Kind.NUMBER)
    assert types["pair_paid_since_first_ever"] == Type(Kind.NUMBER, Unit.TIME)
    assert types["debtor_account_sent_sum_1h_per_sent_sum_1d"] == Type(Kind.NUMBER)


def test_examples_may_say_widths_and_instants(small: str) -> None:
    rule = load_pack(small).rules[1]
    assert rule.fires["pair_paid_since_first_ever"] == 30 * 60 * 1_000_000
    changed = small.replace(WHEN, "when: debtor_account_opened_at > occurred_at - days(3)")
    changed = changed.replace(
        "fires: {debtor_account_sent_sum_1h: 500000}",
        'fires: {occurred_at: "2026-03-02T12:00:00Z", debtor_account_opened_at: "2026-03-02T00:00:00Z"}',
    ).replace(
        SILENT,
        'silent: {occurred_at: "2026-03-02T12:00:00Z", debtor_account_opened_at: "2020-01-01T00:00:00Z"}',
    )
    assert load_pack(changed).rules[0].when.names == ("debtor_account_opened_at", "occurred_at")


def test_an_instant_without_a_zone_is_a_mistake(broken: Break) -> None:
    problems = broken(SILENT, 'silent: {debtor_account_sent_sum_1h: "2026-03-02T12:00:00"}')
    assert "write a number" in problems[0]


def test_what_a_rule_leaves_out_has_its_default(small: str) -> None:
    pack = load_pack(small)
    consequence = pack.policy.consequences["MULE-001"]
    assert pack.rules[0].on == ("cash_withdrawal", "transfer")
    assert consequence.outcome is Outcome.ALLOW
    assert consequence.audience == ("customer", "teller", "analyst", "auditor")


class TestHash:
    def test_comments_spaces_and_line_breaks_do_not_change_it(self, small: str) -> None:
        spaced = small.replace("rules:\n", "\n# a comment\nrules:\n")
        spaced = spaced.replace(WHEN, "when: >-\n      debtor_account_sent_sum_1h\n      >=   (money(5000))")
        spaced = spaced.replace("window: [1h, 1d]", "window: [60m, 24h]")
        assert load_pack(spaced).hash == load_pack(small).hash

    def test_the_order_of_series_and_quantities_does_not_change_it(self, small: str) -> None:
        night = f"  sent_night: {{series: account_out, of: amount_minor, {NIGHT}}}\n"
        moved = small.replace(night, "").replace("quantities:\n", f"quantities:\n{night}")
        assert load_pack(moved).hash == load_pack(small).hash
        assert load_pack(moved).definitions == load_pack(small).definitions

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("weight: 40", "weight: 41"),
            ("en: Much was", "en: Very much was"),
            ("money(5000)", "money(4999.99)"),
            ("hours: 48", "hours: 47"),
            ("amount_from: 50000", "amount_from: 50001"),
            ("version: 2026.11.0", "version: 2026.11.1"),
            ("zh: 请等待", "zh: 请稍候"),
        ],
    )
    def test_every_value_changes_it(self, small: str, old: str, new: str) -> None:
        changed = small.replace(old, new).replace(SILENT, "silent: {debtor_account_sent_sum_1h: 1}")
        base = small.replace(SILENT, "silent: {debtor_account_sent_sum_1h: 1}")
        assert load_pack(changed).hash != load_pack(base).hash


def test_a_pack_says_how_long_a_held_payment_waits_and_one_that_does_not_keeps_its_hash(small: str) -> None:
    plain = load_pack(small)
    held = load_pack(small.replace("  delay_hours: 24\n", "  delay_hours: 24\n  hold: {hours: 6}\n"))
    assert plain.policy.hold is None
    assert held.policy.hold == Hold(6, "declined")
    assert "hold" not in content_of(plain)["policy"]
    assert plain.hash != held.hash
