from constituents.models.households import Designation, Household
from constituents.models.petitions import Petition, PetitionEvent, Referral

__all__ = ["Designation", "Household", "Petition", "PetitionEvent", "Referral"]
