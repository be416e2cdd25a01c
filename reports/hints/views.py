"""The records to ask about, in the admin site: the questions, their answers, and what was written down late."""

from collections import Counter
from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from deputies.models import Deputy
from office import audit, clock, masking
from office.models import Jurisdiction
from office.roles import STAFF
from reports.hints import actions
from reports.hints.forms import TABS, AnswerForm, AskForm
from reports.hints.late import days_late, written_late
from reports.hints.questions import Kind, Question, asked, named
from reports.hints.words import answered, reason, sentence
from reports.models import HintAnswer
from visits.models import Visit

PAGE = 20
SHOWN = 4
"""So many contacts stand under a question in the list; its page has them all."""
LATE_PAGE = 50
ON_PAPER = 500
LIST = "admin:reports_hintanswer_changelist"


class Person(NamedTuple):
    """A deputy to be asked."""

    key: int
    name: str
    phone: str
    town: int
    town_name: str

    @property
    def phone_masked(self) -> str:
        return masking.phone(self.phone)


def board(request, model_admin):
    """The questions of the person's scope, or what was written down late; narrowed and paged by the address."""
    form = AskForm(request.GET)
    ask = form.cleaned_data if form.is_valid() else None
    found = _late(request, ask) if ask and ask["tab"] == "late" else _questions(request, ask)
    context = {
        "title": _("Records to ask about"),
        "opts": model_admin.opts,
        "ask": ask or {"tab": "open"},
        "unreadable": ask is None,
        "address": request.GET.urlencode(),
        **found,
    }
    return model_admin.page(request, "admin/hints/board.html", context)


def show(request, model_admin, key):
    """One question: whom to ask, its contacts, and the answer or the form for it."""
    question = named(request.user, key, on=clock.today())
    if question is None:
        messages.warning(request, _("This question no longer stands."))
        return redirect(LIST)
    line = _lines([question], _people([question], request.user), request.user, shown=ON_PAPER)[0]
    context = {
        "title": Kind(question.kind).label,
        "opts": model_admin.opts,
        "line": line,
        "form": AnswerForm(),
        "history": _history(question, request.user),
    }
    return model_admin.page(request, "admin/hints/question.html", context)


def answer(request, model_admin):
    """Ask what was found, then note it for the chosen questions."""
    questions = [question for question in _chosen(request) if question.answer is None]
    if not questions:
        messages.warning(request, _("Choose at least one question."))
        return redirect(_back(request))
    form = AnswerForm(request.POST if "confirmed" in request.POST else None)
    if not form.is_valid():
        return _confirm(request, model_admin, questions, form)
    done = actions.answer(questions, by=request.user, at=clock.now(), **form.cleaned_data)
    messages.success(request, _("Answers noted: %(n)d. They can be taken back under “answered”.") % {"n": done})
    return redirect(_back(request))


def take_back(request, model_admin):
    """Open questions again; what was answered stays on record."""
    done = actions.take_back(_chosen(request), by=request.user, at=clock.now())
    if done:
        messages.success(request, _("Answers taken back: %(n)d. The questions are open again.") % {"n": done})
    else:
        messages.warning(
            request, _("No answer was taken back: it is not there any more, or the county's office gave it.")
        )
    return redirect(_back(request))


def on_paper(request, model_admin):
    """What the list shows, whole, to be printed: with room for what the deputies say, and the numbers to call them."""
    form = AskForm(request.GET)
    ask = form.cleaned_data if form.is_valid() else None
    found = _late(request, ask, ON_PAPER) if ask and ask["tab"] == "late" else _questions(request, ask, ON_PAPER)
    called = {person.key for line in found.get("lines", ()) for person in line["people"] if person.phone}
    told = {"model": Deputy, "keys": sorted(called), "detail": {"field": "phone"}}
    audit.record_all(by=request.user, at=clock.now(), action="personal.printed", **told)
    context = {"title": _("Records to ask about"), "on": clock.today(), "ask": ask or {"tab": "open"}, **found}
    return model_admin.page(request, "admin/hints/print.html", context)


# -- the questions


def _questions(request, ask, size=PAGE) -> dict:
    every = asked(request.user, on=clock.today()) if ask else []
    people = _people(every, request.user)
    tallied = [question for question in every if _fits(question, ask, people)]
    in_tab = [question for question in tallied if (question.answer is None) == (ask["tab"] == "open")]
    wanted = [question for question in in_tab if ask["kind"] in ("", question.kind)]
    page = Paginator(wanted, size).get_page(request.GET.get("page"))
    return {
        "page": page,
        "lines": _lines(list(page), people, request.user),
        "kinds": _kinds(in_tab),
        "tabs": _tabs(tallied, ask),
        "towns": sorted({(person.town, person.town_name) for person in people.values()}),
    }


