"""Another author's count of the annual report: from rows as plain columns, by hand, subject by subject.

It follows the regulations and what the report says of its own columns (``reports.annual.wording.counting``), and shares
no line with the report. Each figure is the set of the keys behind it; its value is how many there are.
"""

import json
import re
from collections import defaultdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

OFFICE = ZoneInfo("Asia/Shanghai")
DECIDING = ("escalate", "route", "decline", "answer", "suggested")
OVER = ("declined", "answered", "closed", "merged", "void")
TABLES = (
    "office_jurisdiction",
    "office_ruleset",
    "office_rulesetuse",
    "office_rule",
    "office_clause",
    "deputies_term",
    "deputies_electoraldistrict",
    "deputies_deputygroup",
    "deputies_deputy",
    "deputies_absence",
    "deputies_congresssession",
    "liaison_stations_station",
    "liaison_stations_station_deputies",
    "liaison_stations_reception",
    "liaison_stations_receptionduty",
    "constituents_household",
    "constituents_designation",
    "constituents_petition",
    "constituents_petitionevent",
    "constituents_referral",
    "constituents_feedback",
    "constituents_declinereason",
    "constituents_resultclass",
    "constituents_suggestion",
    "constituents_suggestionevent",
    "constituents_engagement",
    "constituents_engagementevent",
    "constituents_liaisonvoter",
    "visits_dutyentry",
    "visits_reportexemption",
    "visits_voterreport",
    "visits_visit",
    "visits_groupactivity",
    "visits_meeting",
)


LINES = (
    *("contacts", "owed", "met", "met_late", "missed", "kind", "month"),
    *("households", "seen", "unseen", "held", "below", "above"),
    *("petitions", "course", "status", "reply", "due", "satisfaction"),
)

OF_STATIONS = (
    *("station_head", "station_tracker", "reception_month", "reception_notice", "reception_record", "hand_over"),
    *("unit_receipt", "reply_overdue", "letters_reply", "redo_reply", "feedback_overdue"),
    *("suggestion_reply", "suggestion_reply_wide"),
)
"""What is asked of a station, or of a unit that a station's matter was handed to."""


def from_database() -> dict[str, list[dict]]:
    """Every row of the tables, by plain SQL; days and instants as such in either database."""
    told = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 (names of the list above)
            names = [column[0] for column in cursor.description]
            told[table] = [{n: _value(n, v) for n, v in zip(names, row, strict=True)} for row in cursor.fetchall()]
    return told


def _value(name, value):
    if isinstance(value, str) and (name in ("since", "until") or name.endswith(("_on", "_from", "_to"))):
        return date.fromisoformat(value)
    if isinstance(value, str) and (name.endswith("_at") or name == "at") and "-" in value:
        value = datetime.fromisoformat(value)
    if isinstance(value, str) and name == "amounts":
        return json.loads(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=ZoneInfo("UTC"))
    return value


def _grouped(rows, column) -> dict:
    found = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


