"""Reading what other tools wrote: utilities as their own semantics give them."""

import json

import numpy as np
import pytest

from accord._errors import CaseErrors, ModelError
from accord.formats.negotiation import Issue, Negotiation, Profile, bargain_of
from accord.formats.read import read_negotiation
from negotiations import (
    DOMAIN,
    KTAB,
    NEGMAS_BUYER,
    NEGMAS_DOMAIN,
    OWNER,
    TENANT,
    TENANT_ROWS,
    WEB_DOMAIN,
    WEB_PROFILE,
    put,
)


def rows(profile):
    return [pytest.approx(list(row), abs=1e-12) for row in profile.contributions]


def approximately(table):
    return [list(row) for row in table]


def test_a_genius_profile_divides_by_the_greatest_evaluation_and_clamps_whole_numbers(tmp_path):
    found = read_negotiation(put(tmp_path, domain=DOMAIN, tenant=TENANT, owner=OWNER))
    assert found.title == "Flat"
    assert found.format == "genius"
    assert found.ignored == ()
    assert found.issues == (
        Issue("Rent", ("low", "high"), False),
        Issue("Months", ("3", "4", "5", "6"), True),
        Issue("Pets", ("none", "cat", "dog"), False),
    )
    tenant, owner = found.profiles
    assert rows(tenant) == approximately(TENANT_ROWS)
    assert (tenant.name, tenant.reservation, tenant.power) == ("tenant", 0.35, None)
    assert owner.contributions[0] == (0.25, 0.5)


def test_the_order_of_files_does_not_matter_to_which_is_the_domain(tmp_path):
    domain, tenant, owner = put(tmp_path, domain=DOMAIN, tenant=TENANT, owner=OWNER)
    found = read_negotiation([owner, domain, tenant])
    assert [profile.name for profile in found.profiles] == ["owner", "tenant"]


def test_an_old_genius_file_with_weights_under_the_root_reads_the_same(tmp_path):
    old = TENANT.replace('<objective index="0" name="Flat">', "").replace("</objective>", "")
    old = "\ufeff" + old.replace('"1" value="0.5"', '"1" value=" 0.5 "') + "  \n"
    found = read_negotiation(put(tmp_path, domain="\ufeff" + DOMAIN, tenant=old))
    assert rows(found.profiles[0]) == approximately(TENANT_ROWS)


@pytest.mark.parametrize("shift", [-1, 1, 7])
def test_weights_whose_indices_begin_elsewhere_keep_their_order(tmp_path, shift):
    text = TENANT
    for index in (3, 2, 1) if shift > 0 else (1, 2, 3):
        text = text.replace(f'<weight index="{index}"', f'<weight index="{index + shift}"')
    found = read_negotiation(put(tmp_path, domain=DOMAIN, tenant=text))
    assert rows(found.profiles[0]) == approximately(TENANT_ROWS)
    assert "indices of weights" in found.ignored[0]


def test_the_first_of_two_equal_items_counts_and_the_second_is_told(tmp_path):
    twice = DOMAIN.replace(
        '<item index="2" value="high"/>', '<item index="2" value="high"/><item value="low"/>'
    )
    more = TENANT.replace(
        '<item index="2" value="high" evaluation="2"/>',
        '<item index="2" value="high" evaluation="2"/>\n<item value="low" evaluation="99"/>',
    )
    domain, tenant = put(tmp_path, domain=twice, tenant=more)
    found = read_negotiation([domain, tenant])
    assert rows(found.profiles[0]) == approximately(TENANT_ROWS)
    assert found.ignored == (
        f"{domain}:7: the second of two items with the value 'low' in issue 'Rent' was not used",
        f"{tenant}:6: the second of two items with the value 'low' in issue 'Rent' was not used",
    )


def test_what_a_genius_file_says_besides_is_told(tmp_path):
    text = TENANT.replace(
        '<reservation value="0.35"/>',
        '<discount_factor value="0.9"/><strategy name="x"/><reservation value="0.35" kind="k"/>',
    ).replace('<issue index="1"', '<issue colour="red" index="1"')
    found = read_negotiation(put(tmp_path, domain=DOMAIN, tenant=text))
    told = "\n".join(found.ignored)
    for words in ("discount factor 0.9", "<strategy>", "attribute kind", "attribute colour"):
        assert words in told
    assert len(found.ignored) == 4


