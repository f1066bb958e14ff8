"""What is refused where people vote on paper, by code."""

from typing import ClassVar

from core.errors import DomainError


class VotedOnPaper(DomainError):
    """An envelope of this voter has been opened; nothing online replaces it."""

    code: ClassVar[str] = "voted_on_paper"


class PaperNotUsed(DomainError):
    """By the round's rules nobody votes on paper."""

    code: ClassVar[str] = "paper_not_used"


class PaperNotYet(DomainError):
    """Before the opening there are no frozen rules to print cards by."""

    code: ClassVar[str] = "paper_not_yet"


class CardsNotYet(DomainError):
    """Cards are looked at after the close, so that nobody knows how people vote."""

    code: ClassVar[str] = "cards_not_yet"


class PaperSettled(DomainError):
    """The vote is reconciled; no card and no envelope changes any more."""

    code: ClassVar[str] = "paper_settled"


class DutyNeeded(DomainError):
    """The person has not said which of the two he handles in this round."""

    code: ClassVar[str] = "duty_needed"


class DutyOther(DomainError):
    """Who opens envelopes sees no card, and who enters cards opens no envelope."""

    code: ClassVar[str] = "duty_other"


class BatchSizeInvalid(DomainError):
    """Too few or too many cards for one batch; params: most."""

    code: ClassVar[str] = "batch_size_invalid"


class BatchUnknown(DomainError):
    """No such batch in this round."""

    code: ClassVar[str] = "batch_unknown"


class BatchClosed(DomainError):
    """The batch is closed; params: number."""

    code: ClassVar[str] = "batch_closed"


class BatchOpen(DomainError):
    """The batch has not been closed; params: number."""

    code: ClassVar[str] = "batch_open"


class BatchDoesNotAddUp(DomainError):
    """Issued is not returned + spoiled + missing; params: issued, told."""

    code: ClassVar[str] = "batch_does_not_add_up"


class CardsUnsettled(DomainError):
    """Cards wait for a second entry, or two entries differ; params: count."""

    code: ClassVar[str] = "cards_unsettled"


class CardsDisagree(DomainError):
    """Another number of cards is entered than came back; params: returned, entered."""

    code: ClassVar[str] = "cards_disagree"


class CardUnknown(DomainError):
    """No card of this round has this serial."""

    code: ClassVar[str] = "card_unknown"


class CardMisread(DomainError):
    """Not a serial: a character is missing or was read as another."""

    code: ClassVar[str] = "card_misread"


class CardSettled(DomainError):
    """Two people have entered this card in the same way."""

    code: ClassVar[str] = "card_settled"


class CardOfOthers(DomainError):
    """Two other people have entered this card; they, or nobody, correct it."""

    code: ClassVar[str] = "card_of_others"


class CardNotDisputed(DomainError):
    """There is nothing to begin anew: the card's entries do not differ."""

    code: ClassVar[str] = "card_not_disputed"


class ThirdPersonNeeded(DomainError):
    """Whoever entered a card does not wipe out its entries."""

    code: ClassVar[str] = "third_person_needed"


class EnvelopeTwice(DomainError):
    """The voter has voted: on paper, or online where that counts; params: hour."""

    code: ClassVar[str] = "envelope_twice"


class EnvelopeUnknown(DomainError):
    """No envelope of this voter has been accepted."""

    code: ClassVar[str] = "envelope_unknown"


class BatchesOpen(DomainError):
    """Batches of cards are open; params: numbers."""

    code: ClassVar[str] = "batches_open"


class PaperUnbalanced(DomainError):
    """Cards and envelopes differ, and two people have not said why; params: area."""

    code: ClassVar[str] = "paper_unbalanced"


class NoDifference(DomainError):
    """The numbers are equal, or are not any more what the reason was given for."""

    code: ClassVar[str] = "no_difference"


class SecondPersonNeeded(DomainError):
    """The second signature is another person's than the first."""

    code: ClassVar[str] = "second_person_needed"
