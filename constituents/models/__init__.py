from constituents.models.households import Designation, Household, LiaisonVoter
from constituents.models.links import LINK, Guest, UnitLink
from constituents.models.paper import PaperBatch
from constituents.models.petitions import Complaint, Feedback, Petition, PetitionEvent, Representative, Satisfaction
from constituents.models.referrals import Attachment, Extension, ExtensionRequest, Referral, Urging
from constituents.models.suggestions import Engagement, EngagementEvent, Signature, Suggestion, SuggestionEvent
from constituents.models.tables import DeclineReason, HintWord, ResultClass, Snippet

__all__ = [
    "LINK",
    "Attachment",
    "Complaint",
    "DeclineReason",
    "Designation",
    "Engagement",
    "EngagementEvent",
    "Extension",
    "ExtensionRequest",
    "Feedback",
    "Guest",
    "HintWord",
    "Household",
    "LiaisonVoter",
    "PaperBatch",
    "Petition",
    "PetitionEvent",
    "Referral",
    "Representative",
    "ResultClass",
    "Satisfaction",
    "Signature",
    "Snippet",
    "Suggestion",
    "SuggestionEvent",
    "UnitLink",
    "Urging",
]
