from constituents.models.households import Designation, Household, LiaisonVoter
from constituents.models.petitions import Complaint, Feedback, Petition, PetitionEvent, Representative, Satisfaction
from constituents.models.referrals import Attachment, Extension, ExtensionRequest, Referral, Urging
from constituents.models.suggestions import Engagement, EngagementEvent, Signature, Suggestion, SuggestionEvent
from constituents.models.tables import DeclineReason, HintWord, ResultClass, Snippet

__all__ = [
    "Attachment",
    "Complaint",
    "DeclineReason",
    "Designation",
    "Engagement",
    "EngagementEvent",
    "Extension",
    "ExtensionRequest",
    "Feedback",
    "HintWord",
    "Household",
    "LiaisonVoter",
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
    "Urging",
]
