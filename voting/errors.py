"""What the budget rounds refuse: a code, and the numbers of its sentence."""

from typing import ClassVar

from core.errors import DomainError


class ProfileInvalid(DomainError):
    """Projects, money and ballots that do not fit together (`why` says how)."""

    code: ClassVar[str] = "profile_invalid"


class RuleUnknown(DomainError):
    """No rule of this name; params: rule, known."""

    code: ClassVar[str] = "rule_unknown"


class RuleParameterInvalid(DomainError):
    """A parameter that the rule cannot use; params: parameter, value."""

    code: ClassVar[str] = "rule_parameter_invalid"


class RuleWithoutMinimum(DomainError):
    """The rule cannot promise a theme's minimum; params: rule, limit."""

    code: ClassVar[str] = "rule_without_minimum"


class MinimumUnreachable(DomainError):
    """No set of projects keeps every minimum and maximum."""

    code: ClassVar[str] = "minimum_unreachable"


class NoAnswerInTime(DomainError):
    """The time limit passed before any allowed set was found; params: seconds."""

    code: ClassVar[str] = "no_answer_in_time"


class CountDisagrees(DomainError):
    """A count does not say what the stored result says; params: project."""

    code: ClassVar[str] = "count_disagrees"


class RoundNotSealed(DomainError):
    """Counting before the ballots are sealed."""

    code: ClassVar[str] = "round_not_sealed"


class RoundNotCounted(DomainError):
    """Signing or publishing a result that does not exist yet."""

    code: ClassVar[str] = "round_not_counted"


class ResultAlreadyPublic(DomainError):
    """The result has been published; nothing about it changes any more."""

    code: ClassVar[str] = "result_already_public"


class ResultNotProven(DomainError):
    """The best set found in time needs a second official's signature."""

    code: ClassVar[str] = "result_not_proven"


class SignatureOfTheAuthor(DomainError):
    """The second signature must be another person's than the count."""

    code: ClassVar[str] = "signature_of_the_author"


class ResultAlreadySigned(DomainError):
    """This person has signed the result before."""

    code: ClassVar[str] = "result_already_signed"


class EmbargoInThePast(DomainError):
    """An embargo that would already be over."""

    code: ClassVar[str] = "embargo_in_the_past"


class AreaColumnUnknown(DomainError):
    """The file's projects have no such column; params: column, columns."""

    code: ClassVar[str] = "area_column_unknown"


class RoundKeyMissing(DomainError):
    """The round's key file is not there or not readable; params: round."""

    code: ClassVar[str] = "round_key_missing"


class DraftUnreadable(DomainError):
    """A stored draft does not open under its voter's tag."""

    code: ClassVar[str] = "draft_unreadable"


class VoteNotOpenYet(DomainError):
    """The vote has not been opened."""

    code: ClassVar[str] = "vote_not_open_yet"


class VoteClosed(DomainError):
    """The vote has ended; nothing more is taken."""

    code: ClassVar[str] = "vote_closed"


class NotOnTheRoll(DomainError):
    """Casting without a row on the electoral roll."""

    code: ClassVar[str] = "not_on_the_roll"


class VoterNotVerified(DomainError):
    """The account's e-mail address has not been confirmed."""

    code: ClassVar[str] = "voter_not_verified"


class RollFromRegister(DomainError):
    """Nobody enters this roll by declaring himself."""

    code: ClassVar[str] = "roll_from_register"


class WrongMunicipality(DomainError):
    """A voter from elsewhere; params: municipality."""

    code: ClassVar[str] = "wrong_municipality"


class TooYoung(DomainError):
    """Below the least age; params: age."""

    code: ClassVar[str] = "too_young"


class HomeAreaNeeded(DomainError):
    """The round has home areas, and the voter named none that exists."""

    code: ClassVar[str] = "home_area_needed"


class RollTaken(DomainError):
    """The person is on the roll already, under another account."""

    code: ClassVar[str] = "roll_taken"


class BallotEmpty(DomainError):
    """A cast without a single area."""

    code: ClassVar[str] = "ballot_empty"


class BlankNotAllowed(DomainError):
    """A blank ballot where the manifest allows none; params: area."""

    code: ClassVar[str] = "blank_not_allowed"


