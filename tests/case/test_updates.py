"""Cases on dates: updates, assumptions, copies, and what stands behind the numbers then."""

import datetime as dt

import pytest

from accord._errors import CaseErrors, UsageError
from accord.case.archive import from_archive, to_archive
from accord.case.load import load
from teaching import FLAGSHIP, altered, put

BOUGHT = "The League has bought boats"
MORE = """\
date: 2025-02-01
known: 2025-03-01
judgement: The League has bought boats
change:
  pledges.GUARD.fleet.amount: 8
"""


def amount(case, owner="GUARD", name="fleet"):
    return case.file.pledges[owner][name].amount.base.central


def test_an_update_applies_from_the_day_it_was_known(tmp_path):
    folder = altered(tmp_path)
    put(folder, "updates/2025-02-01-boats.yaml", MORE)
    assert amount(load(folder)) == 6
    assert amount(load(folder, dt.date(2025, 2, 28))) == 6
    later = load(folder, dt.date(2025, 3, 1))
    assert amount(later) == 8
    assert later.as_of == dt.date(2025, 3, 1)
    assert later.origin == dt.date(2025, 1, 1)
    assert [update.name for update in later.updates] == ["2025-02-01-boats"]
    assert load(folder, "latest").as_of == dt.date(2025, 3, 1)


def test_updates_apply_by_date_and_then_by_name(tmp_path):
    folder = altered(tmp_path)
    put(folder, "updates/b.yaml", "date: 2025-02-01\nchange: {pledges.GUARD.fleet.amount: 8}\n"
        "judgement: b\n")  # fmt: skip
    put(folder, "updates/a.yaml", "date: 2025-02-02\nchange: {pledges.GUARD.fleet.amount: 9}\n"
        "judgement: a\n")  # fmt: skip
    put(folder, "updates/c.yaml", "date: 2025-02-01\nchange: {pledges.GUARD.fleet.amount: 7}\n"
        "judgement: c\n")  # fmt: skip
    assert amount(load(folder, dt.date(2025, 2, 1))) == 7
    assert amount(load(folder, "latest")) == 9


def test_an_update_brings_its_own_support_and_the_next_one_replaces_it(tmp_path):
    folder = altered(tmp_path)
    put(folder, "updates/1.yaml", MORE)
    put(folder, "updates/2.yaml",
        "date: 2025-04-01\nchange:\n  pledges.GUARD.fleet: {title: Nine boats, serves: [boats],"
        " amount: 9, stage: sure, judgement: Counted in port}\n")  # fmt: skip
    path = "pledges.GUARD.fleet.amount"
    assert load(folder, dt.date(2025, 3, 1)).support(path).judgement == BOUGHT
    assert load(folder, "latest").support(path).judgement == "Counted in port"


def test_adding_to_mappings_and_lists_and_ending(tmp_path):
    folder = altered(tmp_path)
    put(
        folder,
        "updates/1.yaml",
        """\
date: 2025-02-01
judgement: A new party at the table
add:
  actors.ISLE: {name: The Isle}
  pledges.ISLE.cutters: {title: Cutters, serves: [boats], amount: 2, stage: sure}
  constraints: [{when: "patrol == none", require: "clause == talk"}]
  categories.1: Islands
end: [positions.SOUTH.red_lines.no-patrol-for-fees]
""",
    )
    case = load(folder, "latest")
    assert amount(case, "ISLE", "cutters") == 2
    assert case.file.categories == ("Teaching", "Islands")
    assert not case.file.positions["SOUTH"].red_lines
    assert len(case.file.constraints) == 1


def test_a_copy_keeps_the_support_that_an_update_gave(tmp_path):
    folder = altered(
        tmp_path,
        ("  NORTH:\n    police:", "  SOUTH: {like: GUARD}\n  NORTH:\n    police:"),
        ("pledges:\n  judgement: Both offers are on paper\n", "pledges:\n"),
        ("amount: 6,", "amount: {value: 6, judgement: on paper},"),
        ("amount: 4,", "amount: {value: 4, judgement: on paper},"),
    )
    put(folder, "updates/1.yaml", MORE)
    case = load(folder, "latest")
    assert amount(case, "SOUTH") == 8
    assert case.support("pledges.SOUTH.fleet.amount").judgement == BOUGHT


