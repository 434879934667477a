"""Where the provider is required, that it cannot be had is a failure."""

from types import SimpleNamespace
from typing import Any

import pytest
from tests.integration.oidc import conftest


@pytest.mark.parametrize(("said", "end"), [("required", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_what_npm_cannot_fetch_fails_only_where_it_is_required(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, said: str, end: type[BaseException]
) -> None:
    monkeypatch.setenv("OIDC_TESTS", said)
    monkeypatch.setattr(conftest, "npm", lambda *_, **__: SimpleNamespace(returncode=1))
    with pytest.raises(end, match="cannot fetch"):
        conftest.fetch(tmp_path / "provider")
