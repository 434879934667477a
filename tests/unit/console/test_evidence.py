"""Values of features are called and written as the pack says what they are."""

from datetime import timedelta

from zhamen.adapters.packs import read_pack
from zhamen.console.evidence import Values
from zhamen.gate.pack import load_pack

STARTER = load_pack(read_pack("starter"), "starter")
VALUES = Values("CNY", STARTER.zone, STARTER.feature_docs)
DAY = timedelta(days=1) // timedelta(microseconds=1)


def test_features_are_called_by_their_words_and_others_by_their_names() -> None:
    assert VALUES.called("zh", "debtor_account_sent_sum_1d") == "付款账户1天内的付款总额"
    assert (
        VALUES.called("en", "debtor_account_sent_sum_1d") == "Amount paid out by the paying account in 1 day"
    )
    assert VALUES.called("zh", "debtor_id") == "debtor_id"


def test_values_are_written_in_the_unit_of_their_feature() -> None:
    assert VALUES.shown(str, "pair_paid_since_first_ever", 21.9 * DAY) == "21 天"
    assert VALUES.shown(str, "debtor_account_sent_last_1d", 700.0) == "7.00 CNY"
    assert VALUES.shown(str, "debtor_account_sent_count_30d", 1_200.0) == "1,200"
    assert VALUES.shown(str, "debtor_account_sent_sum_trend_1d_30d", 0.0824) == "0.0824"
