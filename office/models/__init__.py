from office.models.people import Assignment, User
from office.models.places import Jurisdiction, Unit
from office.models.records import AuditEvent, Counter, Job, Submission, Watermark
from office.models.regulations import Clause, Regulation, Rule

__all__ = [
    "Assignment",
    "AuditEvent",
    "Clause",
    "Counter",
    "Job",
    "Jurisdiction",
    "Regulation",
    "Rule",
    "Submission",
    "Unit",
    "User",
    "Watermark",
]
