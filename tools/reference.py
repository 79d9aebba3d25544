"""Write what is generated and committed: the schema, and the reference of case and commands."""

from __future__ import annotations

import json
from pathlib import Path

from accord.case.reference import reference
from accord.case.schema import schema
from accord.cli.reference import commands

ROOT = Path(__file__).resolve().parents[1]


def generated() -> dict[Path, str]:
    """Every generated file below the repository, and its content."""
    return {
        Path("schema/case.schema.json"): json.dumps(schema(), ensure_ascii=False, indent=1) + "\n",
        Path("docs/reference/case.md"): reference(),
        Path("docs/reference/commands.md"): commands(),
    }


if __name__ == "__main__":
    for path, content in generated().items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(content, encoding="utf-8")
        print(path)
