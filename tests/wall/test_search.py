"""A08: a search, a filter, an order or a choice shows no row of others and spells out nothing that is masked.

The lists of the admin site are asked for their rows and not drawn: the plain lists are drawn by the matrix.
"""

import json

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import SuspiciousOperation
from django.test import RequestFactory
from django.urls import reverse

from office import personal_data, policy
from reports.probe.matrix import people

pytestmark = [pytest.mark.django_db, pytest.mark.long_walk]

FRONT = {
    "constituents:desk": "q",
    "constituents:list": "q",
    "constituents:tasks": "q",
    "constituents:suggestions": "q",
    "constituents:engagements": "q",
    "reports:records": "q",
    "admin:constituents_petition_routing": "q",
    "admin:reports_flag_changelist": "q",
    "admin:reports_hintanswer_changelist": "q",
}
"""The pages with a search of their own, and under which name it is sent."""
NOBODYS = "ZZZZ-T9S9D9-QQQ"
OWN_LISTS = {"reports.flag", "reports.hintanswer"}
"""Models whose list is such a page and not the one of the site."""


def asking(probe):
    """Everybody who signs in, one for each role."""
    return {role: person for role, person in people().items() if getattr(probe.people[person], "is_active", False)}


def opens(probe, person, name) -> bool:
    return policy.line_for(name).allows(probe.people[person], "GET")


def lists(probe, person):
    """Each list of the admin site that this person opens."""
    for model, page in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        if model._meta.label_lower not in OWN_LISTS and opens(probe, person, name):
            yield model, page


def listed(asker, person, page, **asked):
    """The keys of a list as asked for, in their order; nothing where the list refuses the question."""
    request = RequestFactory().get("/", asked)
    request.user = asker.known(person)
    try:
        rows = page.get_changelist_instance(request).queryset
    except (IncorrectLookupParameters, SuspiciousOperation):
        return None
    return list(rows.values_list("pk", flat=True))


def foreign(probe, person, model, keys) -> list:
    """Of these keys those of rows out of sight."""
    return [key for key in keys or () if not probe.may_see(person, model, key)]


def hidden_words(probe, person) -> dict[str, str]:
    """Of each masked column that this person does not read at once what stands there in a row within their sight."""
    words = {}
    for label, entry in personal_data.entries().items():
        model = apps.get_model(label)
        if personal_data.view_of(probe.people[person], model) == personal_data.CLEAR:
            continue
        keys = [pk for kind, pk in probe.seen if kind == label and probe.may_see(person, model, pk)]
        for name in entry.masked() if keys else ():
            value = model._base_manager.values_list(name, flat=True).get(pk=keys[0])
            if isinstance(value, str) and value in probe.words:
                words[f"{label}.{name}"] = value
    return words


def without(answer, word) -> tuple:
    """An answer without the word that was asked for."""
    return answer.status, answer.plain.replace(word.encode(), b"")


def test_the_beginning_of_what_is_masked_is_found_as_little_as_what_nobody_has(probe, asker, capsys):
    asked, told = 0, []
    for role, person in asking(probe).items():
        begins = {column: word[:-1] for column, word in hidden_words(probe, person).items()}
        for name, field in FRONT.items() if begins else ():
            if opens(probe, person, name):
                path = f"{reverse(name)}?{field}="
                nothing = without(asker.ask(person, "GET", path + NOBODYS), NOBODYS)
                found = {
                    column: without(asker.ask(person, "GET", path + part), part) for column, part in begins.items()
                }
                told += [f"{role} {name}: {column}" for column in found if found[column] != nothing]
                asked += len(found)
        for model, page in lists(probe, person) if begins else ():
            nothing = listed(asker, person, page, q=NOBODYS)
            found = {column: listed(asker, person, page, q=part) for column, part in begins.items()}
            told += [f"{role} {model._meta.label_lower}: {column}" for column in found if found[column] != nothing]
            asked += len(found)
    with capsys.disabled():
        print(f"\nsearches for the beginning of what is masked: {asked}, {len(told)} told something")
    assert ("\n".join(told), asked > 500) == ("", True)


