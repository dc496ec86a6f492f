"""Why a use of a person's data is refused: one leaf a reason, so that logs, pages and peers name it alike."""

from __future__ import annotations

from skillspace.kernel.errors import Conflict, ConsentMissing, Refused


class ConsentRevoked(ConsentMissing):
    """The person stopped this consent."""


class ConsentExpired(ConsentMissing):
    """The consent has run out; ask the person again."""


class NoticeChanged(Conflict):
    """What the recipient says about this use changed after it asked; the newer request is the one to answer."""


class ConsentEnded(ConsentMissing):
    """The consent was ended by the intermediary that keeps it."""


class ConsentUsedUp(ConsentMissing):
    """The consent was for a number of uses, and they are over; ask the person again."""


class OutsideConditions(ConsentMissing):
    """The consent does not hold at this time or place; the person set when and where it does."""


class UseRefused(ConsentMissing):
    """This token opens nothing: it was used, it ran out, or it belongs to another use; ask for a new one."""


class NotMandated(Refused):
    """Who wants to act for somebody has no mandate for it."""


class WrongRecipient(Refused):
    """The consent is for somebody else."""


class WrongDataset(Refused):
    """The consent is about other data, or about data of another provider."""


class UntrustedIntermediary(Refused):
    """Who signed the consent is no intermediary of this data space."""


class IntermediarySilent(Refused):
    """The person's intermediary cannot be asked whether the consent still lives, so the answer is no."""


class AgreementEnded(Refused):
    """There is no agreement in force between these two about this data."""


class NoContract(Refused):
    """No contract in force lets this recipient use this data for this purpose."""


class Restricted(Refused):
    """The person's data are restricted: they are kept and not used (GDPR Art. 18), or the person objected."""


class PolicyForbids(Refused):
    """The agreement's policy does not allow this use."""


class PermitTooOld(Refused):
    """The consent was checked too long ago; ask again."""


#: Refusals that a later try may not meet: nobody said no, somebody was slow or not there.
PASSING = frozenset({PermitTooOld.__name__, IntermediarySilent.__name__})

#: What an intermediary may answer about a grant, by the code it travels under.
ANSWERS: dict[str, type[Refused]] = {
    leaf.__name__: leaf
    for leaf in (
        *(ConsentMissing, ConsentRevoked, ConsentExpired, ConsentEnded, ConsentUsedUp, OutsideConditions, UseRefused),
        *(WrongDataset, WrongRecipient),
    )
}
