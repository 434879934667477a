"""The weights of the mule score, written by ``python -m benchmarks.mule_train``."""

from typing import Final

from zhamen.networks.mule.model import Input, MuleModel

__all__ = ["INBOUND", "OUTBOUND"]

INBOUND: Final = MuleModel(
    intercept=-12.256,
    inputs=(
        Input("creditor_account_fan_in", (1.0,), (0.0, 0.53)),
        Input("creditor_account_fan_in_sum", (30000.0, 110000.0, 21000000.0), (0.0, 1.62, 2.97, 3.05)),
        Input("creditor_account_fan_out", (2.0, 4.0, 5.0), (0.0, 0.29, 0.65, 0.71)),
        Input("creditor_account_fan_out_sum", (30000.0,), (0.0, 0.53)),
        Input("creditor_account_pass_through_share", (0.98,), (0.0, 0.28)),
        Input(
            "creditor_account_idle_days",
            (570.0, 1200.0, 1500.0, 3300.0, 6400.0, 9200.0),
            (0.0, 0.38, 0.71, 0.95, 1.33, 1.72, 2.0),
        ),
        Input("creditor_account_woken_in_sum", (160000.0,), (0.0, 0.31)),
        Input("creditor_account_woken_share", (0.021,), (0.0, 0.24)),
        Input("creditor_account_age_days", (47.0, 980.0, 1700.0), (3.15, 1.2, 0.1, 0.0)),
        Input("creditor_account_cluster_size", (6.0, 37.0, 92.0), (0.0, 1.38, 2.22, 2.53)),
        Input("creditor_account_cluster_reported", (2.0,), (0.0, 1.16)),
        Input(
            "creditor_account_cluster_growth_7d",
            (1.0, 2.0, 5.0, 8.0, 12.0),
            (0.0, 0.3, 0.92, 1.15, 1.7, 1.96),
        ),
        Input("creditor_account_cluster_risk", (0.059,), (0.0, 1.3)),
        Input("transfer_scatter_gather", (1.0, 2.0), (0.0, 3.55, 5.69)),
        Input("transfer_chain_length", (2.0,), (0.0, 2.16)),
    ),
)
"""For the account that receives."""

OUTBOUND: Final = MuleModel(
    intercept=-14.137,
    inputs=(
        Input("debtor_account_fan_in", (1.0, 2.0, 3.0), (0.0, 0.69, 1.22, 1.3)),
        Input("debtor_account_fan_in_sum", (10000.0, 95000.0), (0.0, 1.4, 3.27)),
        Input("debtor_account_fan_out_sum", (63000.0,), (0.0, 2.79)),
        Input("debtor_account_pass_through_share", (0.24, 0.29), (0.0, 1.32, 2.32)),
        Input(
            "debtor_account_idle_days",
            (570.0, 950.0, 1500.0, 3200.0, 3600.0),
            (0.0, 0.65, 1.14, 1.61, 1.67, 1.74),
        ),
        Input("debtor_account_woken_in_sum", (260000.0, 520000.0, 1200000.0), (0.0, 0.66, 1.11, 1.23)),
        Input("debtor_account_woken_share", (0.29, 0.69, 0.8, 0.95), (0.0, 0.86, 1.32, 1.59, 1.76)),
        Input("debtor_account_age_days", (47.0, 950.0), (3.15, 1.19, 0.0)),
        Input("debtor_account_cluster_size", (5.0, 6.0, 39.0, 73.0), (0.0, 0.12, 2.17, 2.84, 3.09)),
        Input("debtor_account_cluster_reported", (2.0, 3.0), (0.0, 0.82, 1.18)),
        Input("debtor_account_cluster_growth_7d", (1.0, 2.0, 5.0, 9.0), (0.0, 0.86, 1.71, 1.84, 2.44)),
        Input("debtor_account_cluster_risk", (0.061,), (0.0, 1.45)),
        Input("transfer_scatter_gather", (1.0, 2.0), (0.0, 1.42, 3.0)),
        Input("transfer_chain_length", (3.0,), (0.0, 2.34)),
    ),
)
"""For the account that pays."""