def _fits(question: Question, ask, people) -> bool:
    asked_about = [people[key] for key in question.deputies]
    in_town = not ask["town"] or any(person.town == ask["town"] for person in asked_about)
    return in_town and (not ask["q"] or any(ask["q"] in person.name for person in asked_about))


def _kinds(questions) -> list[tuple]:
    counted = Counter(question.kind for question in questions)
    return [(kind.value, kind.label, counted[kind]) for kind in Kind]


def _tabs(questions, ask) -> list[tuple]:
    """Each tab with its label and its count; what was written down late is counted on its own tab only."""
    kept = [question for question in questions if ask and ask["kind"] in ("", question.kind)]
    closed = sum(question.answer is not None for question in kept)
    return [(tab, label, {"open": len(kept) - closed, "closed": closed}.get(tab)) for tab, label in TABS.items()]


def _people(questions, user) -> dict[int, Person]:
    keys = {key for question in questions for key in question.deputies}
    rows = Deputy.objects.visible_to(user, roles=STAFF).filter(pk__in=keys).order_by()
    columns = ("pk", "name", "phone", "district__jurisdiction", "district__jurisdiction__name")
    return {person.key: person for person in (Person(*row) for row in rows.values_list(*columns))}


def _lines(questions, people, user, shown=SHOWN) -> list[dict]:
    """Questions as a page shows them, with the contacts written down last on top."""
    keys = {key for question in questions for key in question.contacts[-shown:]}
    rows = Visit.objects.visible_to(user, roles=STAFF).filter(pk__in=keys).order_by()
    contacts = {visit.pk: visit for visit in rows.select_related("deputy", "household", "logged_by")}
    return [_line(question, people, contacts, shown) for question in questions]


def _line(question, people, contacts, shown) -> dict:
    own = [contacts[key] for key in reversed(question.contacts[-shown:])]
    return {
        "question": question,
        "kind": Kind(question.kind).label,
        "sentence": sentence(question, own[0]),
        "reason": reason(question),
        "people": [people[key] for key in question.deputies],
        "contacts": own,
        "more": len(question.contacts) - len(own),
        "answered": answered(question.answer) if question.answer else "",
    }


def _history(question, user) -> list[HintAnswer]:
    """What was answered to it before, also what was taken back; the latest first."""
    answers = HintAnswer.objects.visible_to(user, roles=STAFF)
    rows = answers.filter(kind=question.kind, visits__in=question.contacts).order_by("-pk").distinct()
    return list(rows.select_related("answered_by", "withdrawn_by"))


# -- written down late


def _late(request, ask, size=LATE_PAGE) -> dict:
    on = clock.today()
    rows = Visit.objects.visible_to(request.user, roles=STAFF).filter(written_late(on))
    rows = rows.filter(deputy__name__contains=ask["q"])
    rows = rows.filter(deputy__district__jurisdiction=ask["town"]) if ask["town"] else rows
    rows = rows.select_related("deputy__district__jurisdiction", "household", "logged_by")
    page = Paginator(rows.order_by("-logged_at", "-pk"), size).get_page(request.GET.get("page"))
    towns = Jurisdiction.objects.visible_to(request.user, roles=STAFF).filter(electoraldistrict__isnull=False)
    return {
        "page": page,
        "late": [(visit, days_late(visit)) for visit in page],
        "year": on.year,
        "tabs": [(tab, label, page.paginator.count if tab == "late" else None) for tab, label in TABS.items()],
        "towns": towns.order_by("code").distinct().values_list("pk", "name"),
    }


# -- what was chosen


def _chosen(request) -> list[Question]:
    """The questions that were ticked; one that no longer stands is none."""
    keys = request.POST.getlist("question")[:PAGE]
    if len(keys) == 1:
        question = named(request.user, keys[0], on=clock.today())
        return [question] if question else []
    return [question for question in asked(request.user, on=clock.today()) if question.key in keys] if keys else []


def _confirm(request, model_admin, questions, form):
    lines = _lines(questions, _people(questions, request.user), request.user)
    context = {
        "title": _("Note the answer"),
        "opts": model_admin.opts,
        "lines": lines,
        "form": form,
        "asked": request.POST.get("asked", ""),
    }
    return model_admin.page(request, "admin/hints/answer.html", context)


def _back(request) -> str:
    """The page of the list that the person came from."""
    address = request.POST.get("asked", "")
    return f"{reverse(LIST)}?{address}" if address else reverse(LIST)
