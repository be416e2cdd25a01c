"""The parts of a duty report as they are set down: which figures stand under which clause, and what they are called."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from constituents.models import Engagement, Petition
from constituents.models.petitions import Satisfaction
from reports.annual import columns, tables, telling
from reports.annual.columns import REPLIES
from reports.annual.months import NotOwed
from visits.models import DutyEntry, GroupActivity, Meeting, Visit

RECORDS = {
    "deputies": "deputy",
    "contacts": "visit",
    "month": "visit",
    "kind": "visit",
    "owed": "deputy_month",
    "met": "deputy_month",
    "met_late": "deputy_month",
    "missed": "deputy_month",
    "not_owed": "deputy_month",
    "contact_month": "deputy_month",
    "before_session": "deputy_period",
    "returns": "deputy_period",
    "reporting": "deputy_period",
    "households": "designation",
    "seen": "designation",
    "unseen": "designation",
    "held": "designation",
    "below": "deputy",
    "above": "deputy",
    "voters": "liaison_voter",
    "sessions": "reception",
    "turns": "reception_duty",
    "receptions": "reception_duty",
    "handed": "referral",
    "answers": "referral",
    "suggestions": "suggestion",
    "activities": "activity",
    "meetings": "meeting",
    "engagements": "engagement",
    "reports": "voter_report",
    "exemptions": "exemption",
    "entries": "duty_entry",
    "opinions": "visit",
    "cases": "case",
    "missing": "flag",
    "rules": "rule",
}
"""What kind of record a figure counts, by the first part of its key; any other counts petitions."""
_EXCEPT = {"voters.below": "deputy", "before_session.contacts": "visit"}


def records_of(key: str) -> str:
    """The kind of the records that a figure counts."""
    return _EXCEPT.get(key) or RECORDS.get(key.partition(".")[0], "petition")


class Line(NamedTuple):
    """One figure as it is set down here: its key, what it is called, its clause where it is not the section's."""

    key: str
    label: object
    clause: str = ""
    # The key of the whole, where ``key`` is that of the part and the figure is their share.
    whole: str = ""
    adds: bool = False
    # Its key as others read it, and the kind of its records.
    name: str = ""
    records: str = ""


class Drawing(NamedTuple):
    """The chart of a section: how it is drawn, and its figures by how their keys begin; of many the first ``most``."""

    kind: str
    title: object
    name: object
    start: str
    most: int | None = None


class Part(NamedTuple):
    """One section as it is set down here; ``always`` also where all of it is nothing.

    ``lines(period, opened)`` gives its figures; ``opened(report)`` those among them, as (key, label), that only the
    records themselves name: the reasons, the categories.
    """

    key: str
    title: object
    clauses: tuple[str, ...]
    lines: object
    tables: object = lambda report: []
    chart: Drawing | None = None
    always: bool = False
    opened: object = lambda report: ()


# -- the figures of each section


def _asked(period, opened):
    return [Line("rules", _("rules in force"))]


def _contacts(period, opened):
    months = list(enumerate(period.names, 1))
    ways = [Line(f"kind.{value}", label, "D1-3①c" if value == "home" else "") for value, label in Visit.Kind.choices]
    return [
        Line("deputies", _("number of deputies")),
        Line("contacts", _("number of contacts")),
        Line("owed", _("months owed")),
        Line("met", _("months met")),
        Line("met_late", _("of these, late")),
        Line("missed", _("months missed")),
        Line("met", _("share of months met"), whole="owed"),
        *ways,
        Line("kind.home", _("share of visits at home"), "D1-3①c", whole="contacts"),
        *(Line(f"month.{n}", name) for n, name in months),
        *(Line(f"owed.{n}", _("%(month)s: deputies owing a contact") % {"month": name}) for n, name in months),
        *(Line(f"missed.{n}", _("%(month)s: deputies without one") % {"month": name}) for n, name in months),
    ]


