"""Every form, filled in and sent: at somebody else's row, with somebody else's rows in it, with more and with less
than it asks for (A03, A10, A11). Nobody else's row may change, and nothing of one's own may point at it."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit
from zlib import crc32

from django.apps import apps
from django.db import models
from django.http import Http404
from django.urls import resolve

from office import personal_data, policy
from reports.probe import addresses, county, html_forms
from reports.probe.matrix import Matrix

ROWS_TRIED = 5
"""How many of one's own rows a page is opened with until it shows its form: each state of a row has other forms."""

MORE = (
    "id", "owner", "town", "jurisdiction", "role", "roles", "is_staff", "is_superuser", "is_active", "status", "number",
    "seq", "year", "created_at", "version", "by", "user", "user_permissions", "groups", "pk",
)  # fmt: skip
"""What somebody tries who does not know the columns."""

NUMBER, DAY, WORDS = 999_983, "2001-02-03", "WRITTEN-UNASKED"


MEANT = {
    ("constituents:suggestion_new", "constituents.signature", "deputies.deputy"),
    ("constituents:suggestion_move", "constituents.signature", "deputies.deputy"),
    ("constituents:suggestion_new", "constituents.suggestion", "office.jurisdiction"),
    ("constituents:suggestion_move", "constituents.suggestion", "office.jurisdiction"),
    ("constituents:move", "constituents.complaint", "office.unit"),
}
"""What a form ties to rows out of sight, but of the same congress: a suggestion goes to that congress, colleagues
there are asked to sign it (D7-三3), and a matter may complain about any unit."""

FOLLOWS = {"version", "words", "updated_at"}
"""Columns that are written with any other of their row."""


class Checked(Matrix):
    """Judges answers, and knows what is meant to be tied."""

    def leak(self, address, role, method, kind, where, what):
        if not self._meant(address, role, what):
            super().leak(address, role, method, kind, where, what)

    def _meant(self, address, role, what) -> bool:
        tied = re.match(r"tied (\S+) \d+ to (\S+) \d+ of (\S+)", what)
        if not tied:
            return False
        label, target, tag = tied.groups()
        if role == "security_admin" and label == "office.assignment":
            return True  # whose work it is to say who holds which role, everywhere
        home = addresses.home_of(self.probe, self.people[role])
        return (address.name, label, target) in MEANT and county.congress(home) == county.congress(tag)


class Sent(NamedTuple):
    """A form as one person fills it in, and what the filled form did."""

    role: str
    person: str
    address: object
    form: html_forms.Form
    body: dict
    answer: object

    @property
    def done(self) -> bool:
        """Whether it was a body that does something."""
        return bool(self.answer.written) or self.answer.status in (302, 303)


@dataclass
class Figures:
    """How much was tried."""

    forms: int = 0
    accepted: int = 0
    bodies: Counter = field(default_factory=Counter)
    unaccepted: set = field(default_factory=set)
    found: set = field(default_factory=set)


