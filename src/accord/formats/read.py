"""Read a negotiation from the files of another tool, whichever it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from accord._errors import CaseError, CaseErrors
from accord.case.tree import Place, Tree
from accord.case.yaml_reader import read_yaml_text
from accord.formats.elements import Element, read_elements
from accord.formats.genius import genius_profile
from accord.formats.genius_domain import genius_domain, is_genius, is_genius_profile
from accord.formats.geniusweb import (
    embedded_domain,
    geniusweb_domain,
    geniusweb_profile,
    is_geniusweb_domain,
    is_geniusweb_profile,
)
from accord.formats.ktab import is_ktab, read_ktab
from accord.formats.located_json import read_json
from accord.formats.negmas import (
    is_negmas_domain,
    is_negmas_profile,
    negmas_domain,
    negmas_profile,
)
from accord.formats.negotiation import Negotiation, Profile
from accord.formats.source import Domain, Findings, Source, read_source

__all__ = ["read_negotiation"]

_ENDINGS = {".xml", ".json", ".yml", ".yaml", ".csv"}
_KNOWN = (
    "Genius XML, GeniusWeb JSON, a NegMAS scenario or KTAB csv; or the Ukraine Support Tracker "
    "(.xlsx) or national capabilities of the Correlates of War (.csv)"
)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file whose format and part are known."""

    source: Source
    format: str
    part: str
    content: Element | Tree | None


def read_negotiation(files: Sequence[str | Path]) -> Negotiation:
    """Read the domain and the profiles of a negotiation; what each file is, its content decides.

    Parameters
    ----------
    files : sequence of path
        A domain and its profiles in the order wanted, one KTAB csv, or one folder: there the
        profiles come in the order of their names, and files of no known format are told.

    Raises
    ------
    CaseErrors
        With every mistake that was found, each with its place.
    """
    findings = Findings()
    opened = _opened(files, findings)
    if findings.errors:
        raise CaseErrors(findings.errors)
    _refuse_mixtures(opened, files, findings)
    negotiation = None if findings.errors else _negotiation(opened, findings)
    if findings.errors or negotiation is None:
        raise CaseErrors(findings.errors)
    return replace(negotiation, ignored=tuple(findings.ignored))


# -- opening


def _opened(files: Sequence[str | Path], findings: Findings) -> list[_Opened]:
    found = []
    for file in files:
        path = Path(file)
        members = _members(path, findings) if path.is_dir() else [file]
        for member in members:
            try:
                one = _open(read_source(member), findings)
            except CaseErrors as refusal:
                findings.errors.extend(refusal.errors)
                continue
            if one is not None:
                found.append(one)
            elif path.is_dir():
                findings.ignore(Place(str(member)), "the file is of no known format")
            else:
                findings.error(Place(str(member)), "a file of no known format", _KNOWN)
    return found


def _members(folder: Path, findings: Findings) -> list[Path]:
    """The files of a folder that may belong to a negotiation, in the order of their names."""
    found = []
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.startswith("."):
            continue
        if path.suffix.lower() in _ENDINGS and not path.name.startswith("_") and path.is_file():
            found.append(path)
        else:
            findings.ignore(Place(str(path)), "it was not read")
    return found


def _open(source: Source, findings: Findings) -> _Opened | None:
    """A file by what it holds, None where that is of no known format."""
    start = source.content.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1]
    if start == b"<":
        root = read_elements(source)
        part = "profile" if is_genius_profile(root) else "domain"
        return _Opened(source, "genius", part, root) if is_genius(root) else None
    if start in {b"{", b"["}:
        return _by_keys(source, read_json(source))
    if source.text is None:
        place, wanted = Place(source.label), "a text file in UTF-8"
        findings.error(place, "bytes that are neither UTF-8 nor UTF-16", wanted)
        return _Opened(source, "", "", None)
    if is_ktab(source):
        return _Opened(source, "ktab", "whole", None)
    try:
        tree = read_yaml_text(source.text, source.label)
    except CaseErrors:
        if Path(source.label).suffix.lower() in {".yml", ".yaml"}:
            raise
        return None
    return _by_keys(source, tree)


