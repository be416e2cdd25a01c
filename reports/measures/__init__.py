"""What each measure asks, as querysets: who owes something on a day, and which open flags have lost their ground.

A measure never loops over its subjects. ``owed`` yields one ``Finding`` for each period that is judged on the day;
``cleared`` yields one queryset of open flags for each reason. Which amounts a measure takes stands in
``office.regulations.measures``.
"""

from reports.measures import clocks, standing
from reports.measures.finding import Finding
from reports.measures.periodic import Periodic
from reports.measures.sources import ACTIVITIES, MEETINGS, RECEPTIONS, TAKEN_IN, VISITS
from reports.measures.standing import Standing, of_number
from reports.measures.subjects import DEPUTIES, GROUPS, OFFICES, STATIONS

FIGURES = {"home_visit": Periodic(DEPUTIES, (VISITS,))}
"""Measures that are counted for the reports and raise no flag: the text names no number (D1-3①c)."""
MEASURES = {
    "monthly_contact": Periodic(DEPUTIES, (VISITS,)),
    "individual_return": Periodic(DEPUTIES, (VISITS,)),
    "annual_report_to_voters": Periodic(DEPUTIES, (VISITS,)),
    "contact_month": Periodic(DEPUTIES, (VISITS,)),
    "pre_session_contact": Periodic(DEPUTIES, (VISITS,)),
    "group_visit": Periodic(GROUPS, (ACTIVITIES,)),
    "group_leader_meeting": Periodic(OFFICES, (MEETINGS,)),
    "reception_month": Periodic(STATIONS, (RECEPTIONS, TAKEN_IN)),
    "household_count": Standing(DEPUTIES, of_number(standing.households)),
    "liaison_voters": Standing(DEPUTIES, of_number(standing.liaison_voters)),
    "station_head": Standing(STATIONS, standing.right_heads),
    "station_tracker": Standing(STATIONS, of_number(standing.trackers)),
    **{deadline.measure: deadline for deadline in clocks.DEADLINES},
}
"""The measures that raise flags, by the name a rule gives."""
ALL = {**MEASURES, **FIGURES}

__all__ = ["ALL", "FIGURES", "MEASURES", "Finding"]
