"""Small negotiations in every format, written by hand, and their files."""

import json

import pytest
from hypothesis import strategies as st

from accord._errors import CaseErrors
from accord.formats.negotiation import Issue, Negotiation, Profile
from accord.formats.read import read_negotiation

DOMAIN = """<?xml version="1.0"?>
<negotiation_template>
  <utility_space number_of_issues="3">
    <objective index="0" name="Flat">
      <issue index="1" name="Rent" vtype="discrete">
        <item index="1" value="low"/>
        <item index="2" value="high"/>
      </issue>
      <issue index="2" name="Months" vtype="integer" lowerbound="3" upperbound="6"/>
      <issue index="3" name="Pets" vtype="discrete">
        <item index="1" value="none"/>
        <item index="2" value="cat"/>
        <item index="3" value="dog"/>
      </issue>
    </objective>
  </utility_space>
</negotiation_template>
"""
TENANT = """<utility_space>
  <objective index="0" name="Flat">
    <issue index="1" name="Rent" vtype="discrete">
      <item index="1" value="low" evaluation="8"/>
      <item index="2" value="high" evaluation="2"/>
    </issue>
    <issue index="2" name="Months" vtype="integer" lowerbound="3" upperbound="6">
      <evaluator ftype="linear" slope="0.5" offset="-0.25"/>
    </issue>
    <issue index="3" name="Pets" vtype="discrete">
      <item index="1" value="none" evaluation="1"/>
      <item index="2" value="cat" evaluation="4"/>
      <item index="3" value="dog" evaluation="2"/>
    </issue>
    <weight index="1" value="0.5"/>
    <weight index="2" value=".2"/>
    <weight index="3" value="0.3"/>
  </objective>
  <reservation value="0.35"/>
</utility_space>
"""
OWNER = TENANT.replace('evaluation="8"', 'evaluation="1"').replace("0.35", "0.2")
TENANT_ROWS = ((0.5, 0.125), (0.0, 0.05, 0.15, 0.2), (0.075, 0.3, 0.15))

WEB_DOMAIN = {
    "name": "trip",
    "issuesValues": {
        "place": {"values": ["sea", "hills"]},
        "days": {"range": ["1", "2", "0.5"]},
    },
}
WEB_PROFILE = {
    "LinearAdditiveUtilitySpace": {
        "name": "first guest",
        "issueUtilities": {
            "place": {"discreteutils": {"valueUtilities": {"sea": 1.0, "hills": 0.25}}},
            "days": {
                "numberutils": {
                    "lowValue": 1, "lowUtility": 0.0, "highValue": 2, "highUtility": 1.0
                }
            },
        },
        "issueWeights": {"place": 0.6, "days": 0.4},
        "domain": WEB_DOMAIN,
        "reservationBid": {"issuevalues": {"place": "hills", "days": 1.5}},
    }
}  # fmt: skip

NEGMAS_DOMAIN = """name: Trade
type: DiscreteCartesianOutcomeSpace
issues:
  - name: Quantity
    type: ContiguousIssue
    values: [1, 3]
  - name: Colour
    type: CategoricalIssue
    values: [red, "no"]
"""
NEGMAS_BUYER = """name: buyer
type: LinearAdditiveUtilityFunction
reserved_value: 0.25
weights: [0.25, 0.75]
values:
  - type: AffineFun
    slope: 0.5
    bias: -0.5
  - type: TableFun
    mapping: {red: 1.0, "no": 0.5}
"""
KTAB = """Oil , "A scenario, invented", 3, 2,
Actor, Description, Power, Price, Sal1, Quota, Sal2,
A, "First, of all", 10.5, 0, 30, 50, 10,
B, Second, 20, 100, 50, 50, 50,
C, Third, 5, 25, 0, 12.5, 80,
"""


def put(folder, **texts):
    """Files of a folder by stem; the ending is a guess that readers do not need."""
    files = []
    for stem, content in texts.items():
        text = content if isinstance(content, str | bytes) else json.dumps(content, indent=1)
        file = folder / f"{stem}.txt"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        files.append(file)
    return files


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=12)
ODD = st.sampled_from(
    ["null", "no", "~", "1", "1.0", "nan", "2025-01-01", "a: b", "- x", "#", '"', "'", "{", "[",
     "<&>", "a\tb", "like", "because", "judgement", "and", "é", "日本", "x" * 300, "%", "!!str",
     "&a", "*a", "|", "\u2028", "\u0085", "\ufeff", " padded ", "a\nb"]
)  # fmt: skip
NAMES = WORDS.filter(lambda text: text.strip()) | ODD.filter(lambda text: text.strip())
SHARES = st.floats(0, 1) | st.sampled_from([0.0, 1.0, 1e-12, 0.1, 1 / 3])


@st.composite
def negotiations(draw, shares=SHARES, names=NAMES):
    """Negotiations with names of every kind; utilities are whatever ``shares`` draws."""
    named = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    issues = tuple(
        Issue(
            name,
            tuple(draw(st.lists(names, min_size=1, max_size=4, unique=True))),
            draw(st.booleans()),
        )
        for name in named
    )
    profiles = tuple(
        Profile(
            f"party{i}",
            tuple(tuple(draw(shares) for _ in issue.levels) for issue in issues),
            draw(shares),
            draw(st.none() | st.floats(0, 100)),
            draw(names),
        )
        for i in range(draw(st.integers(1, 3)))
    )
    return Negotiation(draw(names), issues, profiles, (), "genius")


def put_written(folder, written):
    """The files that a writer made, in their order."""
    files = []
    for name, text in written.files.items():
        file = folder / name
        file.write_bytes(text.encode())
        files.append(file)
    return files


def refused(files):
    """Every mistake as (file name, line, column, path, found, wanted)."""
    with pytest.raises(CaseErrors) as caught:
        read_negotiation(files)
    for error in caught.value.errors:
        assert error.file
        assert error.found
        assert error.wanted
    return caught.value.errors


def only(files):
    errors = refused(files)
    assert len(errors) == 1, [str(error) for error in errors]
    return errors[0]
