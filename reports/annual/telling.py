"""What a duty report says in words: the rules it goes by, a sentence or two on each section, its cases."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from office.regulations.wording import in_words
from office.sheets import Head, Ident, Table
from reports.annual.wording import headline, notes


def rules_table(report) -> list[Table]:
    """The rules in force with their numbers, each under its clause."""
    heads = [_("Clause"), _("Rule"), _("Numbers"), _("In force"), _("Rule set"), _("Rule ID")]
    rows = [
        [rule.clause.key, rule.name, in_words(rule) or None, rule.span, rule.rule_set.name, Ident(rule.pk)]
        for rule in report.rules_in_force
    ]
    heads = [Head(label, widest=60) for label in heads]
    name = _("Rules in force")
    return [Table(name, headline(report, name), heads, rows, notes(report), fixed=1)] if rows else []


def _asked(report, made):
    """The texts that the rules come from, each with the mark by which its clauses are cited."""
    texts = sorted({(text.key, text.title) for text in (rule.clause.regulation for rule in report.rules_in_force)})
    if not texts:
        return []
    named = "、".join(f"{key}《{title}》" for key, title in texts)
    return [_("The rules come from %(texts)s; their clauses are cited by these marks.") % {"texts": named}]


def rule_name(key: str, report) -> str:
    """The names of the rules whose findings a figure counts; their clause where no version is known any more.

    A clause may be read by several rules (D3-七: a first and a second handling); of each the latest version names it.
    """
    clause = key.partition(".")[2]
    read = [rule for rule in report.rules if rule.clause.key == clause]
    read.sort(key=lambda rule: (rule.effective_from, rule.pk))
    return "、".join({rule.measure: rule.name for rule in read}.values()) or clause


def cases_table(report) -> list[Table]:
    """The typical cases in the words of the office."""
    chosen = set(report.whole.ids["cases"])
    told = [record.told for record in report.told if record.source == "case" and record.pk in chosen]
    rows = [[Ident(n), title, text] for n, (*_who, title, text, _is_matter) in enumerate(told, 1)]
    heads = [Head(_("No.")), Head(_("Title")), Head(_("What happened and what came of it"), widest=100)]
    name = _("Typical cases")
    return [Table(name, headline(report, name), heads, rows, notes(report))] if rows else []


def exempt_table(report) -> list[Table]:
    """Who was exempt from the report to voters of a year, why, and who approved it."""
    chosen, names = set(report.whole.ids["exemptions"]), {row.deputy.pk: row.deputy.name for row in report.rows}
    told = [record.told for record in report.told if record.source == "exemption" and record.pk in chosen]
    rows = [[names.get(deputy, ""), Ident(year), reason, approved] for deputy, year, reason, approved in told]
    heads = [Head(label) for label in (_("Deputy"), _("Year"), _("Reason"), _("Approved by"))]
    name = _("Exempt from reporting to voters")
    return [Table(name, headline(report, name), heads, rows, notes(report))] if rows else []


def number(value) -> str:
    return f"{value:,}" if value is not None else "–"


def percent(share) -> str:
    """Tenths of a percent in figures: 955 as 95.5%."""
    return "–" if share is None else f"{share // 10}.{share % 10}%"


def _contacts(report, made) -> list[str]:
    n = len(report.rows)
    words = {
        "by": ngettext("%(number)d deputy", "%(number)d deputies", n) % {"number": n},
        "contacts": number(made["contacts"].value),
        "owed": number(made["owed"].value),
        "met": number(made["met"].value),
        "missed": number(made["missed"].value),
        "share": percent(made["share.met"].value),
    }
    said = [_("%(by)s had %(contacts)s contacts with voters.") % words]
    if made["owed"].value:
        said.append(_("Of %(owed)s months owed %(met)s were met (%(share)s) and %(missed)s missed.") % words)
    if made["contacts"].before is not None:
        said.append(_("A year earlier there were %(before)s contacts.") % {"before": number(made["contacts"].before)})
    return said


def _households(report, made) -> list[str]:
    words = {key: number(made[key].value) for key in ("households", "seen", "unseen")}
    words["share"] = percent(made["share.seen"].value)
    return [_("Of %(households)s contact households %(seen)s were seen (%(share)s), %(unseen)s were not.") % words]


def _petitions(report, made) -> list[str]:
    kept = {"petitions": "petitions", "due": "due", "in_time": "reply.in_time", "overdue": "reply.overdue"}
    words = {name: number(made[key].value) for name, key in kept.items()}
    words["share"] = percent(made["share.reply.in_time"].value)
    said = [_("%(petitions)s petitions were taken in.") % words]
    if made["due"].value:
        text = _("Of %(due)s replies due %(in_time)s came in time (%(share)s), %(overdue)s are overdue.")
        said.append(text % words)
    return said


def _receptions(report, made) -> list[str]:
    words = {key: number(made[key].value) for key in ("sessions", "turns", "receptions")}
    return [_("%(sessions)s receptions were held; deputies took %(receptions)s of %(turns)s turns.") % words]


def _suggestions(report, made) -> list[str]:
    words = {"n": number(made["suggestions"].value), "replied": number(made["suggestions.replied"].value)}
    return [_("%(n)s suggestions were handed in, %(replied)s of them replied to.") % words]


def _groups(report, made) -> list[str]:
    words = {"n": number(made["activities"].value), "filed": number(made["activities.filed"].value)}
    return [_("%(n)s group activities were held, %(filed)s of them reported in writing.") % words]


def _reports(report, made) -> list[str]:
    words = {key: number(made[f"reports.{key}"].value) for key in ("present", "satisfied", "fairly", "dissatisfied")}
    words["n"] = number(made["reports"].value)
    said = [_("%(n)s reports to voters were held before %(present)s voters.") % words]
    if made["reporting"].value:
        owed = _("Of %(asked)s deputies owing one in the year %(met)s reported (%(share)s); %(rest)s.")
        said.append(owed % _once("reporting", made))
    if made["reports.rated"].value:
        said.append(_("Votes: satisfied %(satisfied)s, fairly %(fairly)s, dissatisfied %(dissatisfied)s.") % words)
    return said


def _once(name, made) -> dict[str, str]:
    """How many were asked for something once, how many did it, and what is missing of it."""
    words = {key: number(made[f"{name}.{key}"].value) for key in ("met", "missed", "open")}
    rest = [_("%(missed)s did not") % words] if made[f"{name}.missed"].value else []
    rest += [_("%(open)s still have time") % words] if made[f"{name}.open"].value else []
    words["rest"] = "、".join(rest) or _("nobody is missing")
    return words | {"asked": number(made[name].value), "share": percent(made[f"share.{name}.met"].value)}


def _returns(report, made) -> list[str]:
    said = _("Of %(asked)s deputies asked to return to their district %(met)s did (%(share)s); %(rest)s.")
    return [said % _once("returns", made)] if made["returns"].value else []


def _contact_month(report, made) -> list[str]:
    said = _("Of %(asked)s deputies asked in the contact month %(met)s had a contact (%(share)s); %(rest)s.")
    return [said % _once("contact_month", made)] if made["contact_month"].value else []


def _before_session(report, made) -> list[str]:
    said = _("Of %(asked)s deputies asked before a session %(met)s went to hear voters (%(share)s); %(rest)s.")
    return [said % _once("before_session", made)] if made["before_session"].value else []


def _missing(report, made) -> list[str]:
    n = made["missing"].value
    return [_("Still missing: %(n)s findings are open.") % {"n": number(n)} if n else _("Nothing is missing.")]


SENTENCES = {
    "asked": _asked,
    "contacts": _contacts,
    "households": _households,
    "returns": _returns,
    "contact_month": _contact_month,
    "before_session": _before_session,
    "petitions": _petitions,
    "receptions": _receptions,
    "suggestions": _suggestions,
    "groups": _groups,
    "reports": _reports,
    "missing": _missing,
}
