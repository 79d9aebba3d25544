"""A run as a folder: written whole or not at all, read without the case or any solver."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from accord._errors import RunError
from accord.case.archive import from_archive, to_archive
from accord.case.case import Case
from accord.run.run import SCHEMA, Run
from accord.verdict.verdict import Row, Verdict
from accord.worlds.worlds import Lines

__all__ = ["default_folder", "is_stale", "open_run", "ran", "run_folder", "save"]


def default_folder(case_folder: Path, run: Run) -> Path:
    """Where a run stands that nobody placed elsewhere; see :func:`run_folder`."""
    return run_folder(case_folder, run.case, run.manifest["lines"], run.packages)


def run_folder(case_folder: Path, case: Case, lines: Lines, packages: Sequence[str]) -> Path:
    """``<case>/runs/<as-of>-<digest8>``, with lines and packages where they are not all, in order.

    Assumptions are part of the digest.
    """
    name = f"{case.as_of.isoformat()}-{case.digest[:8]}"
    if lines != "stated":
        name += f"-{lines}"
    known = tuple(case.file.packages)
    if set(packages) != set(known):
        text = "+".join(packages)
        name += f"-only-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    elif tuple(packages) != known:
        name += f"-{packages[0]}"
    return case_folder / "runs" / name


def ran(case_folder: Path) -> bool:
    """Whether any run of a case stands in its folder, of whatever date."""
    return any((case_folder / "runs").glob("*/manifest.json"))


def save(run: Run, folder: Path) -> None:
    """Write a run. A run that stands there is replaced only once the new one is whole.

    Raises
    ------
    RunError
        If the folder holds something that is no run, or cannot be written.
    """
    if folder.exists() and not (folder / "manifest.json").exists():
        raise RunError(f"{folder} exists and is no run; choose another place with -o")
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}.new")
    try:
        fresh.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        _write(run, fresh)
        _swap(fresh, folder)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise RunError(f"{folder} cannot be written: {error.strerror or error}") from error
    except BaseException:
        # an interruption leaves no half of a run behind
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _swap(fresh: Path, folder: Path) -> None:
    """Put the new folder in place; a crash in between leaves the old one to be recovered."""
    old = _set_aside(folder)
    if folder.exists():
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _set_aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


def _write(run: Run, folder: Path) -> None:
    verdict = run.verdict
    _json(folder / "case.json", to_archive(run.case))
    _arrays(folder / "worlds.npz", {"weights": verdict.weights, **_numbered(run)})
    _arrays(folder / "verdict.npz", {"margins": verdict.margins, "reasons": verdict.reasons})
    (folder / "details").mkdir()
    for name, detail in run.details.items():
        _json(folder / "details" / f"{name}.json", detail)
    labels = {
        "tests": list(verdict.tests),
        "not_assessed": dict(verdict.not_assessed),
        "rules": list(verdict.rules),
        "rows": [[row.test, row.rule] for row in verdict.rows],
        "columns": list(verdict.packages),
        "names": list(verdict.names),
        "inputs": list(run.inputs),
        "variants": {name: list(parts) for name, parts in run.variants.items()},
    }
    _json(folder / "manifest.json", run.manifest | {"labels": labels})


def _numbered(run: Run) -> dict[str, Any]:
    columns = list(run.inputs.values())
    table = np.stack(columns) if columns else np.zeros((0, run.worlds))
    return {"inputs": table.astype(np.float32)}


def _json(file: Path, content: Any) -> None:
    # in the order made: the order of levels, actors and rules means something
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    file.write_text(text + "\n", encoding="utf-8")


def _arrays(file: Path, arrays: dict[str, Any]) -> None:
    # saved through memory and with a fixed date, so that the same run has the same bytes
    import zipfile  # noqa: PLC0415  only here

    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, buffer.getvalue())


def open_run(folder: Path) -> Run:
    """Read a run.

    Raises
    ------
    RunError
        If the folder is no run, is incomplete, or was written by a later layout.
    """
    if not folder.exists() and _set_aside(folder).exists():
        # the writer died between setting the old run aside and moving the new one in
        _set_aside(folder).rename(folder)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if manifest["schema"] != SCHEMA:
            found = f"{folder} has layout {manifest['schema']}, this accord reads {SCHEMA}"
            raise RunError(f"{found}; write it anew with accord assess")
        return _read(folder, manifest)
    except FileNotFoundError as error:
        name = Path(error.filename).name if error.filename else "manifest.json"
        remedy = "" if name != "manifest.json" else _remedy(folder)
        raise RunError(f"{folder} is no complete run: {name} is missing{remedy}") from None
    except NotADirectoryError:
        case = folder.parent if folder.name == "case.yaml" else None
        remedy = "" if case is None else _remedy(case)
        raise RunError(f"{folder} is no complete run: it is no folder{remedy}") from None
    except (KeyError, ValueError, json.JSONDecodeError) as error:
        raise RunError(f"{folder} is no readable run: {error}") from error


def _remedy(folder: Path) -> str:
    """What to do where a case was named in the place of a run; empty where none stands there."""
    if not (folder / "case.yaml").is_file():
        return ""
    if ran(folder):
        return f"; this is a case, name one of its runs in {folder / 'runs'}"
    return f"; this is a case, run accord assess {folder} first and name the run that it writes"


def _read(folder: Path, manifest: dict[str, Any]) -> Run:
    labels = manifest.pop("labels")
    with (
        np.load(folder / "worlds.npz", allow_pickle=False) as worlds,
        np.load(folder / "verdict.npz", allow_pickle=False) as arrays,
    ):
        verdict = Verdict(
            tuple(labels["tests"]),
            labels["not_assessed"],
            tuple(labels["rules"]),
            tuple(Row(test, rule) for test, rule in labels["rows"]),
            tuple(labels["columns"]),
            arrays["margins"],
            arrays["reasons"],
            tuple(labels["names"]),
            worlds["weights"],
        )
        inputs = dict(zip(labels["inputs"], worlds["inputs"].astype(np.float64), strict=True))
    details = {
        file.stem: json.loads(file.read_text(encoding="utf-8"))
        for file in sorted((folder / "details").glob("*.json"))
    }
    case = from_archive(json.loads((folder / "case.json").read_text(encoding="utf-8")))
    variants = {name: (a, b, c) for name, (a, b, c) in labels["variants"].items()}
    return Run(case, verdict, details, inputs, tuple(manifest["packages"]), variants, manifest)


def is_stale(run: Run, digest: str) -> bool:
    """Whether the case has changed since the run was made."""
    return bool(run.manifest["digest"] != digest)
