"""Editing a text: one value, one line; all other bytes stay; and back again."""

import copy
import difflib
import io
import random
import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from accord._errors import CaseErrors
from accord.case.editing import REMOVED, value_of
from accord.case.editing_steps import changed, steps
from accord.case.editing_yaml import UnfitPlaceError, spliced
from accord.case.yaml_reader import read_yaml_text
from accord.case.yaml_writing import flow_text, plain_data, same
from teaching import FLAGSHIP, TEACHING

COMMENT = re.compile(r"(?:^|\s)#.*$", re.MULTILINE)


def leaves(data, path=()):
    """Every single value of plain data, with its path."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from leaves(value, (*path, number))
    else:
        yield path, data


def other(value):
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 0.125 if isinstance(value, float) else value + 7
    return value + "x"


def by_another_reader(text):
    """The text as ruamel's own constructor has it, dates as text."""
    return _texts(YAML(typ="safe").load(text))


def _texts(node):
    if isinstance(node, dict):
        return {str(key): _texts(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_texts(value) for value in node]
    return node if isinstance(node, int | float | str | bool | None) else str(node)


def put(data, path, value):
    """Plain data with one place set, by plain assignment."""
    for part in path[:-1]:
        data = data[part]
    data[path[-1]] = value


def difference(old, new):
    """Lines removed and lines added."""
    lines = list(difflib.ndiff(old.splitlines(), new.splitlines()))
    return sum(each[0] == "-" for each in lines), sum(each[0] == "+" for each in lines)


def cases():
    for folder, many in ((TEACHING, None), (FLAGSHIP, 30)):
        text = (folder / "case.yaml").read_text()
        found = list(leaves(read_yaml_text(text, "").data))
        if many is not None:
            found = random.Random(7).sample(found, many)
        yield pytest.param(text, found, id=folder.name)


@pytest.mark.parametrize(("text", "found"), list(cases()))
def test_one_value_is_one_line_and_changes_back_to_the_original_bytes(text, found):
    lines = text.split("\n")
    original = by_another_reader(text)
    for path, value in found:
        new = spliced(text, path, other(value))
        fresh = new.split("\n")
        assert len(fresh) == len(lines), path
        assert sum(one != two for one, two in zip(lines, fresh, strict=True)) == 1, path
        assert COMMENT.findall(new) == COMMENT.findall(text), path
        expected = copy.deepcopy(original)
        put(expected, path, other(value))
        assert by_another_reader(new) == expected, path
        back = spliced(new, path, value)
        if isinstance(value, str | bool) or f"{value!r}" in _tokens(_line(lines, fresh)):
            assert back == text, path
        else:  # 0.10 comes back as 0.1
            assert same(read_yaml_text(back, "").data, read_yaml_text(text, "").data), path


def _line(lines, fresh):
    return next(one for one, two in zip(lines, fresh, strict=True) if one != two)


def _tokens(line):
    return re.findall(r"[-+.\w]+", line)


@pytest.mark.parametrize(("text", "found"), list(cases()))
def test_adding_a_key_and_taking_it_away_again_changes_nothing(text, found):
    parents = {path[:-1] for path, _ in found if isinstance(path[-1], str)}
    for path in sorted(parents, key=str)[:12]:
        new = spliced(text, (*path, "brand-new"), 5)
        expected = by_another_reader(text)
        node = expected
        for part in path:
            node = node[part]
        node["brand-new"] = 5
        assert by_another_reader(new) == expected
        assert sum(difference(text, new)) <= 2
        assert COMMENT.findall(new) == COMMENT.findall(text)
        assert spliced(new, (*path, "brand-new"), REMOVED) == text


def test_removing_a_key_leaves_every_other_one():
    text = (TEACHING / "case.yaml").read_text()
    data = read_yaml_text(text, "").data
    paths = {path[:length] for path, _ in leaves(data) for length in range(1, len(path) + 1)}
    for path in sorted(paths, key=str):
        new = spliced(text, path, REMOVED)
        assert same(read_yaml_text(new, "").data, changed(data, path, REMOVED)), path
        assert COMMENT.findall(new) == COMMENT.findall(text), path


# generated documents, written by a printer of the tests' own

WORDS = st.one_of(
    st.sampled_from(
        ["no", "1e3", "2025-08-20", "a: b", "# x", "x # y", '"', "'", "it's", "", " ", "~", "null",
         "true", "-", "- a", "?", "a,b", "[", "}", "&a", "*a", "!!python/object", "%TAG", "@x", "`",
         "|", ">", "a\nb", "a\n", "\n", "\ta", "a ", " a", "0x1F", "1_000", ".5", "+1", ".inf",
         "---", "...", "é", "日本", "😀", "\u2028", "\x85", "\ufeff", "a:", ":a", "=", "<<", "\r\n"]
    ),
    st.text(max_size=12),
)  # fmt: skip
KEYS = st.one_of(
    st.sampled_from(["a", "b", "c", "no", "1", "a b", "a-b", "é", "it's", "true", "x:y", "#k"]),
    st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=6),
)
NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)
VALUES = st.recursive(
    st.one_of(WORDS, NUMBERS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)
    ),
    max_leaves=5,
)  # fmt: skip


