"""What an exploration found as a file: a table for people, arrays or JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from accord._errors import UsageError
from accord.explore.search.exploring import Explored, Prepared
from accord.formats.whole import write_whole
from accord.run.what_if import CHOSEN

__all__ = ["ENDINGS", "result_file", "rows_of", "search_of", "write_explored"]

ENDINGS: Mapping[str, str] = {
    ".csv": "a table",
    ".xlsx": "a workbook",
    ".npz": "arrays of NumPy, with every world",
    ".json": "as --json prints it, with what was searched",
}

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How text begins that a spreadsheet would work out."""


def result_file(name: str) -> Path:
    """The file behind a name, if its ending is one that can be written.

    Raises
    ------
    UsageError
        If it is another, or a folder.
    """
    file = Path(name)
    if file.suffix.lower() not in ENDINGS:
        known = "; ".join(f"{ending} {what}" for ending, what in ENDINGS.items())
        raise UsageError(f"found the file {name}, wanted one that ends in one of these: {known}")
    if file.is_dir():
        raise UsageError(f"found the folder {name}, wanted a file")
    return file


def write_explored(file: Path, prepared: Prepared, explored: Explored) -> None:
    """Write what was found, whole or not at all, in the format that the file's ending names.

    Parameters
    ----------
    prepared : Prepared
        In which it was found.

    Raises
    ------
    UsageError
        If the ending is unknown, or the place cannot be written.
    """
    ending = result_file(str(file)).suffix.lower()
    about = search_of(prepared, explored)
    if ending == ".csv":
        content = _csv(explored)
    elif ending == ".xlsx":
        content = _workbook(explored, about)
    elif ending == ".npz":
        content = _arrays(prepared, explored, about)
    else:
        whole = {**explored.as_json(), "search": about}
        content = (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()
    write_whole(file, content)


def rows_of(explored: Explored) -> list[dict[str, Any]]:
    """A row a package, best first.

    Returns
    -------
    list of dict
        ``rank`` from 1; ``level.PROVISION``; ``joint`` and ``joint_fresh``, each with its standard
        error ``_se`` and its ``_bound``, the end of a one-sided 95% interval where a share came
        out as 0 or 1, else None; ``share.TEST`` in the worlds searched; ``proven``.
    """
    return [
        {
            "rank": number,
            **{f"level.{name}": level for name, level in each.levels.items()},
            **_shares("joint", each.joint),
            **_shares("joint_fresh", each.fresh),
            **{f"share.{test}": float(share.value) for test, share in each.tests.items()},
            "proven": bool(each.proven),
        }
        for number, each in enumerate(explored.best, start=1)
    ]


def _shares(name: str, share: Any) -> dict[str, Any]:
    return {
        name: float(share.value), f"{name}_se": float(share.standard_error),
        f"{name}_bound": None if share.bound is None else float(share.bound),
    }  # fmt: skip


def search_of(prepared: Prepared, explored: Explored) -> dict[str, Any]:
    """What was searched and how far it is proven, JSON-ready."""
    case, worlds = prepared.case, prepared.asking.setting.worlds
    return {
        "case": case.file.title,
        "as_of": case.as_of.isoformat(),
        "digest": case.digest,
        "assumptions": list(case.assumptions),
        "rule": explored.rule,
        "tests": list(explored.assessed),
        "pins": [f"{name}={','.join(levels)}" for name, levels in explored.pins.items()],
        "packages": explored.packages,
        "best": float(explored.best[0].joint.value),
        "bound": float(explored.bound),
        "gap": float(explored.gap),
        "worlds": explored.worlds,
        "seed": explored.seed,
        "lines": worlds.lines,
        "seconds": float(explored.seconds),
        "tables_seconds": float(explored.tables_seconds),
        "nodes": explored.nodes,
        "reproducible": bool(explored.reproducible),
    }


def _csv(explored: Explored) -> bytes:
    rows, text = rows_of(explored), io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(rows[0])
    for row in rows:
        table.writerow(map(_harmless, row.values()))
    return text.getvalue().encode()


def _harmless(value: Any) -> Any:
    """Text that no spreadsheet takes for a formula, by the mark that says so."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _workbook(explored: Explored, about: Mapping[str, Any]) -> bytes:
    from openpyxl import Workbook  # noqa: PLC0415  a third of a second

    book = Workbook()
    packages = book.active
    packages.title = "packages"
    rows = rows_of(explored)
    _fill(packages, [list(rows[0]), *(list(row.values()) for row in rows)])
    packages.freeze_panes = "B2"
    _fill(
        book.create_sheet("search"),
        [
            [name, ", ".join(map(str, value)) if isinstance(value, list) else value]
            for name, value in about.items()
        ],
    )
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _fill(sheet: Any, rows: list[list[Any]]) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    for r, row in enumerate(rows, start=1):
        for c, value in enumerate(row, start=1):
            cell = sheet.cell(r, c)
            if isinstance(value, str):
                cell.value = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value)
                # what begins like a formula is text, also after somebody edits the cell
                cell.data_type, cell.quotePrefix = "s", value.startswith(FORMULA)
            else:
                cell.value = value


def _arrays(prepared: Prepared, explored: Explored, about: Mapping[str, Any]) -> bytes:
    """Levels, names, and the worlds in which each package passes."""
    provisions = prepared.case.file.provisions
    levels = [list(provision.levels) for provision in provisions.values()]
    most = max(map(len, levels))
    found = [prepared.asking.judge(each.levels).verdict for each in explored.best]
    arrays: dict[str, Any] = {
        "provisions": np.array(list(provisions)),
        "level_names": np.array([own + [""] * (most - len(own)) for own in levels]),
        "levels": np.array(
            [
                [provision.index(each.levels[name]) for name, provision in provisions.items()]
                for each in explored.best
            ],
            dtype=np.int64,
        ),
        "tests": np.array(explored.assessed),
        "weights": found[0].weights,
        "blocks": np.array(prepared.asking.blocks, dtype=np.int64),
        "joint": np.stack([verdict.joint(explored.rule, CHOSEN) for verdict in found]),
        "search": np.array(json.dumps(about, ensure_ascii=False)),
    }
    for test in explored.assessed:
        arrays[f"passes.{test}"] = np.stack(
            [verdict.passes(test, explored.rule, CHOSEN) for verdict in found]
        )
    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **arrays)
    return content.getvalue()
