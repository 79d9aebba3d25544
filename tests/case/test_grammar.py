"""Conditions: what is written can be read back, and nothing is ever evaluated as code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.case.expressions import (
    Accepts,
    And,
    Choice,
    JoinCount,
    Joins,
    Not,
    Option,
    Or,
    Shock,
    atoms,
    evaluate,
    negated,
    write,
)
from accord.case.grammar import ExpressionError, parse, parse_statement

WORDS = {"and", "or", "not", "in", "of", "joins", "accepts", "if", "shocks"}
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,6}", fullmatch=True).filter(
    lambda n: n not in WORDS
)
RELATIONS = st.sampled_from(["==", "!=", "<=", ">="])
ATOMS = st.one_of(
    st.builds(Choice, NAMES, RELATIONS, st.tuples(NAMES)),
    st.builds(Choice, NAMES, st.just("in"), st.lists(NAMES, min_size=1, max_size=3).map(tuple)),
    st.builds(Shock, NAMES),
    st.builds(Joins, NAMES, st.none() | NAMES),
    st.builds(JoinCount, st.integers(0, 9), st.lists(NAMES, min_size=1, max_size=3).map(tuple)),
    st.builds(Accepts, NAMES),
    st.builds(Option, NAMES, NAMES, st.none(), st.none()),
    st.builds(Option, NAMES, NAMES, RELATIONS, NAMES),
)
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        inner.filter(lambda e: not isinstance(e, Not)).map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=12,
)


def without_offsets(expression):
    match expression:
        case Not(part):
            return Not(without_offsets(part))
        case And(parts):
            return And(tuple(map(without_offsets, parts)))
        case Or(parts):
            return Or(tuple(map(without_offsets, parts)))
    fields = {name: getattr(expression, name) for name in expression.__slots__ if name != "offset"}
    return type(expression)(**fields)


@given(EXPRESSIONS)
def test_what_is_written_reads_back_the_same(expression):
    assert without_offsets(parse(write(expression))) == expression


@given(EXPRESSIONS)
def test_every_atom_knows_where_it_stands(expression):
    text = write(expression)
    for atom in atoms(parse(text)):
        assert text[atom.offset :].startswith(write(without_offsets(atom)))


@given(EXPRESSIONS, st.randoms(use_true_random=False))
def test_negated_atoms_are_those_whose_truth_can_only_hurt(expression, random):
    found = list(atoms(expression))
    truth = {id(atom): random.random() < 0.5 for atom in found}
    under = {id(atom) for atom in negated(expression)}
    before = evaluate(expression, lambda atom: truth[id(atom)])
    unsigned = [atom for atom in found if id(atom) not in under]
    if unsigned and len({id(a) for a in found}) == len(found):
        truth[id(random.choice(unsigned))] = True
        assert evaluate(expression, lambda atom: truth[id(atom)]) >= before


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text):
    refusal = None
    try:
        parse(text)
    except ExpressionError as error:
        refusal = error
    if refusal is not None:
        assert 0 <= refusal.offset <= len(text)
        assert refusal.found
        assert refusal.wanted


def test_and_binds_closer_than_or():
    assert without_offsets(parse("a == x or b == y and not c == z")) == Or(
        (
            Choice("a", "==", ("x",)),
            And((Choice("b", "==", ("y",)), Not(Choice("c", "==", ("z",))))),
        )
    )


def test_two_nots_are_none():
    assert parse("not not a == x") == parse("a == x") or write(parse("not not a == x")) == "a == x"


def test_a_statement_with_if_holds_where_its_condition_does_not():
    read = parse_statement("A.o if B.p")
    assert evaluate(read, lambda atom: False) is True
    assert evaluate(read, lambda atom: atom.party == "B") is False


def test_if_belongs_to_statements_alone():
    with pytest.raises(ExpressionError):
        parse("A.o if B.p")


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("__import__('os')", 0),
        ("a.b.c joins", 3),
        ("f(x)", 1),
        ("a == (b)", 5),
        ("a = b", 2),
        ("a == x and", 10),
        ("(a == x", 7),
        ("a in []", 6),
        ("a == x b == y", 7),
        ("lambda: 1", 6),
        ("", 0),
    ],
)
def test_what_is_no_condition_is_refused_at_its_place(text, offset):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.offset == offset


def test_a_condition_of_any_length_or_depth_is_refused_in_time():
    with pytest.raises(ExpressionError, match="characters"):
        parse("a == x and " * 1000 + "a == x")
    with pytest.raises(ExpressionError, match="wanted at most 50 brackets"):
        parse("(" * 200 + "a == x" + ")" * 200)
