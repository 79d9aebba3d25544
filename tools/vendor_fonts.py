"""Take the fonts of the brief from IBM's npm packages and write the manifest that a test checks.

    npm pack @ibm/plex-serif @ibm/plex-sans
    python tools/vendor_fonts.py ibm-plex-serif-*.tgz ibm-plex-sans-*.tgz

The packages hold woff2 files split by script, which go into pages as they are, and woff files.
A woff file is a TrueType font whose tables are deflated one by one (W3C, WOFF File Format 1.0);
the charts need TrueType, so the tables are inflated and nothing else is changed.
"""

import hashlib
import json
import re
import struct
import sys
import tarfile
import zlib
from pathlib import Path

FONTS = Path(__file__).parents[1] / "src" / "accord" / "brief" / "fonts"
PAGE = {
    "IBMPlexSerif": ("Regular", "Italic", "SemiBold"),
    "IBMPlexSans": ("Regular", "SemiBold"),
}
CHART = {"IBMPlexSans": ("Regular", "SemiBold")}
WEIGHTS = {"Regular": 400, "Italic": 400, "SemiBold": 600}
FACE = re.compile(r"/\* Subset: (\w+) \*/.*?unicode-range: ([^;\n}]+)", re.DOTALL)


def inflate(woff: bytes) -> bytes:
    """The TrueType font inside a woff file."""
    signature, flavour, _, count = struct.unpack_from(">4sIIH", woff)
    if signature != b"wOFF":
        raise SystemExit("not a woff file")
    entries = [struct.unpack_from(">4sIIII", woff, 44 + 20 * i) for i in range(count)]
    power = 1 << (count.bit_length() - 1)
    head = struct.pack(
        ">IHHHH", flavour, count, 16 * power, power.bit_length() - 1, 16 * (count - power)
    )
    directory, body, place = b"", b"", 12 + 16 * count
    for tag, offset, packed, length, checksum in entries:
        data = woff[offset : offset + packed]
        table = data if packed == length else zlib.decompress(data)
        if len(table) != length:
            raise SystemExit(f"table {tag!r} has {len(table)} bytes in place of {length}")
        directory += struct.pack(">4sIII", tag, checksum, place + len(body), length)
        body += table + bytes(-length % 4)
    return head + directory + body


def record(name: str, data: bytes, **more: object) -> dict[str, object]:
    """Write a file and say what it is."""
    (FONTS / name).write_bytes(data)
    return {"file": name, **more, "sha256": hashlib.sha256(data).hexdigest()}


def vendor(archive: Path) -> dict[str, object]:
    """All files that one package gives."""
    with tarfile.open(archive) as tar:
        files = {m.name: tar.extractfile(m).read() for m in tar if m.isfile()}
    package = json.loads(files["package/package.json"])
    stem = "IBMPlexSerif" if "serif" in package["name"] else "IBMPlexSans"
    found = []
    for style in PAGE[stem]:
        css = files[f"package/fonts/split/woff2/{stem}-{style}.css"].decode()
        for subset, ranges in FACE.findall(css):
            name = f"{stem}-{style}-{subset}.woff2"
            found.append(
                record(
                    name,
                    files[f"package/fonts/split/woff2/{name}"],
                    use="page",
                    family=re.sub("(?<=[a-zM])(?=[PS])", " ", stem),
                    style="italic" if style == "Italic" else "normal",
                    weight=WEIGHTS[style],
                    range=ranges.strip(),
                )
            )
    for style in CHART.get(stem, ()):
        woff = files[f"package/fonts/complete/woff/{stem}-{style}.woff"]
        found.append(record(f"{stem}-{style}.ttf", inflate(woff), use="chart"))
    return {
        "name": package["name"],
        "version": package["version"],
        "licence": package["license"],
        "licence_file": record("OFL.txt", files["package/LICENSE.txt"]),
        "archive_sha512": hashlib.sha512(archive.read_bytes()).hexdigest(),
        "files": found,
    }


def main() -> None:
    """Write all files and the manifest."""
    FONTS.mkdir(exist_ok=True)
    packages = [vendor(Path(name)) for name in sys.argv[1:]]
    text = json.dumps({"packages": packages}, indent=1, ensure_ascii=False)
    (FONTS / "manifest.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
