"""The forms of a page as a browser reads them: what stands in them, what may be chosen, and how one is filled in."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080200000090"
    "7753de0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)
PASSED_OVER = ("button", "reset", "image")
"""Kinds of ``input`` that send nothing."""


@dataclass
class Field:
    """One name of a form: its kind, what stands in it, and what may be chosen."""

    name: str
    kind: str
    required: bool = False
    multiple: bool = False
    limits: dict = field(default_factory=dict)
    offered: list = field(default_factory=list)
    values: list = field(default_factory=list)


@dataclass
class Form:
    """One form: where it goes, its fields by name, and the buttons that carry a value."""

    action: str
    method: str
    fields: dict = field(default_factory=dict)
    buttons: list = field(default_factory=list)

    @property
    def shape(self) -> tuple:
        return tuple(sorted(self.fields)), tuple(sorted({name for name, _value in self.buttons}))


class Style(NamedTuple):
    """How a form is filled in where it leaves a choice: days gone or to come, everything or what is asked for."""

    days: int
    everything: bool


STYLES = (Style(-1, True), Style(-1, False), Style(7, True), Style(7, False))


def read(page: str, path: str) -> list[Form]:
    """The forms of a page that write, each with the address it goes to; ``path`` is the page's own."""
    reader = _Reader(path)
    reader.feed(page)
    bare = {"csrfmiddlewaretoken"}  # a form that only lends its token to buttons that go elsewhere
    return [
        form for form in reader.forms
        if form.method == "post" and (form.fields.keys() - bare or form.buttons or form.action != path)
    ]  # fmt: skip


def filled(form: Form, style: Style, on: date) -> dict:
    """A body for a form: what stands in it, and the first that is offered where nothing stands."""
    body = {}
    for one in form.fields.values():
        value = _value(one, style, on)
        if value not in ("", [], None) or (one.kind in ("hidden", "text") and not one.required):
            body[one.name] = value
    return body | dict(form.buttons[:1])


def _value(one, style, on):
    if one.kind in ("select", "radio", "checkbox"):
        return _choice(one, style)
    if one.values and one.values[0]:
        return one.values[0]
    if one.kind == "hidden" or not (one.required or style.everything):
        return ""
    return _typed(one, style, on)


def _choice(one, style):
    chosen = [value for value in one.values if value] or ([] if one.kind == "checkbox" and not one.required else None)
    if chosen is None or (not chosen and style.everything and len(one.offered) > 1):
        chosen = [value for value in one.offered if value][:1] if one.required or style.everything else []
    return chosen if one.multiple or one.kind == "checkbox" else (chosen[0] if chosen else "")


def _typed(one, style, on):
    day = on + timedelta(days=style.days)
    day = min(max(day.isoformat(), one.limits.get("min") or ""), one.limits.get("max") or "9999")
    plain = {
        "date": day, "datetime-local": f"{day}T09:30", "time": "09:30", "month": day[:7], "tel": "13812345678",
        "email": "a@example.org", "url": "https://example.org/", "number": one.limits.get("min") or "1",
        "password": "demo-only-2026", "file": SimpleUploadedFile("a.png", PICTURE, "image/png"),
    }  # fmt: skip
    if one.kind not in plain and one.name.endswith(("_on", "since", "until", "_date", "effective_from")):
        return day
    if one.kind not in plain and ("phone" in one.name or one.limits.get("inputmode") == "tel"):
        return plain["tel"]
    value = plain.get(one.kind, "反映道路需要修缮的情况")
    return value[: int(one.limits.get("maxlength") or 99)] if isinstance(value, str) else value


class _Reader(HTMLParser):
    """Collects forms and, by the attribute ``form``, the fields that stand outside of them."""

    def __init__(self, path):
        super().__init__()
        self.path, self.forms, self._named, self._open = path, [], {}, None
        self._select = self._area = None

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._begin(given)
        elif tag == "option" and self._select:
            self._option(given)
        elif tag in ("input", "select", "textarea", "button"):
            self._control(tag, given)
        elif "hx-post" in given:
            self._elsewhere(given, self._open)

    def _begin(self, given):
        self._open = self._form(given.get("id"))
        posts = given.get("hx-post")
        self._open.action = posts or given.get("action") or self.path
        self._open.method = "post" if posts else given.get("method", "get").lower()

    def _form(self, name=None):
        """A form, known by its id where a field before it named it."""
        form = self._named.get(name) or Form("", "get")
        if name:
            self._named[name] = form
        if not any(form is known for known in self.forms):
            self.forms.append(form)
        return form

    def _elsewhere(self, given, form):
        """A button that sends the same fields to another address."""
        action = given.get("hx-post") or given.get("formaction")
        pressed = [(given["name"], given.get("value", ""))] if given.get("name") else []
        self.forms.append(Form(action, "post", form.fields if form else {}, pressed))

    def _control(self, tag, given):
        form = self._form(given["form"]) if given.get("form") else self._open
        if tag == "select":
            self._select = Field("", "select")
        if tag == "button" and ("hx-post" in given or "formaction" in given):
            self._elsewhere(given, form)
        elif form is None or "disabled" in given or not given.get("name"):
            return
        elif tag == "button" or given.get("type") == "submit":
            form.buttons.append((given["name"], given.get("value", "")))
        elif given.get("type") not in PASSED_OVER:
            self._field(form, tag, given)

    def _field(self, form, tag, given):
        kind = given.get("type", "text").lower() if tag == "input" else tag
        one = form.fields.setdefault(given["name"], Field(given["name"], kind, limits=given))
        one.required |= "required" in given
        one.multiple |= "multiple" in given or (kind == "checkbox" and bool(one.offered))
        if tag == "select":
            self._select = one
        elif tag == "textarea":
            self._area = one
            one.values.append("")
        elif kind in ("radio", "checkbox"):
            one.offered.append(given.get("value", "on"))
            one.values += [given.get("value", "on")] if "checked" in given else []
        else:
            one.values.append(given.get("value", ""))

    def _option(self, given):
        self._select.offered.append(given.get("value", ""))
        if "selected" in given:
            self._select.values.append(given.get("value", ""))

    def handle_data(self, text):
        if self._area:
            self._area.values[-1] += text

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area:
            self._area.values[-1] = self._area.values[-1].strip()
            self._area = None
