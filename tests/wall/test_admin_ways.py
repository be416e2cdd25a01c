"""A06, A09: every way into the rows of an admin list: deeds with many rows, windows, rows below a form, workbooks."""

import io
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from office import personal_data, policy
from office.models import AuditEvent
from reports.probe.asker import MADE_ANEW
from reports.probe.matrix import people

pytestmark = [pytest.mark.django_db, pytest.mark.long_walk]


def asking(probe) -> dict[str, str]:
    """Everybody who may open a page of the admin site, one for each role."""
    everybody = {role: person for role, person in people().items() if probe.people[person]}
    return {role: person for role, person in everybody.items() if opens(probe, person, "admin:index")}


def opens(probe, person, name, method="GET") -> bool:
    return policy.line_for(name).allows(probe.people[person], method)


def name_of(model, what) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}"


def ways(probe, what, method="GET"):
    """Each role with each page of the site that it opens for ``what``."""
    for role, person in asking(probe).items():
        for model, page in admin.site._registry.items():
            if opens(probe, person, name_of(model, what), method):
                yield role, person, model, page


def others(probe, person, model) -> list[int]:
    """A neighbour's row and a stranger's, out of this person's sight."""
    rows = [pk for pk in probe.rows(model) if not probe.may_see(person, model, pk)]
    return [*rows[:1], *rows[-1:]]


def wrong(asker, person, answer) -> list:
    failed = [answer.status] if answer.status >= 500 else []
    return [*failed, *asker.foreign(person, answer), *asker.written.foreign(person, answer.written)]


# -- A09


class Fields(HTMLParser):
    """What a browser would send of the forms of a page as they stand."""

    def __init__(self, body):
        super().__init__()
        self.sent, self._select, self._area = {}, "", ""
        self.feed(body.decode())

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        name = found.get("name") or ""
        if tag == "input" and (found.get("type") not in ("checkbox", "radio") or "checked" in found):
            self.sent[name] = found.get("value") or ""
        if tag == "select":
            self._select = name
        if tag == "option" and "selected" in found:
            self.sent[self._select] = found.get("value") or ""
        if tag == "textarea":
            self._area, self.sent[name] = name, ""

    def handle_data(self, data):
        if self._area:
            self.sent[self._area] += data.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = ""


def test_a_deed_with_many_rows_touches_none_of_others(probe, asker, capsys):
    asked, told = 0, []
    for role, person, model, page in ways(probe, "changelist", "POST"):
        foreign = others(probe, person, model)
        for action in [*(page.actions or ()), "delete_selected"] if foreign else ():
            sent = {"action": action, "index": "0", "_selected_action": foreign, "select_across": "0"}
            for more in ({}, {"confirmed": "1", "key": "0" * 32, "select_across": "1"}):
                asked += 1
                answer = asker.ask(person, "POST", reverse(name_of(model, "changelist")), {**sent, **more})
                told += [f"{role} {model._meta.label_lower} {action}: {one}" for one in wrong(asker, person, answer)]
                telling = [str(pk) for pk in foreign if f"{pk}".encode() in answer.body]
                told += [f"{role} {model._meta.label_lower} {action}: names {pk}" for pk in telling]
    with capsys.disabled():
        print(f"\ndeeds with rows of others: {asked}, {len(told)} leaks")
    assert ("\n".join(told), asked > 20) == ("", True)


def test_a_window_and_a_column_to_hand_back_give_nothing_away(probe, asker, capsys):
    """``_popup`` and ``_to_field`` belong to windows that no page here opens; of a masked column they say nothing."""
    asked, told = 0, []
    for role, person, model, _page in ways(probe, "changelist"):
        masked = personal_data.entry_of(model).masked()
        for question in ("_popup=1", *(f"_popup=1&_to_field={name}" for name in (*masked, "id"))):
            asked += 1
            answer = asker.ask(person, "GET", f"{reverse(name_of(model, 'changelist'))}?{question}")
            told += [f"{role} {model._meta.label_lower} ?{question}: {one}" for one in wrong(asker, person, answer)]
            shown = {probe.columns.get(word) for word in asker.own(person, answer)}
            told += [
                f"{role} {model._meta.label_lower} ?{question}: shows {name}"
                for name in masked
                if f"{model._meta.label_lower}.{name}" in shown
            ]
    with capsys.disabled():
        print(f"\nwindows and columns to hand back: {asked}, {len(told)} leaks")
    assert "\n".join(told) == ""


