"""What each measure asks, as querysets: who owes something on a day, and which open flags have lost their ground.

A measure never loops over its subjects. ``owed`` yields one ``Finding`` for each period that is judged on the day;
``cleared`` yields one queryset of open flags for each reason. Which amounts a measure takes stands in
``office.regulations.measures``.
"""

from office.rule_sets import STATION
from reports.measures import clocks, standing
from reports.measures.finding import Finding
from reports.measures.periodic import Periodic
from reports.measures.sources import (
    ACTIVITIES,
    FILINGS,
    MEETINGS,
    OF_THE_MANDATE_AFTER,
    OF_THE_MANDATE_BEFORE,
    RECEPTIONS,
    TAKEN_IN,
    VISITS,
)
from reports.measures.standing import Standing, of_number
from reports.measures.subjects import DEPUTIES, GROUPS, OFFICES, STATIONS

OF_A_YEAR = (VISITS, OF_THE_MANDATE_AFTER, OF_THE_MANDATE_BEFORE)
FIGURES = {"home_visit": Periodic(DEPUTIES, (VISITS,))}
"""Measures that are counted for the reports and raise no flag: the text names no number (D1-3①c)."""
MEASURES = {
    "monthly_contact": Periodic(DEPUTIES, (VISITS,)),
    "individual_return": Periodic(DEPUTIES, OF_A_YEAR),
    "annual_report_to_voters": Periodic(DEPUTIES, OF_A_YEAR),
    "contact_month": Periodic(DEPUTIES, (VISITS,)),
    "pre_session_contact": Periodic(DEPUTIES, (VISITS,)),
    "group_visit": Periodic(GROUPS, (ACTIVITIES,)),
    "area_filing": Periodic(GROUPS, (FILINGS,)),
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


def asks_stations(measure: str) -> bool:
    """Whether a measure's rules apply by the level of a station (a street's, a town's), not by that of a congress."""
    asked = ALL[measure]
    return (asked.clock if isinstance(asked, clocks.Deadline) else asked.subjects).level == STATION


__all__ = ["ALL", "FIGURES", "MEASURES", "Finding", "asks_stations"]
