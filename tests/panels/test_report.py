"""What a report tells, and what it does not, where few have answered."""

from collections.abc import Mapping

from panels.population import population_of_csv
from panels.questionnaire import Answer, Questionnaire
from panels.report import Report, Respondent, report_of
from panels.targets import targets_for
from tests.factories.consultations import QUESTIONS

TARGETS = targets_for(
    population_of_csv("feature,value,count\ngender,women,50\ngender,men,50\n"),
    20,
    slack=20,
)


def report(women: int, men: int, answers: Mapping[str, Answer]) -> Report:
    people = ["woman"] * women + ["man"] * men
    return report_of(
        Questionnaire(QUESTIONS.questions),
        TARGETS,
        [Respondent(answers, {"gender": each}) for each in people],
    )


def test_a_question_that_few_have_answered_shows_nothing() -> None:
    people = [Respondent({"q1": "o1"}, {"gender": "woman"})] * 4
    people += [Respondent({"q3": 2}, {"gender": "man"})] * 16
    single, multiple, scale, text = report_of(QUESTIONS, TARGETS, people).told
    assert (single.answered, single.found, single.by) == (None, None, ())
    assert (multiple.answered, multiple.found) == (0, None)
    assert (text.answered, text.found) == (0, None)
    assert scale.answered == 16
    assert scale.found
    assert scale.found.mean
    assert scale.found.mean.value == 2
    # Men alone are no group beside another one.
    assert scale.by == ()


def test_groups_are_told_where_each_has_five() -> None:
    (grouped,) = report(8, 12, {"q1": "o2"}).told[0].by
    assert [(each.answered, bool(each.found)) for each in grouped.groups] == [
        (8, True),
        (12, True),
    ]
    assert report(4, 16, {"q1": "o2"}).told[0].by == ()


def test_of_open_words_only_the_number_is_kept() -> None:
    found = report(8, 12, {"q4": "Benches by the shore"})
    assert (found.told[3].answered, found.told[3].found) == (20, None)
    assert "Benches" not in repr([each.found for each in found.told])


def test_of_four_answers_nothing_is_weighed() -> None:
    found = report(2, 2, {"q1": "o1"})
    assert found.weights is None
    assert {(each.answered, each.found) for each in found.told} == {(None, None)}
