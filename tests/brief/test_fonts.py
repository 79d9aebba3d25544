"""The shipped typefaces are what their manifest says, and pages carry those they need."""

import hashlib
import json
import struct

import pytest

from accord.brief.typefaces import FOLDER, faces, style_rules

MANIFEST = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
ENTRIES = [
    entry
    for package in MANIFEST["packages"]
    for entry in (package["licence_file"], *package["files"])
]


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry["file"] for entry in ENTRIES])
def test_a_file_is_the_one_in_the_manifest(entry):
    data = (FOLDER / entry["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry["sha256"]


def test_no_file_is_without_an_entry():
    known = {entry["file"] for entry in ENTRIES} | {"manifest.json"}
    assert {path.name for path in FOLDER.iterdir()} == known


def test_every_package_names_its_version_and_its_licence():
    assert [p["name"] for p in MANIFEST["packages"]] == ["@ibm/plex-sans", "@ibm/plex-serif"]
    for package in MANIFEST["packages"]:
        assert package["licence"] == "OFL-1.1"
        assert package["version"].count(".") == 2
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FOLDER / "OFL.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ttf")), ids=lambda path: path.name)
def test_a_truetype_font_has_sound_tables(path):
    data = path.read_bytes()
    version, count = struct.unpack_from(">IH", data)
    assert version == 0x00010000
    for i in range(count):
        tag, checksum, offset, length = struct.unpack_from(">4sIII", data, 12 + 16 * i)
        table = bytearray(data[offset : offset + length])
        assert len(table) == length
        if tag == b"head":
            table[8:12] = bytes(4)
        padded = bytes(table) + bytes(-length % 4)
        words = struct.unpack(f">{len(padded) // 4}I", padded)
        assert sum(words) % 2**32 == checksum, tag


def files(text):
    return {
        face.file for face in faces() if f"{face.family!r}" and face.covers(set(map(ord, text)))
    }


def test_a_page_carries_latin_and_what_its_text_needs():
    plain = style_rules("Plain words, 34% ± 2 − “so” – and — × ·")
    assert plain.count("@font-face") == 5
    assert style_rules("if yes → no").count("@font-face") == 10
    assert style_rules("Київ").count("@font-face") == 10
    assert 'url("data:font/woff2;base64,' in plain
    assert "http" not in plain


def test_faces_cover_characters_by_their_ranges():
    assert files("Ж") == {
        f for f in (face.file for face in faces()) if f.endswith("Cyrillic.woff2")
    }
    assert files("\U0001f600") == set()


def test_the_characters_of_every_brief_are_covered():
    for character in "aZ09%±−–—“”‘’×·→<>é":
        assert files(character), character
