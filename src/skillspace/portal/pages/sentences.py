"""Sentences of pages for codes: what was just done, and why something was refused, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from skillspace.kernel.errors import SkillspaceError
from skillspace.portal.i18n import Translator
from skillspace.portal.views.common import Notice
from skillspace.portal.words import N_

#: What a page says on top after a form was sent: the code in ``?done=`` → (kind of notice, sentence).
NOTICES: Mapping[str, tuple[str, str]] = {
    "granted": ("done", N_("You said yes. You can stop it at any time.")),
    "declined": ("done", N_("You said no. Nothing was shared.")),
    "granted-for": ("done", N_("You said yes for them. You and they can stop it at any time.")),
    "agreed": ("care", N_("Your yes is kept. It counts once the other guardian agrees to the same things.")),
    "assented": ("done", N_("Your yes is kept. A grown-up is asked now.")),
    "ask-changed": ("care", N_("They asked anew since you opened this. Read what has changed, and answer here.")),
    "age-first": ("care", N_("First tell us when you were born, below. Then you can say yes.")),
    "born": ("done", N_("Thank you. Your date of birth is kept, and shown to nobody.")),
    "mandate-asked": ("done", N_("They are asked. It counts once they say yes.")),
    "mandate-accept": ("done", N_("You said yes. It counts from now on.")),
    "mandate-refuse": ("done", N_("You said no. Nothing comes of it.")),
    "words-kept": ("done", N_("Kept. Proposals are being made; you can begin as soon as they stand here.")),
    "words-gone": ("done", N_("Taken away. What you said of its mappings is kept.")),
    "own-program-gone": ("done", N_("Shut out. Its token opens nothing any more.")),
    "links-asked": ("done", N_("We look through ads and courses now.")),
    "mapping-yes": ("done", N_("Your yes is kept. Here is the next one.")),
    "mapping-no": ("done", N_("Your no is kept. Here is the next one.")),
    "guardian-asked": ("care", N_("Asked. Somebody checks it; until then you can do nothing for the child.")),
    "guardian-confirm": ("done", N_("Confirmed. Both see it in their own space.")),
    "guardian-refuse": ("done", N_("Refused. Both read the reason.")),
    "guardian-suspend": ("done", N_("Paused. Nothing can be done under it now.")),
    "guardian-resume": ("done", N_("It goes on.")),
    "guardian-end": ("done", N_("Ended. What the guardian had said yes to is asked again.")),
    "guardian-appoint": ("done", N_("Appointed. It counts once the guardian says yes.")),
    "age-recorded": ("done", N_("The age is recorded, and shown to nobody.")),
    "worry-told": ("done", N_("Thank you for telling us. Only we read it.")),
    "worry-answered": ("done", N_("Answered. Only the child reads it.")),
    "mandate-end": ("done", N_("Ended. Nothing can be done under it any more.")),
    "right-used": ("done", N_("Asked. Below you see what each of them answers, and by when they must.")),
    "right-withdrawn": ("done", N_("Taken back. They are told.")),
    "right-lifted": ("done", N_("It goes on again. They are told.")),
    "right-supplied": ("done", N_("Sent. Their clock goes on.")),
    "wish-counts": ("done", N_("It counts from now on.")),
    "wish-paused": ("done", N_("Paused. It decides nothing until you let it go on.")),
    "wish-gone": ("done", N_("Dropped. It decides nothing any more; what it decided stands.")),
    "undone-yes": ("done", N_("Undone. They get nothing more and must delete what they have.")),
    "undone-no": ("done", N_("Undone. The ask is yours again.")),
    "dismissed": ("done", N_("Put away. It is not suggested again.")),
    "alerts-on": ("done", N_("Kept. News come as you wish.")),
    "alerts-off": ("done", N_("Switched off. You hear of no news until you switch it on again.")),
    "alert-answered": ("done", N_("Thank you. Your answer is kept.")),
    "alert-back": ("done", N_("Taken back, as if you had not answered.")),
    "learning-on": ("done", N_("From now on your answers move the order of what you hear of.")),
    "learning-off": ("done", N_("Stopped. What was learnt from you is gone.")),
    "lesson-gone": ("done", N_("Forgotten.")),
    "program-let": ("done", N_("The program may do this for you now. You can take it back on any day.")),
    "program-gone": ("done", N_("Taken back. The program can do nothing for you any more.")),
    "stopped": ("done", N_("Stopped. They get nothing more from now on.")),
    "shared": ("done", N_("Shared. You see here what they see, and can stop it at any time.")),
    "again": ("done", N_("We ask for it once more.")),
    "connected": ("done", N_("Connected. Look below at what they may send you.")),
    "letter-asked": ("done", N_("Asked. Look into your mailbox.")),
    "proven": ("done", N_("Proven, and kept until the day below.")),
    "proof-gone": ("done", N_("Let go. It counts no more.")),
    "taken-back": ("done", N_("Taken back. Nothing more leaves for that space.")),
    "address-kept": ("done", N_("The address is kept on the record.")),
    "known": ("done", N_("Connected. When they hold something about you, an ask stands under Sharing.")),
    "disconnected": ("done", N_("Disconnected. They forget the link to your space.")),
    "story": ("done", N_("Saved. Your answers are among your skills.")),
    "story-gone": ("done", N_("The story is gone, with the skills it brought.")),
    "goal": ("done", N_("This is your goal now.")),
    "chosen": ("done", N_("Added to your plan.")),
    "taken": ("done", N_("These trainings are your plan now.")),
    "dropped": ("done", N_("Taken out of your plan.")),
    "no-goal": ("care", N_("Choose a goal first; then you can add trainings to your plan.")),
    "language": ("done", N_("The language is changed.")),
    "passkey": ("done", N_("The passkey is added.")),
    "passkey-gone": ("done", N_("The passkey is removed.")),
    "moved": ("done", N_("Done. The other side is told.")),
    "admitted": ("done", N_("Admitted. Their proof of membership is on its way to them.")),
    "not-admitted": ("done", N_("Refused. They may ask again.")),
    "task-again": ("done", N_("The task runs again.")),
    "task-gone": ("done", N_("The task is given up.")),
    "process-ended": ("done", N_("Ended here. The other side is told when it answers again.")),
    "published": ("done", N_("Published. Others see it when they next read the catalogue.")),
    "withdrawn": ("done", N_("Withdrawn. Agreements already made stay in force.")),
    "proposed": ("done", N_("Proposed. Their answer shows here.")),
    "asked-for": ("done", N_("Asked for. Their answer shows here.")),
    "sourced": ("done", N_("Set. Whoever has an agreement gets data from there now.")),
    "commented": ("done", N_("Sent. The person sees it beside their plan.")),
    "asked-to-join": ("done", N_("Asked. The contract stands here once they have answered.")),
    "witnesses-asked": ("done", N_("The witnesses are asked. Their answers stand below as they come.")),
    "drafted": ("done", N_("The draft is written. Read it, then publish it.")),
    "recorded": ("done", N_("Saved. This version is in force, and members read it when they next look.")),
    "policy-set": ("done", N_("It is in force, and stands here for everybody who works with it.")),
    "chart-kept": ("done", N_("The chart is kept. Here is how your people meet it.")),
    "chart-gone": ("done", N_("The chart is gone.")),
    "match-decided": ("done", N_("Your decision stands, with your name and your reason. The person can ask for it.")),
    "right-moved": ("done", N_("Done. The person is told as soon as their space can be reached.")),
    "signed-out": ("done", N_("You are signed out.")),
}

#: Why something did not work, by the name of the fault.
FAULTS: Mapping[str, str] = {
    "WrongForm": N_("This form was open for too long. Go back, reload the page and send it again."),
    "RoleMissing": N_("Your account does not have the role this page needs. Ask an operator of your organisation."),
    "PasskeyRefused": N_("The passkey could not be checked. Try again, or use another device."),
    "ConsentMissing": N_("No live consent covers this."),
    "ConsentRevoked": N_("You had stopped this consent."),
    "ConsentExpired": N_("The consent had run out."),
    "NoticeChanged": N_("They changed what they say about this use since they asked. Read the newer request."),
    "ConsentEnded": N_("The consent had ended."),
    "ConsentUsedUp": N_("The consent was for a number of uses, and they are over."),
    "OutsideConditions": N_("The consent does not hold at this time or place."),
    "UseRefused": N_("What was shown for this use had been used, had run out, or belonged to another use."),
    "NotMandated": N_("Nobody gave you leave to do this for somebody else."),
    "NeedsGuardian": N_("You cannot decide this alone yet. A guardian has to say yes too."),
    "AgeUnknown": N_("We do not know yet whether this can be decided alone. First the date of birth has to be told."),
    "NeedsAssent": N_("They have not said yes themselves yet. Without their own yes, yours does not count."),
    "SaidNo": N_("They said no to this themselves, and their own no counts."),
    "NeedsSecondGuardian": N_("You decide this together: the other guardian has to agree to the same things."),
    "OutOfScope": N_("What you may do for them does not cover this."),
    "OwnActOnly": N_("Nobody can do this for somebody else. They have to do it themselves."),
    "MandateEnded": N_("You may no longer act for them."),
    "Outgrown": N_("They are old enough now to decide this alone."),
    "EvidenceRefused": N_("What was shown does not prove that you may act for them."),
    "LearningNeedsAge": N_("Until you are old enough to decide alone, nothing is learnt from you."),
    "NoContract": N_("No contract of the data space allows this use."),
    "Restricted": N_("The data are kept and not used, because the person asked for that."),
    "WrongRecipient": N_("The consent is for somebody else."),
    "WrongDataset": N_("The consent is about other data."),
    "UntrustedIntermediary": N_("The consent was not signed by a member of this data space."),
    "IntermediarySilent": N_("Nobody could say whether the consent still stands, so the answer was no."),
    "AgreementEnded": N_("There was no contract in force between the two."),
    "PolicyForbids": N_("The contract does not allow this use."),
    "PermitTooOld": N_("The consent was checked too long ago."),
    "NotAMember": N_("The other side is not a member of this data space."),
    "PeerUnreachable": N_("The other organisation does not answer at the moment."),
    "MoveNotAllowed": N_("This was answered or ended before, so it cannot be changed any more."),
    "WrongCode": N_("This code is not right, was used before, or is too old. Ask the organisation for a new one."),
    "TooManyAttempts": N_("Too many codes were tried. Wait a while, then ask the organisation for a new one."),
    "TooManyLetters": N_("You asked for too many letters. Wait an hour, then ask again."),
    "NoAddress": N_("This is not an e-mail address. It looks like name@example.org."),
    "WayClosed": N_("They do not connect people this way. Choose another."),
    "NoHolderProof": N_(
        "This is the credential alone. Anybody who got hold of it could send it, so it opens nothing. Let your wallet "
        "make a presentation with the request below."
    ),
    "NotRecognised": N_("What you showed is in order, but it leads to no one record of theirs. Ask them."),
    "NonceSpent": N_("That answered another request, or came too late. Use the new request below."),
    "WrongHolder": N_("The credential is about another key than the one your wallet signed with."),
    "WrongAudience": N_("The presentation was made for somebody else. Use the request below, to the letter."),
    "UntrustedIssuer": N_("Who signed the credential is not believed in this matter."),
    "CredentialExpired": N_("The credential has run out. Ask who gave it to you for a new one."),
    "CredentialNotYetValid": N_("The credential does not count yet."),
    "CredentialRevoked": N_("Who gave you the credential has taken it back."),
    "CredentialSuspended": N_("Who gave you the credential has suspended it for now."),
    "StatusUnknown": N_("Nobody can say whether the credential still counts, so it does not."),
    "StatusUnreachable": N_("Nobody says at the moment whether the credential still counts. Try again later."),
    "InvalidSignature": N_("The signature does not fit. Make the presentation once more."),
    "TokenExpired": N_("The presentation ran out before it came here. Make a new one."),
    "TokenNotYetValid": N_("The presentation is from the future. Set the clock of your device."),
    "AlreadyLinked": N_("This organisation knows your space as somebody else. Disconnect it first, then try again."),
    "NotFound": N_("There is no such thing here, or it was never yours to see."),
    "UnknownConcept": N_("We know no skill or occupation of this name."),
}


def notice(code: str, translator: Translator) -> Notice | None:
    """Return the sentence of a code from a query string; None for a code that says nothing."""
    if code not in NOTICES:
        return None
    kind, text = NOTICES[code]
    return Notice(kind=kind, text=translator.gettext(text))


def fault_sentence(code: str, translator: Translator) -> str:
    """Return why something was refused, by the fault's name; empty where no sentence was written for it."""
    return translator.gettext(FAULTS[code]) if code in FAULTS else ""


def explain(fault: SkillspaceError, translator: Translator) -> tuple[str, str]:
    """Return (sentence, detail) of a fault: the English reason is the detail only where no sentence was written."""
    sentence = fault_sentence(fault.code, translator)
    return (sentence, "") if sentence else ("", fault.message)
