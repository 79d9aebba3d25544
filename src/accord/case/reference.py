"""The reference of the case format as Markdown, generated from its schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accord.case import grammar
from accord.case.schema import schema
from accord.case.tables import COLUMNS
from accord.case.updates import KEYS

__all__ = ["reference"]

Schema = dict[str, Any]

_HIDDEN = frozenset({"because", "judgement", "like"})
_NUMBERS = ("Number", "PackageNumber", "Step", "Because", "Judgement")

_HEAD = """\
# The case file: reference

<!-- Generated from the schema by tools/reference.py; edit src/accord/case/records. -->

A case is a folder with `case.yaml`, tables as csv beside it, dated changes in `updates/` and what
happened in `journal.csv`. The format is told with its reasons in [docs/case.md](../case.md); this
page lists every key. `accord schema` prints the JSON Schema behind it.

Every mapping may carry `because: [claim ids]` or `judgement: why`, which stand behind every
number below it that has none of its own. A mapping beside others of its kind may begin with
`like: SIBLING` and then say only what differs. Keys in **bold** must be there.
"""

_NUMBERS_HEAD = """\
## Numbers

Wherever a number is wanted, one of these may stand:
"""

_PACKAGE_NUMBERS = """\
A *package number* may also depend on the package and on shocks:

- `{base: NUMBER, steps: [{when: CONDITION, set | add | times: NUMBER}, …]}`: the first `set` that
  matches replaces the base; then every `times` and `add` that matches, in order
- `{like: levels_meaning.NAME}`: the entry of that name, one draw wherever it is used

Domains: a *probability* lies in 0 to 1, *points* in 0 to 100, an *amount* is not negative, a
*real* is any number. A distribution with mass outside its domain is an error.
"""

_FORMS = {
    "from, to": "{from: 2, to: 9}",
    "p05, p50, p95": "{p05: 1, p50: 3, p95: 8}",
    "uniform": "{uniform: [1, 4]}",
    "pert": "{pert: [1, 2, 4]}",
    "normal": "{normal: [5, 1]}",
    "lognormal": "{lognormal: [5, 2]}",
    "beta": "{beta: [2, 5]}",
    "discrete": "{discrete: {1: 0.3, 2: 0.7}}",
    "value": "{value: 5, judgement: why}",
    "experts, pool": "{experts: {ANN: [1, 2, 4], BEN: [2, 3, 9]}, pool: linear}",
}


def reference() -> str:
    """The whole page."""
    whole = schema()
    parts = [_HEAD, _numbers(whole), _conditions(), "## The blocks\n", _table(whole)]
    for name in _in_order(whole):
        parts.append(f"### {name}\n")
        record = whole["$defs"][name]
        parts.append(_prose(record.get("description", "")) + "\n")
        parts.append(_table(record))
    parts += [_tables(), _updates()]
    return "\n".join(parts)


def _numbers(whole: Schema) -> str:
    rows = ["- `5`", "- `[2, 4, 9]`: Triangular: low, mode, high"]
    for form in whole["$defs"]["Number"]["anyOf"][2:]:
        keys = ", ".join(key for key in form["properties"] if key not in _HIDDEN)
        rows.append(f"- `{_FORMS[keys]}`: {form['description']}")
    return "\n".join([_NUMBERS_HEAD, *rows, "", _PACKAGE_NUMBERS])


def _conditions() -> str:
    rules = (grammar.__doc__ or "").partition("::\n")[2]
    lines = [line.removeprefix("    ") for line in rules.strip("\n").splitlines()]
    return "\n".join([
        "## Conditions", "", "```text", *lines, "```", "",
        "A condition (package) speaks of provisions and shocks, (shocks) of shocks alone; (pledge)",
        "also of who joins and who accepts; (conflict) also of the parties' options, and there",
        "`A if B` means A or not B.",
        "",
    ])  # fmt: skip


def _in_order(whole: Schema) -> list[str]:
    """Records in the order in which blocks mention them, each once."""
    found: list[str] = []
    queue = [{key: value for key, value in whole.items() if key != "$defs"}]
    while queue:
        for name in _references(queue.pop(0)):
            if name not in found and name not in _NUMBERS:
                found.append(name)
                queue.append(whole["$defs"][name])
    return found


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].rpartition("/")[2]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for item in node:
            yield from _references(item)


def _table(record: Schema) -> str:
    required = {*record.get("required", ()), *record.get("x-required", ())}
    for choice in record.get("anyOf", ()):
        required |= set(choice.get("required", ())) - {"like"}
    rows = ["| key | what | form |", "|---|---|---|"]
    for name, field in record["properties"].items():
        if name not in _HIDDEN or (name == "like" and "package" in field["description"]):
            key = f"**{name}**" if name in required else name
            told, form = field.get("description", ""), _form(field)
            rows.append(f"| {key} | {_cell(_meaning(told))} | {_cell(form + _unit(told))} |")
    extra = record.get("additionalProperties")
    if isinstance(extra, dict):
        rows.append(f"| *any name* | one of them | {_cell(_form(extra))} |")
    return "\n".join(rows) + "\n"


def _meaning(told: str) -> str:
    """The words of a field without what the form says already."""
    told = told.partition("a condition (")[0].removesuffix("; ")
    return told.partition("; unit: ")[0].rpartition("; ")[0] if "; unit: " in told else told


def _unit(told: str) -> str:
    """Domain and unit of a number."""
    before, found, unit = told.partition("; unit: ")
    domain = before.rpartition("; ")[2]
    if not found:
        return ""
    return f" ({domain})" if unit in {domain, ""} else f" ({domain}, {unit})"


def _form(node: Schema) -> str:
    """What stands there, in words."""
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return " or ".join(f"`{word}`" for word in node["enum"])
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        plain = {"Number": "number", "PackageNumber": "package number"}
        return plain.get(name, f"[{name}](#{name.lower()})")
    for key in ("anyOf", "oneOf"):
        if key in node:
            return ", or ".join(dict.fromkeys(_form(member) for member in node[key]))
    return _plain_form(node)


def _plain_form(node: Schema) -> str:
    match node.get("type"):
        case "array":
            if "prefixItems" in node:
                return "list of " + ", ".join(_form(item) for item in node["prefixItems"])
            return f"list of {_form(node['items'])}"
        case "object":
            return f"mapping of names to {_form(node['additionalProperties'])}"
        case "string" if node.get("format") == "date":
            return "date"
        case "string" if "examples" in node:
            return f"length of time, such as `{node['examples'][1]}`"
        case "string" if "a condition (" in node.get("description", ""):
            return f"condition ({node['description'].rpartition('(')[2]}"
        case "string":
            return "name" if "pattern" in node else "text"
    words = {"integer": "whole number", "boolean": "`true` or `false`", "number": "plain number"}
    return words[node["type"]]


def _cell(text: str) -> str:
    return _prose(text).replace("|", "\\|").replace("\n", " ")


def _prose(text: str) -> str:
    return text.replace("``", "`")


def _tables() -> str:
    rows = [
        f"- `{name}.csv`: {', '.join(f'`{column}`' for column in columns)}"
        for name, columns in COLUMNS.items()
    ]
    head = "Long lists may stand as csv (UTF-8) beside `case.yaml`, with these columns:"
    return "\n".join(["## Tables", "", head, "", *rows, ""])


def _updates() -> str:
    return "\n".join([
        "## Updates", "",
        "`updates/DATE-name.yaml` changes the case from the day on which it was known. Its keys:",
        "", *(f"- `{key}`: {told}" for key, told in KEYS.items()), "",
    ])  # fmt: skip