@st.composite
def documents(draw):
    """A document with comments, odd indentation, quotes and brackets over several lines."""
    lines = []
    _printed(draw, lines, 0, draw(st.integers(1, 5)), 0)
    text = "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n# the end\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def _scalar(draw):
    return draw(
        st.sampled_from(
            ["1", "0.25", "-3e4", "plain words", "no", "it's", "'single ''quoted'''", '"a # b"',
             '"\\u00e9 \\n"', "2025-08-20", "日本 😀", "[1, 2]", "[]", "{}", "true", "a,b"]
        )
    )  # fmt: skip


REMARKS = ("  # a remark", " # it's: {odd}, [too", "# a line of remarks: {", "# the end")


def _remark(draw):
    return draw(st.sampled_from(["", "", *REMARKS[:2]]))


def _printed(draw, lines, indent, step, depth):
    lead = " " * indent
    for key in draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4, unique=True)):
        if draw(st.integers(0, 3)) == 0:
            lines.append(" " * draw(st.integers(0, 6)) + "# a line of remarks: {")
        if draw(st.integers(0, 5)) == 0:
            lines.append("")
        kind = draw(st.integers(0, 6)) if depth < 3 else 0
        if kind <= 1:
            lines.append(f"{lead}{key}: {_scalar(draw)}{_remark(draw)}")
        elif kind == 2:
            lines.append(f"{lead}{key}:{_remark(draw)}")
            _printed(draw, lines, indent + step, step, depth + 1)
        elif kind == 3:
            lines.append(f"{lead}'{key}':")
            dash = " " * draw(st.integers(0, 2))
            for _ in range(draw(st.integers(1, 3))):
                lines.append(f"{lead}{dash}- {draw(st.sampled_from(['x', '1', '{p: 1, q: 2}']))}")
                lines[-1] += _remark(draw)
        elif kind == 4:
            _flow(draw, lines, lead, key)
        elif kind == 5:
            mark = draw(st.sampled_from(["|", "|-", ">", "|+", ">-"]))
            lines += [f"{lead}{key}: {mark}", f"{lead}  one: 1", f"{lead}   two # no remark"]
            lines += [""] * draw(st.integers(0, 2))
        else:
            lines.append(f"{lead}{key}:")
            first = draw(st.sampled_from(["u", "v"]))
            lines.append(f"{lead}- {first}: {_scalar(draw)}{_remark(draw)}")
            lines.append(f"{lead}  w: {_scalar(draw)}")


def _flow(draw, lines, lead, key):
    members = [f"m{i}: {_scalar(draw)}" for i in range(draw(st.integers(1, 3)))]
    comma = draw(st.sampled_from(["", ","]))
    if draw(st.booleans()):
        lines.append(f"{lead}{key}: {{{', '.join(members)}{comma}}}{_remark(draw)}")
        return
    lines.append(f"{lead}{key}: {{{_remark(draw)}")
    for member in members[:-1]:
        lines.append(f"{lead}    {member},{_remark(draw)}")
    lines.append(f"{lead}    {members[-1]}{comma}{_remark(draw)}")
    lines.append(f"{lead}    }}")


