"""The gate before every route: whose key it is, whether its right is enough, whether it asks more than its share.

It stands before anything of the request is read, and leaves the scope of the caller for the route.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as AsgiScope

from api.access import RIGHTS, Role, Rule, Rules
from api.errors import NoKey, NotAllowed
from api.keys import Key
from api.problems import ANSWERED, answer_of
from api.quota import Quota, counted_as, network_of
from api.scope import Scope
from api.turns import CLIENT

_NO_KEY = "this wants a key: send it as Authorization: Bearer"
_BAD_KEY = "this key is not good, or no more; leave it out, or ask for a new one"
VARY = "Authorization, X-API-Key"


async def scope_of(request: Request) -> Scope:
    """Return what the caller may see, as the gate left it. A plain function would be called in another thread."""
    scope: Scope = request.state.scope
    return scope


Scoped = Annotated[Scope, Depends(scope_of)]
"""What every route of the corpus takes, to hand it on to whatever reads."""


class Gate:
    """Admits a request or answers it with what is missing."""

    def __init__(self, app: ASGIApp, rules: Rules, *, require_key: bool, quota: Quota) -> None:
        self._app = app
        self._rules = rules
        self._require_key = require_key
        self._quota = quota

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:  # noqa: D102 (the ASGI interface)
        rule = self._rules.rule(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if rule is None or rule.role is Role.ANYONE:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            headers = await self._admit(request, rule)
        except ANSWERED as error:
            scope["route"] = self._rules.route(scope["method"], scope["path"])  # what logs and metrics name it by
            await (await answer_of(request, error))(scope, receive, _with(send, {"Vary": VARY}))
            return
        await self._app(scope, receive, _with(send, headers))

    async def _admit(self, request: Request, rule: Rule) -> dict[str, str]:
        """Let a request in and return the headers of its answer; raises what it is answered with otherwise."""
        keyring = request.app.state.keyring
        token = token_of(request.headers)
        access = await keyring.current(for_key=token is not None or rule.role is not Role.READER)
        key: Key | None = keyring.holder(access, token) if token else None
        if token and key is None:
            access = await keyring.anew()
            key = keyring.holder(access, token)
        network = network_of(request.client.host if request.client else "")
        key_id = key.id if key else None
        headers = await self._quota.take(network, key_id, rule.cost)
        CLIENT.set(counted_as(network, key_id))
        self._check(rule, token, key)
        request.state.scope = access.scope(key, request.app.state.corpus.collections)
        # What a key may see stays in no cache that others share.
        return {**headers, "Vary": VARY, **({"Cache-Control": "private, no-store"} if key else {})}

    def _check(self, rule: Rule, token: str | None, key: Key | None) -> None:
        if token is not None and key is None:
            raise NoKey(_BAD_KEY, given=True)
        right = RIGHTS[rule.role]
        if key is None:
            if self._require_key or rule.role is not Role.READER:
                raise NoKey(_NO_KEY, given=False)
        elif key.right.rank < right.rank:
            raise NotAllowed(f"this wants a key with the right {right}")


def token_of(headers: Headers) -> str | None:
    """Return the key that a request carries in its headers, None where it carries none.

    Other schemes than Bearer are not ours: a proxy may ask for a password of its own. Two keys that differ are none.
    """
    schemes = [value.partition(" ") for value in headers.getlist("authorization")]
    given = {token.strip() for scheme, _, token in schemes if scheme.lower() == "bearer"}
    given |= set(headers.getlist("x-api-key"))
    if len(given) > 1:
        raise NoKey("there is more than one key in this request", given=True)
    return given.pop() if given else None


def _with(send: Send, headers: dict[str, str]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            told = MutableHeaders(scope=message)
            for name, value in headers.items():
                if name == "Vary":
                    told.add_vary_header(value)
                else:
                    told[name] = value
        await send(message)

    return sending
