"""The OpenAPI document and the page: all that there is, and nothing from elsewhere."""

import re
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from service.api import pages
from service.api.openapi import document
from service.api.operation import Call, operation
from service.api.reply import Reply
from service.api.routes import ROUTES
from service.store.database import Database
from tests.api.framed import framed, routes

METHODS = [(route.path, route.method.lower()) for route in ROUTES]


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    made: dict[str, Any] = orjson.loads(orjson.dumps(document(ROUTES, "1.2.3")))
    return made


def nodes(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from nodes(item)
    elif isinstance(value, list):
        for item in value:
            yield from nodes(item)


@pytest.mark.parametrize(("path", "method"), METHODS, ids=[f"{method} {path}" for path, method in METHODS])
def test_operation(described: dict[str, Any], path: str, method: str) -> None:
    """Every route is described: a summary, each part of its path, an answer, and the problems it may meet."""
    operation = described["paths"][path][method]
    assert operation["summary"].endswith(".")
    assert [p["name"] for p in operation["parameters"] if p["in"] == "path"] == re.findall(r"{(\w+)}", path)
    assert any(status < "400" for status in operation["responses"])
    assert {"400", "429", "503"} <= operation["responses"].keys()
    if operation["x-scope"]:
        assert {"401", "403"} <= operation["responses"].keys()


def test_references(described: dict[str, Any]) -> None:
    """Every reference leads to a type of the document, and no operation has the name of another."""
    for node in nodes(described):
        if "$ref" in node:
            _, _, kind, name = node["$ref"].split("/")
            assert name in described["components"][kind]
    names = [node["operationId"] for node in nodes(described["paths"]) if "operationId" in node]
    assert len(names) == len(set(names)) == len(ROUTES)


def test_page(described: dict[str, Any]) -> None:
    """The page has every operation, type and problem, needs nothing of another host and runs nothing."""
    page = pages.docs(described)
    ids = re.findall(r"id='([^']+)'", page)
    assert len(ids) == len(set(ids))
    for target in re.findall(r"href='#([^']+)'", page):
        assert target in ids
    for node in nodes(described["paths"]):
        if "operationId" in node:
            assert node["operationId"] in ids
    assert not re.search(r"<script|\son\w+=|(src|href)='(https?:)?//", page)


def test_page_escapes(described: dict[str, Any]) -> None:
    """Nothing of the document is taken for markup."""
    evil = {**described, "info": {**described["info"], "title": "<b>'\"&", "description": "`<i>`"}}
    page = pages.docs(evil)
    assert "<b>'" not in page
    assert "<i>" not in page


async def test_served(sqlite: Database) -> None:
    """The document is that of the routes, with the public URL, and says who needs a key."""
    async with framed(sqlite, public_url="https://guatu.example") as served:
        async with served.client.get("/openapi.json") as response:
            made = await response.json()
        async with served.client.get("/docs") as response:
            assert response.content_type == "text/html"
            assert "style-src 'self'" in response.headers["Content-Security-Policy"]
    assert made["servers"] == [{"url": "https://guatu.example"}]
    assert made["paths"].keys() == {route.path for route in routes()}
    assert made["paths"]["/v1/things"]["get"]["security"] == [{}, {"key": []}]
    assert made["paths"]["/v1/things"]["post"]["security"] == [{"key": []}]
    assert made["paths"]["/healthz"]["get"]["security"] == []
    parameters = {p["name"]: p["schema"] for p in made["paths"]["/v1/things"]["get"]["parameters"]}
    assert parameters["limit"] == {"type": "integer", "format": "int64", "minimum": 1, "maximum": 200, "default": 20}
    assert parameters["stage"] == {"type": "string", "enum": ["planned", "started"]}
    assert parameters["since"] == {"type": "string", "format": "date"}


def test_declarations_are_checked() -> None:
    """A handler whose signature says what the frame cannot give is refused when it is declared."""

    async def odd(call: Call, colour: str) -> Reply:
        return Reply()

    async def no_model(call: Call, query: str) -> Reply:
        return Reply()

    for handler in (odd, no_model):
        with pytest.raises(TypeError):
            operation()(handler)
    with pytest.raises(TypeError):
        operation(bodies={"text/plain": bytes})(lambda call: None)  # type: ignore[arg-type, return-value]
