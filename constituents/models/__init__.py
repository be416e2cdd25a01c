from constituents.models.households import Designation, Household, LiaisonVoter
from constituents.models.petitions import Extension, Petition, PetitionEvent, Referral

__all__ = ["Designation", "Extension", "Household", "LiaisonVoter", "Petition", "PetitionEvent", "Referral"]
