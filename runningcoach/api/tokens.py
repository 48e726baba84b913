"""/tokens: personal API tokens for notebooks, scripts and calendar feeds."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from runningcoach.api import token_access
from runningcoach.api.dependencies import CurrentUser, Database, RowId
from runningcoach.api.problems import NotFound, described
from runningcoach.base import periods
from runningcoach.model.api_token import ApiToken, NewApiToken, TokenScope
from runningcoach.store import api_tokens

router = APIRouter(prefix="/tokens", tags=["tokens"])

TokenName = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$"
    ),
]


class TokenInput(BaseModel):
    """What a new token is called, what it opens, and for how many days; null is for ever."""

    model_config = ConfigDict(extra="forbid")

    name: TokenName
    scope: TokenScope
    expires_in_days: Annotated[int, Field(ge=1, le=3_650)] | None = None


@router.get("", responses=described(401))
def list_tokens(db: Database, user: CurrentUser) -> list[ApiToken]:
    """Return the tokens that open something, newest first; their secrets are not stored."""
    return api_tokens.list_active(db, user.id)


@router.post("", status_code=201, responses=described(401, 403, 422))
def create_token(body: TokenInput, db: Database, user: CurrentUser) -> NewApiToken:
    """Create a token. `token` is in this answer only."""
    days = body.expires_in_days
    expires_at = periods.now() + timedelta(days=days) if days else None
    return _with_feed(api_tokens.create(db, user.id, body.name, body.scope, expires_at))


@router.post("/{id}/renew", status_code=201, responses=described(401, 403, 404, 422))
def renew_token(db: Database, user: CurrentUser, id: RowId) -> NewApiToken:
    """Revoke a token and create another of the same name, scope and end: a feed's new address."""
    renewed = api_tokens.renew(db, user.id, id)
    if renewed is None:
        raise NotFound
    return _with_feed(renewed)


@router.delete("/{id}", status_code=204, responses=described(401, 403, 404, 422))
def revoke_token(db: Database, user: CurrentUser, id: RowId) -> None:
    """Revoke a token; it opens nothing from now on."""
    if api_tokens.revoke(db, user.id, id) is None:
        raise NotFound


def _with_feed(token: NewApiToken) -> NewApiToken:
    """Return a token with the address that it opens, where it is for a feed."""
    if token.scope != "feed":
        return token
    return token.model_copy(update={"feed_path": token_access.feed_path(token.token)})
