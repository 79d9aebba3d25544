"""Scripts of others are what their manifests say, and come with their licences."""

import hashlib
import json
import re

import pytest

from teaching import ROOT

MANIFESTS = {
    "htmx": ROOT / "src/accord/web/static/htmx.min.js.json",
    "minisearch": ROOT / "src/accord/brief/site/static/minisearch.js.json",
    "axe": ROOT / "tests/data/axe/axe.min.js.json",
}
LICENCES = {
    "BSD-0-Clause": "Zero-Clause BSD",
    "MIT": "Permission is hereby granted, free of charge",
    "MPL-2.0": "Mozilla Public License",
}
"""Words by which the text of a licence is known."""


@pytest.mark.parametrize("manifest", MANIFESTS.values(), ids=MANIFESTS)
def test_files_hold_their_hashes(manifest):
    told = json.loads(manifest.read_text(encoding="utf-8"))
    script = manifest.name.removesuffix(".json")
    assert script in told["files"]
    for name, digest in told["files"].items():
        content = (manifest.parent / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest, name
        assert content, f"{name} is empty"


@pytest.mark.parametrize("manifest", MANIFESTS.values(), ids=MANIFESTS)
def test_licence_is_the_one_that_is_named(manifest):
    told = json.loads(manifest.read_text(encoding="utf-8"))
    (first,) = (name for name in told["files"] if name.endswith(("LICENSE", ".LICENSE.txt")))
    text = " ".join((manifest.parent / first).read_text(encoding="utf-8").split())
    assert LICENCES[told["licence"]].casefold() in text.casefold()


@pytest.mark.parametrize("manifest", MANIFESTS.values(), ids=MANIFESTS)
def test_version_is_pinned_whole(manifest):
    told = json.loads(manifest.read_text(encoding="utf-8"))
    assert re.fullmatch(r"\d+\.\d+\.\d+", told["version"])


def test_axe_says_the_version_that_is_pinned():
    told = json.loads(MANIFESTS["axe"].read_text(encoding="utf-8"))
    text = (MANIFESTS["axe"].parent / "axe.min.js").read_text(encoding="utf-8")
    assert text.startswith(f"/*! axe v{told['version']}\n")


def test_no_page_is_served_what_only_tests_use():
    served = {path.name for path in (ROOT / "src").rglob("*.js")}
    assert "axe.min.js" not in served
