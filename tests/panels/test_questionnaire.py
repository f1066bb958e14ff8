"""Questions in three languages, and what counts as an answer to them."""

from dataclasses import replace

import pytest

from core.text import Localized
from panels.consultation_errors import (
    AnswerNotOffered,
    AnswerOffScale,
    AnswerTooLong,
    AnswerUnprintable,
    AnswerWrongKind,
    QuestionLimit,
    QuestionOptionsLimit,
    QuestionScaleInvalid,
    QuestionUnknown,
)
from panels.questionnaire import (
    MOST_QUESTIONS,
    Gap,
    Option,
    Question,
    QuestionKind,
    Questionnaire,
    answers_from_json,
    checked_answers,
    gaps,
    moved_question,
    new_key,
    tidied,
    unanswered,
    with_question,
    without_question,
)

TEXT = Localized("Miksi?", "Varför?", "Why?")
SCALE = Question(
    key="q3",
    kind=QuestionKind.SCALE,
    text=TEXT,
    low=1,
    high=5,
    low_text=TEXT,
    high_text=TEXT,
)
ASKED = Questionnaire(
    (
        Question(
            key="q1",
            kind=QuestionKind.SINGLE,
            text=TEXT,
            required=True,
            options=(Option("o1", TEXT), Option("o2", TEXT)),
        ),
        Question(
            key="q2",
            kind=QuestionKind.MULTIPLE,
            text=TEXT,
            help=TEXT,
            options=(Option("o1", TEXT), Option("o2", TEXT), Option("o3", TEXT)),
        ),
        SCALE,
        Question(key="q4", kind=QuestionKind.TEXT, text=TEXT),
    )
)


def test_a_questionnaire_is_stored_and_read_back_whole() -> None:
    assert Questionnaire.from_json(ASKED.to_json()) == ASKED
    assert Questionnaire.from_json({}) == Questionnaire()


def test_answers_are_kept_in_the_order_of_the_questions_and_without_empty_ones() -> (
    None
):
    kept = checked_answers(
        ASKED, {"q4": " Because\r\nof it ", "q3": 1, "q2": ("o3", "o1"), "q1": "o2"}
    )
    assert list(kept.items()) == [
        ("q1", "o2"),
        ("q2", ("o1", "o3")),
        ("q3", 1),
        ("q4", "Because\nof it"),
    ]
    assert checked_answers(ASKED, {"q2": (), "q4": " \n"}) == {}
    assert answers_from_json({"q2": ["o1"], "q3": 1}) == {"q2": ("o1",), "q3": 1}


@pytest.mark.parametrize(
    ("key", "answer", "refusal"),
    [
        ("q1", "o3", AnswerNotOffered),
        ("q1", ("o1",), AnswerWrongKind),
        ("q2", ("o1", "o9"), AnswerNotOffered),
        ("q2", "o1", AnswerWrongKind),
        ("q3", 0, AnswerOffScale),
        ("q3", 6, AnswerOffScale),
        ("q3", True, AnswerWrongKind),
        ("q3", "3", AnswerWrongKind),
        ("q4", 3, AnswerWrongKind),
        ("q4", "x" * 2001, AnswerTooLong),
        ("q4", "a\x00b", AnswerUnprintable),
        ("q4", "a\ud800b", AnswerUnprintable),
        ("q9", "o1", QuestionUnknown),
    ],
)
def test_what_is_no_answer_is_refused(
    key: str, answer: str | tuple[str, ...] | int, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        checked_answers(ASKED, {key: answer})


def test_what_must_be_answered_is_named_by_its_number() -> None:
    assert unanswered(ASKED, {"q4": "x"}) == (1,)
    assert unanswered(ASKED, {"q1": "o1"}) == ()


def test_every_text_of_every_question_must_be_there_in_every_language() -> None:
    assert gaps(ASKED) == ()
    half = Localized(fi="Miksi?", en=" ")
    asked = Questionnaire(
        (
            replace(ASKED.questions[0], options=(Option("o1", half),)),
            replace(ASKED.questions[1], text=half, help=half),
            replace(SCALE, low_text=None),
            replace(ASKED.questions[3], help=Localized()),
        )
    )
    assert gaps(asked) == (
        Gap(1, "option", ("sv", "en")),
        Gap(2, "text", ("sv", "en")),
        Gap(2, "help", ("sv", "en")),
        Gap(3, "ends", ("fi", "sv", "en")),
    )


def test_questions_are_added_changed_moved_and_taken_out() -> None:
    key = new_key(ASKED)
    assert key == "q5"
    more = with_question(ASKED, replace(ASKED.questions[3], key=key))
    assert [q.key for q in moved_question(more, "q5", -1).questions] == [
        "q1",
        "q2",
        "q3",
        "q5",
        "q4",
    ]
    assert moved_question(more, "q5", 1) == more
    assert moved_question(more, "q1", -1) == more
    assert without_question(more, "q5") == ASKED
    changed = with_question(ASKED, replace(SCALE, high=7))
    assert changed.question("q3").high == 7
    with pytest.raises(QuestionUnknown):
        without_question(ASKED, "q9")


def test_a_question_needs_what_its_kind_needs() -> None:
    with pytest.raises(QuestionOptionsLimit):
        with_question(ASKED, replace(ASKED.questions[0], options=(Option("o1", TEXT),)))
    for low, high in ((5, 5), (-1, 5), (0, 11)):
        with pytest.raises(QuestionScaleInvalid):
            with_question(ASKED, replace(SCALE, low=low, high=high))
    many = Questionnaire(
        tuple(replace(SCALE, key=f"q{n}") for n in range(MOST_QUESTIONS))
    )
    with pytest.raises(QuestionLimit):
        with_question(many, replace(SCALE, key="q99"))


def test_what_a_kind_does_not_have_is_left_out() -> None:
    bare = tidied(replace(SCALE, kind=QuestionKind.TEXT, options=(Option("o1", TEXT),)))
    assert bare == Question(key="q3", kind=QuestionKind.TEXT, text=TEXT)
    assert tidied(SCALE) == SCALE
