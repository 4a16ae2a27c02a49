"""The pages of the documentation, rendered from the OpenAPI document."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

import orjson

from service.api.problems import KINDS, Kind

Json = Mapping[str, Any]


def docs(document: Json) -> str:
    """The whole API on one page."""
    groups: dict[str, list[tuple[str, str, Json]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    info = document["info"]
    contents = "".join(
        f"<li><a href='#{_slug(group)}'>{escape(group)}</a><ul>"
        + "".join(f"<li><a href='#{escape(o['operationId'])}'>{m} {escape(p)}</a></li>" for m, p, o in operations)
        + "</ul></li>"
        for group, operations in groups.items()
    )
    sections = "".join(
        f"<section><h2 id='{_slug(group)}'>{escape(group)}</h2>"
        + "".join(_operation(*operation) for operation in operations)
        + "</section>"
        for group, operations in groups.items()
    )
    body = (
        f"<header><h1>{escape(info['title'])} <small>{escape(info['version'])}</small></h1>"
        f"{_paragraphs(info['description'])}"
        "<p>Machines read <a href='/openapi.json'>/openapi.json</a>.</p></header>"
        f"<nav aria-label='Contents'><ul>{contents}<li><a href='#types'>Types</a></li>"
        f"<li><a href='#problems'>Problems</a></li></ul></nav><main>{sections}"
        f"{_types(document['components']['schemas'])}{_kinds()}</main>"
    )
    return _page(f"{info['title']}: the API", body)


def problem(kind: Kind) -> str:
    body = (
        f"<main><h1>{escape(kind.title)}</h1><p><code>{escape(kind.type)}</code>, status {kind.status}</p>"
        f"{_paragraphs(kind.meaning)}<p><a href='/docs#problems'>All problems</a></p></main>"
    )
    return _page(kind.title, body)


def _page(title: str, body: str) -> str:
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><link rel='stylesheet' href='/docs/style.css'></head><body>{body}</body></html>\n"
    )


def _slug(text: str) -> str:
    return escape(text.lower().replace(" ", "-"))


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_code(part)}</p>" for part in text.split("\n\n") if part.strip())


def _code(text: str) -> str:
    """Escaped, with `what stands between backquotes` as code."""
    pieces = text.split("`")
    return "".join(f"<code>{escape(piece)}</code>" if i % 2 else escape(piece) for i, piece in enumerate(pieces))


def _operation(method: str, path: str, operation: Json) -> str:
    security, scope = operation["security"], operation["x-scope"]
    needs = (
        "" if not security else f"scope {scope}, or no key" if {} in security else f"needs a key of the scope {scope}"
    )
    return (
        f"<article id='{escape(operation['operationId'])}'><h3><b class='{method.lower()}'>{method}</b> "
        f"<code>{escape(path)}</code></h3><p><strong>{_code(operation['summary'])}</strong> <em>{needs}</em></p>"
        f"{_paragraphs(operation.get('description', ''))}{_parameters(operation['parameters'])}"
        f"{_body(operation.get('requestBody'))}{_responses(operation['responses'])}</article>"
    )


def _parameters(parameters: list[Json]) -> str:
    if not parameters:
        return ""
    rows = "".join(
        f"<tr><td><code>{escape(p['name'])}</code>{' *' if p['required'] else ''}</td><td>{p['in']}</td>"
        f"<td>{_shape(p['schema'])}</td><td>{_code(p.get('description', ''))}</td></tr>"
        for p in parameters
    )
    return f"<table><thead><tr><th>parameter</th><th>in</th><th>value</th><th>meaning</th></tr></thead>{rows}</table>"


def _body(body: Json | None) -> str:
    return "" if body is None else "<h4>Body</h4>" + "".join(_contents(body["content"]))


def _responses(responses: Json) -> str:
    good = {status: answer for status, answer in responses.items() if status < "400"}
    bad = {status: answer for status, answer in responses.items() if status >= "400" and status != "default"}
    shown = "".join(
        f"<h4>{status} <span>{_code(answer['description'])}</span></h4>{''.join(_contents(answer.get('content', {})))}"
        for status, answer in good.items()
    )
    rows = "".join(
        f"<tr><td>{status}</td><td>{_code(answer['description'])}</td></tr>" for status, answer in bad.items()
    )
    return f"{shown}<details><summary>Problems</summary><table>{rows}</table></details>"


def _contents(content: Json) -> Iterator[str]:
    for media_type, described in content.items():
        yield f"<p><code>{escape(media_type)}</code> {_shape(described['schema']) if 'schema' in described else ''}</p>"
        if "example" in described:
            yield _example(described["example"])


def _example(example: object) -> str:
    text = (
        example if isinstance(example, str) else orjson.dumps(example, option=orjson.OPT_INDENT_2, default=str).decode()
    )
    return f"<pre tabindex='0'>{escape(text)}</pre>"


def _shape(schema: Json) -> str:
    """The type of a value in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"<a href='#type-{escape(name)}'>{escape(name)}</a>"
    if "const" in schema:
        return f"<code>{escape(str(schema['const']))}</code>"
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if "anyOf" in schema or "oneOf" in schema:
        return " or ".join(_shape(shape) for shape in schema.get("anyOf", schema.get("oneOf", ())))
    if schema.get("type") == "array":
        return f"list of {_shape(schema.get('items', {}))}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"object of {_shape(schema['additionalProperties'])}"
    kind = "whole number" if schema.get("type") == "integer" else schema.get("format") or schema.get("type") or "bytes"
    return escape(kind) + _bounds(schema)


def _bounds(schema: Json) -> str:
    names = {"minimum": "from", "maximum": "to", "maxLength": "length to", "default": "default"}
    said = [f"{word} {escape(str(schema[name]))}" for name, word in names.items() if _worth_saying(schema.get(name))]
    return f" ({', '.join(said)})" if said else ""


def _worth_saying(bound: object) -> bool:
    """Whether a bound is worth saying: that of 64 bits is not."""
    return bound is not None and not (isinstance(bound, int) and abs(bound) >= 2**62)


def _types(schemas: Json) -> str:
    return "<section><h2 id='types'>Types</h2>" + "".join(_type(*named) for named in schemas.items()) + "</section>"


def _type(name: str, schema: Json) -> str:
    required = schema.get("required", ())
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code>{' *' if field in required else ''}</td><td>{_shape(shape)}</td>"
        f"<td>{_code(shape.get('description', ''))}</td></tr>"
        for field, shape in schema.get("properties", {}).items()
    )
    table = f"<table>{rows}</table>" if rows else f"<p>{_shape(schema)}</p>"
    return (
        f"<article id='type-{escape(name)}'><h3><code>{escape(name)}</code></h3>"
        f"{_paragraphs(schema.get('description', ''))}{table}</article>"
    )


def _kinds() -> str:
    rows = "".join(
        f"<tr><td>{kind.status}</td><td><a href='{kind.type}'>{escape(kind.name)}</a></td><td>{_code(kind.meaning)}</td></tr>"
        for kind in KINDS.values()
    )
    return f"<section><h2 id='problems'>Problems</h2><table>{rows}</table></section>"
