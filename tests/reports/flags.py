"""Flags about every kind of subject, the same in both towns of the small county."""

from datetime import UTC, date, datetime

from constituents.models import Petition, Referral
from liaison_stations.models import Reception, ReceptionDuty
from office.models import Clause, Regulation, Rule, RuleSet
from reports.models import Flag
from visits.models import GroupActivity

ON = date(2026, 3, 10)
AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
KINDS = {
    "deputy": ("D1-3①b", "monthly_contact", "red"),
    "group": ("D9-1a", "group_visit", "red"),
    "station": ("D3-三", "reception_month", "amber"),
    "reception": ("D5-二a", "reception_notice", "amber"),
    "petition": ("D3-六h", "hand_over", "amber"),
    "referral": ("D3-七", "reply_overdue", "red"),
    "activity": ("D9-3", "activity_report", "amber"),
    "office": ("D9-5", "group_leader_meeting", "amber"),
}


def rules() -> dict:
    """A rule for each kind of subject."""
    own, _made = RuleSet.objects.get_or_create(key="own", defaults={"name": "试验"})
    made = {}
    for position, (kind, (key, measure, severity)) in enumerate(KINDS.items()):
        text, _made = Regulation.objects.get_or_create(
            key=key.split("-")[0], defaults={"title": f"制度{key[:2]}", "status": "in_force", "text": "全文"}
        )
        clause = Clause.objects.create(regulation=text, key=key, quote=f"{key}的原文", position=position)
        made[kind] = Rule.objects.create(
            clause=clause,
            rule_set=own,
            name=f"规则{key}",
            measure=measure,
            severity=severity,
            effective_from=date(2020, 1, 1),
        )
    return made


def subjects(town, county) -> dict:
    """One subject of each kind in a town."""
    petition = Petition.objects.create(
        station=town.station,
        year=2026,
        seq=1,
        received_on=date(2026, 2, 2),
        registered_at=AT,
        visitor=f"来访人{town.n}",
        situation="路灯不亮",
        request="修好",
        deputy=town.deputy,
        status="routed",
    )
    reception = Reception.objects.create(station=town.station, planned_on=date(2026, 3, 12))
    ReceptionDuty.objects.create(reception=reception, deputy=town.deputy)
    return {
        "deputy": town.deputy,
        "group": town.group,
        "station": town.station,
        "reception": reception,
        "petition": petition,
        "referral": Referral.objects.create(
            petition=petition, place=town.place, unit=town.unit, routed_on=date(2026, 2, 2), due_on=date(2026, 3, 4)
        ),
        "activity": GroupActivity.objects.create(
            group=town.group, happened_on=date(2026, 2, 3), content="入户", logged_at=AT
        ),
        "office": town.place,
    }


def raise_all(small) -> dict:
    """One open flag about each kind of subject in each town, by kind and number of the town."""
    ruled = rules()
    return {
        (kind, town.n): raise_one(ruled[kind], town, **{kind: subject})
        for town in small.towns
        for kind, subject in subjects(town, small).items()
    }


def raise_one(rule, town, **more) -> Flag:
    """One open flag in a town; ``more`` names the subject and what differs."""
    return Flag.objects.create(
        **{
            "rule": rule,
            "rule_key": rule.clause.key,
            "jurisdiction": town.place,
            "severity": rule.severity,
            "starts_on": date(2026, 2, 1),
            "due_on": date(2026, 2, 28),
            "raised_on": date(2026, 3, 1),
            **more,
        }
    )