class Writes:
    """Finds the forms by opening the pages, and sends them."""

    def __init__(self, probe, asker, *, thorough=True):
        """``thorough``: as everybody who has the form, and not as one of them by lot."""
        self.probe, self.asker, self.thorough = probe, asker, thorough
        self.matrix, self.figures, self._tried = Checked(probe, asker), Figures(), set()
        self.by_name = {address.name: address for address in self.matrix.addresses}

    @property
    def leaks(self) -> list:
        return self.matrix.result.leaks

    def run(self):
        for address in self.matrix.addresses:
            for role, person in self._askers(address):
                for sent in self._forms_at(address, role, person):
                    self._attack(sent)
        return self

    # -- which forms there are

    def _askers(self, address) -> list:
        line = policy.line_for(address.name)
        able = [
            (role, person) for role, person in self.matrix.people.items()
            if role != "disabled" and line.allows(self.matrix._user(person), "GET")
        ]  # fmt: skip
        if self.thorough or not able:
            return able
        return [able[crc32(address.route.encode()) % len(able)]]

    def _forms_at(self, address, role, person):
        for filling in address.fillings():
            for path in self._pages(address, person, filling):
                page = self.asker.page(person, path)
                forms = html_forms.read(page.body.decode(errors="replace"), path) if page.status == 200 else []
                for form in forms:
                    form.action = urljoin(path, form.action)
                    yield from self._steps(role, person, form)
                if any(urlsplit(form.action).path == urlsplit(path).path for form in forms):
                    break

    def _pages(self, address, person, filling) -> list[str]:
        first = address.paths(self.probe, person, filling).get("own")
        if not address.row_part or address.has_secret:
            return [first]
        model = address.model(filling)
        home = addresses.home_of(self.probe, person)
        mine = [pk for pk in self.probe.rows(model) if self.probe.may_see(person, model, pk)]
        near = addresses.nearest(self.probe, model._meta.label_lower, mine, home)[:ROWS_TRIED]
        if filling.get("verb") == "name_complained":
            near = near[
                1:
            ]  # the first lies with a unit before it was ever routed, so that the rule of complaints is tried
        return [address.path(**filling, **{address.row_part: pk}) for pk in near] or [first]

    def _steps(self, role, person, form, *, step=0):
        """The form with each of its buttons and deeds, and the further questions that follow."""
        for one in _ways(form):
            sent = self._filled(role, person, one)
            if sent is None:
                continue
            yield sent
            if sent.answer.status == 200 and step < 2:
                page = sent.answer.body.decode(errors="replace")
                for further in html_forms.read(page, one.action):
                    further.action = urljoin(one.action, further.action)
                    if further.action == one.action and further.shape != form.shape:
                        yield from self._steps(role, person, further, step=step + 1)

    def _filled(self, role, person, form) -> Sent | None:
        try:
            name = resolve(urlsplit(form.action).path).view_name
        except Http404:
            return None
        who = person if self.thorough else ""
        known = (who, name, form.shape, tuple(form.buttons[:1]), str(form.fields.get("action", "")))
        if name not in self.by_name or known in self._tried:
            return None
        address = self.by_name[name]
        if not policy.line_for(name).allows(self.matrix._user(person), "POST"):
            return None
        for style in html_forms.STYLES:
            body = html_forms.filled(form, style, self.probe.on)
            sent = Sent(role, person, address, form, body, self._post(role, person, address, "own", form, body))
            if sent.done:
                break
        self._count(sent, known)
        return sent

    def _count(self, sent, known):
        if sent.done or sent.form.fields:
            self._tried.add(known)
        self.figures.forms += 1
        self.figures.accepted += sent.done
        self.figures.found.add(sent.address.name)
        if not sent.done:
            self.figures.unaccepted.add((sent.address.name, sent.role))

    # -- what is tried with each

    def _attack(self, sent):
        self._foreign_row(sent)
        self._foreign_keys(sent)
        self._more(sent)
        self._less(sent)

    def _foreign_row(self, sent):
        """The same body at the rows of others."""
        for own in {value for value in re.findall(r"\d+", sent.form.action) if self._model(value)}:
            for kind, other in self._others(sent.person, own):
                action = re.sub(rf"(?<!\d){own}(?!\d)", str(other), sent.form.action)
                self._try("foreign row", sent, kind, sent.body, action=action)

    def _foreign_keys(self, sent):
        """Each key in the body replaced by that of somebody else's row."""
        for name, own in self._keys(sent):
            offered = set(sent.form.fields[name].offered) if name in sent.form.fields else set()
            for kind, other in self._others(sent.person, own):
                if str(other) in offered:
                    continue
                value = [str(other)] if isinstance(sent.body.get(name), list) else str(other)
                answer = self._try("foreign key", sent, kind, {**sent.body, name: value})
                self._tied(sent, name, other, answer)

    def _keys(self, sent):
        """The fields that hold the key of a row, each with one of one's own or such as are offered."""
        for name, one in sent.form.fields.items():
            values = sent.body.get(name) or []
            values = values if isinstance(values, list) else [values]
            key = next((str(value) for value in [*values, *one.offered] if self._model(value)), None)
            key = key or self._key_of_autocomplete(one)
            if key:
                yield name, key

    def _key_of_autocomplete(self, one):
        if not one.limits.get("data-field-name"):
            return None
        model = apps.get_model(one.limits["data-app-label"], one.limits["data-model-name"])
        target = model._meta.get_field(one.limits["data-field-name"]).related_model
        return next(map(str, self.probe.rows(target)), None)

    def _tied(self, sent, name, other, answer):
        """Whether anything now points at the row that was put in."""
        model = self._model(other)
        for change in answer.written:
            for column in change.model._meta.concrete_fields:
                points = column.is_relation and column.related_model is model
                if points and str(change.columns.get(column.column)) == str(other):
                    label = change.model._meta.label_lower
                    self._leak(sent, f"{name}={other}", "database", f"tied {label} {change.pk} by {column.name}")

    def _more(self, sent):
        """Beside what the form has, every column of what it writes."""
        written = {change.model for change in sent.answer.written}
        keys = [value for value in re.findall(r"\d+", sent.form.action) if self._model(value)]
        tables = written | {self._model(value) for value in keys}
        extra = dict.fromkeys(MORE, str(NUMBER))
        for model in sorted(tables, key=lambda model: model._meta.label_lower):
            for column in model._meta.concrete_fields:
                extra |= {name: self._unasked(sent, column) for name in {column.name, column.attname}}
        prefixes = [
            name.removesuffix("TOTAL_FORMS") + "0-" for name in sent.form.fields if name.endswith("-TOTAL_FORMS")
        ]
        extra |= {prefix + name: value for prefix in prefixes for name, value in extra.items()}
        extra = {name: value for name, value in extra.items() if name not in sent.form.fields and name not in sent.body}
        answer = self._try("more columns", sent, "own", {**extra, **sent.body})
        if sent.done:
            self._unlisted(sent, answer)

    def _unasked(self, sent, column):
        if column.is_relation:
            own = next(iter(self.probe.rows(column.related_model)), None)
            return str(next((other for _kind, other in self._others(sent.person, own)), NUMBER)) if own else "1"
        if column.choices:
            return str(column.choices[-1][0])
        plain = {
            models.BooleanField: "on", models.DateField: DAY, models.DateTimeField: f"{DAY} 04:05",
            models.CharField: WORDS, models.TextField: WORDS, models.IntegerField: str(NUMBER),
        }  # fmt: skip
        return next((value for kind, value in plain.items() if isinstance(column, kind)), str(NUMBER))

    def _unlisted(self, sent, answer):
        """What was written beyond what the form alone writes."""
        known, now = _values(sent.answer.written), _values(answer.written)
        columns = {(label, column) for label, column, _value in known} | _masked(sent.address) | _following(now)
        for label, column, value in sorted(now - known):
            asked = (label, column) in _masked(sent.address)
            if (_is_unasked(value) and not asked) or (label, column) not in columns:
                self._leak(sent, "more columns", "database", f"wrote {label} {column} = {value}")

    def _less(self, sent):
        """Nothing, empty, one missing, twice, as JSON, huge, of the wrong kind; where it is by lot, a few of them."""
        ways = [*self._bodies(sent), *self._texts(sent)]
        first = crc32(f"{sent.address.name}{sent.form.shape}{sent.body.keys()}".encode())
        for what, body in ways if self.thorough else [ways[(first + n) % len(ways)] for n in range(0, len(ways), 4)]:
            if isinstance(body, dict):
                self._try(what, sent, "own", body)
            else:
                self._raw(what, sent, *body)

    def _bodies(self, sent):
        body, names = sent.body, [name for name in sent.body if name != "key"]
        plain = [name for name in names if isinstance(body[name], str)]
        yield "empty", {}
        yield "blank", dict.fromkeys(body, "")
        yield "huge", {**body, **{name: "9" * 30 if body[name].isdigit() else "长" * 20_000 for name in plain}}
        for wrong in ("[]", "-1", "٣"):
            yield "wrong kind", {**body, **dict.fromkeys(plain, wrong)}
        for name in names if self.thorough else names[-1:]:
            yield "missing", {key: value for key, value in body.items() if key != name}
            yield "brackets", {**body, f"{name}[]": body[name], name: []}

    def _texts(self, sent):
        plain = [(name, one) for name, value in sent.body.items() for one in _listed(value) if isinstance(one, str)]
        others = [(name, other) for name, own in self._keys(sent) for _kind, other in self._others(sent.person, own)]
        for pairs in (plain + others, others + plain, plain + plain):
            yield "twice", (urlencode(pairs), "application/x-www-form-urlencoded")
        yield "json", (json.dumps(dict(plain)), "application/json")

    # -- asking

    def _try(self, what, sent, kind, body, *, action=None):
        self.figures.bodies[what] += 1
        form = html_forms.Form(action or sent.form.action, "post")
        return self._post(sent.role, sent.person, sent.address, kind, form, body, what)

    def _raw(self, what, sent, text, kind):
        self.figures.bodies[what] += 1
        answer = self.asker.ask(sent.person, "POST", sent.form.action, body=text.encode(), kind=kind)
        self.matrix.judge(sent.address, sent.role, sent.person, "POST", what, answer)

    def _post(self, role, person, address, kind, form, body, what="valid"):
        for value in body.values():
            if hasattr(value, "seek"):
                value.seek(0)
        answer = self.asker.ask(person, "POST", form.action, body)
        self.figures.bodies["valid"] += what == "valid"
        self.matrix.judge(address, role, person, "POST", f"{what}, {kind}", answer)
        return answer

    def _leak(self, sent, kind, where, what):
        self.matrix.leak(sent.address, sent.role, "POST", kind, where, what)

    def _model(self, value):
        return self.probe.model_of(int(value)) if str(value).isascii() and str(value).isdigit() else None

    def _others(self, person, own) -> list:
        """The rows that are to others what ``own`` is to oneself: of a neighbour, and of another town."""
        return addresses.twins(self.probe, person, self._model(own), int(own))