def test_what_stands_in_many_places_is_told_once_with_its_first_place(tmp_path):
    domain, tenant = put(
        tmp_path, domain=DOMAIN, tenant=TENANT.replace("<item ", '<item tone="x" ')
    )
    assert read_negotiation([domain, tenant]).ignored == (
        f"{tenant}:4: the attribute tone of <item> was not used (5 times, first here)",
    )


def test_a_discount_factor_of_one_is_not_worth_a_word(tmp_path):
    text = TENANT.replace("</utility_space>", '<discount_factor value="1.0"/></utility_space>')
    assert read_negotiation(put(tmp_path, domain=DOMAIN, tenant=text)).ignored == ()


def test_issues_that_a_profile_calls_otherwise_are_found_by_index_and_values(tmp_path):
    text = TENANT.replace('name="Pets"', 'name="Animals"').replace('name="Rent"', 'name=" Rent "')
    found = read_negotiation(put(tmp_path, domain=DOMAIN, tenant=text))
    assert rows(found.profiles[0]) == approximately(TENANT_ROWS)
    assert len(found.ignored) == 1
    assert "'Animals'" in found.ignored[0]
    assert "'Pets'" in found.ignored[0]


def test_evaluations_that_are_all_nought_add_nothing_and_are_told(tmp_path):
    text = TENANT.replace('evaluation="8"', 'evaluation="0"').replace(
        'value="high" evaluation="2"', 'value="high" evaluation="0"'
    )
    found = read_negotiation(put(tmp_path, domain=DOMAIN, tenant=text))
    assert found.profiles[0].contributions[0] == (0.0, 0.0)
    assert "whose evaluations are all 0" in found.ignored[0]


def test_a_file_in_another_encoding_says_so_and_is_read(tmp_path):
    domain = DOMAIN.replace("Rent", "Miete für März")
    tenant = TENANT.replace("Rent", "Miete für März")
    head = '<?xml version="1.0" encoding="ISO-8859-1"?>\n'
    files = put(
        tmp_path, domain=domain.encode("utf-8"), tenant=(head + tenant).encode("latin-1"),
        owner=tenant.encode("utf-16"),
    )  # fmt: skip
    found = read_negotiation(files)
    assert found.issues[0].name == "Miete für März"
    for profile in found.profiles:
        assert rows(profile) == approximately(TENANT_ROWS)


def test_a_geniusweb_profile_is_not_divided_and_its_bid_is_its_walk_away_value(tmp_path):
    found = read_negotiation(put(tmp_path, trip=WEB_DOMAIN, guest=WEB_PROFILE))
    assert found.issues == (
        Issue("place", ("sea", "hills"), False),
        Issue("days", ("1", "1.5", "2"), True),
    )
    guest = found.profiles[0]
    assert rows(guest) == [[0.6, 0.15], [0.0, 0.2, 0.4]]
    assert guest.reservation == pytest.approx(0.35)
    assert (guest.name, guest.title) == ("guest", "first guest")


def test_a_geniusweb_profile_carries_its_domain(tmp_path):
    alone = read_negotiation(put(tmp_path, guest=WEB_PROFILE))
    both = read_negotiation(put(tmp_path, trip=WEB_DOMAIN, guest=WEB_PROFILE))
    assert alone.issues == both.issues
    assert alone.profiles == both.profiles


def test_values_that_geniusweb_does_not_list_are_worth_nothing_and_told(tmp_path):
    text = json.dumps(WEB_PROFILE).replace('"hills": 0.25', '"moon": 0.9')
    found = read_negotiation(put(tmp_path, guest=text))
    assert found.profiles[0].contributions[0] == (0.6, 0.0)
    assert found.profiles[0].reservation == pytest.approx(0.2)
    assert [("hills" in s, "moon" in s) for s in found.ignored] == [(False, True), (True, False)]


