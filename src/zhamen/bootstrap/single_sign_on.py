"""The bank's own sign-in as the settings describe it."""

from typing import Final

from zhamen.adapters.oidc import OidcClient, OidcProvider
from zhamen.core.errors import InvalidSetting
from zhamen.organisation.permissions import Role
from zhamen.ports.organisation import OrganisationStore
from zhamen.ports.staff import StaffStore
from zhamen.services.sign_in import SignIn
from zhamen.services.single_sign_on import Mapped, SingleSignOn
from zhamen.settings import Settings

__all__ = ["CALLBACK", "make_single_sign_on", "read_role"]

CALLBACK: Final = "/console/login/answer"
"""Where the provider sends browsers back to, below the public address."""


def make_single_sign_on(
    settings: Settings, store: StaffStore, organisation: OrganisationStore, signing: SignIn
) -> SingleSignOn | None:
    """Give the bank's own sign-in; None when the settings name no issuer.

    Raises
    ------
    InvalidSetting
        An address is not https, or a group is mapped to what is no role.
    """
    if not settings.oidc_issuer:
        return None
    client = OidcClient(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.reveal(),
        redirect=settings.public_url.rstrip("/") + CALLBACK,
        scopes=settings.oidc_scopes,
        name_claim=settings.oidc_name_claim,
        groups_claim=settings.oidc_groups_claim,
        unit_claim=settings.oidc_unit_claim,
        authorities=settings.oidc_authorities,
    )
    roles = dict(_pair(each) for each in settings.oidc_roles.split())
    mapped = Mapped(roles, create=settings.oidc_create)
    return SingleSignOn(OidcProvider(client, signing.clock), store, organisation, signing, mapped)


def read_role(text: str, variable: str) -> Role:
    """Give a role by its name.

    Raises
    ------
    InvalidSetting
        There is no such role.
    """
    if text not in {role.value for role in Role}:
        raise InvalidSetting(
            f"{variable} names {text[:40]!r}, which is no role; choose from {', '.join(Role)}"
        )
    return Role(text)


def _pair(text: str) -> tuple[str, Role]:
    group, equals, role = text.rpartition("=")
    if not (group and equals):
        raise InvalidSetting("ZHAMEN_OIDC_ROLES is written group=role, with spaces between several")
    return group, read_role(role, "ZHAMEN_OIDC_ROLES")
