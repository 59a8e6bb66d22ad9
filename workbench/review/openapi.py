"""The REST interface as an OpenAPI 3.1 document, made from the routes and their schemas."""

from __future__ import annotations

import functools
import re
from typing import Any

from pydantic.json_schema import models_json_schema

from screening.version import __version__
from workbench.page.fragment import escape
from workbench.review.routes import ROUTES

_PROBLEM = {
    "type": "object",
    "properties": {"error": {"type": "string", "description": "One sentence."}},
    "required": ["error"],
}


@functools.cache
def document() -> dict[str, Any]:
    """Return the document."""
    models = sorted({route.body for route in ROUTES if route.body is not None}, key=lambda one: one.__name__)
    _, schemas = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    paths: dict[str, Any] = {}
    for route in ROUTES:
        described = {
            "summary": route.summary,
            "operationId": f"{route.method.lower()}_{route.work.__name__}",
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in re.findall(r"{(\w+)}", route.path)
            ]
            + [
                {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}
                for name, text in route.query.items()
            ],
            "responses": {
                "200": {"description": "Done.", "content": {"application/json": {"schema": {"type": "object"}}}},
                "default": {
                    "description": "400 a bad request, 401 not logged in, 403 not yours to do, 409 the evidence or the"
                    " log has changed, 429 too many wrong passwords, 507 the disk is full.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                },
            },
        }
        if route.body is not None:
            reference = {"$ref": f"#/components/schemas/{route.body.__name__}"}
            described["requestBody"] = {"required": True, "content": {"application/json": {"schema": reference}}}
        paths.setdefault(route.path, {})[route.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Review of a screening run",
            "version": __version__,
            "description": "Everything the review page does. A token per person: `workbench review people token`.",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": {**schemas.get("$defs", {}), "Problem": _PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def page() -> str:
    """Return the document as a page for people."""
    rows = []
    for route in ROUTES:
        body = ""
        if route.body is not None:
            fields = route.body.model_json_schema()
            needed = fields.get("required", [])
            body = "".join(
                f"<li><code>{escape(name)}</code>{' (needed)' if name in needed else ''}"
                f" {escape(facts.get('description', ''))}</li>"
                for name, facts in fields["properties"].items()
            )
        query = "".join(f"<li><code>?{escape(name)}</code> {escape(text)}</li>" for name, text in route.query.items())
        rows.append(
            f"<tr><td>{route.method}</td><td><code>{escape(route.path)}</code></td>"
            f"<td>{escape(route.summary)}<ul>{query}{body}</ul></td></tr>"
        )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>REST interface of this review</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/static/login.css"></head><body class="wb wb-plain"><main><h1>REST interface</h1>'
        "<p>What the page does, for programs. Send <code>Authorization: Bearer TOKEN</code>; the schemas are in"
        ' <a href="/api/openapi.json">openapi.json</a>.</p><table><thead><tr><th>Method</th><th>Path</th><th>What</th>'
        f"</tr></thead><tbody>{''.join(rows)}</tbody></table></main></body></html>"
    )
