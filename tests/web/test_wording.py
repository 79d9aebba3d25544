"""Paths of a case in words."""

import pytest

from accord.case.load import load
from accord.web.wording import block_words, path_words
from oracles.generator import case_of, random_case
from teaching import FLAGSHIP, TEACHING


@pytest.mark.parametrize(
    "case", [load(FLAGSHIP), load(TEACHING), *map(case_of, map(random_case, range(8)))]
)
def test_every_number_has_a_name_step_by_step(case):
    for path in case.numbers:
        words = path_words(case, path).split(" · ")
        assert len(words) == len(path.split("."))
        assert words[0] == block_words(path.split(".")[0])
        assert all(word and "_" not in word for word in words[:1])


def test_what_is_known_by_a_title_is_called_by_it():
    case = load(FLAGSHIP)
    said = path_words(case, "positions.USA.values.us_role.levels.none")
    assert said == ("Who wants what · United States · Values · Role of the United States · "
                    "Levels · No guarantee and no support")  # fmt: skip
    assert path_words(case, "positions.USA.values.us_role.weight", below=2) == (
        "Values · Role of the United States · Weight"
    )
    assert path_words(case, "positions.KYIV_PUBLIC.support.steps.0.set", 2) == (
        "Support · Steps · no. 1 · Set"
    )


def test_a_path_that_is_its_own_beginning_keeps_its_words():
    assert path_words(load(TEACHING), "coordination", below=1) == "Coordination"


def test_a_path_where_nothing_stands_is_told_as_it_is():
    assert path_words(load(TEACHING), "nowhere.at_all.3") == "Nowhere · At all · no. 4"
