from office.models.attempts import Attempt
from office.models.calendar import CalendarDay
from office.models.filters import SavedFilter
from office.models.notices import Notice, Outbox
from office.models.people import Assignment, User
from office.models.personal import Erasure, Hold, RetentionPeriod
from office.models.places import Jurisdiction, Unit
from office.models.records import AuditEvent, AuditSeal, Counter, Job, Submission, Watermark
from office.models.regulations import Clause, Regulation, Rule, RuleSet, RuleSetUse
from office.models.sign_ins import PastPassword, RecoveryCode, Session

__all__ = [
    "Assignment",
    "Attempt",
    "AuditEvent",
    "AuditSeal",
    "CalendarDay",
    "Clause",
    "Counter",
    "Erasure",
    "Hold",
    "Job",
    "Jurisdiction",
    "Notice",
    "Outbox",
    "PastPassword",
    "RecoveryCode",
    "Regulation",
    "RetentionPeriod",
    "Rule",
    "RuleSet",
    "RuleSetUse",
    "SavedFilter",
    "Session",
    "Submission",
    "Unit",
    "User",
    "Watermark",
]