def _households(period, opened):
    return [
        Line("households", _("households of the period")),
        Line("seen", _("households seen")),
        Line("unseen", _("households missed")),
        Line("seen", _("share of households seen"), whole="households"),
        Line("held", _("held at the end")),
        Line("below", _("deputies with too few")),
        Line("above", _("deputies with too many")),
        Line("voters", _("liaison voters at the end"), "D8-三"),
        Line("voters.below", _("deputies with too few liaison voters"), "D8-三"),
    ]


def _once(name, asked, met, missed, share) -> list[Line]:
    """Whom something is asked once, who did it, who did not, and who has time left."""
    return [
        Line(name, asked),
        Line(f"{name}.met", met),
        Line(f"{name}.missed", missed),
        Line(f"{name}.open", _("still time for it")),
        Line(f"{name}.met", share, whole=name),
    ]


def _contact_month(period, opened):
    asked, share = _("deputies asked in the contact month"), _("share with a contact in it")
    return _once("contact_month", asked, _("with a contact in it"), _("without a contact in it"), share)


def _before_session(period, opened):
    """D8-二b: whom a session of their own congress asked for a forum or a visit, once a session."""
    asked, share = _("deputies asked before a session"), _("share with a contact before it")
    lines = _once("before_session", asked, _("with a contact before it"), _("without a contact before it"), share)
    return [*lines, Line("before_session.contacts", _("contacts before the sessions"))]


def _returns(period, opened):
    """D9-2二a: whom a year asked to come to the own district, besides what the group did."""
    asked = _("deputies asked to return to their district in the year")
    return _once("returns", asked, _("returned"), _("not returned"), _("share returned"))


def _receptions(period, opened):
    return [
        Line("sessions", pgettext_lazy("annual", "receptions held")),
        Line("sessions.nobody", _("of these, nobody came"), "D5-三a"),
        Line("sessions.cancelled", _("receptions cancelled")),
        Line("sessions.not_held", _("planned and not held")),
        Line("turns", _("turns of deputies"), "D5-二a"),
        Line("receptions", _("turns at which the deputy came"), "D5-二a"),
        Line("receptions", _("share of turns taken"), "D5-二a", whole="turns"),
    ]


def _petitions(period, opened):
    answers = [*Satisfaction.choices, ("none", _("not asked"))]
    return [
        Line("petitions", _("taken in")),
        *(Line(f"channel.{value}", label, "D1-3①d") for value, label in Petition.Channel.choices),
        *(
            Line(column.key, column.label, columns.COURSE_CLAUSES.get(column.key.partition(".")[2], "D5-三c"))
            for column in columns.course_columns()
        ),
        *(Line(column.key, column.label) for column in columns.status_columns()),
        *(Line(key, label, "D3-五b") for key, label in opened),
        *(Line(f"reply.{key}", label, "D3-七") for key, label in REPLIES.values()),
        Line("due", _("replies due"), "D3-七"),
        Line("reply.in_time", _("share in time"), "D3-七", whole="due"),
        *(Line(f"satisfaction.{v}", _opinion(_("result"), label), "D7-四4") for v, label in answers),
        *(Line(f"attitude.{v}", _opinion(_("attitude"), label), "D7-四4") for v, label in answers),
    ]


def _opinion(about, label):
    return f"{about}：{label}"


def _reasons(report):
    """The reasons for which petitions were declined."""
    return [(key, _reason(key)) for key in _known("declined.", report)]


def _reason(key) -> str:
    name = key.partition(".")[2]
    return str(_("no reason on record")) if name == "none" else name


def _known(start, report) -> list[str]:
    """The keys of a report's figures that begin with ``start``."""
    return sorted(key for key in report.whole if key.startswith(start))


def _digest(period, opened):
    """What the matters were about (D5-三b), the most frequent first."""
    return [Line(key, label) for key, label in opened]


def _categories(report):
    keys = sorted(_known("category.", report), key=lambda key: -report.whole[key])
    return [(key, _category(key)) for key in keys]


def _category(key) -> str:
    name = key.partition(".")[2]
    return str(_("without a category")) if name == "none" else name


