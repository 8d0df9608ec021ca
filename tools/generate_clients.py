#!/usr/bin/env python3
"""Writes the typed clients from docs/openapi.json: clients/python/icn_client.py and clients/typescript/icn_client.ts.

    generate_clients.py [--check]

--check compares instead of writing. The transport of each is written by hand, next to what is generated.
"""
import json
import keyword
import pathlib
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
BYTES, JSON, FRAMES = "application/octet-stream", "application/json", "application/vnd.icn.frames"


def pascal(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


class Operation:
    def __init__(self, path: str, method: str, row: dict):
        self.path, self.method, self.name, self.text = path, method.upper(), row["operationId"], row["summary"]
        self.parameters = row.get("parameters", [])
        body = row.get("requestBody", {}).get("content", {})
        self.body = body.get(JSON, {}).get("schema")
        self.takes_bytes = BYTES in body
        answer = row["responses"]["200"]["content"]
        self.answer = answer.get(JSON, {}).get("schema", {})
        self.has_json = JSON in answer
        self.has_bytes = any(kind not in (JSON, FRAMES) for kind in answer)

    def request(self) -> dict:
        """The schema of everything but bytes: the fields of path, query and body, whose names differ."""
        fields = {p["name"]: {**p["schema"], "description": p.get("description", "")} for p in self.parameters}
        required = [p["name"] for p in self.parameters if p["required"]]
        if self.body:
            fields |= self.body.get("properties", {})
            required += self.body.get("required", [])
        return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}

    def places(self) -> tuple[list[str], list[str]]:
        return ([p["name"] for p in self.parameters if p["in"] == "path"],
                [p["name"] for p in self.parameters if p["in"] == "query"])


class Language:
    """Turns schemas to types. Conditions (if, not, pattern, bounds) are the node's to check."""

    def type_of(self, schema: dict, name: str) -> str:
        if "$ref" in schema:
            return pascal(schema["$ref"].rsplit("/", 1)[1])
        if "const" in schema or "enum" in schema:
            return self.literals(schema["enum"] if "enum" in schema else [schema["const"]])
        if "anyOf" in schema or "oneOf" in schema:
            parts = [self.type_of(part, f"{name}_{i}" if i else name)
                     for i, part in enumerate(schema.get("anyOf", schema.get("oneOf")))]
            return " | ".join(dict.fromkeys(parts))
        kind = schema.get("type")
        if isinstance(kind, list):
            return " | ".join(self.type_of({**schema, "type": one}, name) for one in kind)
        if kind == "array":
            return self.list_of(self.type_of(schema.get("items", {}), name + "_item"))
        if kind == "object" and "properties" in schema:
            return self.object(schema, name)
        if kind == "object":
            extra = schema.get("additionalProperties")
            return self.map_of(self.type_of(extra, name + "_value") if isinstance(extra, dict) else self.ANY)
        return self.SIMPLE.get(kind, self.ANY)


class TypeScript(Language):
    ANY = "unknown"
    SIMPLE = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}

    def literals(self, values):
        return " | ".join(json.dumps(value) for value in values)

    def list_of(self, item):
        return f"({item})[]" if " | " in item else f"{item}[]"

    def map_of(self, value):
        return f"Record<string, {value}>"

    def object(self, schema, name, indent="  "):
        lines = []
        for field, inner in schema["properties"].items():
            if inner.get("description"):
                lines.append(f"/** {inner['description']} */")
            mark = "" if field in schema.get("required", []) else "?"
            key = field if field.isidentifier() else json.dumps(field)
            lines.append(f"{key}{mark}: {self.type_of(inner, name)};")
        return "{\n" + textwrap.indent("\n".join(lines), indent) + "\n}" if lines else "Record<string, never>"

    def write(self, schemas, operations) -> str:
        out = ["// Written by tools/generate_clients.py from docs/openapi.json.\n"
               'import { Transport, type Options } from "./transport.ts";\n'
               'export { ProblemError, type Options } from "./transport.ts";\n']
        for name, schema in schemas.items():
            if schema.get("description"):
                out.append(f"/** {schema['description']} */")
            out.append(f"export type {pascal(name)} = {self.type_of(schema, name)};\n")
        methods = ["/** One method for each operation; those that end in Bytes return a stream. */\n"
                   "export class Client {\n  readonly transport: Transport;\n"
                   "  constructor(url: string, options: Options = {}) {\n"
                   "    this.transport = new Transport(url, options);\n  }"]
        for operation in operations:
            request = operation.request()
            of = f"{pascal(operation.name)}Request"
            if request["properties"]:
                out.append(f"export type {of} = {self.object(request, operation.name)};\n")
            path, query = operation.places()
            call = json.dumps([operation.method, operation.path, path, query, operation.body is not None])
            takes = []
            if operation.takes_bytes:
                takes.append("body: BodyInit")
            if request["properties"]:
                takes.append(f"request: {of}" + ("" if request["required"] else " = {}"))
            gives = ", ".join([call, "request" if request["properties"] else "{}",
                               *(["body"] if operation.takes_bytes else [])])
            if operation.has_json:
                answer = self.type_of(operation.answer, operation.name + "_answer")
                methods.append(f"\n  /** {operation.text} */\n  {camel(operation.name)}({', '.join(takes)}): "
                           f"Promise<{answer}> {{\n    return this.transport.json({gives});\n  }}")
            if operation.has_bytes:
                methods.append(f"\n  /** {operation.text} */\n  {camel(operation.name)}Bytes({', '.join(takes)}): "
                           f"Promise<Response> {{\n    return this.transport.bytes({gives});\n  }}")
        return "\n".join([*out, *methods, "}"]) + "\n"


