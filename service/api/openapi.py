"""The OpenAPI 3.1 document, made of the routes and the types of their handlers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import core_schema

from service.api.body import ANY
from service.api.negotiate import JSON
from service.api.parameters import MOST
from service.api.problems import (
    FORBIDDEN,
    INTERNAL,
    INVALID_BODY,
    INVALID_PARAMETER,
    MALFORMED,
    NOT_ACCEPTABLE,
    NOT_FOUND,
    PROBLEM_JSON,
    TIMEOUT,
    TOO_LARGE,
    TOO_MANY_REQUESTS,
    UNAUTHORIZED,
    UNAVAILABLE,
    UNSUPPORTED_MEDIA_TYPE,
    Kind,
)
from service.api.routes import Route

REF = "#/components/schemas/{model}"
TEXT = r"^[^\u0000]*$"
"""What every text that comes in matches: no database of ours holds NUL."""
_DESCRIPTION = """\
The latest facts about China's key construction projects, as the regional press reports them, each with its evidence.

Every GET answers HEAD too, has a strong ETag and answers 304 to If-None-Match. Errors are problems after RFC 9457. Send your
own X-Request-ID and find it in the answer and in the log. `start` and `end` of evidence count code points of the
document's text: in a language whose strings count otherwise, search for `quote`.
"""
Named = tuple[int, JsonSchemaMode]


class ProblemError(BaseModel, extra="allow"):
    """One thing that is wrong: the `parameter` or `field`, what is the matter, and what is allowed."""

    parameter: str | None = None
    field: str | None = None
    message: str | None = None
    allowed: Any = None


class ProblemBody(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(
        description="which problem; answers with a page that explains it", examples=["/problems/not-found"]
    )
    title: str
    status: int
    detail: str
    instance: str | None = Field(None, description="the path that was asked for")
    request_id: str
    errors: list[ProblemError] | None = None


class Schemas(GenerateJsonSchema):
    """The schemas of pydantic, but for what it describes otherwise than it is here: a Decimal as text, any text, unions in
    unions."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        made = super().decimal_schema(schema)
        signed = schema.get("ge", -1) < 0 and schema.get("gt", -1) < 0
        for shape in made.get("anyOf", ()):
            if shape.get("type") == "string":
                shape["pattern"] = rf"^{'-?' if signed else ''}[0-9]{{1,15}}(\.[0-9]{{1,6}})?$"
        return made

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        made = super().str_schema(schema)
        return {"pattern": TEXT, **made} if self.mode == "validation" else made

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        made = super().tagged_union_schema(schema)
        if not all(isinstance(one, str) for one in made.get("discriminator", {}).get("mapping", {}).values()):
            del made["discriminator"]  # OpenAPI maps to schemas that have a name
        return made


class _Types:
    """The JSON schemas of all types, made at once so that a name means one thing."""

    def __init__(self, routes: Iterable[Route]) -> None:
        wanted: dict[Named, TypeAdapter[Any]] = {}
        self._types: dict[Named, Any] = {}
        for type_, mode in [(ProblemBody, "serialization"), *_types(routes)]:
            if type_ not in (None, bytes):
                wanted[(id(type_), mode)] = TypeAdapter(type_)
                self._types[(id(type_), mode)] = type_  # keeps it alive, so that its id stays its own
        made, defined = TypeAdapter.json_schemas(
            [(*name, adapter) for name, adapter in wanted.items()],
            ref_template=REF,
            schema_generator=Schemas,
        )
        self.made: Mapping[Any, dict[str, Any]] = made
        self.defined: Mapping[str, Any] = defined.get("$defs", {})

    def of(self, type_: object, mode: JsonSchemaMode) -> dict[str, Any]:
        return {} if type_ is bytes else self.made[(id(type_), mode)]


def _types(routes: Iterable[Route]) -> Iterator[tuple[Any, JsonSchemaMode]]:
    for route in routes:
        yield from ((answer.type, "serialization") for answer in route.operation.answers)
        yield from ((type_, "validation") for type_ in route.operation.bodies.values())


def document(routes: Sequence[Route], version: str, *, server: str = "/", open_reading: bool = True) -> dict[str, Any]:
    """The document. `server` is the public URL; `open_reading` says that reading needs no key."""
    schemas = _Types(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas, open_reading)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Guatu",
            "version": version,
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "tags": [{"name": group} for group in dict.fromkeys(route.group for route in routes)],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.defined.items())),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "a key of `guatu keys create`"},
            },
        },
    }