def _handling(period, opened):
    return _handed(opened, "handed", "D3-七", "D7-四4")


def _handed(classes, name, clause, result_clause):
    return [
        Line(name, _("handed to units"), clause),
        Line(f"{name}.replied", _("replied to"), clause),
        *(Line(f"{name}.{key}", label, clause) for key, label in REPLIES.values()),
        *(Line(key, label, result_clause) for key, label in classes),
        Line(f"{name}.solved", _("solved, by class of result"), result_clause),
        Line(f"{name}.solved", _("share solved of those replied to"), result_clause, whole=f"{name}.replied"),
        Line(f"{name}.told", _("reply brought back to the person"), "D3-六f"),
        Line(f"{name}.untold", _("replied, person not told yet"), "D3-六f"),
    ]


def _classes(name):
    """The classes of result of what was handed to units."""
    return lambda report: [(key, _class(key)) for key in _known(f"{name}.class.", report)]


def _class(key) -> str:
    name = key.rpartition(".")[2]
    return _("without a class of result") if name == "none" else _("class of result %(name)s") % {"name": name}


def _suggestions(period, opened):
    answers = [*Satisfaction.choices, ("none", _("not asked"))]
    replies = [line for line in _handed(opened, "answers", "L1-51", "L1-51") if "told" not in line.key]
    return [
        Line("suggestions", pgettext_lazy("own year", "suggestions handed in")),
        Line("suggestions.wide", _("of these, wide or difficult"), "L1-51"),
        Line("suggestions.replied", pgettext_lazy("own year", "of these, replied to"), "L1-51"),
        *replies,
        *(Line(f"suggestions.satisfaction.{v}", _opinion(_("result"), label), "L1-51") for v, label in answers),
        *(Line(f"suggestions.attitude.{v}", _opinion(_("attitude"), label), "L1-51") for v, label in answers),
    ]


def _surveys(period, opened):
    wanted = (DutyEntry.Kind.SURVEY, DutyEntry.Kind.TRAINING, *DutyEntry.PART_OF)
    entries = [kind for kind in dict.fromkeys(wanted) if kind != DutyEntry.Kind.AWARD]
    clauses = {"training": "D7-四3", "standing": "D8-四3", "meeting": "D7-三4"}
    return [
        Line("engagements", _("inspections, surveys and talks asked for or invited to"), "D3-六d"),
        *(Line(f"engagements.{value}", label, "D3-六d") for value, label in Engagement.Kind.choices),
        Line("engagements.held", _("of these, held"), "D3-六d"),
        *(Line(f"entries.{kind}", kind.label, clauses.get(kind, "D7-三4")) for kind in entries),
        Line("entries.other", _("other entries of the duty file"), "D7-三4"),
        *(
            Line(f"entries.{kind}.present", _("%(what)s: present") % {"what": kind.label}, clauses.get(kind, "D7-三4"))
            for kind in DutyEntry.ATTENDED
        ),
        Line("entries.session.leave", _("sessions: on leave"), "D7-三4"),
        Line("entries.session.absent", _("sessions: absent"), "D7-三4"),
        Line("entries.award", DutyEntry.Kind.AWARD.label, "D9-6"),
        Line("opinions", _("opinions heard on topics of a consultation"), "D8-四3"),
    ]


def _groups(period, opened):
    return [
        Line("activities", _("group activities")),
        *(Line(f"activities.{value}", label) for value, label in GroupActivity.Kind.choices),
        Line("activities.filed", _("reported in writing"), "D9-3"),
        Line("activities.filed_late", _("of these, after the day they were due"), "D9-3"),
        Line("activities.unfiled", _("not reported in writing yet"), "D9-3"),
        Line("activities.filed", _("share reported in writing"), "D9-3", whole="activities"),
        *(Line(f"meetings.{value}", label, "D9-5") for value, label in Meeting.Kind.choices),
    ]


