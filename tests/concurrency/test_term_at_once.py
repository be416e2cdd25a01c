"""Several people at one change of term: it is made once, and no record of the old term falls between."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.db import IntegrityError, OperationalError, connection

from constituents import actions as matters
from constituents.actions import designations
from constituents.models import Designation, Household, Petition
from deputies.models import Deputy, DeputyQuerySet, Term, TermChange
from office import regulations, watermarks
from office.models import AuditEvent, Watermark
from office.versions import ChangedMeanwhile
from tests import county
from tests.visits.test_term_change import AT, FIRST, ON, change_of, new
from visits import actions as contacts
from visits.models import Visit
from visits.terms import actions, carrying, holding, proposal, undoing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
REFUSALS = (
    actions.NotChanged,
    ChangedMeanwhile,
    IntegrityError,
    OperationalError,
    designations.NotDesignated,
    contacts.CannotLog,
    matters.CannotMove,
)


@pytest.fixture
def small():
    regulations.load(on=FIRST)
    return county.build()


def attempt(act):
    """What ``act`` gives on a connection of its own, or how it was refused."""
    try:
        return act()
    except REFUSALS as refused:
        return refused
    finally:
        connection.close()


def confirm(change, by, mark=None):
    mark = mark or proposal.read(change).fingerprint
    return actions.carry_out(change, by=by, at=AT, on=ON, seen=change.version, fingerprint=mark)


def waiting() -> int:
    """How many connections to this database wait for a lock; another process of the suite has its own."""
    with connection.cursor() as cursor:
        # What waits for a transaction names no database, but whoever waits holds tables of theirs.
        here = "select pid from pg_locks join pg_database on oid = database where datname = current_database()"
        cursor.execute(f"select count(*) from pg_locks where not granted and pid in ({here})")
        return cursor.fetchone()[0]


def in_the_middle(monkeypatch, of, name, write):
    """Somebody begins ``write`` after ``of.name`` was done; the first goes on when they are through, or wait for it."""
    said, do = [], getattr(of, name)

    def then_write(*args, **more):
        done = do(*args, **more)
        if not said:
            writer = threading.Thread(target=lambda: said.append(attempt(write)))
            said.append(writer)
            writer.start()
            while writer.is_alive() and not waiting():
                writer.join(0.01)
        return done

    monkeypatch.setattr(of, name, then_write)
    return said


def outcome(said):
    """What came of the writer."""
    said[0].join()
    return said[1]


def log_for_the_new_term(small):
    """Of a deputy who was elected again, as the phone knows them: by the old mandate."""
    return contacts.log_visit(by=small.a.deputy_user, deputy=small.a.deputy, at=AT, on=ON, kind="visit", met="村民")


def designate(small):
    household = Household.objects.create(head="新户", jurisdiction=small.b.place)
    return designations.hand_over(household, by=small.office, at=AT, on=ON, deputy=small.b.deputy)


def register(small, town=None):
    """A matter that somebody brings to a deputy who was not elected again, unless another town is named."""
    town = town or small.b
    words = {"visitor": "来访人", "situation": "路灯不亮", "request": "修好"}
    return matters.register(by=small.office, at=AT, on=ON, station=town.station, deputy=town.deputy, **words)


def left_behind():
    """Households, matters and contacts of the new term that are with a mandate which has ended."""
    over = {"deputy__term__successor__isnull": False}
    homes = Designation.objects.filter(until=None, **over)
    open_ones = Petition.objects.filter(status__in=Petition.OPEN, followed_up_by=None, **over)
    later = Visit.objects.filter(happened_on__gte=FIRST, **over)
    return homes.count() + open_ones.count() + later.count()


WRITERS = pytest.mark.parametrize("write", [log_for_the_new_term, designate, register])


@WRITERS
def test_who_writes_while_the_term_is_changed_waits_and_is_told_that_the_mandate_has_ended(small, monkeypatch, write):
    change = change_of(small)
    said = in_the_middle(monkeypatch, carrying, "carry", lambda: write(small))
    assert confirm(change, small.office).state == TermChange.State.DONE
    assert isinstance(outcome(said), (contacts.NotInOffice, designations.NotDesignated, matters.CannotMove))
    assert left_behind() == 0


def test_a_matter_brought_to_who_was_elected_again_goes_on_in_the_new_mandate(small, monkeypatch):
    change = change_of(small)
    said = in_the_middle(monkeypatch, carrying, "carry", lambda: register(small, small.a))
    assert confirm(change, small.office).state == TermChange.State.DONE
    assert (outcome(said).deputy, outcome(said).followed_up_by) == (small.a.deputy, new("代表1"))
    assert left_behind() == 0


def test_a_matter_taken_up_again_meanwhile_goes_on_in_the_new_mandate(small, monkeypatch):
    petition = register(small, small.a)
    Petition.objects.update(status=Petition.Status.CLOSED)
    change = change_of(small)
    reopen = lambda: matters.reopen(petition, by=small.office, at=AT, reason="又坏了")  # noqa: E731
    said = in_the_middle(monkeypatch, carrying, "carry", reopen)
    assert confirm(change, small.office).state == TermChange.State.DONE
    assert outcome(said).followed_up_by == new("代表1")
    assert left_behind() == 0


def closing(small):
    petition = register(small)
    Petition.objects.update(status=Petition.Status.FED_BACK)
    return petition, lambda: matters.close(petition, by=small.office, at=AT, note="已办结", seen=petition.version)


def test_who_closes_a_matter_while_it_is_passed_on_is_told_that_it_was(small, monkeypatch):
    petition, close = closing(small)
    change = change_of(small)
    mark = proposal.read(change).fingerprint
    said = in_the_middle(monkeypatch, proposal, "read", close)
    change = confirm(change, small.office, mark)
    assert isinstance(outcome(said), ChangedMeanwhile)
    petition.refresh_from_db()
    assert (change.state, petition.status, petition.followed_up_by) == ("done", "fed_back", new("新人乙"))


def test_without_the_matter_being_held_a_closed_one_would_be_passed_on(small, monkeypatch):
    """The control: it is closed between the reading and the writing."""
    petition, close = closing(small)
    monkeypatch.setattr(holding, "hold", lambda term, *, first: None)
    change = change_of(small)
    mark = proposal.read(change).fingerprint
    said = in_the_middle(monkeypatch, proposal, "read", close)
    assert confirm(change, small.office, mark).state == TermChange.State.DONE
    assert outcome(said).pk == petition.pk
    petition.refresh_from_db()
    assert (petition.status, petition.followed_up_by) == ("closed", new("新人乙"))


def withdraw(small):
    visit = log_for_the_new_term(small)
    return lambda: contacts.withdraw_visit(visit.pk, by=small.a.deputy_user, at=AT)


def end_household(small):
    household = Designation.objects.filter(deputy=small.b.deputy, until=None).first().household
    return lambda: designations.end(household, by=small.office, at=AT, on=ON)


REWINDING = pytest.mark.parametrize("prepare", [withdraw, end_household])


def at_the_first_lock(small, monkeypatch, prepare):
    """Somebody who lets nights be judged again begins when the change has taken the first of its locks."""
    Watermark.objects.create(job=watermarks.SWEEP, done_through="2026-12-31")
    write, change = prepare(small), change_of(small)
    mark = proposal.read(change).fingerprint
    said = in_the_middle(monkeypatch, watermarks, "judged_through", write)
    return said, attempt(lambda: confirm(change, small.office, mark))


@REWINDING
def test_who_lets_nights_be_judged_again_and_the_change_take_their_locks_in_one_order(small, monkeypatch, prepare):
    said, changed = at_the_first_lock(small, monkeypatch, prepare)
    assert changed.state == TermChange.State.DONE
    assert not isinstance(outcome(said), OperationalError)


@REWINDING
def test_who_takes_the_watermark_last_and_the_change_would_wait_crosswise(small, monkeypatch, prepare):
    """The control: the database ends one of the two."""
    hold, here = watermarks.judged_through, threading.current_thread()
    mine = lambda job: hold(job) if threading.current_thread() is here else None  # noqa: E731
    monkeypatch.setattr(watermarks, "judged_through", mine)
    said, changed = at_the_first_lock(small, monkeypatch, prepare)
    assert sum(isinstance(one, OperationalError) for one in (changed, outcome(said))) == 1


def test_who_writes_first_is_found_and_the_page_is_shown_again(small, monkeypatch):
    change, rest = change_of(small), ThreadPoolExecutor(1)
    held = Deputy.objects.none().held.__func__
    later = []

    def then_confirm(rows):
        mine = held(rows)
        if not later:
            later.append(rest.submit(attempt, lambda: confirm(change, small.office, mark)))
            while not later[0].done() and not waiting():
                wait(later, timeout=0.01)
        return mine

    mark = proposal.read(change).fingerprint
    monkeypatch.setattr(DeputyQuerySet, "held", then_confirm)
    assert designate(small).pk
    assert isinstance(later[0].result(), actions.Moved)
    assert (Term.objects.count(), left_behind()) == (1, 0)


def test_without_the_change_holding_what_it_reads_a_record_would_be_left_behind(small, monkeypatch):
    """The first control: the writer is through before the change is written, and it does not know."""
    monkeypatch.setattr(holding, "hold", lambda term, *, first: None)
    change = change_of(small)
    mark = proposal.read(change).fingerprint
    said = in_the_middle(monkeypatch, proposal, "read", lambda: designate(small))
    assert confirm(change, small.office, mark).state == TermChange.State.DONE
    assert outcome(said).pk
    assert left_behind() == 1


def test_without_the_writer_asking_again_a_record_would_be_left_behind(small, monkeypatch):
    """The second control: it waits as well, but for the writing alone; its question was answered before."""
    monkeypatch.setattr(DeputyQuerySet, "held", lambda rows: list(rows))
    change = change_of(small)
    said = in_the_middle(monkeypatch, holding, "hold", lambda: designate(small))
    assert confirm(change, small.office).state == TermChange.State.DONE
    assert outcome(said).pk
    assert left_behind() == 1


def together(act, times=2):
    gate = threading.Barrier(times)

    def one():
        gate.wait(timeout=20)
        return act()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda _n: attempt(one), range(times)))


def test_of_several_who_confirm_at_once_one_changes_the_term(small):
    change = change_of(small)
    mark = proposal.read(change).fingerprint
    told = together(lambda: confirm(change, small.office, mark), 4)
    assert sorted(type(one).__name__ for one in told) == ["ChangedMeanwhile"] * 3 + ["TermChange"]
    assert (Term.objects.count(), AuditEvent.objects.filter(action="term.changed").count()) == (2, 1)
    assert Deputy.objects.filter(term__ordinal=19).count() == 3


def test_without_the_locks_the_second_would_begin_to_write_as_well(small, monkeypatch):
    """The control: both read the draft as it stands, and only the number of the term keeps the second out."""
    both, carry = threading.Barrier(2), carrying.carry
    monkeypatch.setattr(actions, "lock", lambda rows, pk, seen: rows.get(pk=pk))
    monkeypatch.setattr(holding, "hold", lambda term, *, first: None)
    monkeypatch.setattr(carrying, "carry", lambda *args, **more: both.wait(20) is not None and carry(*args, **more))
    change = change_of(small)
    mark = proposal.read(change).fingerprint
    told = together(lambda: confirm(change, small.office, mark))
    assert sorted(type(one).__name__ for one in told) == ["IntegrityError", "TermChange"]


def test_who_writes_into_the_new_term_while_it_is_taken_back_is_told_and_nothing_is_lost(small, monkeypatch):
    change = confirm(change_of(small), small.office)
    mandate = new("代表1")
    log = lambda: contacts.log_visit(  # noqa: E731
        by=small.a.deputy_user, deputy=mandate, at=AT, on=ON, kind="visit", met="村民"
    )
    said = in_the_middle(monkeypatch, undoing, "used_since", log)
    done = actions.undo(change, by=small.office, at=AT, seen=change.version)
    assert done.state == TermChange.State.UNDONE
    assert isinstance(outcome(said), contacts.NotInOffice)
    assert (Visit.objects.count(), Term.objects.get().pk) == (0, small.term.pk)


def test_a_change_is_taken_back_once(small):
    change = confirm(change_of(small), small.office)
    told = together(lambda: actions.undo(change, by=small.office, at=AT, seen=change.version))
    assert sorted(type(one).__name__ for one in told) == ["ChangedMeanwhile", "TermChange"]
    assert AuditEvent.objects.filter(action="term.change_undone").count() == 1
