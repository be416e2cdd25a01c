"""A06: in a file that the worker makes stands no word that is not for whoever asked, and of others there is no file."""

import pytest

from office import personal_data
from reports.exports import KINDS
from reports.probe.asker import Answer, taken_back, unpacked
from reports.subjects import find

pytestmark = [pytest.mark.django_db, pytest.mark.long_walk]
TOWN, GROUP, DEPUTY = "town", "group", "deputy"
FILES = [
    ("town-T1", TOWN, "archive", ""),
    ("town-T1", TOWN, "annual", "xlsx"),
    ("town-T1", TOWN, "annual", "docx"),
    ("town-T1", TOWN, "contacts", ""),
    ("town-T1", TOWN, "deputy_reports", ""),
    ("town-T1", TOWN, "notices", ""),
    ("group-T1S1", GROUP, "annual", "xlsx"),
    ("deputy-T1S1D1", DEPUTY, "annual", "xlsx"),
    ("leader", TOWN, "annual", "xlsx"),
    ("county", TOWN, "contacts", ""),
]
OF_SUBJECTS = {kind for _person, _whose, kind, _ending in FILES}
PUBLIC = {"notices": {"deputies.deputy.education"}}
"""What is masked on pages and published by the office in a notice (L1-58)."""


def params(probe, subject, ending):
    days = {"first": f"{probe.on.year}-01-01", "last": f"{probe.on.year}-12-31"}
    return {"subject": subject, "year": probe.on.year, **days, **({"format": ending} if ending else {})}


def made(probe, user, kind, asked, folder) -> bytes:
    with taken_back():
        _name, path = KINDS[kind].make(asked, by=user, at=probe.at, folder=folder, progress=lambda *_told: None)
        return path.read_bytes()


@pytest.mark.parametrize(("person", "whose", "kind", "ending"), FILES)
def test_a_file_holds_words_of_whoever_asked_and_nothing_that_pages_mask(
    probe, asker, tmp_path, person, whose, kind, ending
):
    user = asker.known(person)
    subjects = [str(one) for one in find(None, user=user)[1] if one.kind == whose]
    asked = params(probe, subjects[0], ending)
    answer = Answer(200, b"", unpacked(made(probe, user, kind, asked, tmp_path)))
    read = asker.own(person, answer)
    assert (asker.foreign(person, answer), bool(read), KINDS[kind].may(user, asked)) == ([], True, True)
    masked = {f"{label}.{name}" for label, entry in personal_data.entries().items() for name in entry.masked()}
    shown = {probe.columns.get(word) for word in read} & masked - PUBLIC.get(kind, set())
    assert bool(shown) == KINDS[kind].unmasked


def test_of_a_place_a_group_or_a_deputy_out_of_sight_no_file_is_begun(probe, asker):
    every = [str(one) for one in find(None)[1]]
    every += [f"deputy:{pk}" for label, pk in probe.seen if label == "deputies.deputy"]
    tried = 0
    for person in dict.fromkeys(person for person, *_more in FILES):
        user = asker.known(person)
        mine = {str(one) for one in find(None, user=user)[1]} | deputies_of(probe, person)
        for subject in set(every) - mine:
            tried += 1
            asked = params(probe, subject, "xlsx")
            assert [kind for kind in KINDS if kind in OF_SUBJECTS and KINDS[kind].may(user, asked)] == []
    assert tried > 100


def deputies_of(probe, person) -> set[str]:
    seen = {pk for (label, pk), readers in probe.seen.items() if label == "deputies.deputy" and person in readers}
    return {f"deputy:{pk}" for pk in seen}
