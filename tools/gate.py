"""Size gate: files of at most 400 lines, functions of at most 40 (docstrings apart)."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

FILE_LINES, FUNCTION_LINES = 400, 40
FORBIDDEN = {"utils", "helpers", "common", "base", "manager"}


def complaints(root: Path) -> list[str]:
    """Every breach below a folder, as lines to print."""
    found: list[str] = []
    for file in sorted(root.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        count = text.count("\n")
        if file.stem in FORBIDDEN:
            found.append(f"{file}: a name that says nothing")
        if count > FILE_LINES:
            found.append(f"{file}: {count} lines, at most {FILE_LINES}")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = function_lines(node)
                if length > FUNCTION_LINES:
                    found.append(f"{file}:{node.lineno} {node.name}: {length} lines")
    return found


def function_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    assert node.end_lineno is not None
    length = node.end_lineno - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node, clean=False) is not None:
        assert first.end_lineno is not None
        length -= first.end_lineno - first.lineno + 1
    return length


if __name__ == "__main__":
    problems = [line for root in sys.argv[1:] for line in complaints(Path(root))]
    print("\n".join(problems) if problems else "sizes: all within the gate")
    sys.exit(1 if problems else 0)
