"""Whatever is wrong with a Genius file: it is refused with its place, and all at once."""

import pytest

from negotiations import DOMAIN, OWNER, TENANT, only, put, refused

GENIUS = [
    ("an item that is cut off", '<item index="1" value="low" evaluation="8"/>', '<item index="1" ',
     5, 7, "not well formed"),
    ("a weight that is missing", '<weight index="2" value=".2"/>', "", 7, 5, "without a weight"),
    ("a weight that is no number", 'value=".2"', 'value="much"', 16, 5, "'much'"),
    ("a weight that is not finite", 'value=".2"', 'value="NaN"', 16, 5, "'NaN'"),
    ("a weight that is infinite", 'value=".2"', 'value="1e999"', 16, 5, "'1e999'"),
    ("a weight below nought", 'value=".2"', 'value="-.2"', 16, 5, "'-.2'"),
    ("a weight without value", ' value=".2"', "", 16, 5, "without value"),
    ("two weights of one index", '<weight index="2"', '<weight index="1"', 16, 5, "second weight"),
    ("an evaluation that is no number", 'evaluation="8"', 'evaluation="8,5"', 4, 7, "'8,5'"),
    ("an evaluation that is missing", ' evaluation="8"', "", 4, 7, "without evaluation"),
    ("a value that the domain lacks", 'value="cat" eva', 'value="fox" eva', 12, 7, "'fox'"),
    ("an issue that is missing", 'index="3" name="Pets"', 'index="4" name="Garden"', 10, 5,
     "'Garden'"),
    ("evaluations of at most nought", 'evaluation="8"', 'evaluation="-8"', 0, 0, ""),
    ("a slope that is no number", 'slope="0.5"', 'slope="inf"', 8, 7, "'inf'"),
    ("an evaluator of another kind", '"linear"', '"triangular"', 8, 7, "'triangular'"),
    ("other bounds than the domain's", 'lowerbound="3"', 'lowerbound="1"', 7, 5, "lowerbound"),
    ("a reservation that is no number", '"0.35"', '"a third"', 19, 3, "'a third'"),
    ("a second reservation value", "</utility_space>",
     '<reservation value="0.1"/></utility_space>', 20, 1, "second reservation"),
    ("a space that is not additive", "<utility_space>", '<utility_space type="nonlinear">', 1, 1,
     "nonlinear"),
    ("a hyper-rectangle", '<reservation value="0.35"/>',
     '<ufun><hyperRectangle utility_value="1"/></ufun>', 19, 3, "<ufun>"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "found"), [pytest.param(*g[1:], id=g[0]) for g in GENIUS]
)
def test_a_mistake_in_a_genius_profile_is_told_with_its_place(
    tmp_path, old, new, line, column, found
):
    assert TENANT.count(old) == 1
    text = TENANT.replace(old, new)
    if not line:
        # the other value is made bad as well: its greatest evaluation is below nought
        text = text.replace('value="high" evaluation="2"', 'value="high" evaluation="-1"')
        line, column, found = 3, 5, "at most -1"
    files = put(tmp_path, domain=DOMAIN, tenant=text)
    errors = refused(files)
    assert any(
        (e.file, e.line, e.column) == (str(files[1]), line, column) and found in e.found
        for e in errors
    ), [str(e) for e in errors]
    assert all(e.text == text.split("\n")[e.line - 1] for e in errors if e.line)


DOMAINS = [
    ("no issue", None, "<negotiation_template></negotiation_template>", 1, 1, "no issue"),
    ("an issue without values", '<item index="1" value="low"/>\n', "", 5, 7, "without values"),
    ("an item without a value", ' value="cat"', "", 12, 9, "without a value"),
    ("an issue without a name", ' name="Pets"', "", 10, 7, "without a name"),
    ("a second issue of the name", 'name="Pets"', 'name="Rent"', 10, 7, "second issue"),
    ("a range without end", ' upperbound="6"', "", 9, 7, "no upperbound"),
    ("a range of parts", 'upperbound="6"', 'upperbound="6.5"', 9, 7, "'6.5'"),
    ("a range that falls", 'upperbound="6"', 'upperbound="2"', 9, 7, "from 3 to 2"),
    ("a range too long", 'upperbound="6"', 'upperbound="99999999"', 9, 7, "99999999"),
    ("a real-valued issue", 'vtype="integer"', 'vtype="real"', 9, 7, "real-valued"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "found"), [pytest.param(*d[1:], id=d[0]) for d in DOMAINS]
)
def test_a_mistake_in_a_genius_domain_is_told_with_its_place(
    tmp_path, old, new, line, column, found
):
    text = new if old is None else DOMAIN.replace(old, new)
    if "without values" in found:
        text = DOMAIN.replace('        <item index="1" value="low"/>\n', "").replace(
            '        <item index="2" value="high"/>\n', ""
        )
    assert text != DOMAIN
    files = put(tmp_path, domain=text, tenant=TENANT)
    error = only(files)
    assert (error.file, error.line, error.column) == (str(files[0]), line, column)
    assert found in error.found


def test_all_mistakes_of_all_files_come_at_once(tmp_path):
    bad = TENANT.replace('value=".2"', 'value="x"').replace('evaluation="8"', 'evaluation="y"')
    worse = OWNER.replace("cat", "fox").replace('<weight index="1" value="0.5"/>', "")
    files = put(tmp_path, domain=DOMAIN, tenant=bad, owner=worse)
    errors = refused(files)
    assert {error.file for error in errors} == {str(files[1]), str(files[2])}
    assert len(errors) == 5


def test_a_profile_of_another_domain_is_one_mistake(tmp_path):
    other = TENANT
    for name in ("Rent", "Months", "Pets"):
        other = other.replace(f'name="{name}"', f'name="other {name}"')
    other = other.replace("low", "lower").replace("dog", "horse")
    error = only(put(tmp_path, domain=DOMAIN, tenant=other))
    assert error.found == "a profile of another domain"
    assert "'Rent'" in error.wanted
