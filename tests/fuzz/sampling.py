"""A plain case of an operation, made from its schema without a search: quick, where every operation is tried."""

import random
import uuid
from dataclasses import dataclass, field
from typing import Any

# Sampled schemas nest no deeper; the contract's do not either.
DEPTH = 6


@dataclass(slots=True)
class Parameter:
    """A name of the path or the query."""

    name: str
    schema: dict[str, Any]
    required: bool


@dataclass(slots=True)
class Sample:
    """A request to be: the parts that are filled, bent and sent."""

    method: str
    path: str
    asked: Any
    in_path: list[Parameter] = field(default_factory=list)
    in_query: list[Parameter] = field(default_factory=list)
    path_parameters: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None


def sample(contract: dict[str, Any], method: str, path: str, chance: random.Random) -> Sample:
    """One allowed request of an operation, by its schemas."""
    operation = contract["paths"][path][method]
    made = Sample(method.upper(), path, operation.get("x-permission"))
    for one in operation.get("parameters", []):
        parameter = Parameter(one["name"], one["schema"], one.get("required", False))
        if one["in"] == "path":
            made.in_path.append(parameter)
            made.path_parameters[parameter.name] = value_of(contract, parameter.schema, chance)
        elif one["in"] == "query":
            made.in_query.append(parameter)
            if parameter.required or chance.random() < 0.4:
                made.query[parameter.name] = value_of(contract, parameter.schema, chance)
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        made.body = value_of(contract, content["application/json"]["schema"], chance)
    return made


def value_of(contract: dict[str, Any], schema: dict[str, Any], chance: random.Random, depth: int = 0) -> Any:
    """A value of a schema of the contract."""
    if "$ref" in schema:
        schema = contract["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return chance.choice(schema["enum"])
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return value_of(contract, chance.choice(schema[word]), chance, depth + 1)
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        names = schema.get("properties", {})
        required = set(schema.get("required", ()))
        return {
            name: value_of(contract, inner, chance, depth + 1)
            for name, inner in names.items()
            if name in required or (depth < DEPTH and chance.random() < 0.7)
        }
    if kind == "array":
        count = max(schema.get("minItems", 0), chance.choice((0, 1, 2)) if depth < DEPTH else 0)
        return [value_of(contract, schema.get("items", {}), chance, depth + 1) for _ in range(count)]
    if kind == "integer":
        least = int(schema.get("minimum", 0))
        return chance.randint(least, min(int(schema.get("maximum", least + 40)), least + 40))
    if kind == "number":
        return chance.choice((0, 1.5, schema.get("maximum", 60)))
    if kind == "boolean":
        return chance.random() < 0.5
    if kind == "null":
        return None
    return _text(schema, chance)


def _text(schema: dict[str, Any], chance: random.Random) -> str:
    form = schema.get("format")
    if form == "uuid":
        return str(uuid.UUID(int=chance.getrandbits(128)))
    if form == "date":
        return f"202{chance.randint(3, 6)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}"
    if form == "date-time":
        return f"202{chance.randint(3, 6)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}T10:00:00+08:00"
    if "pattern" in schema:
        return chance.choice(("12", "12.50", "abc", "2024", "a1b2c3"))
    text = chance.choice(("苗圃", "x", "测量三次，条件要写清楚", "乌云高娃·斯钦", "A1"))
    return (text * 8)[: max(schema.get("minLength", 0), min(len(text), schema.get("maxLength", len(text))))]
