"""Where the published data sets stand."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    path = Path(__file__).parents[4] / "shared"
    if not path.exists():
        pytest.skip("the published data sets are not beside the project")
    return path
