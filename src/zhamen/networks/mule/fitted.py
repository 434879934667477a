"""The weights of the mule score, written by ``python -m benchmarks.mule_score fit``."""

from typing import Final

from zhamen.networks.mule.model import MuleModel

__all__ = ["INBOUND", "OUTBOUND"]

INBOUND: Final = MuleModel(intercept=-9.0, inputs=())
OUTBOUND: Final = MuleModel(intercept=-9.0, inputs=())
