from visits.models.activities import ActivityAbsence, ActivityFile, GroupActivity, Meeting
from visits.models.areas import AreaFile, AreaFiling
from visits.models.consultations import Consultation
from visits.models.contacts import Visit, VisitPhoto
from visits.models.duty_entries import DutyEntry, DutyFile, DutyPart
from visits.models.reviews import Review
from visits.models.voters import ReportExemption, ReportFile, VoterReport

__all__ = [
    "ActivityAbsence",
    "ActivityFile",
    "DutyEntry",
    "DutyFile",
    "DutyPart",
    "AreaFile",
    "AreaFiling",
    "Consultation",
    "GroupActivity",
    "Meeting",
    "ReportExemption",
    "ReportFile",
    "Review",
    "Visit",
    "VisitPhoto",
    "VoterReport",
]
