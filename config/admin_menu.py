"""The side menu and the colours of the admin site, in the order of a working day."""

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _


def _entry(title, icon, page, **more):
    """An entry by the name of its page; a name without an app of its own is a page of the admin site."""
    page = page if ":" in page else f"admin:{page}"
    return {"title": title, "icon": icon, "page": page, "permission": _who_may_open(page), **more}


def _who_may_open(page):
    def may_open(request):
        from office import policy  # not before the settings stand

        return policy.line_for(page).allows(request.user, "GET")

    return may_open


def _for_staff(request):
    """Others may open it as well, but it is part of the office's day."""
    from office import admin_site  # not before the apps stand

    return admin_site.for_staff(request)


def _in_the_register(request):
    """The routing desk lies below the register, and is an entry of its own."""
    name = request.resolver_match.view_name
    return name.startswith("admin:constituents_petition_") and "_routing" not in name


MENU = [
    {
        "items": [
            _entry(_("Overview"), "dashboard", "index", permission=_for_staff),
            _entry(_("Routing desk"), "move_to_inbox", "constituents_petition_routing"),
            _entry(_("Flags"), "flag", "reports_flag_changelist"),
            _entry(_("Records to ask about"), "contact_support", "reports_hintanswer_changelist"),
            _entry(_("Petitions"), "inbox", "constituents_petition_changelist", active=_in_the_register),
            _entry(_("Questions of group leaders"), "rate_review", "visits_review_changelist"),
            _entry(_("Objections of deputies"), "gavel", "reports_objection_changelist"),
            _entry(_("Contacts"), "event_note", "visits_visit_changelist"),
            _entry(_("Commendations"), "military_tech", "reports_commendation_changelist"),
            _entry(_("Typical cases"), "auto_stories", "reports_typicalcase_changelist"),
            _entry(_("Word documents of deputies"), "description", "reports:publication"),
            _entry(_("Coverage by month"), "grid_on", "reports:coverage"),
            _entry(_("Figures over time"), "monitoring", "reports:trends"),
            _entry(_("My exports"), "download", "reports:exports"),
            _entry(_("Closed years"), "lock_clock", "reports_closedyear_changelist"),
        ],
    },
    {
        "title": _("Register"),
        "items": [
            _entry(_("Deputies"), "groups", "deputies_deputy_changelist"),
            _entry(_("Contact households"), "home", "constituents_household_changelist"),
            _entry(_("Liaison voters"), "handshake", "constituents_liaisonvoter_changelist"),
            _entry(_("Liaison stations"), "location_on", "liaison_stations_station_changelist"),
            _entry(_("Receptions"), "event_available", "liaison_stations_reception_changelist"),
            _entry(_("Deputy groups"), "diversity_3", "deputies_deputygroup_changelist"),
            _entry(_("Group activities"), "diversity_1", "visits_groupactivity_changelist"),
            _entry(_("Meetings"), "co_present", "visits_meeting_changelist"),
            _entry(_("Consultations"), "forum", "visits_consultation_changelist"),
            _entry(_("Duty files"), "folder_shared", "reports:duty_files"),
            _entry(_("States of the filings"), "assignment_turned_in", "reports:filings"),
            _entry(_("Annual archive"), "inventory_2", "reports:archive"),
            _entry(_("Entries of the duty file"), "fact_check", "duty:entries"),
            _entry(_("Reports to voters"), "how_to_vote", "voters:plan"),
            _entry(_("Filings of the areas"), "folder_open", "areas:filings"),
            _entry(_("Electoral districts"), "map", "deputies_electoraldistrict_changelist"),
            _entry(_("Import workbooks"), "upload_file", "office_job_changelist"),
            _entry(_("Papers"), "print", "reports:papers"),
        ],
    },
    {
        "title": _("Grounds"),
        "items": [
            _entry(_("Regulations"), "menu_book", "office_regulation_changelist"),
            _entry(_("Clauses"), "format_quote", "office_clause_changelist"),
            _entry(_("Rules"), "rule", "office_rule_changelist"),
            _entry(_("Working-day calendar"), "calendar_today", "office_calendarday_changelist"),
            _entry(_("Deadline calculator"), "timer", "office:deadline", permission=_for_staff),
            _entry(_("Rule sets"), "category", "office_ruleset_changelist"),
            _entry(_("Reasons to decline"), "block", "constituents_declinereason_changelist"),
            _entry(_("Classes of results"), "fact_check", "constituents_resultclass_changelist"),
            _entry(_("Report templates"), "article", "reports_reporttemplate_changelist"),
            _entry(_("Policy texts"), "description", "constituents_snippet_changelist"),
            _entry(_("Words that hint"), "lightbulb", "constituents_hintword_changelist"),
        ],
    },
    {
        "title": _("Set-up"),
        "items": [
            _entry(_("Handling units"), "account_balance", "office_unit_changelist"),
            _entry(_("Jurisdictions"), "public", "office_jurisdiction_changelist"),
            _entry(_("Terms"), "calendar_month", "deputies_term_changelist"),
            _entry(_("Change of term"), "event_repeat", "deputies_termchange_changelist"),
            _entry(_("Users"), "person", "office_user_changelist"),
            _entry(_("Role assignments"), "badge", "office_assignment_changelist"),
            _entry(_("Roles and rights"), "fact_check", "reports:roles"),
            _entry(_("Personal data"), "shield_person", "office_erasure_changelist"),
            _entry(_("Retention periods"), "auto_delete", "office_retentionperiod_changelist"),
            _entry(_("Notices sent out"), "outgoing_mail", "office_outbox_changelist"),
            _entry(_("Audit trail"), "history", "office_auditevent_changelist"),
            _entry(_("State of the system"), "monitor_heart", "office:system"),
        ],
    },
]

# The red of static/css/office.css and its lighter and darker steps.
COLORS = {
    "primary": {
        "50": "#fdf4f3",
        "100": "#fbe6e4",
        "200": "#f5cbc8",
        "300": "#eaa39e",
        "400": "#d96d67",
        "500": "#c23b36",
        "600": "#a61b1b",
        "700": "#841414",
        "800": "#6d1313",
        "900": "#581313",
        "950": "#300707",
    },
}


def styles(request):
    return static("css/admin.css")


def icon(request):
    return static("img/icon.svg")
