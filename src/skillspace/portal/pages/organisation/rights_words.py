"""Words of people's rights: the rights, the grounds on which one is refused, and what an organisation does about it."""

from __future__ import annotations

from skillspace.portal.words import N_
from skillspace.trust.rights.model import Ground, Right

#: A right in words, and its article of the GDPR.
RIGHTS = {
    Right.ACCESS: (N_("Wants to see their data"), "Art. 15"),
    Right.RECTIFICATION: (N_("Wants data corrected"), "Art. 16"),
    Right.ERASURE: (N_("Wants data erased"), "Art. 17"),
    Right.RESTRICTION: (N_("Wants data kept but not used"), "Art. 18"),
    Right.PORTABILITY: (N_("Wants to take their data along"), "Art. 20"),
    Right.OBJECTION: (N_("Objects to a use"), "Art. 21"),
    Right.REVIEW: (N_("Asks that a person looks again"), "Art. 22"),
}
GROUNDS = {
    Ground.NOT_IDENTIFIED: N_("We cannot tell who the person is"),
    Ground.UNFOUNDED: N_("The request is manifestly unfounded"),
    Ground.EXCESSIVE: N_("The request is excessive, because it comes again and again"),
    Ground.RIGHTS_OF_OTHERS: N_("It would harm the rights of others"),
    Ground.ACCURATE: N_("The data are right as they are"),
    Ground.NO_CASE_OF_ERASURE: N_("None of the reasons to erase is there"),
    Ground.EXPRESSION: N_("Freedom of expression and information"),
    Ground.LEGAL_OBLIGATION: N_("A law obliges us to keep them"),
    Ground.PUBLIC_HEALTH: N_("Public health"),
    Ground.ARCHIVING: N_("Archiving or research in the public interest"),
    Ground.LEGAL_CLAIMS: N_("Legal claims"),
    Ground.NO_CASE_OF_RESTRICTION: N_("None of the reasons to stop the use is there"),
    Ground.NOT_PORTABLE: N_("They rest neither on consent nor on a contract"),
    Ground.PUBLIC_TASK: N_("They serve a public task"),
    Ground.PORTED_RIGHTS_OF_OTHERS: N_("Moving them would harm the rights of others"),
    Ground.COMPELLING_GROUNDS: N_("Compelling reasons of ours weigh more"),
    Ground.PUBLIC_RESEARCH: N_("Research in the public interest"),
    Ground.STANDS: N_("A person looked at it again, and it stands"),
    Ground.LAW_RESTRICTS: N_("A law limits this right here"),
}
MOVES = {
    "take": N_("Begin to work on it"),
    "answer": N_("Do what they ask"),
    "extend": N_("Take two more months"),
    "doubt": N_("Ask who they are"),
    "refuse": N_("Refuse"),
    "lift": N_("Let the use go on"),
}
#: The same where a person asks that somebody looks again.
REVIEW_MOVES = MOVES | {
    "answer": N_("We looked again and changed it"),
    "refuse": N_("We looked again and it stands"),
}
#: What was said about a request, in the past.
SAID = {
    "receive": N_("Received"),
    "take": N_("Work began"),
    "answer": N_("Answered"),
    "extend": N_("Two more months taken"),
    "doubt": N_("Asked who they are"),
    "refuse": N_("Refused"),
    "lift": N_("The use goes on"),
}
