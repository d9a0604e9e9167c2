"""What the OpenAPI document says of keys: from the same table that the gate admits by."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from api.access import Role, Rule, Rules

Json = dict[str, Any]

SCHEMES: Json = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A key: `Authorization: Bearer rasd_...`"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same key, the other way."},
}
_KEY: list[Json] = [{"bearer": []}, {"header": []}]
_TOLD = {
    401: "There is no key where one is wanted, or one that is not good",
    403: "The key has not the right that this wants",
    429: "More than the share of this client; `Retry-After` says when again",
}


def documented(app: FastAPI, rules: Rules, *, require_key: bool) -> None:
    """Let the document of an application say, for each address, which keys it takes and what it answers without."""
    described = app.openapi

    def openapi() -> Json:
        if app.openapi_schema is None:
            document = described()
            document["components"]["securitySchemes"] = SCHEMES
            for path, methods in document["paths"].items():
                for method, operation in methods.items():
                    _describe(operation, rules.row(method.upper(), path), require_key=require_key)
        return described()

    app.openapi = openapi  # type: ignore[method-assign]


def _describe(operation: Json, rule: Rule, *, require_key: bool) -> None:
    if rule.role is Role.ANYONE:
        return
    is_open = rule.role is Role.READER and not require_key
    operation["security"] = [{}, *_KEY] if is_open else _KEY
    for status, told in _TOLD.items():
        operation["responses"].setdefault(str(status), {"description": told, "content": _problem()})
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _problem() -> Json:
    return {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