def test_a_negmas_scenario_is_read_from_its_folder_in_the_order_of_names(tmp_path):
    (tmp_path / "Trade.yml").write_text(NEGMAS_DOMAIN, encoding="utf-8")
    (tmp_path / "b.yml").write_text(NEGMAS_BUYER, encoding="utf-8")
    seller = NEGMAS_BUYER.replace("reserved_value: 0.25", "reserved_value: -.inf\nbias: 0.5")
    (tmp_path / "a.yml").write_text(seller.replace("name: buyer", "name: seller"), "utf-8")
    (tmp_path / "_info.yaml").write_text("{}", encoding="utf-8")
    found = read_negotiation([tmp_path])
    assert found.format == "negmas"
    assert found.issues == (
        Issue("Quantity", ("1", "2", "3"), True),
        Issue("Colour", ("red", "no"), False),
    )
    seller, buyer = found.profiles
    assert (seller.name, buyer.name, seller.title) == ("a", "b", "seller")
    assert rows(buyer) == [[0.0, 0.125, 0.25], [0.75, 0.375]]
    assert rows(seller) == [[0.5, 0.625, 0.75], [0.75, 0.375]]
    assert buyer.reservation == 0.25
    assert seller.reservation == pytest.approx(0.875)
    assert [s for s in found.ignored if "_info.yaml" in s and "not read" in s]
    assert [s for s in found.ignored if "everything is accepted" in s]


def test_a_negmas_scenario_in_json_reads_as_the_one_in_yaml(tmp_path):
    domain = {
        "name": "Trade",
        "type": "DiscreteCartesianOutcomeSpace",
        "issues": [
            {"name": "Quantity", "type": "ContiguousIssue", "values": [1, 3]},
            {"name": "Colour", "type": "CategoricalIssue", "values": ["red", "no"]},
        ],
    }
    inner = {
        "name": "buyer",
        "type": "LinearAdditiveUtilityFunction",
        "reserved_value": 0.25,
        "weights": {"Quantity": 0.25, "Colour": 0.75},
        "values": {
            "Quantity": {"type": "AffineFun", "slope": 0.5, "bias": -0.5},
            "Colour": {"mapping": {"red": 1.0, "no": 0.5}, "type": "TableFun"},
        },
    }
    outer = {"type": "ExpDiscountedUFun", "discount": 0.9, "ufun": inner}
    yaml = read_negotiation(put(tmp_path, domain=NEGMAS_DOMAIN, buyer=NEGMAS_BUYER))
    json_ = read_negotiation(put(tmp_path, domain=domain, buyer=inner))
    assert json_.profiles == yaml.profiles
    assert json_.issues == yaml.issues
    discounted = read_negotiation(put(tmp_path, domain=domain, buyer=outer))
    assert discounted.profiles[0].contributions == yaml.profiles[0].contributions
    assert "discount" in discounted.ignored[0]


def test_a_ktab_dimension_becomes_an_issue_of_the_positions_that_somebody_holds(tmp_path):
    found = read_negotiation(put(tmp_path, oil=KTAB.replace("\nB,", "\n,,\n \nB,") + " ,,\n"))
    assert found.format == "ktab"
    assert found.title == "Oil"
    assert found.issues == (
        Issue("Price", ("0", "25", "100"), True),
        Issue("Quota", ("12.5", "50"), True),
    )
    a, b, c = found.profiles
    assert (a.name, a.title, a.power) == ("A", "First, of all", 10.5)
    assert rows(a) == [[0.75, 0.75 * 0.75, 0.0], [0.25 * 0.625, 0.25]]
    assert rows(c) == [[0.0, 0.0, 0.0], [1.0, 0.625]]
    assert b.reservation == 0.0
    assert any("no walk-away values" in sentence for sentence in found.ignored)


def test_the_bargain_lies_on_a_grid_of_a_billionth_half_to_even():
    issue = Issue("x", ("a", "b", "c"), True)
    values = ((0.5e-9, 1.5e-9, -2.5e-9), (1.0, 0.25, 0.1))
    profiles = tuple(Profile(f"p{i}", (row,), 0.1) for i, row in enumerate(values))
    bargain = bargain_of(Negotiation("t", (issue,), profiles, (), "genius"))
    assert bargain.values[0].dtype == np.int64
    assert bargain.values[0].tolist() == [[0, 2, -2], [1_000_000_000, 250_000_000, 100_000_000]]
    assert bargain.walk_away.tolist() == [100_000_000, 100_000_000]
    assert bargain.scale == 1e9


def test_utilities_too_large_for_the_grid_are_refused():
    profile = Profile("p", ((1e10,),), 0.0)
    with pytest.raises(ModelError, match="a scale such as 0 to 1"):
        bargain_of(Negotiation("t", (Issue("x", ("a",), True),), (profile,), (), "genius"))


def test_reading_nothing_is_refused():
    with pytest.raises(CaseErrors):
        read_negotiation([])
