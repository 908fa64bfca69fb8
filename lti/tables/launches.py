"""What is kept of launches: logins under way, frames without cookies, and what was refused."""

from sqlalchemy import Column, ForeignKey, Index, Named, String, Table, TypedColumns, UniqueConstraint, Uuid

from base import Instant, metadata


class LoginColumns(TypedColumns):
    """One row is one login that was sent to its platform and has not come back.

    It binds state, nonce, platform, target link and browser to each other. It is deleted by whoever comes back with the
    state first, so both state and nonce serve once. Only hashes are kept. `storage_target` is the platform's window
    that keeps the browser's secret, where the browser keeps no cookie; None for a cookie.
    """

    state_hash = Column(String, primary_key=True)
    nonce_hash: Named[str]
    browser_hash: Named[str]
    platform_id = Column(Uuid, ForeignKey("platforms.id", ondelete="CASCADE"), nullable=False)
    target_link_uri: Named[str]
    storage_target: Named[str | None]
    expires_at = Column(Instant, nullable=False)


lti_states = Table("lti_states", metadata, LoginColumns, UniqueConstraint("nonce_hash"))
Index("ix_lti_states_expires_at", lti_states.c.expires_at)


class StorageFrameColumns(TypedColumns):
    """One row is one frame whose browser keeps no cookie: the platform's window `target` keeps the session's token."""

    frame = Column(String, primary_key=True)
    platform_id = Column(Uuid, ForeignKey("platforms.id", ondelete="CASCADE"), nullable=False)
    target: Named[str]
    expires_at = Column(Instant, nullable=False)


storage_frames = Table("lti_storage_frames", metadata, StorageFrameColumns)
Index("ix_lti_storage_frames_expires_at", storage_frames.c.expires_at)


class RefusalColumns(TypedColumns):
    """One row is one reason for which logins or launches of a platform were refused, and how often.

    `digest` is that of platform, issuer, step and reason. The platform is NULL where none is registered: `issuer` is
    then what somebody called themselves.
    """

    digest = Column(String, primary_key=True)
    platform_id = Column(Uuid, ForeignKey("platforms.id", ondelete="CASCADE"), nullable=True)
    issuer: Named[str | None]
    step: Named[str]
    fault: Named[str]
    reason: Named[str]
    times: Named[int]
    first_at = Column(Instant, nullable=False)
    last_at = Column(Instant, nullable=False)


refused_launches = Table("refused_launches", metadata, RefusalColumns)
Index("ix_refused_launches_platform", refused_launches.c.platform_id, refused_launches.c.last_at)
Index("ix_refused_launches_last_at", refused_launches.c.last_at)