def _operation(route: Route, schemas: _Types, open_reading: bool) -> dict[str, Any]:
    operation = route.operation
    made: dict[str, Any] = {
        "operationId": f"{operation.handler.__module__.rpartition('.')[2]}_{operation.handler.__name__}",
        "tags": [route.group],
        "summary": operation.summary,
        "parameters": [
            *_parameters(operation.takes.get("path"), "path"),
            *_parameters(operation.takes.get("query"), "query"),
        ],
        "responses": {**_answers(route, schemas), **_problems(route, schemas)},
        "security": _security(route, open_reading),
        "x-scope": route.scope,
    }
    if operation.description:
        made["description"] = operation.description
    if operation.bodies:
        content = {}
        for media_type, type_ in operation.bodies.items():
            if media_type == ANY and len(operation.bodies) > 1:  # JSON would be one of any, and is not taken as any
                continue
            # a schema describes JSON; of other text it could only say that it is text
            schema = schemas.of(type_, "validation") if media_type == JSON else {}
            content[media_type] = _content(schema, operation.examples.get(media_type))
        made["requestBody"] = {"required": True, "content": content}
    return made


def _security(route: Route, open_reading: bool) -> list[dict[str, list[str]]]:
    if route.scope is None:
        return []
    needed: list[dict[str, list[str]]] = [{"key": []}]
    return [{}, *needed] if open_reading and route.scope == "read" else needed


def _content(schema: Mapping[str, Any], example: object) -> dict[str, Any]:
    return {"schema": schema, **({"example": example} if example is not None else {})}


def _parameters(model: type[BaseModel] | None, place: str) -> Iterator[dict[str, Any]]:
    if model is None:
        return
    schema = model.model_json_schema(by_alias=True, ref_template=REF, schema_generator=Schemas)
    for name, field in schema.get("properties", {}).items():
        field = _plain(field)
        described: dict[str, Any] = {key: field.pop(key) for key in ("description", "deprecated") if key in field}
        required = place == "path" or name in schema.get("required", ())
        yield {"name": name, "in": place, "required": required, **described, "schema": field}


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a parameter: it is text in a URL, so it is never null, holds no NUL, and a number has 64 bits."""
    shown = {key: value for key, value in schema.items() if key not in ("title", "anyOf")}
    shapes = [_plain(shape) for shape in schema.get("anyOf", ()) if shape.get("type") != "null"]
    if any(shape.get("type") == "number" for shape in shapes):
        shapes = [shape for shape in shapes if shape.get("type") == "number"]
    if len(shapes) == 1:
        shown = {**shapes[0], **shown}
    elif shapes:
        shown["anyOf"] = shapes
    if shown.get("default", 0) is None:
        del shown["default"]
    if shown.get("type") == "array":
        shown["items"] = _plain(shown["items"])
    if shown.get("type") == "integer":
        shown = {"format": "int64", "minimum": -MOST, "maximum": MOST, **shown}
    if shown.get("type") == "string" and not {"enum", "const", "format", "pattern"} & shown.keys():
        shown["pattern"] = TEXT
    return shown


def _answers(route: Route, schemas: _Types) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for answer in route.operation.answers:
        shown: dict[str, Any] = {"description": answer.meaning}
        if answer.type is not None:
            shown["content"] = {
                media: _content(schemas.of(answer.type, "serialization"), answer.example) if media == JSON else {}
                for media in answer.media_types
            }
        if answer.headers:
            shown["headers"] = {
                name: {"description": meaning, "schema": {"type": "string"}} for name, meaning in answer.headers.items()
            }
        if str(answer.status) in made:
            shown["content"] = {**made[str(answer.status)].get("content", {}), **shown.get("content", {})}
        made[str(answer.status)] = shown
    if route.method == "GET":
        made["304"] = {"description": "not changed since the answer with the ETag in If-None-Match"}
    return made


def kinds(route: Route) -> list[Kind]:
    """The problems that this route may answer with."""
    common = [INVALID_PARAMETER, NOT_ACCEPTABLE, TOO_MANY_REQUESTS, INTERNAL, UNAVAILABLE]
    if route.scope is not None:
        common += [UNAUTHORIZED, FORBIDDEN]
    if "path" in route.operation.takes:
        common.append(NOT_FOUND)
    if route.operation.bodies:
        common += [MALFORMED, TIMEOUT, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INVALID_BODY]
    return sorted(dict.fromkeys([*common, *route.operation.problems]), key=lambda kind: kind.status)


def _problems(route: Route, schemas: _Types) -> dict[str, Any]:
    content = {PROBLEM_JSON: {"schema": schemas.of(ProblemBody, "serialization")}}
    made: dict[str, Any] = {}
    for kind in kinds(route):
        described = f"{kind.title} (`{kind.type}`)"
        before = made.get(str(kind.status))
        made[str(kind.status)] = {
            "description": f"{before['description']}; {described}" if before else described,
            "content": content,
        }
    made["default"] = {"description": "any other problem", "content": content}
    return made
