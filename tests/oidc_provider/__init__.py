"""An OpenID provider for tests: a real authorization server (authlib) with discovery, PKCE and userinfo."""

from tests.oidc_provider.app import application
from tests.oidc_provider.server import CLIENT_ID, CLIENT_SECRET, OpenIdProvider, User

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "OpenIdProvider", "User", "application"]
