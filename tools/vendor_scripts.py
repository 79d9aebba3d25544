"""Take the scripts of the pages from their npm packages and write the manifest that a test checks.

    npm pack htmx.org minisearch
    python tools/vendor_scripts.py htmx.org-*.tgz minisearch-*.tgz

Files are copied as they are; the licence of each package goes beside them.
"""

import hashlib
import json
import sys
import tarfile
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "accord"
WANTED = {
    "htmx.org": ("dist/htmx.min.js", "htmx.min.js", SOURCE / "web" / "static"),
    "minisearch": ("dist/umd/index.js", "minisearch.js", SOURCE / "brief" / "site" / "static"),
}
"""Package: the file in it, its name here, and where it goes."""

LICENCES = ("LICENSE", "LICENSE.txt", "LICENSE.md")


def vendor(archive: Path) -> None:
    """Copy one package's file and licence, and write what they are beside them."""
    with tarfile.open(archive) as tar:
        files = {m.name.partition("/")[2]: tar.extractfile(m).read() for m in tar if m.isfile()}
    about = json.loads(files["package.json"])
    inside, name, folder = WANTED[about["name"]]
    folder.mkdir(parents=True, exist_ok=True)
    licence = next(each for each in LICENCES if each in files)
    written = {name: files[inside], f"{name}.LICENSE.txt": files[licence]}
    for file, data in written.items():
        (folder / file).write_bytes(data)
    manifest = {
        "package": about["name"],
        "version": about["version"],
        "licence": about["license"],
        "files": {file: hashlib.sha256(data).hexdigest() for file, data in written.items()},
    }
    text = json.dumps(manifest, indent=1) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


def main() -> None:
    """Vendor every archive named."""
    for name in sys.argv[1:]:
        vendor(Path(name))


if __name__ == "__main__":
    main()