def test_a_copy_overrides_what_it_says_and_names_its_own_inputs(tmp_path):
    folder = altered(
        tmp_path,
        ("  NORTH:\n    police:",
         "  SOUTH: {like: GUARD, fleet: {amount: 3}}\n  NORTH:\n    police:"),
    )  # fmt: skip
    case = load(folder)
    assert (amount(case), amount(case, "SOUTH")) == (6, 3)
    assert case.file.pledges["SOUTH"]["fleet"].amount.base.path == "pledges.SOUTH.fleet.amount"


def test_a_copy_of_a_copy_of_siblings_further_in(tmp_path):
    folder = altered(
        tmp_path,
        ("  GUARD:\n    fleet:", "  GUARD:\n    reserve: {like: fleet}\n    fleet:"),
        ("  NORTH:\n    police:", "  SOUTH: {like: GUARD}\n  NORTH:\n    police:"),
    )
    assert amount(load(folder), "SOUTH", "reserve") == 6


def test_another_form_of_number_replaces_the_copied_one_as_a_whole(tmp_path):
    folder = altered(
        tmp_path,
        ("amount: 6,", "amount: {from: 4, to: 9, judgement: a},"),
        ("  NORTH:\n    police:", "  SOUTH: {like: GUARD, fleet: {amount: "
         "{p05: 1, p50: 2, p95: 5, judgement: b}}}\n  NORTH:\n    police:"),
    )  # fmt: skip
    assert amount(load(folder), "SOUTH") == pytest.approx(2)


def test_a_reference_is_one_input_wherever_it_is_used(tmp_path):
    case = load(altered(tmp_path))
    guard = case.file.deterrence.guarantors.named["GUARD"].reneging
    assert guard.base.path == case.file.levels_meaning["reneging"].base.path
    assert guard.steps[0].number.path == "levels_meaning.reneging.steps.0.set"


def test_what_is_referred_to_must_fit_the_field(tmp_path):
    folder = altered(tmp_path, ("reneging: {base: 0, steps", "reneging: {base: -1, steps"))
    with pytest.raises(CaseErrors) as caught:
        load(folder)
    assert [e.path for e in caught.value.errors] == ["deterrence.guarantors.GUARD.reneging.like"]


def test_an_assumption_changes_one_value_and_is_a_judgement():
    case = load(FLAGSHIP, None, ["coordination=0.9"])
    assert case.file.coordination.central == 0.9
    assert case.support("coordination").judgement == "assumed for this run"
    assert case.assumptions == ("coordination=0.9",)
    assert case.digest != load(FLAGSHIP).digest


@pytest.mark.parametrize("text", ["coordination", "nothing.here=3", "coordination.x=1"])
def test_an_assumption_about_nothing_is_refused(tmp_path, text):
    with pytest.raises(UsageError):
        load(altered(tmp_path), None, [text])


def test_an_assumption_that_is_not_finite_is_refused(tmp_path):
    with pytest.raises(CaseErrors):
        load(altered(tmp_path), None, ["durability.temptation=.nan"])


@pytest.mark.parametrize("as_of", [None, "latest"])
def test_an_archive_brings_back_the_same_case(as_of):
    case = load(FLAGSHIP, as_of)
    back = from_archive(to_archive(case))
    assert back.digest == case.digest
    assert back.file == case.file
    assert back.numbers == case.numbers
    assert back.as_of == case.as_of
    assert back.origin == case.origin
    assert back.updates == case.updates
    assert {n: back.support(n) for n in back.numbers} == {n: case.support(n) for n in case.numbers}
    assert to_archive(back) == to_archive(case)


def test_an_archive_holds_nothing_that_was_not_yet_known(tmp_path):
    folder = altered(tmp_path)
    put(
        folder,
        "journal.csv",
        "recorded,known,indicator,outcome\n2025-03-02,2025-03-01,cabinet-list,yes\n",
    )
    assert to_archive(load(folder))["data"]["journal"] == []
    assert len(to_archive(load(folder, "latest"))["data"]["journal"]) == 1
