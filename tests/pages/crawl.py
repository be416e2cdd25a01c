"""Loads the demo county and finds its pages: one of each named address for each person, as links lead to it.

``python -m tests.pages.crawl FILE`` works on the database in DATABASE_URL and writes the pages to FILE.
"""

import html
import json
import os
import re
import sys
from collections import Counter, deque
from datetime import timedelta
from io import StringIO
from pathlib import Path
from urllib.parse import urljoin

import django
from django.core.management import call_command
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, get_resolver, resolve, reverse

LINK = re.compile(r'(?:href|action|hx-get|data-href)="([^":#]+)')
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
ALIKE, OWN_HOME = "admin:", "admin:index"
"""The pages of the admin site are alike for whoever opens them: each is shown once, to the first who may."""
SAMPLES, FEW = 6, 3
"""So many rows of a kind are opened in search of what only some of them lead to; few, where somebody's was found."""
NOBODY = "visitor"
ERRORS = {NOBODY: ["/nowhere/"], "deputy": ["/admin/"], "county": ["/nowhere/", "/my/"]}
"""What is not there and what is not for this person, as each of them is told."""


def prepare():
    """The demo county, with a person for every role and what no deed of the demo leaves behind."""
    from reports import demo

    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_regulations", verbosity=0)
    call_command("load_tables", verbosity=0)
    call_command("load_demo", stdout=StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)
    _fill_roles(demo)


def _fill_roles(demo):
    """Somebody in every role: the demo has those who work with its matters."""
    from liaison_stations.models import StationPost
    from office.models import Assignment, User
    from office.roles import Role

    for role in Role:
        if not Assignment.objects.filter(role=role, user__is_active=True).exists():
            user = User.objects.create_user(role.value, name=str(role.label), password=demo.PASSWORD)
            Assignment.objects.create(user=user, role=role)
    head = User.objects.filter(assignments__role=Role.STATION_HEAD).first()
    if not StationPost.objects.filter(user=head).exists():
        station = StationPost.objects.get(user__username="officer").station
        StationPost.objects.create(station=station, name=head.name, user=head)


def _link_of_a_unit() -> str:
    """The address of a link that a unit without an account works through; it is shown once and kept nowhere."""
    from constituents import actions
    from constituents.addresses import link_of
    from constituents.models import Referral
    from office import clock
    from office.models import User

    at = clock.now()
    by = User.objects.get(username="county")
    one = Referral.objects.visible_to(by).filter(Referral.IN_HAND, petition__isnull=False).order_by("-pk").first()
    until = clock.local_date(at) + timedelta(days=14)
    _link, token = actions.give_link(one, by=by, at=at, on=clock.local_date(at), until=until)
    return link_of(token)


def people() -> dict:
    """The sign-in name of each person whose pages are looked at, one a role; and nobody."""
    from office.models import Assignment
    from office.roles import Role
    from reports import demo

    signed = {role: name for name, role in demo.SIGN_INS.items()}
    for role in Role:
        held = Assignment.objects.filter(role=role, user__is_active=True).order_by("pk").first()
        if role not in signed and held:
            signed[role] = held.user.username
    return {name: role.value for role, name in sorted(signed.items(), key=lambda pair: list(Role).index(pair[0]))}


def names(resolver, prefix=""):
    """Every address name of the project with GET, with its namespace."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield f"{prefix}{pattern.name}"


def readable(user) -> list:
    """The names of the addresses that this person may open."""
    from office import policy

    return [name for name in dict.fromkeys(names(get_resolver())) if policy.line_for(name).allows(user, "GET")]


class Finder:
    """One person's walk along all links, until each address that may be opened has shown a page."""

    def __init__(self, client, user, shown, known):
        self.client = client
        self.wanted = set(readable(user)) - shown
        self.known = known
        self.pages, self.opened, self.tries = {}, set(), Counter()

    def run(self, *beginnings) -> dict:
        """A page by the name of its address; None for what was answered with a file or a part of a page."""
        ways = deque([*beginnings, *self._plain_addresses()])
        while ways:
            ways.extend(self._open(ways.popleft()))
        return self.pages

    def _plain_addresses(self):
        for name in sorted(self.wanted):
            try:
                yield reverse(name)
            except NoReverseMatch:
                continue

    def _open(self, path):
        """Open what is still wanted, and some more of its kind for the links they have; the links that were found."""
        name = _name(path)
        samples = FEW if name in self.known else SAMPLES
        if name not in self.wanted or path in self.opened or self.tries[name] >= samples:
            return []
        if name.startswith(ALIKE) and name in self.pages:
            return []
        self.opened.add(path)
        self.tries[name] += 1
        response = self.client.get(path)
        if response.status_code in (301, 302):
            return [urljoin(path, response["Location"])]
        if response.status_code != 200:
            return []
        if not response.get("Content-Type", "").startswith("text/html"):
            self.pages.setdefault(name)
            return []
        text = response.content.decode()
        title = TITLE.search(text)
        self.pages[name] = self.pages.get(name) or (
            {"path": path, "title": " ".join(html.unescape(title[1]).split())} if title else None
        )
        return [urljoin(path, html.unescape(link)) for link in LINK.findall(text)]


def _name(path):
    try:
        return resolve(path.partition("?")[0]).view_name
    except Resolver404:
        return None


def find() -> dict:
    """The pages of each person, with the cookies that make one that person, and the addresses that showed nothing."""
    shown, known, found = set(), set(), {}
    for username, role in {NOBODY: "", **people()}.items():
        client, user = _signed_in(username)
        finder = Finder(client, user, shown, known)
        pages = finder.run(*([_link_of_a_unit()] if username == NOBODY else []))
        known |= set(pages)
        shown |= {name for name in pages if name.startswith(ALIKE) and name != OWN_HOME}
        errors = [{"name": f"error:{path}", "path": path, "title": path} for path in ERRORS.get(username, [])]
        found[username] = {
            "role": role,
            "cookies": {name: cookie.value for name, cookie in client.cookies.items() if cookie.value},
            "pages": [{"name": name, **page} for name, page in sorted(pages.items()) if page] + errors,
            "unseen": sorted(finder.wanted - set(pages)),
        }
    return found


def _signed_in(username):
    from django.contrib.auth.models import AnonymousUser

    from office.models import User

    client = Client(HTTP_HOST="localhost")
    if username == NOBODY:
        return client, AnonymousUser()
    user = User.objects.get(username=username)
    client.force_login(user)
    return client, user


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    prepare()
    Path(sys.argv[1]).write_text(json.dumps(find(), ensure_ascii=False, indent=1), "utf-8")