class Python(Language):
    ANY = "Any"
    SIMPLE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}

    def __init__(self):
        self.classes: dict[str, str] = {}

    def literals(self, values):
        words = [json.dumps(v) if isinstance(v, str) else repr(v) for v in values if v is not None]
        parts = [f"Literal[{', '.join(words)}]"] if words else []
        return " | ".join(parts + (["None"] if None in values else []))

    def list_of(self, item):
        return f"list[{item}]"

    def map_of(self, value):
        return f"dict[str, {value}]"

    def object(self, schema, name):
        fields = []
        for field, inner in schema["properties"].items():
            of = self.type_of(inner, f"{name}_{field}")
            fields.append((field, of if field in schema.get("required", []) else f"NotRequired[{of}]"))
        if not fields:
            return "dict[str, Any]"
        # Annotations are never evaluated, so the order of the classes does not matter; keywords need the other form.
        if all(field.isidentifier() and not keyword.iskeyword(field) for field, _ in fields):
            text = f"class {pascal(name)}(TypedDict):\n" + "".join(f"    {field}: {of}\n" for field, of in fields)
        else:
            rows = "".join(f"    {field!r}: {json.dumps(of)},\n" for field, of in fields)
            text = f"{pascal(name)} = TypedDict({pascal(name)!r}, {{\n{rows}}})\n"
        assert self.classes.setdefault(pascal(name), text) == text, f"two types are called {pascal(name)}"
        return pascal(name)

    def write(self, schemas, operations) -> str:
        aliases, methods = [], []
        for name, schema in schemas.items():
            of = self.type_of(schema, name)
            if of != pascal(name):
                aliases.append(f"{pascal(name)}: TypeAlias = {json.dumps(of) if '[' in of or '|' in of else of}\n")
        for operation in operations:
            request, path_query = operation.request(), operation.places()
            of = self.object(request, operation.name + "_request") if request["properties"] else None
            call = f"({operation.method!r}, {operation.path!r}, {path_query[0]!r}, {path_query[1]!r}, " \
                   f"{operation.body is not None!r})"
            takes = ["self"] + (["body: Body"] if operation.takes_bytes else [])
            takes += [f"request: {of}" + ("" if request["required"] else " | None = None")] if of else []
            gives = f"{call}, {'request' if of else 'None'}" + (", body" if operation.takes_bytes else "")
            if operation.has_json:
                answer = self.type_of(operation.answer, operation.name + "_answer")
                methods.append(f"    def {operation.name}({', '.join(takes)}) -> {answer}:\n"
                               f'        """{operation.text}"""\n        return self.transport.json({gives})\n')
            if operation.has_bytes:
                methods.append(f"    def {operation.name}_bytes({', '.join(takes)}) -> Iterator[bytes]:\n"
                               f'        """{operation.text}"""\n        return self.transport.bytes({gives})\n')
        return ('"""Written by tools/generate_clients.py from docs/openapi.json; needs only the standard library."""\n'
                "from __future__ import annotations\n\nfrom collections.abc import Iterator\n"
                "from typing import Any, Literal, NotRequired, TypeAlias, TypedDict\n\n"
                "from icn_transport import Body, Transport\n"
                "from icn_transport import ProblemError as ProblemError\n\n"
                + "\n".join(self.classes.values()) + "\n" + "".join(aliases)
                + "\n\nclass Client:\n"
                '    """One method for each operation; those that end in _bytes yield a stream."""\n\n'
                "    def __init__(self, url: str, key: str | None = None, timeout_s: float = 60):\n"
                "        self.transport = Transport(url, key, timeout_s)\n\n" + "\n".join(methods))


def main() -> int:
    document = json.loads((ROOT / "docs/openapi.json").read_text())
    schemas = document["components"]["schemas"]
    operations = [Operation(path, method, row) for path, rows in document["paths"].items()
                  for method, row in rows.items()]
    stale = 0
    for language, to in ((TypeScript(), "typescript/icn_client.ts"), (Python(), "python/icn_client.py")):
        path, text = ROOT / "clients" / to, language.write(schemas, operations)
        if "--check" not in sys.argv:
            path.write_text(text)
        elif path.read_text() != text:
            print(f"clients/{to} differs from docs/openapi.json: python3 tools/generate_clients.py writes it")
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main())