def read(text):
    return read_yaml_text(io.StringIO(text, newline=None).read(), "").data


def nodes(data, path=()):
    yield path
    for key, value in (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    ):
        yield from nodes(value, (*path, key))


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents(), st.data())
def test_any_change_of_any_document_gives_that_change_and_keeps_all_else(text, data):
    old = read(text)
    path = data.draw(st.sampled_from([each for each in nodes(old) if each]))
    action = data.draw(st.sampled_from(["set", "set", "add", "remove"]))
    try:
        value = plain_data(data.draw(VALUES)) if action != "remove" else REMOVED
    except ValueError:
        assume(False)
    if action == "add":
        path = (*path, data.draw(st.sampled_from(["new", "newer", 0, 1, 2])))
    try:
        new = spliced(text, path, value)
        expected = changed(old, path, value)
    except (UnfitPlaceError, KeyError):
        assume(False)
    assert same(read(new), expected)
    assert ("\r\n" in new) == ("\r\n" in text) or "\n" not in new.replace("\r\n", "")
    if action == "add" and path not in set(nodes(old)):
        assert all(new.count(remark) == text.count(remark) for remark in REMARKS)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents(), st.data())
def test_a_new_single_value_keeps_every_comment_and_every_other_line(text, data):
    old = read(text)
    single = [path for path, value in leaves(old) if "\n" not in str(value)]
    assume(single)
    path = data.draw(st.sampled_from(single))
    value = data.draw(NUMBERS)
    new = spliced(text, path, value)
    assert same(read(new), changed(old, path, value))
    assert all(new.count(remark) == text.count(remark) for remark in REMARKS)
    one, two = text.split("\n"), new.split("\n")
    assert len(one) == len(two)
    assert sum(a != b for a, b in zip(one, two, strict=True)) <= 1
    undone = spliced(new, path, other(value))
    assert spliced(undone, path, value) == new


@settings(max_examples=150, deadline=None)
@given(WORDS)
def test_any_text_comes_back_as_a_text_or_is_refused(words):
    try:
        value = plain_data(words)
    except ValueError:
        return
    for document, path in (
        ("a: {b: 1, c: 2}  # z\n", ("a", "b")),
        ("a: [1, 2]\n", ("a", 0)),
        ("a:\n  b: 1 # z\n  c: 2\n", ("a", "b")),
        ("a:\n- 1\n- 2\n", ("a", 1)),
        ("a: 'x'\n", ("a",)),
        ('a: "x"\n', ("a",)),
        ("a:\n  b: |\n    x\n    y\n  c: 1\n", ("a", "b")),
        ("a: >-\n  x\n\n# z\nb: 1\n", ("a",)),
        ("a:\nb: 1\n", ("a",)),
        ("a: &n 1\nb: 2\n", ("a",)),
        ("a: 1\nb: *n\n".replace("1", "&n 1"), ("b",)),
    ):
        new = spliced(document, path, value)
        assert same(read(new), changed(read(document), path, value)), new


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(VALUES, VALUES)
def test_steps_lead_from_one_value_to_the_other(one, two):
    try:
        old, new = plain_data({"r": one}), plain_data({"r": two})
    except ValueError:
        return
    data = old
    for path, value in steps((), old, new):
        data = changed(data, path, value) if path else value
    assert same(data, new)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_what_is_written_is_what_a_person_could_have_typed(value):
    try:
        plain = plain_data(value)
    except ValueError:
        return
    text = flow_text(plain)
    if len(text) < 20_000:
        assert same(value_of(text), plain)


@settings(max_examples=250, deadline=None)
@given(st.one_of(WORDS, st.text(max_size=40)))
def test_whatever_is_typed_is_a_value_or_a_located_error(text):
    try:
        value = value_of(text)
    except CaseErrors as error:
        lines = re.split(r"\r\n|\n|\r", text)
        for each in error.errors:
            assert each.found
            assert each.wanted
            assert 0 <= each.line <= len(lines)
            assert each.column <= len(lines[each.line - 1]) + 1
        return
    plain_data(value)