def _reports(period, opened):
    owing, share = _("deputies owing a report to voters in the year"), _("share reported to voters")
    return [
        *_once("reporting", owing, _("reported to voters"), _("not reported to voters"), share),
        Line("reports", _("reports to voters held")),
        Line("reports.rated", _("of these, rated by the voters"), "D6-b"),
        Line("reports.returned", _("of these, result given to the deputy in writing"), "D6-b"),
        Line("reports.present", _("voters present"), adds=True),
        *(Line(f"reports.{v}", _opinion(_("votes"), label), "D6-b", adds=True) for v, label in Satisfaction.choices),
        Line("exemptions", _("deputies exempt from the report of a year"), "D9-2一"),
    ]


def _left_out(period, opened):
    return [Line(key, label) for key, label in opened]


def _grounds(report):
    """Why months are not judged."""
    return [(key, str(NotOwed(key.partition(".")[2]).label)) for key in _known("not_owed.", report)]


def _missing(period, opened):
    return [Line("missing", _("open findings")), *(Line(key, label, key.partition(".")[2]) for key, label in opened)]


def _findings(report):
    return [(key, telling.rule_name(key, report)) for key in _known("missing.", report)]


def _cases(period, opened):
    return [Line("cases", _("typical cases"), "D9-4")]


PARTS = (
    Part("asked", gettext_lazy("What the rules asked"), ("D7-五4",), _asked, telling.rules_table, always=True),
    Part(
        "contacts",
        gettext_lazy("Contact with voters"),
        ("D1-3①b", "D1-3①c"),
        _contacts,
        tables.contact_tables,
        Drawing("bars", gettext_lazy("Contacts by month"), gettext_lazy("number of contacts"), "month."),
        always=True,
    ),
    Part("households", gettext_lazy("Contact households"), ("D1-3①a", "D8-三"), _households, always=True),
    Part("returns", gettext_lazy("Return to the own district"), ("D9-2二a",), _returns),
    Part("contact_month", gettext_lazy("Contact month"), ("D8-二a",), _contact_month),
    Part("before_session", gettext_lazy("Before the congress sessions"), ("D8-二b",), _before_session),
    Part("receptions", gettext_lazy("Receptions"), ("D3-三", "D5-二a"), _receptions),
    Part(
        "petitions",
        gettext_lazy("Petitions"),
        ("D5-三a", "D3-五b", "D3-六a", "D3-七"),
        _petitions,
        tables.petition_tables,
        Drawing("rows", gettext_lazy("Units' replies"), gettext_lazy("number of petitions"), "reply."),
        always=True,
        opened=_reasons,
    ),
    Part(
        "digest",
        gettext_lazy("What the petitions were about"),
        ("D5-三b",),
        _digest,
        chart=Drawing(
            "rows",
            gettext_lazy("What the petitions were about"),
            gettext_lazy("number of petitions"),
            "category.",
            most=12,
        ),
        opened=_categories,
        tables=tables.digest_tables,
    ),
    Part(
        "handling",
        gettext_lazy("Handling by units and feedback"),
        ("D3-七", "D3-六f", "D7-四4"),
        _handling,
        opened=_classes("handed"),
    ),
    Part("suggestions", gettext_lazy("Suggestions"), ("D9-2二b", "L1-51"), _suggestions, opened=_classes("answers")),
    Part("surveys", gettext_lazy("Inspections, surveys, meetings and training"), ("D1-3②", "D7-四3"), _surveys),
    Part("groups", gettext_lazy("Deputy groups"), ("D9-1a", "D9-3", "D9-5"), _groups),
    Part("reports", gettext_lazy("Reports to voters"), ("D1-4", "D9-2一"), _reports, telling.exempt_table),
    Part(
        "left_out", gettext_lazy("Months not judged"), ("D1-3①b",), _left_out, tables.left_out_tables, opened=_grounds
    ),
    Part("missing", gettext_lazy("What is missing"), ("D7-五4",), _missing, always=True, opened=_findings),
    Part("cases", gettext_lazy("Typical cases"), ("D9-4", "D5-三b"), _cases, telling.cases_table),
)
