from office.models.calendar import CalendarDay
from office.models.people import Assignment, User
from office.models.places import Jurisdiction, Unit
from office.models.records import AuditEvent, Counter, Job, Submission, Watermark
from office.models.regulations import Clause, Regulation, Rule, RuleSet, RuleSetUse

__all__ = [
    "Assignment",
    "AuditEvent",
    "CalendarDay",
    "Clause",
    "Counter",
    "Job",
    "Jurisdiction",
    "Regulation",
    "Rule",
    "RuleSet",
    "RuleSetUse",
    "Submission",
    "Unit",
    "User",
    "Watermark",
]