def test_a_row_of_others_below_an_own_form_is_not_written(probe, asker, capsys):
    """The form as it stands, with the key of a row below it changed to that of somebody else's."""
    asked, told = 0, []
    for role, person, model, page in ways(probe, "change", "POST"):
        mine = [pk for pk in probe.rows(model) if probe.may_see(person, model, pk)]
        if not mine or not page.inlines:
            continue
        path = reverse(name_of(model, "change"), args=[mine[0]])
        sent = Fields(asker.ask(person, "GET", path).body).sent
        for inline in page.inlines:
            foreign = others(probe, person, inline.model)[-1:]
            prefixes = {name.split("-")[0] for name in sent if name.endswith("-TOTAL_FORMS")}
            for prefix in prefixes if foreign else ():
                for key in foreign:
                    more = {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-INITIAL_FORMS": "1", f"{prefix}-0-id": key}
                    for deleting in ({}, {f"{prefix}-0-DELETE": "on"}):
                        asked += 1
                        answer = asker.ask(person, "POST", path, {**sent, **more, **deleting})
                        told += [f"{role} {path} {prefix}: {one}" for one in wrong(asker, person, answer)]
    with capsys.disabled():
        print(f"\nrows of others below own forms: {asked}, {len(told)} leaks")
    assert ("\n".join(told), asked > 0) == ("", True)


def test_a_filter_by_a_row_of_others_shows_what_a_filter_by_none_shows(probe, asker, capsys):
    asked, told = 0, []
    for role, person, model, page in ways(probe, "changelist"):
        for item in (*page.list_filter, *page.lookups):
            field = item[0] if isinstance(item, tuple) else item
            target = target_of(model, field) if isinstance(field, str) else None
            for key in others(probe, person, target)[-1:] if target else ():
                asked += 1
                lookup = field if "__id__exact" in field else f"{field}__id__exact"
                path = f"{reverse(name_of(model, 'changelist'))}?{lookup}="
                found, absent = (asker.ask(person, "GET", f"{path}{one}") for one in (key, probe.absent(target)))
                told += [f"{role} {path}{key}: {one}" for one in wrong(asker, person, found)]
                if plain(found, key) != plain(absent, probe.absent(target)):
                    told.append(f"{role} {path}{key}: is not as for a row that there is not")
    with capsys.disabled():
        print(f"\nfilters by rows of others: {asked}, {len(told)} leaks")
    assert ("\n".join(told), asked > 20) == ("", True)


def target_of(model, path):
    """The scoped model at the end of a filter's look-up, if it ends at a row."""
    for step in path.removesuffix("__id__exact").split("__"):
        field = model._meta.get_field(step)
        if not field.is_relation:
            return None
        model = field.related_model
    return model


def plain(answer, key) -> tuple:
    return answer.status, MADE_ANEW.sub(b"", answer.body).replace(str(key).encode(), b"")


# -- A06


def test_a_list_as_a_workbook_has_exactly_the_rows_of_its_reader(probe, asker, capsys):
    books, told = 0, []
    for role, person, model, page in ways(probe, "export"):
        if not page.exports or not probe.rows(model) or model is AuditEvent:  # whose rows grow with every question
            continue
        books += 1
        path = reverse(name_of(model, "export"))
        rows = workbook_rows(probe, person, path)
        mine = sum(probe.may_see(person, model, pk) for pk in probe.rows(model))
        if rows != mine:
            told.append(f"{role} {model._meta.label_lower}: {rows} rows, {mine} in sight")
        told += [f"{role} {path}: {one}" for one in wrong(asker, person, asker.ask(person, "GET", path))]
    with capsys.disabled():
        print(f"\nlists as workbooks: {books}, {len(told)} with other rows than their reader's")
    assert ("\n".join(told), books > 20) == ("", True)


def workbook_rows(probe, person, path) -> int:
    """The rows below the headings, counted by their running number."""
    client = Client()
    client.force_login(probe.people[person])
    content = b"".join(client.get(path).streaming_content)
    sheet = load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    numbers = [row[0] for row in sheet.iter_rows(values_only=True) if row and isinstance(row[0], int | str)]
    return sum(str(number).isdecimal() for number in numbers)