class TooFewPicks(DomainError):
    """Fewer projects than the least number; params: area, least."""

    code: ClassVar[str] = "too_few_picks"


class TooManyPicks(DomainError):
    """More projects than the largest number; params: area, most."""

    code: ClassVar[str] = "too_many_picks"


class ProjectNotOnBallot(DomainError):
    """A project that is not on this area's ballot paper; params: area."""

    code: ClassVar[str] = "project_not_on_ballot"


class PickedTwice(DomainError):
    """One project twice on one ballot; params: area."""

    code: ClassVar[str] = "picked_twice"


class OverBudget(DomainError):
    """A knapsack ballot above the area's money; params: area."""

    code: ClassVar[str] = "over_budget"


class AreaNotYours(DomainError):
    """A ballot in an area where this voter has no vote."""

    code: ClassVar[str] = "area_not_yours"


class VoteAlreadyCast(DomainError):
    """A second vote where the manifest allows no change."""

    code: ClassVar[str] = "vote_already_cast"


class PointsOutOfRange(DomainError):
    """Points that one project cannot get; params: area, most."""

    code: ClassVar[str] = "points_out_of_range"


class TooManyPoints(DomainError):
    """More points than there are to divide; params: area, points, given."""

    code: ClassVar[str] = "too_many_points"


class NothingToWithdraw(DomainError):
    """Taking a vote back where none is in."""

    code: ClassVar[str] = "nothing_to_withdraw"


class ReceiptUnknown(DomainError):
    """A key of a cast that is not this voter's: for him it does not exist."""

    code: ClassVar[str] = "receipt_unknown"


class VoteStillOpen(DomainError):
    """An act that has to wait for the close."""

    code: ClassVar[str] = "vote_still_open"


class VoteAlreadyClosed(DomainError):
    """Closing what is closed: somebody was first, or the clock."""

    code: ClassVar[str] = "vote_already_closed"


class ReasonNeeded(DomainError):
    """Closing before its time takes a public reason."""

    code: ClassVar[str] = "reason_needed"


class NotReconciled(DomainError):
    """Sealing before the roll and the box have been reconciled."""

    code: ClassVar[str] = "not_reconciled"


class AlreadyReconciled(DomainError):
    """Reconciling twice."""

    code: ClassVar[str] = "already_reconciled"


class AlreadySealed(DomainError):
    """Sealing twice."""

    code: ClassVar[str] = "already_sealed"


class SealMismatch(DomainError):
    """The sealed copy is not the box; nothing is deleted. Params: box, sealed."""

    code: ClassVar[str] = "seal_mismatch"


class RollAndBoxDiffer(DomainError):
    """Who voted by the roll is not who has ballots in the box; nothing is sealed.

    Params: without_ballot, without_voter.
    """

    code: ClassVar[str] = "roll_and_box_differ"


class ResultNotPublic(DomainError):
    """A download that would tell of ballots before the result is published."""

    code: ClassVar[str] = "result_not_public"


class RoundUnknown(DomainError):
    """No round has this address; params: slug."""

    code: ClassVar[str] = "round_unknown"


class FileUnwritable(DomainError):
    """The file of an export cannot be written; params: file, reason."""

    code: ClassVar[str] = "file_unwritable"


class VotePaused(DomainError):
    """An official has stopped the vote for a while."""

    code: ClassVar[str] = "vote_paused"


class VoteNotPaused(DomainError):
    """There is nothing to go on with: somebody was first."""

    code: ClassVar[str] = "vote_not_paused"


class TimeIsUp(DomainError):
    """The last moment passed during the pause; going on would close the vote."""

    code: ClassVar[str] = "time_is_up"


class EndNotLater(DomainError):
    """A vote's end only moves forward, and never into the past; params: ends."""

    code: ClassVar[str] = "end_not_later"


class ReturnNotLater(DomainError):
    """A pause is expected to end before it begins."""

    code: ClassVar[str] = "return_not_later"


class ReasonNotTranslated(DomainError):
    """A public reason is needed in all three languages; params: languages."""

    code: ClassVar[str] = "reason_not_translated"
