"""Whatever stands in a case: it is read, or refused with places; what is read can be assessed."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from accord._errors import CaseErrors, ModelError
from accord.case.load import load_tree, read_case
from accord.case.tree import Tree
from accord.run.assess import assess
from teaching import FLAGSHIP, TEACHING

JUNK = st.sampled_from(
    [None, True, 0, -3, 2.5, 100, "x", "NORTH", "shocks.x", "not (a == b)", [], ["a"], [1, 2, 3],
     [3, 2, 1], {}, {"x": 1}, {"a": {"b": 1}}, [[1]], [{}], {"like": "x"}, {"like": 3},
     {"because": "c"}, {"because": []}, {"judgement": 3}, {"from": 0.1, "to": 0.4}]
)  # fmt: skip


def paths(node, path=()):
    """Every path below a node."""
    members = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in members:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*path, key))


TREES = {folder: read_case(folder)[0] for folder in (TEACHING, FLAGSHIP)}
PATHS = {folder: list(paths(tree.data)) for folder, tree in TREES.items()}


def loaded(folder, tree: Tree, as_of=None):
    """The case, or None where it was refused in the right way."""
    refused: tuple = ()
    case = None
    try:
        case = load_tree(tree, folder, as_of)
    except CaseErrors as refusal:
        refused = refusal.errors
    assert (case is None) == bool(refused)
    for error in refused:
        assert error.file
        assert error.found
        assert error.wanted
    return case


@settings(max_examples=250)
@given(st.sampled_from(PATHS[TEACHING]), JUNK)
def test_junk_anywhere_is_read_or_refused(path, junk):
    tree = TREES[TEACHING].twin()
    tree.put(path, junk, {})
    loaded(TEACHING, tree)


@settings(max_examples=15)
@given(st.sampled_from(PATHS[FLAGSHIP]), JUNK)
def test_junk_anywhere_below_updates_is_read_or_refused(path, junk):
    tree = TREES[FLAGSHIP].twin()
    tree.put(path, junk, {})
    loaded(FLAGSHIP, tree, "latest")


@settings(max_examples=100)
@given(st.sampled_from(PATHS[TEACHING]))
def test_anything_left_out_is_read_or_refused(path):
    tree = TREES[TEACHING].twin()
    tree.drop(path)
    loaded(TEACHING, tree)


def test_every_block_can_be_left_out_or_is_wanted():
    wanted = {"accord", "title", "as_of", "actors", "provisions", "packages"}
    for block in TREES[TEACHING].data:
        tree = TREES[TEACHING].twin()
        tree.drop((block,))
        case = loaded(TEACHING, tree)
        assert case is None or block not in wanted


@settings(max_examples=40)
@given(st.sampled_from(PATHS[TEACHING]), JUNK)
def test_what_is_read_can_be_assessed(path, junk):
    tree = TREES[TEACHING].twin()
    tree.put(path, junk, {})
    case = loaded(TEACHING, tree)
    if case is not None:
        try:
            run = assess(case, worlds=256)
        except (CaseErrors, ModelError):
            return
        for rule, package in itertools.product(run.rules, run.packages):
            assert 0 <= run.verdict.share("joint", rule, package).value <= 1
