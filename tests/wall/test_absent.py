"""A04: what is out of sight answers as what there is not: the same status, headers, length and number of queries."""

import re

import pytest
from django.db import connection

from office import policy
from reports.probe import addresses
from reports.probe.matrix import people

pytestmark = [pytest.mark.django_db, pytest.mark.long_walk]

SIGNED = re.compile(rb"messages=[^;]*")
"""What is said once after a redirect names the key, and is signed."""
LANGUAGES = ("zh-hans", "en")


def detail_pages(probe, person):
    """Of each address with the key of a row that this person's role opens the paths, by whose row it is."""
    for address in addresses.everything():
        if address.row_part and policy.line_for(address.name).allows(probe.people[person], "GET"):
            for filling in address.fillings():
                yield address.paths(probe, person, filling)


def told(asker, person, path, language):
    """All that an answer gives away; the time an answer takes follows the number of its queries, and is no figure."""
    queries = []

    def note(execute, *asked):
        queries.append(asked[0])
        return execute(*asked)

    with connection.execute_wrapper(note):
        answer = asker.ask(person, "GET", path, language=language)
    key = max(re.findall(r"\d+", path), key=len).encode()
    return answer.status, len(answer.plain), SIGNED.sub(b"", answer.headers.replace(key, b"")), len(queries)


def out_of_sight(probe, person):
    """Each detail address with a row of the same town in one language and of another town in the other."""
    for paths in detail_pages(probe, person) if probe.people[person] else ():
        near, far = paths.get("sibling"), paths.get("elsewhere")
        for language, path in zip(LANGUAGES, (near or far, far or near), strict=True):
            if path:
                yield path, language, paths["absent"]


@pytest.mark.timeout(300)
def test_a_row_out_of_sight_answers_as_one_that_there_is_not(probe, asker, capsys):
    asked, differing = 0, []
    for role, person in people().items():
        for path, language, absent in out_of_sight(probe, person):
            asked += 1
            found, nothing = (told(asker, person, one, language) for one in (path, absent))
            if found != nothing:
                differing.append(f"{role} {path} {language}: {found}, absent {nothing}")
    with capsys.disabled():
        print(f"\nabsent or out of sight: {asked} pairs, {len(differing)} differ")
    assert "\n".join(differing) == ""