def _ways(form):
    """A form with each button, and with each deed that a list offers for its rows."""
    deeds = [deed for deed in form.fields["action"].offered if deed] if "action" in form.fields else [None]
    for button in form.buttons[:1] if {"_save", "_continue"} & dict(form.buttons).keys() else form.buttons or [None]:
        for deed in deeds:
            fields = dict(form.fields)
            if deed:
                fields["action"] = html_forms.Field("action", "hidden", values=[deed])
            yield html_forms.Form(form.action, "post", fields, [button] if button else [])


def _values(changes) -> set:
    """What stands written, without what is another at every sending: keys of new rows, moments, secrets."""
    return {
        (change.model._meta.label_lower, column.name, str(change.columns[column.column]))
        for change in changes
        for column in change.model._meta.concrete_fields
        if column.column in change.columns and not column.primary_key
    }


def _masked(address) -> set:
    """The fields of a form of the admin site that stand masked until they are asked for: they are fields of it."""
    if not address.route.startswith("admin/"):
        return set()
    return {(label, name) for label, entry in personal_data.entries().items() for name in entry.masked()}


def _following(values) -> set:
    return {(label, column) for label, column, _value in values if column in FOLLOWS}


def _is_unasked(value) -> bool:
    return value in (str(NUMBER), WORDS, "True") or value.startswith(DAY)


def _listed(value) -> list:
    return value if isinstance(value, list) else [value]
