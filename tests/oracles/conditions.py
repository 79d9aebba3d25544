"""The condition language of a case, read and evaluated one world at a time.

Written from the grammar of ``docs/case.md`` alone; nothing is shared with ``accord.case``. A
condition is read into nested tuples::

    ("or", parts)  ("and", parts)  ("not", part)
    ("choice", provision, relation, levels)  ("shock", name)
    ("joins", actor, pledge or None)  ("count", k, actors)  ("accepts", actor)
    ("option", party, option, relation or None, level or None)
"""

import re

_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*|\d+|==|!=|<=|>=|[()\[\],.]")
_RELATIONS = ("==", "!=", "<=", ">=")


def read(text):
    """The nested tuples of a condition, or of a statement ``A if B`` (A or not B)."""
    tokens = _TOKEN.findall(text)
    tree = _either(tokens)
    if tokens and tokens[0] == "if":
        tokens.pop(0)
        tree = ("or", [tree, ("not", _either(tokens))])
    assert not tokens, f"{text!r} goes on with {tokens}"
    return tree


def _either(tokens):
    parts = [_both(tokens)]
    while tokens and tokens[0] == "or":
        tokens.pop(0)
        parts.append(_both(tokens))
    return parts[0] if len(parts) == 1 else ("or", parts)


def _both(tokens):
    parts = [_plain(tokens)]
    while tokens and tokens[0] == "and":
        tokens.pop(0)
        parts.append(_plain(tokens))
    return parts[0] if len(parts) == 1 else ("and", parts)


def _plain(tokens):
    first = tokens.pop(0)
    if first == "not":
        return ("not", _plain(tokens))
    if first == "(":
        inner = _either(tokens)
        assert tokens.pop(0) == ")"
        return inner
    if first.isdigit():
        assert tokens.pop(0) == "of"
        return ("count", int(first), _listed(tokens))
    return _named(first, tokens)


def _named(first, tokens):
    second = None
    if tokens and tokens[0] == ".":
        tokens.pop(0)
        second = tokens.pop(0)
        if first == "shocks":
            return ("shock", second)
    word = tokens[0] if tokens else ""
    if word in {"joins", "accepts", "in", *_RELATIONS}:
        tokens.pop(0)
    if word == "joins":
        return ("joins", first, second)
    if word == "accepts":
        return ("accepts", first)
    if second is not None:
        level = tokens.pop(0) if word in _RELATIONS else None
        return ("option", first, second, word if level else None, level)
    levels = _listed(tokens) if word == "in" else [tokens.pop(0)]
    return ("choice", first, word, levels)


def _listed(tokens):
    assert tokens.pop(0) == "["
    names = [tokens.pop(0)]
    while tokens[0] == ",":
        tokens.pop(0)
        names.append(tokens.pop(0))
    assert tokens.pop(0) == "]"
    return names


def holds(tree, truth):
    """Truth of a read condition, given a function from an atom to its truth."""
    kind = tree[0]
    if kind == "or":
        return any(holds(part, truth) for part in tree[1])
    if kind == "and":
        return all(holds(part, truth) for part in tree[1])
    if kind == "not":
        return not holds(tree[1], truth)
    return truth(tree)


def choice_holds(atom, provisions, chosen):
    """Truth of a choice: provisions as written in the case, and the chosen level of each."""
    _, provision, relation, wanted = atom
    record, level = provisions[provision], chosen[provision]
    if relation in {"==", "in"}:
        return level in wanted
    if relation == "!=":
        return level not in wanted
    if isinstance(record["levels"][level], dict) and record["levels"][level].get("apart"):
        return False
    return related(relation, list(record["levels"]), level, wanted[0])


def related(relation, levels, one, other):
    """Whether two levels of a list, least first, stand in a relation."""
    mine, yours = levels.index(one), levels.index(other)
    return {
        "==": mine == yours, "!=": mine != yours, "<=": mine <= yours, ">=": mine >= yours
    }[relation]  # fmt: skip
