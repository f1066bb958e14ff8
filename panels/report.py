"""What a consultation has shown: the document that its page and its tables are made of.

Pure. Nothing in it tells what one person said: of open questions only the number of
answers is in it, groups of fewer than five are not, and neither are those from which
such a group could be reckoned.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.disclosure import MIN_CELL
from panels.estimates import (
    Calibrated,
    Chosen,
    Interval,
    estimate_mean,
    estimate_shares,
)
from panels.questionnaire import Answer, Answers, Question, QuestionKind, Questionnaire
from panels.representativeness import (
    Representativeness,
    Said,
    representativeness,
    shown_groups,
)
from panels.targets import TargetFeature, Targets, Value
from panels.weights import Weights, base_weights, weights_for

# One group would be told from the total alone.
_FEWEST_GROUPS = 2


@dataclass(frozen=True, slots=True)
class Respondent:
    """Somebody's answers.

    Attributes:
        said: feature -> value, None where the person does not want to say.
        chance: of having been asked at all; None where it is not known.
    """

    answers: Answers
    said: Said
    chance: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was said by all who count.

    Attributes:
        shares: one for each option, or for each step of the scale.
        mean: of a scale.
    """

    shares: tuple[Interval, ...]
    mean: Interval | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """One value of a feature; `found` None: hidden, it or another is too small."""

    value: Value
    answered: int | None
    found: Found | None


@dataclass(frozen=True, slots=True)
class Grouped:
    """One question by the values of one feature."""

    feature: TargetFeature
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One question.

    Attributes:
        answered: people, unweighted; None where they are too few to be shown.
        found: None of open questions, and where too few answered.
    """

    question: Question
    answered: int | None
    found: Found | None = None
    by: tuple[Grouped, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The whole consultation.

    Attributes:
        weights: None where too few answered for any number to be shown.
        known_chances: of how many the chance of having been asked is known.
    """

    told: tuple[Told, ...]
    representativeness: Representativeness
    weights: Weights | None
    known_chances: int

    @property
    def asked(self) -> int:
        """Who was asked."""
        return self.representativeness.asked

    @property
    def answered(self) -> int:
        """Who answered anything."""
        return self.representativeness.answered


def report_of(
    questionnaire: Questionnaire,
    targets: Targets,
    people: Sequence[Respondent],
    silent: Sequence[Said] = (),
) -> Report:
    """Weigh and estimate.

    Args:
        questionnaire: what was asked.
        targets: the population.
        people: who answered.
        silent: what those have said of themselves who were asked and did not answer.
    """
    said = [person.said for person in people]
    resembling = representativeness(targets, said, silent)
    chances = [person.chance for person in people]
    known = sum(chance is not None for chance in chances)
    if len(people) < MIN_CELL:
        none = tuple(Told(each, None) for each in questionnaire.questions)
        return Report(none, resembling, None, known)
    weights = weights_for(targets, said, base_weights(chances))
    calibrated = Calibrated.of(weights)
    told = tuple(
        _told(calibrated, targets, each, people) for each in questionnaire.questions
    )
    return Report(told, resembling, weights, known)


@dataclass(frozen=True, slots=True)
class _Given:
    """A question with who chose what, and who answered it."""

    question: Question
    chosen: Chosen
    counts: Chosen

    def found(self, calibrated: Calibrated, counts: Chosen) -> Found:
        """The estimates among those who count."""
        shares = estimate_shares(calibrated, self.chosen, counts)
        if self.question.kind is not QuestionKind.SCALE:
            return Found(shares)
        steps = self.chosen.astype(np.float64) @ np.array(self.question.steps)
        ends = self.question.low, self.question.high
        return Found(shares, estimate_mean(calibrated, steps, counts, ends))


def _told(
    calibrated: Calibrated,
    targets: Targets,
    question: Question,
    people: Sequence[Respondent],
) -> Told:
    answers = [person.answers.get(question.key) for person in people]
    counts = np.array([answer is not None for answer in answers])
    answered = int(counts.sum())
    if 0 < answered < MIN_CELL:
        return Told(question, None)
    if question.kind is QuestionKind.TEXT or not answered:
        return Told(question, answered)
    given = _Given(question, _chosen(question, answers), counts)
    by = (_grouped(calibrated, feature, given, people) for feature in targets.features)
    found = given.found(calibrated, counts)
    return Told(question, answered, found, tuple(each for each in by if each))


def _grouped(
    calibrated: Calibrated,
    feature: TargetFeature,
    given: _Given,
    people: Sequence[Respondent],
) -> Grouped | None:
    """The question by one feature; None where there is nothing to compare."""
    said = np.array([person.said.get(feature.key) or "" for person in people])
    own = {value.key: given.counts & (said == value.key) for value in feature.values}
    sizes = {key: int(inside.sum()) for key, inside in own.items()}
    shown = shown_groups(sizes, int(given.counts.sum()) - sum(sizes.values()))
    told = {key for key in shown if sizes[key]}
    if len(told) < _FEWEST_GROUPS:
        return None
    groups = (
        Group(
            value,
            sizes[value.key] if value.key in shown else None,
            given.found(calibrated, own[value.key]) if value.key in told else None,
        )
        for value in feature.values
    )
    return Grouped(feature, tuple(groups))


def _chosen(question: Question, answers: Sequence[Answer | None]) -> Chosen:
    """People by options, or by the steps of the scale."""
    offered: Sequence[str | int] = (
        question.steps
        if question.kind is QuestionKind.SCALE
        else [option.key for option in question.options]
    )
    return np.array([[_has(answer, each) for each in offered] for answer in answers])


def _has(answer: Answer | None, offered: str | int) -> bool:
    return offered in answer if isinstance(answer, tuple) else answer == offered