def _by_keys(source: Source, tree: Tree) -> _Opened | None:
    data = tree.data
    if is_geniusweb_domain(data):
        return _Opened(source, "geniusweb", "domain", tree)
    if is_geniusweb_profile(data):
        return _Opened(source, "geniusweb", "profile", tree)
    if is_negmas_domain(data):
        return _Opened(source, "negmas", "domain", tree)
    if is_negmas_profile(data):
        return _Opened(source, "negmas", "profile", tree)
    return None


# -- what belongs together


def _refuse_mixtures(
    opened: list[_Opened], files: Sequence[str | Path], findings: Findings
) -> None:
    """Note what keeps files from being one negotiation."""
    first = Place(str(files[0]) if files else "")
    formats = sorted({one.format for one in opened})
    if not opened:
        findings.error(first, "no file of a negotiation", _KNOWN)
        return
    if len(formats) > 1:
        found = f"files of several formats: {', '.join(formats)}"
        findings.error(first, found, "the files of one negotiation", "name them one by one")
        return
    domains = [one for one in opened if one.part == "domain"]
    for one in domains[1:]:
        found = f"a second domain beside {domains[0].source.label}"
        findings.error(Place(one.source.label), found, "one domain")
    if formats == ["ktab"]:
        for one in opened[1:]:
            findings.error(Place(one.source.label), "a second KTAB file", "one")
        return
    _refuse_profiles(opened, domains, findings)


def _refuse_profiles(opened: list[_Opened], domains: list[_Opened], findings: Findings) -> None:
    profiles = [one for one in opened if one.part == "profile"]
    place = Place(opened[0].source.label)
    if not profiles:
        findings.error(place, "a domain without profiles", "a profile file for each party")
    if not domains and opened[0].format != "geniusweb":
        findings.error(place, "profiles without their domain", "the file of the domain beside")
    stems: dict[str, str] = {}
    for one in profiles:
        stem, label = one.source.stem, one.source.label
        if stem in stems:
            found = f"the name {stem!r} a second time"
            wanted = f"names that differ (the first is {stems[stem]})"
            findings.error(Place(label), found, wanted, "a party is called after its file")
        stems.setdefault(stem, label)


# -- reading


def _negotiation(opened: list[_Opened], findings: Findings) -> Negotiation | None:
    for one in opened:
        if isinstance(one.content, Tree):
            # errors of the tree itself: repeated keys, numbers that are not finite
            findings.errors.extend(e for e in one.content.errors if not _unbounded(one, e))
    if opened[0].format == "ktab":
        return read_ktab(opened[0].source, findings)
    domain = _domain(opened, findings)
    if domain is None or findings.errors:
        return None
    profiles = [_profile(one, domain, findings) for one in opened if one.part == "profile"]
    read = tuple(profile for profile in profiles if profile is not None)
    return Negotiation(domain.title, domain.issues, read, (), opened[0].format)


def _unbounded(one: _Opened, error: CaseError) -> bool:
    """Whether an error is NegMAS' reserved value of −∞, which its reader understands."""
    last = error.path.rsplit(".", 1)[-1]
    return one.format == "negmas" and last == "reserved_value" and error.found.startswith("-")


def _domain(opened: list[_Opened], findings: Findings) -> Domain | None:
    one = next((one for one in opened if one.part == "domain"), None)
    if one is None:
        one = opened[0]
        assert isinstance(one.content, Tree)
        own = embedded_domain(one.source, one.content, findings)
        if own is None and not findings.errors:
            place = Place(one.source.label)
            findings.error(place, "profiles without their domain", "the file of the domain beside")
        return own
    match one.content:
        case Element():
            return genius_domain(one.source, one.content, findings)
        case Tree() if one.format == "geniusweb":
            return geniusweb_domain(one.source, one.content, findings)
        case Tree():
            return negmas_domain(one.source, one.content, findings)
    raise TypeError(one)


def _profile(one: _Opened, domain: Domain, findings: Findings) -> Profile | None:
    match one.content:
        case Element():
            return genius_profile(one.source, one.content, domain, findings)
        case Tree() if one.format == "geniusweb":
            return geniusweb_profile(one.source, one.content, domain, findings)
        case Tree():
            return negmas_profile(one.source, one.content, domain, findings)
    raise TypeError(one)