def test_no_search_shows_a_row_of_others(probe, asker, capsys):
    """What everybody's words have in common is searched for, on the pages, in the lists and while typing."""
    asked, told = 0, []
    for role, person in asking(probe).items():
        for name, field in FRONT.items():
            if opens(probe, person, name):
                asked += 1
                answer = asker.ask(person, "GET", f"{reverse(name)}?{field}=CNRY")
                told += [f"{role} {name}: {one}" for one in asker.foreign(person, answer) if one.word != "CNRY"]
        for model, page in lists(probe, person):
            asked += 1
            told += [
                f"{role} {model._meta.label_lower} {key}"
                for key in foreign(probe, person, model, listed(asker, person, page, q="CNRY"))
            ]
            for field in page.autocomplete_fields:
                asked += 1
                named = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field}
                query = "&".join(f"{key}={value}" for key, value in {**named, "term": "CNRY"}.items())
                answer = asker.ask(person, "GET", f"{reverse('admin:autocomplete')}?{query}")
                target = model._meta.get_field(field).related_model
                keys = [int(one["id"]) for one in json.loads(answer.body)["results"]] if answer.status == 200 else []
                told += [f"{role} choice of {field}: {key}" for key in foreign(probe, person, target, keys)]
                told += [f"{role} choice of {field}: {one}" for one in asker.foreign(person, answer)]
    with capsys.disabled():
        print(f"\nsearches for what everybody's words have: {asked}, {len(told)} showed something of others")
    assert "\n".join(told) == ""


def test_a_list_is_asked_by_the_beginning_of_no_column(probe, asker, capsys):
    """Every column of the model, and every masked column of the rows that it is tied to."""
    asked, told = 0, []
    for role, person in asking(probe).items():
        for model, page in lists(probe, person):
            for column in columns(model):
                asked += 1
                one, other = (listed(asker, person, page, **{f"{column}__startswith": sign}) for sign in "CZ")
                if one != other or foreign(probe, person, model, one):
                    told.append(f"{role} {model._meta.label_lower} {column}")
    with capsys.disabled():
        print(f"\nlook-ups by the beginning of a column: {asked}, {len(told)} told something")
    assert "\n".join(told) == ""


def columns(model):
    for column in model._meta.concrete_fields:
        if column.is_relation:
            yield from (f"{column.name}__{name}" for name in personal_data.entry_of(column.related_model).masked())
        else:
            yield column.name


def test_an_order_tells_nothing_of_what_is_masked_and_no_order_or_day_shows_a_row_of_others(probe, asker, capsys):
    asked, told, on = 0, [], probe.on
    for role, person in asking(probe).items():
        for model, page in lists(probe, person):
            masked, first = personal_data.entry_of(model).masked(), 0 if page.actions is None else 1
            for n, column in enumerate(page.list_display, first):
                up, down = (listed(asker, person, page, o=f"{sign}{n}") for sign in ("", "-"))
                asked += 2
                if column in masked and up != down:
                    told.append(f"{role} {model._meta.label_lower}: sorted by {column}")
                told += [f"{role} {model._meta.label_lower} o={n}: {key}" for key in foreign(probe, person, model, up)]
            days = {"year": on.year, "month": on.month, "day": on.day} if page.date_hierarchy else {}
            for n in range(len(days)):
                asked += 1
                question = {f"{page.date_hierarchy}__{part}": days[part] for part in list(days)[: n + 1]}
                keys = foreign(probe, person, model, listed(asker, person, page, **question))
                told += [f"{role} {model._meta.label_lower} {question}: {key}" for key in keys]
    with capsys.disabled():
        print(f"\norders and days of lists: {asked}, {len(told)} told something")
    assert "\n".join(told) == ""