class Office:
    """All that is on record, and who belongs where."""

    def __init__(self, tables, *, year: int, on: date):
        self.of = tables
        self.year, self.on = year, on
        self.first, self.last = date(year, 1, 1), date(year, 12, 31)
        self.path = {row["id"]: row["path"] for row in tables["office_jurisdiction"]}
        self.place_of_district = {d["id"]: d["jurisdiction_id"] for d in tables["deputies_electoraldistrict"]}
        self.term = {row["id"]: row for row in tables["deputies_term"]}
        self.station = {row["id"]: row for row in tables["liaison_stations_station"]}
        self.level = {row["id"]: row["level"] for row in tables["office_jurisdiction"]}
        self.in_station = defaultdict(set)
        for link in tables["liaison_stations_station_deputies"]:
            self.in_station[link["station_id"]].add(link["deputy_id"])
        self.visits_of, self.absences_of, self.named_by = defaultdict(list), defaultdict(list), defaultdict(list)
        for row in tables["visits_visit"]:
            if row["happened_on"].year == year:
                self.visits_of[row["deputy_id"]].append(row)
        for row in tables.get("deputies_absence", []):
            self.absences_of[row["deputy_id"]].append(row)
        for row in tables.get("constituents_designation", []):
            self.named_by[row["deputy_id"]].append(row)
        self.all_visits_of = _grouped(tables["visits_visit"], "deputy_id")
        self.mandates = {d["id"]: [d["id"]] for d in tables["deputies_deputy"]}
        self.deputy = {d["id"]: d for d in tables["deputies_deputy"]}
        for row in tables["deputies_deputy"]:
            if row["succeeds_id"]:
                self.mandates[row["id"]].append(row["succeeds_id"])
                self.mandates[row["succeeds_id"]].append(row["id"])
        self.counted = {}
        self.with_a_matter = {p["deputy_id"] for p in tables["constituents_petition"] if p["received_on"].year == year}
        self.seen = {v["household_id"] for rows in self.visits_of.values() for v in rows} - {None}
        self.name = {row["id"]: row["name"] for row in tables["office_jurisdiction"]}
        self.code = {row["id"]: row["code"] for row in tables["office_jurisdiction"]}
        self.group = {row["id"]: row for row in tables["deputies_deputygroup"]}
        self.reception = {row["id"]: row for row in tables["liaison_stations_reception"]}
        self.reason = {row["id"]: row["name"] for row in tables.get("constituents_declinereason", [])}
        self.result = {row["id"]: row for row in tables.get("constituents_resultclass", [])}
        self.referrals_of = _grouped(tables["constituents_referral"], "petition_id")
        self.steps_of = _grouped(tables["constituents_petitionevent"], "petition_id")
        self.said_of = _grouped(tables["constituents_feedback"], "petition_id")
        self.engaged = _grouped(tables["constituents_engagementevent"], "engagement_id")
        self.suggested = _grouped(tables["constituents_suggestionevent"], "suggestion_id")

    # -- who belongs to a subject

    def deputies(self, kind: str, key: str) -> list[dict]:
        """Those of the subject who may have served in the year, or left a record in it."""
        return [d for d in self.of["deputies_deputy"] if self._belongs(d, kind, key) and self._is_told_of(d)]

    def _belongs(self, deputy, kind, key):
        if kind == "deputy":
            return deputy["id"] == int(key)
        if kind == "group":
            return deputy["group_id"] == int(key)
        if kind == "station":
            return deputy["id"] in self.in_station[int(key)]
        place = self.path[self.place_of_district[deputy["district_id"]]]
        return place.startswith(self.path[self._place(key)])

    def _place(self, code):
        return next(row["id"] for row in self.of["office_jurisdiction"] if row["code"] == code)

    def _is_told_of(self, deputy):
        joined, left = deputy["joined_on"] or date.min, deputy["left_on"] or date.max
        served = joined <= self.last and left >= self.first
        return served or bool(self.visits_of[deputy["id"]]) or deputy["id"] in self.with_a_matter

    def petitions(self, kind: str, key: str, deputies) -> list[dict]:
        """Those received in the year: of the deputies; of a place also those that nobody received; of a station all."""
        own = {d["id"] for d in self.of["deputies_deputy"] if self._belongs(d, kind, key)}
        found = []
        for row in self.of["constituents_petition"]:
            if row["received_on"].year != self.year:
                continue
            at = self.station[row["station_id"]]
            there = kind in ("county", "town") and self.path[at["jurisdiction_id"]].startswith(
                self.path[self._place(key)]
            )
            if kind == "station":
                mine = row["station_id"] == int(key)
            elif kind == "county":
                mine = there or row["deputy_id"] in own
            elif kind == "town":
                mine = row["deputy_id"] in own or (there and row["deputy_id"] is None)
            else:
                mine = row["deputy_id"] in own
            if mine:
                found.append(row)
        return found

    # -- contacts by month (D1-3①b)

    def months(self, deputy) -> dict[str, set[int]]:
        """The months of the year by what became of them: owed, met, met only late, missed."""
        found = defaultdict(set)
        for month in range(1, 13):
            asked = self._asked(deputy, "monthly_contact", self._whole_month(month)[-1])
            if asked is None or not self._is_judged(deputy, month):
                continue
            found["owed"].add(month)
            rows = [v for v in self.visits_of[deputy["id"]] if v["happened_on"].month == month]
            enough = len(rows) >= asked.get("minimum", 1)
            found["met" if enough else "missed"].add(month)
            if enough and sum(not self._written_late(v) for v in rows) < asked.get("minimum", 1):
                found["met_late"].add(month)
        return found

    def _whole_month(self, month) -> list[date]:
        days, day = [], date(self.year, month, 1)
        while day.month == month:
            days.append(day)
            day += timedelta(days=1)
        return days

    def _is_judged(self, deputy, month) -> bool:
        days = self._whole_month(month)
        kept_since = self.term[deputy["term_id"]]["records_since"]
        over = days[-1] < self.on
        in_ledger = kept_since is not None and kept_since <= days[-1]
        return over and in_ledger and all(self._serves(deputy, day) and not self._away(deputy, day) for day in days)

    @staticmethod
    def _serves(deputy, day) -> bool:
        if deputy["joined_on"] and day < deputy["joined_on"]:
            return False
        return day < deputy["left_on"] if deputy["left_on"] else not deputy["end_reason"]

    def _away(self, deputy, day) -> bool:
        return any(a["since"] <= day <= (a["until"] or date.max) for a in self.absences_of[deputy["id"]])

    @staticmethod
    def _written_late(visit) -> bool:
        if visit["imported"]:
            return False
        happened, written = visit["happened_on"], visit["logged_at"].astimezone(OFFICE).date()
        return (written.year, written.month) > (happened.year, happened.month)

    # -- what is asked once: of a year (D1-4, D9-2二a), of a month (D8-二a), before a session (D8-二b)

    def once(self, deputy) -> dict[str, set]:
        """The years, months and sessions for which a deputy is asked, by what became of them on the day."""
        found, pk = defaultdict(set), deputy["id"]
        for name, measure in (("reporting", "annual_report_to_voters"), ("returns", "individual_return")):
            asked = self._asked(deputy, measure, self.last)
            if asked and self._owes_the_year(deputy, asked["full_months"]):
                done = [v for one in self.mandates[pk] for v in self._told(one, self.first, self.last, asked)]
                excused = name == "reporting" and self._is_excused(pk)
                self._once(found, name, f"{pk}:{self.year}", len(done) >= asked["minimum"], excused, self.last)
        for month in range(1, 13):
            days = self._whole_month(month)
            asked = self._asked(deputy, "contact_month", days[-1])
            if asked and asked["month"] == month and self._is_whole(deputy, days):
                done = self._told(pk, days[0], days[-1], asked)
                key = f"{pk}:{self.year}-{month:02}"
                self._once(found, "contact_month", key, len(done) >= asked["minimum"], False, days[-1])
        self._before_sessions(deputy, found)
        return found

    def _before_sessions(self, deputy, found):
        for session in self.of["deputies_congresssession"]:
            eve = session["opens_on"] - timedelta(days=1)
            asked = self._asked(deputy, "pre_session_contact", eve)
            if session["term_id"] != deputy["term_id"] or eve.year != self.year or not asked:
                continue
            days = [eve - timedelta(days=n) for n in range(asked["days"])][::-1]
            if self._is_whole(deputy, days):
                done = self._told(deputy["id"], days[0], eve, asked)
                key = f"{deputy['id']}:{session['opens_on']}"
                self._once(found, "before_session", key, len(done) >= asked["minimum"], False, eve)
                found["before_session.contacts"] |= {visit["id"] for visit in done}

    def _once(self, found, name, key, is_done, is_excused, last):
        if not is_done and is_excused:
            return
        outcome = "met" if is_done else "missed" if last < self.on else "open"
        found[name].add(key)
        found[f"{name}.{outcome}"].add(key)

    def _is_whole(self, deputy, days) -> bool:
        """In office and not away on each of the days, which the office has records of."""
        since = self.term[deputy["term_id"]]["records_since"]
        kept = since is not None and since <= days[-1]
        return kept and all(self._serves(deputy, day) and not self._away(deputy, day) for day in days)

    def _owes_the_year(self, deputy, months) -> bool:
        """So many whole months in office; a year that the mandate before owes is not owed twice."""
        before = self.deputy.get(deputy["succeeds_id"])
        if before and before["left_on"] and months < 12 and deputy["joined_on"] and deputy["joined_on"] > self.first:
            was_there = before["joined_on"] is None or before["joined_on"] <= self.first
            if was_there and before["left_on"] >= date(self.year, months + 1, 1):
                return False
        return sum(self._is_whole(deputy, self._whole_month(month)) for month in range(1, 13)) >= months

    def _told(self, pk, first, last, asked) -> list[dict]:
        """The contacts of some days that had happened and stood in the ledger by the day, of the ways that count."""
        return [
            v
            for v in self.all_visits_of[pk]
            if first <= v["happened_on"] <= min(last, self.on)
            and (v["imported"] or not self._is_later(v["logged_at"]))
            and v["kind"] in asked.get("counting", [v["kind"]])
            and v["kind"] not in asked.get("not_counting", [])
        ]

    def _is_excused(self, pk) -> bool:
        return any(e["deputy_id"] == pk and e["year"] == self.year for e in self.of["visits_reportexemption"])

    def _asked(self, deputy, measure, day) -> dict | None:
        """What the rule in force on a day asks of this deputy's congress; None where none holds, or has begun yet."""
        term = self.term[deputy["term_id"]]
        level, path = self.level[term["jurisdiction_id"]], self.path[self.place_of_district[deputy["district_id"]]]
        held = []
        for rule in self.of["office_rule"]:
            if rule["measure"] == measure and self._holds(rule, day) and rule["effective_from"] <= self.on:
                uses = [u for u in self.of["office_rulesetuse"] if u["rule_set_id"] == rule["rule_set_id"]]
                if any(
                    self._holds(u, day)
                    and u["level"] in ("", level)
                    and (u["area_id"] is None or path.startswith(self.path[u["area_id"]]))
                    for u in uses
                ):
                    held.append(rule)
        return max(held, key=lambda rule: rule["effective_from"])["amounts"] if held else None

    @staticmethod
    def _holds(dated, day) -> bool:
        return dated["effective_from"] <= day <= (dated["effective_to"] or date.max)

    # -- households (D1-3①a)

    def households(self, deputy) -> dict[str, set[int]]:
        """Households named on some day of the year; those seen; those held on the last day."""
        end = min(self.on, self.last)
        named, held = set(), set()
        for row in self.named_by[deputy["id"]]:
            since, until = row["since"] or date.min, row["until"] or date.max
            if since <= self.last and until >= self.first:
                named.add(row["household_id"])
            if since <= end <= until:
                held.add(row["household_id"])
        return {"households": named, "seen": named & self.seen, "unseen": named - self.seen, "held": held}

    def strays(self, deputy) -> str | None:
        """``below`` or ``above`` for a deputy in office with too few or too many households on the last day."""
        end = min(self.on, self.last)
        asked = self._asked(deputy, "household_count", end)
        held = len(self.households(deputy)["held"])
        if asked is None or not self._serves(deputy, end):
            return None
        if held < asked.get("minimum", 2):
            return "below"
        return "above" if held > asked.get("maximum", 3) else None

    # -- petitions and the units' replies (D3-七)

    def status(self, petition) -> str:
        """At which state it stood on the day: the steps taken later are taken back, the last one first."""
        return self._stood(petition, self.steps_of[petition["id"]])

    def _stood(self, row, steps) -> str:
        state = row["status"]
        for step in sorted(steps, key=lambda one: one["id"], reverse=True):
            if self._is_later(step["at"]) and step["was"]:
                state = step["was"]
        return state

    def _is_later(self, at) -> bool:
        return at.astimezone(OFFICE).date() > self.on

    def course(self, petition) -> str:
        """What was being done with it on the day."""
        decided = [s for s in self.steps_of[petition["id"]] if s["verb"] in DECIDING]
        return "" if decided and all(self._is_later(s["at"]) for s in decided) else petition["course"]

    def verdict(self, petition, column, of_feedback) -> str:
        """What the person had said by the day."""
        judged = [s for s in self.steps_of[petition["id"]] if s["verb"] in ("judge", "redo")]
        if not any(self._is_later(s["at"]) for s in judged):
            return petition[column]
        said = [f for f in self.said_of[petition["id"]] if f["judged_at"] and not self._is_later(f["judged_at"])]
        return max(said, key=lambda one: one["id"])[of_feedback] if said else ""

    def referral(self, row, status) -> str:
        """How one referral stands on the day."""
        if self._by_then(row["returned_on"]) or self._by_then(row["recalled_on"]):
            return "none"
        if self._by_then(row["replied_on"]):
            late = row["due_on"] and row["replied_on"] > row["due_on"]
            return "late" if late else "in_time" if row["due_on"] else "undated"
        if status in OVER:
            return "none"
        passed = row["due_on"] and row["due_on"] < self.on and not self._by_then(row["paused_on"])
        return "overdue" if passed else "open"

    def _by_then(self, day) -> bool:
        return day is not None and day <= self.on

    def reply(self, petition) -> str:
        """How the units' replies stand on the day of the reading; of several the worst."""
        status = self.status(petition)
        states = {self.referral(row, status) for row in self.referrals_of[petition["id"]]}
        order = ("overdue", "open", "late", "undated", "in_time")
        return next((state for state in order if state in states), "none")

    def of_petition(self, petition) -> list[str]:
        """The figures in which a petition counts."""
        reply, status = self.reply(petition), self.status(petition)
        found = [
            "petitions",
            f"channel.{petition['channel']}",
            f"course.{self.course(petition) or 'none'}",
            f"status.{status}",
            f"reply.{reply}",
            f"satisfaction.{self.verdict(petition, 'satisfaction', 'result') or 'none'}",
            f"attitude.{self.verdict(petition, 'attitude', 'attitude') or 'none'}",
            f"category.{petition['category'] or 'none'}",
        ]
        if status == "declined":
            found.append(f"declined.{self.reason[petition['decline_reason_id']]}")
        return [*found, "due"] if reply in ("in_time", "late", "overdue") else found

    def of_referral(self, row, status, name) -> list[str]:
        """The figures in which what was handed to a unit counts."""
        found = [name, f"{name}.{self.referral(row, status)}"]
        if self._by_then(row["replied_on"]) and not self._by_then(row["returned_on"]):
            kind = self.result.get(row["result_id"])
            found += [f"{name}.replied", f"{name}.class.{kind['key'] if kind else 'none'}"]
            found += [f"{name}.solved"] if kind and kind["counts_as_solved"] else []
            if name == "handed":
                found.append(f"{name}.told" if self._by_then(row["fed_back_on"]) else f"{name}.untold")
        return found

    # -- what else is done

    def of_suggestion(self, row) -> list[str]:
        """The figures in which a suggestion counts; one that was not on file on the day counts in none."""
        steps = self.suggested[row["id"]]
        status = self._stood(row, steps)
        if status in ("draft", "submitted", "withdrawn"):
            return []
        judged = [s for s in steps if s["verb"] in ("judge", "redo")]
        later = any(self._is_later(s["at"]) for s in judged)
        again = any(not self._is_later(s["at"]) for s in judged)
        found = ["suggestions"]
        found += ["suggestions.wide"] if row["wide"] else []
        found += ["suggestions.replied"] if status in ("replied", "judged", "closed") else []
        for column in ("satisfaction", "attitude"):
            said = ("dissatisfied" if again else "") if later else row[column]
            found.append(f"suggestions.{column}.{said or 'none'}")
        return found

    def of_reception(self, row) -> list[str]:
        if row["cancelled"]:
            return ["sessions.cancelled"]
        if not self._by_then(row["held_on"]):
            return ["sessions.not_held"] if row["planned_on"] < self.on else []
        return ["sessions", "sessions.nobody"] if row["nobody_came"] else ["sessions"]

    def of_turn(self, row, reception) -> list[str]:
        if reception["cancelled"]:
            return []
        if self._by_then(reception["held_on"]):
            return ["turns", "receptions"] if row["came"] else ["turns"]
        return ["turns"] if reception["planned_on"] < self.on else []

    def day_of_reception(self, row) -> date:
        return row["held_on"] if self._by_then(row["held_on"]) else row["planned_on"]

    def of_activity(self, row) -> list[str]:
        found = ["activities", f"activities.{row['kind']}"]
        if not self._by_then(row["reported_on"]):
            return [*found, "activities.unfiled"]
        late = row["report_due_on"] and row["reported_on"] > row["report_due_on"]
        return [*found, "activities.filed", *(["activities.filed_late"] if late else [])]

    def of_engagement(self, row) -> list[str]:
        state = self._stood(row, self.engaged[row["id"]])
        return ["engagements", f"engagements.{row['kind']}", *(["engagements.held"] if state == "held" else [])]

    def of_entry(self, row) -> list[str]:
        """What stands in the duty file by the day: a declaration only from when it was confirmed."""
        if row["status"] != "confirmed" or (row["decided_at"] and self._is_later(row["decided_at"])):
            return []
        found, there = [f"entries.{row['kind']}"], row["attendance"]
        is_told = there == "present" or (row["kind"] == "session" and there in ("leave", "absent"))
        return [*found, f"entries.{row['kind']}.{there}"] if is_told else found

    def of_report(self, row) -> list[str]:
        """What was reported to voters by the day."""
        if not self._by_then(row["held_on"]):
            return []
        found = ["reports", "reports.present"]
        if row["tallied_at"] and not self._is_later(row["tallied_at"]):
            found += ["reports.rated", "reports.satisfied", "reports.fairly", "reports.dissatisfied"]
        told = row["returned_at"] and not self._is_later(row["returned_at"])
        return [*found, "reports.returned"] if told else found

    def added(self, name, ids) -> int:
        """What reports to voters say, added up: how many came, how they voted."""
        column = {"present": "voters_present"}.get(name.partition(".")[2], name.partition(".")[2])
        return sum(row[column] for row in self.of["visits_voterreport"] if row["id"] in ids)

    def why_not(self, deputy, month) -> str | None:
        """Why a month is not judged; of several grounds the one that lies in the law before that in the person."""
        days = self._whole_month(month)
        kept_since = self.term[deputy["term_id"]]["records_since"]
        if days[-1] >= self.on:
            return "running"
        if self._asked(deputy, "monthly_contact", days[-1]) is None:
            return "no_rule"
        if kept_since is None or kept_since > days[-1]:
            return "unrecorded"
        if deputy["joined_on"] and deputy["joined_on"] > days[0]:
            return "joined"
        if deputy["left_on"]:
            if deputy["left_on"] <= days[-1]:
                return "left"
        elif deputy["end_reason"]:
            return "ended"
        kinds = {a["kind"] for a in self.absences_of[deputy["id"]] if any(self._covers(a, day) for day in days)}
        return next((kind for kind in ("suspended", "leave") if kind in kinds), None)

    @staticmethod
    def _covers(absence, day) -> bool:
        return absence["since"] <= day <= (absence["until"] or date.max)

    # -- all of it

    def count(self, kind: str, key: str) -> dict[str, set]:
        """Every figure of a subject's year, also those of its lines: ``deputy:17/contacts``."""
        deputies = self.deputies(kind, key)
        found = defaultdict(set)
        for deputy in deputies:
            if deputy["id"] not in self.counted:
                self.counted[deputy["id"]] = self._of_deputy(deputy)
            self._put(found, f"deputy:{deputy['id']}", self.counted[deputy["id"]])
        own = {d["id"] for d in deputies}
        referrals = {p["id"]: p for p in self.petitions(kind, key, deputies)}
        for petition in referrals.values():
            line = self._line_of(petition, own)
            if kind != "deputy":
                about = f"category.{petition['category'] or 'none'}"
                found[f"place:{self._origin(petition, kind)}/{about}"].add(petition["id"])
            for name in self.of_petition(petition):
                found[name].add(petition["id"])
                found[f"{line}/{name}"].add(petition["id"])
            for row in self.referrals_of[petition["id"]]:
                for name in self.of_referral(row, self.status(petition), "handed"):
                    found[name].add(row["id"])
        for name, record in self._of_places(kind, key):
            found[name].add(record)
        found["deputies"] = own
        found["rules"] = self._rules(kind, key)
        return {name: ids for name, ids in found.items() if ids and self._is_shown(name, kind)}

    def _origin(self, petition, kind) -> str:
        """The township of the station; of less than a county with the village that the address names."""
        key = self.station[petition["station_id"]]["jurisdiction_id"]
        town = self.name[key]
        told = re.search(r"([^镇乡]+?(?:村|社区))", petition["address"])
        if kind == "county" or told is None:
            return str(key)
        before = petition["address"][: told.start()]
        return f"{key}.{told[1]}" if before in ("", town) else f"{key}.{before}{told[1]}"

    @staticmethod
    def _is_shown(name, kind) -> bool:
        """A report of one deputy has no lines, and not every figure stands in one."""
        line, _slash, own = name.rpartition("/")
        return not line or line.startswith("place:") or (kind != "deputy" and own.partition(".")[0] in LINES)

    @staticmethod
    def _put(found, line, told):
        for name, ids in told.items():
            found[name] |= ids
            found[f"{line}/{name}"] |= ids

    def _line_of(self, petition, own) -> str:
        if petition["deputy_id"] in own:
            return f"deputy:{petition['deputy_id']}"
        place = self.station[petition["station_id"]]["jurisdiction_id"]
        return f"{'nobody' if petition['deputy_id'] is None else 'others'}:{self.code[place]}"

    def _of_deputy(self, deputy) -> dict[str, set]:
        pk, found = deputy["id"], defaultdict(set)
        for visit in self.visits_of[pk]:
            for name in ("contacts", f"kind.{visit['kind']}", f"month.{visit['happened_on']:%Y-%m}"):
                found[name].add(visit["id"])
            if visit["consultation_id"]:
                found["opinions"].add(visit["id"])
        for name, months in self.months(deputy).items():
            found[name] |= {f"{pk}:{self.year}-{month:02}" for month in months}
            if name in ("owed", "missed"):
                for month in months:
                    found[f"{name}.{self.year}-{month:02}"].add(f"{pk}:{self.year}-{month:02}")
        for month in range(1, 13):
            why = self.why_not(deputy, month)
            if why:
                found[f"not_owed.{why}"].add(f"{pk}:{self.year}-{month:02}")
        for name, homes in self.households(deputy).items():
            found[name] |= self._namings(deputy, homes, self._holds_at_the_end if name == "held" else self._touches)
        stray = self.strays(deputy)
        if stray:
            found[stray].add(pk)
        for name, told in self.once(deputy).items():
            found[name] |= told
        for row in self.of["liaison_stations_receptionduty"]:
            reception = self.reception[row["reception_id"]]
            day = self.day_of_reception(reception)
            if row["deputy_id"] == pk and day.year == self.year:
                for name in self.of_turn(row, reception):
                    found[name].add(row["id"])
        for row in self.of["constituents_suggestion"]:
            day = row["submitted_on"] or row["written_on"]
            if row["deputy_id"] == pk and day.year == self.year:
                for name in self.of_suggestion(row):
                    found[name].add(row["id"])
        for table, day, of in (
            ("constituents_engagement", "asked_on", self.of_engagement),
            ("visits_dutyentry", "happened_on", self.of_entry),
            ("visits_voterreport", "held_on", self.of_report),
        ):
            for row in self.of[table]:
                if row["deputy_id"] == pk and row[day] and row[day].year == self.year:
                    for name in of(row):
                        found[name].add(row["id"])
        for row in self.of["visits_reportexemption"]:
            if row["deputy_id"] == pk and row["year"] == self.year:
                found["exemptions"].add(row["id"])
        for row in self.of["constituents_liaisonvoter"]:
            if row["deputy_id"] == pk and self._holds_at_the_end(row):
                found["voters"].add(row["id"])
        return found

    def _namings(self, deputy, homes, counts) -> set[int]:
        """The last naming of each of these households by the deputy, of those that count."""
        return {
            max(d["id"] for d in self.named_by[deputy["id"]] if d["household_id"] == home and counts(d))
            for home in homes
        }

    def _holds_at_the_end(self, naming) -> bool:
        return (naming["since"] or date.min) <= min(self.on, self.last) <= (naming["until"] or date.max)

    def _touches(self, naming) -> bool:
        return (naming["since"] or date.min) <= self.last and (naming["until"] or date.max) >= self.first

    def _of_places(self, kind, key):
        """What stations, groups and offices did themselves, as (figure, key of the record)."""
        for row in self.of["liaison_stations_reception"]:
            day = self.day_of_reception(row)
            at = self.station[row["station_id"]]["jurisdiction_id"]
            if day.year == self.year and (
                self._there(kind, key, at) or (kind, key) == ("station", str(row["station_id"]))
            ):
                yield from ((name, row["id"]) for name in self.of_reception(row))
        for row in self.of["visits_groupactivity"]:
            at = self.group[row["group_id"]]["jurisdiction_id"]
            mine = self._there(kind, key, at) or (kind, key) == ("group", str(row["group_id"]))
            if row["happened_on"].year == self.year and mine:
                yield from ((name, row["id"]) for name in self.of_activity(row))
        for row in self.of["visits_meeting"]:
            if row["happened_on"].year == self.year and self._there(kind, key, row["jurisdiction_id"]):
                yield f"meetings.{row['kind']}", row["id"]

    def _there(self, kind, key, place) -> bool:
        return kind in ("county", "town") and self.path[place].startswith(self.path[self._place(key)])

    def _rules(self, kind, key) -> set[int]:
        """Those of sets that are in use for a congress of the deputies, or for the stations in their towns.

        Where there are no deputies a set counts that is in use there at whichever level.
        """
        begun = [r for r in self.of["office_rule"] if r["effective_from"] <= min(self.on, self.last)]
        places = [self._lies(d) for d in self.of["deputies_deputy"] if self._belongs(d, kind, key)]
        if not places:
            places = [(self.path[self._place(key)] if kind in ("county", "town") else "", None, None)]
        return {rule["id"] for rule in begun if any(self._reaches(rule, *place) for place in places)}

    def _lies(self, deputy) -> tuple[str, str, str]:
        town = self.place_of_district[deputy["district_id"]]
        congress = self.level[self.term[deputy["term_id"]]["jurisdiction_id"]]
        return self.path[town], congress, "street" if self.name[town].endswith("街道") else "town"

    def _reaches(self, rule, path, congress, station) -> bool:
        level = station if rule["measure"] in OF_STATIONS else congress
        uses = [use for use in self.of["office_rulesetuse"] if use["rule_set_id"] == rule["rule_set_id"]]
        return any(
            (level is None or use["level"] in ("", level))
            and (use["area_id"] is None or path.startswith(self.path[use["area_id"]]))
            and use["effective_from"] <= self.last
            and (use["effective_to"] or date.max) >= self.first
            for use in uses
        )
