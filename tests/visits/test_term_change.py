"""A change of term (换届): what is written, what stays, what is taken back; old figures never move."""

from datetime import date, timedelta

import pytest

from constituents.models import Designation, Household, LiaisonVoter, Petition, PetitionEvent, Suggestion
from deputies.models import Absence, Deputy, DeputyGroup, DistrictSuccession, ElectoralDistrict, Term, TermChange
from liaison_stations.models import Reception, ReceptionDuty, Station
from office import clock
from office.models import AuditEvent
from office.versions import ChangedMeanwhile
from tests.queries import asked
from visits.models import Visit
from visits.terms import actions, proposal

pytestmark = pytest.mark.django_db
FIRST, ON = date(2026, 11, 20), date(2026, 11, 24)
AT = clock.now().replace(year=2026, month=11, day=24, hour=2)
LAST = FIRST - timedelta(days=1)


def seat(district, name, phone="", town="", group=""):
    number = next((n for n in range(1, 9) if f"第{n}选区" == district), None)
    empty = dict.fromkeys(("sex", "nation", "party", "education", "job", "remark", "end_reason"), "")
    days = dict.fromkeys(("born", "joined_on", "left_on"))
    where = {"district": {"name": district, "number": number}, "town": town, "group": group}
    source = {"file": "花名册.xlsx", "sheet": "一", "row": 3}
    return {"name": name, "phone": phone, **empty, **days, **where, "source": source}


def plan_for(small, *roster, districts=None, follows=None, **more):
    """A whole draft: the districts stay as they are unless it is said otherwise."""
    districts = districts or [{"number": t.n, "name": t.district.name, "place": t.place.pk} for t in small.towns]
    follows = follows or {str(t.district.pk): [t.district.name] for t in small.towns}
    told = {"ordinal": 19, "first_day": str(FIRST), "districts": districts, "map": follows}
    return {**told, "roster": list(roster), "again": {}, **more}


def begun(small, *roster, **more):
    return actions.begin(small.term, by=small.office, at=AT, plan=plan_for(small, *roster, **more))


def carry_out(change, by):
    change.refresh_from_db()
    mark = proposal.read(change).fingerprint
    return actions.carry_out(change, by=by, at=AT, on=ON, seen=change.version, fingerprint=mark)


ROSTER = (
    seat("第1选区", "代表1", town="东山镇", group="东山镇代表小组"),
    seat("第1选区", "新人甲", town="东山镇", group="东山镇代表小组"),
    seat("第2选区", "新人乙", town="西河乡"),
)


@pytest.fixture
def world(small):
    """In town A the deputy is elected again, in town B not; both have an open petition and a turn to come."""
    small.a.deputy.phone = "13800000001"
    small.a.deputy.save()
    for town in small.towns:
        Visit.objects.create(deputy=town.deputy, met="村民", happened_on="2026-03-01", kind="visit", logged_at=AT)
        town.petition = Petition.objects.create(
            station=town.station, year=2026, seq=900, received_on="2026-10-01", registered_at=AT, deputy=town.deputy,
            visitor="来访人", situation="路灯不亮", request="修好", status="routed",
        )  # fmt: skip
        town.reception = Reception.objects.create(station=town.station, planned_on="2026-12-15")
        town.duty = ReceptionDuty.objects.create(reception=town.reception, deputy=town.deputy, confirmed_on=ON)
        town.station.head = town.deputy
        town.station.save()
        LiaisonVoter.objects.create(deputy=town.deputy, name=f"选民{town.n}", since="2026-01-01")
    return small


def change_of(small, **more):
    again = {"第1选区|代表1": small.a.deputy.pk}
    return begun(small, *ROSTER, **{"again": again, **more})


def new(name):
    return Deputy.objects.get(term__ordinal=19, name=name)


def test_a_term_is_closed_and_the_next_opened_on_the_day_after(world):
    change = carry_out(change_of(world), world.office)
    old = Term.objects.get(pk=world.term.pk)
    following = old.successor
    assert (old.ended_on, old.is_closed) == (LAST, True)
    assert (following.ordinal, following.began_on, following.records_since) == (19, FIRST, FIRST)
    assert change.state == TermChange.State.DONE
    assert set(Deputy.objects.filter(term=old).values_list("left_on", "end_reason")) == {(FIRST, "届满")}
    assert set(Deputy.objects.filter(term=following).values_list("name", "joined_on")) == {
        ("代表1", FIRST), ("新人甲", FIRST), ("新人乙", FIRST),
    }  # fmt: skip
    assert list(Deputy.objects.in_office(LAST, LAST).order_by("pk")) == list(
        Deputy.objects.filter(term=old).order_by("pk")
    )
    assert DistrictSuccession.objects.count() == 2


def test_who_is_elected_again_signs_in_as_before_and_reads_both_mandates(world):
    carry_out(change_of(world), world.office)
    again = new("代表1")
    assert (again.succeeds, again.user) == (world.a.deputy, world.a.deputy_user)
    seen = Deputy.objects.visible_to(world.a.deputy_user)
    assert set(seen) == {again, world.a.deputy}
    assert seen.present().get(user=world.a.deputy_user) == again


def test_households_go_on_with_who_is_elected_again_and_else_to_the_district_s_successor(world):
    carry_out(change_of(world), world.office)
    now = Designation.objects.filter(until=None)
    assert set(now.values_list("household__head", "deputy__name", "since")) == {
        ("户主11", "代表1", FIRST),
        ("户主12", "代表1", FIRST),
        ("户主21", "新人乙", FIRST),
        ("户主22", "新人乙", FIRST),
    }
    assert set(Designation.objects.exclude(until=None).values_list("until", "deputy__term")) == {(LAST, world.term.pk)}


@pytest.mark.rule("D1-3①a")
def test_nobody_is_proposed_more_than_three_households_and_the_rest_is_left_over(world):
    for i in range(5):
        home = Household.objects.create(head=f"多户{i}", jurisdiction=world.b.place)
        Designation.objects.create(household=home, deputy=world.b.leader, since="2026-01-01")
    change = change_of(world)
    found = proposal.read(change)
    assert (len(found.homes), len(found.left_over)) == (9, 4)
    carry_out(change, world.office)
    assert new("新人乙").designations.count() == 3
    assert Household.objects.filter(designations__until=None).distinct().count() == 5


def test_what_was_chosen_by_hand_wins_and_counts(world):
    change = change_of(world)
    mine = Designation.objects.filter(deputy=world.a.deputy).first()
    actions.keep(change, by=world.office, at=AT, seen=change.version, homes={str(mine.pk): "第1选区|新人甲"})
    carry_out(change, world.office)
    assert new("新人甲").designations.get().household == mine.household


def test_liaison_voters_stay_with_who_is_elected_again(world):
    carry_out(change_of(world), world.office)
    assert list(LiaisonVoter.objects.filter(until=None).values_list("name", "deputy__name")) == [("选民1", "代表1")]


def test_a_petition_stays_open_with_its_receiver_and_its_clock_and_somebody_follows_it_up(world):
    before = list(Petition.objects.values_list("deputy", "status", "hand_over_due_on").order_by("pk"))
    carry_out(change_of(world), world.office)
    assert list(Petition.objects.values_list("deputy", "status", "hand_over_due_on").order_by("pk")) == before
    assert list(Petition.objects.order_by("pk").values_list("followed_up_by__name", flat=True)) == [None, "新人乙"]
    assert PetitionEvent.objects.get().verb == "pass_on"


def test_a_suggestion_is_judged_by_who_follows_it_up(world):
    row = Suggestion.objects.create(
        deputy=world.b.deputy, jurisdiction=world.county, title="修路", grounds="理由", proposal="建议",
        status="replied", year=2026, seq=1, written_on="2026-09-01",
    )  # fmt: skip
    carry_out(change_of(world), world.office)
    row.refresh_from_db()
    assert (row.deputy, row.followed_up_by) == (world.b.deputy, new("新人乙"))
    assert (row.is_followed_by(world.b.deputy_user), row.follower_id) == (False, new("新人乙").pk)


def test_stations_keep_their_people_and_get_the_new_deputies_and_the_turns_go_on(world):
    carry_out(change_of(world), world.office)
    for town, names in ((world.a, {"代表1"}), (world.b, {"代表2", "新人乙"})):
        station = Station.objects.get(pk=town.station.pk)
        assert {one.name for one in station.deputies.all()} >= names
        assert station.posts.count() == 1
    assert Station.objects.get(pk=world.a.station.pk).head == new("代表1")
    assert Station.objects.get(pk=world.b.station.pk).head == world.b.deputy
    turns = ReceptionDuty.objects.order_by("reception__station").values_list("deputy__name", "confirmed_on")
    assert list(turns) == [("代表1", ON), ("新人乙", None)]


def test_a_group_of_the_same_name_lies_where_it_lay_and_is_led_on(world):
    world.a.group.leader = world.a.deputy
    world.a.group.save()
    carry_out(change_of(world), world.office)
    group = DeputyGroup.objects.get(term__ordinal=19)
    assert (group.name, group.jurisdiction, group.leader) == ("东山镇代表小组", world.a.place, new("代表1"))


def test_groups_can_be_taken_over_where_the_roster_names_none(world):
    carry_out(change_of(world, groups="kept"), world.office)
    assert set(DeputyGroup.objects.filter(term__ordinal=19).values_list("name", flat=True)) == {
        "东山镇代表小组", "西河乡代表小组",
    }  # fmt: skip


def test_what_was_logged_for_days_of_the_new_term_belongs_to_the_new_mandate(world):
    late = Visit.objects.create(deputy=world.a.deputy, met="村民", happened_on=ON, kind="visit", logged_at=AT)
    other = Visit.objects.create(deputy=world.b.deputy, met="村民", happened_on=ON, kind="visit", logged_at=AT)
    carry_out(change_of(world), world.office)
    assert Visit.objects.get(pk=late.pk).deputy == new("代表1")
    assert Visit.objects.get(pk=other.pk).deputy == world.b.deputy


def test_a_district_that_was_split_leaves_its_households_to_be_assigned_by_hand(world):
    parts = [{"number": n, "name": name, "place": world.b.place.pk} for n, name in ((2, "第2选区"), (3, "第3选区"))]
    first = {"number": 1, "name": "第1选区", "place": world.a.place.pk}
    follows = {str(world.a.district.pk): ["第1选区"], str(world.b.district.pk): ["第2选区", "第3选区"]}
    roster = (*ROSTER, seat("第3选区", "新人丙", town="西河乡"))
    again = {"第1选区|代表1": world.a.deputy.pk}
    change = begun(world, *roster, districts=[first, *parts], follows=follows, again=again)
    found = proposal.read(change)
    assert {one.row.household.head for one in found.left_over} == {"户主21", "户主22"}
    assert {c.name for one in found.left_over for c in one.choices} == {"新人乙", "新人丙"}
    chosen = {str(found.left_over[0].pk): "第3选区|新人丙"}
    actions.keep(change, by=world.office, at=AT, seen=change.version, homes=chosen)
    carry_out(change, world.office)
    assert new("新人丙").designations.count() == 1
    assert {s.new.name for s in world.b.district.passed_to.all()} == {"第2选区", "第3选区"}


def test_districts_that_were_merged_pass_on_to_the_one(world):
    one = [{"number": 1, "name": "第1选区", "place": world.county.pk}]
    follows = {str(t.district.pk): ["第1选区"] for t in world.towns}
    change = begun(world, seat("第1选区", "新人甲"), seat("第1选区", "新人乙"), districts=one, follows=follows)
    carry_out(change, world.office)
    assert {d.deputy.name: d.deputy.designations.count() for d in Designation.objects.filter(until=None)} == {
        "新人甲": 2, "新人乙": 2,
    }  # fmt: skip
    assert ElectoralDistrict.objects.get(term__ordinal=19).made_of.count() == 2


def test_of_a_district_that_is_gone_everything_is_left_over_and_said(world):
    follows = {str(world.a.district.pk): ["第1选区"], str(world.b.district.pk): []}
    districts = [{"number": 1, "name": "第1选区", "place": world.a.place.pk}]
    change = begun(world, seat("第1选区", "代表1", town="东山镇"), districts=districts, follows=follows,
                   again={"第1选区|代表1": world.a.deputy.pk})  # fmt: skip
    found = proposal.read(change)
    assert {one.row.household.head for one in found.left_over} == {"户主21", "户主22"}
    assert [one.to for one in found.matters] == ["第1选区|代表1", ""]
    carry_out(change, world.office)
    assert not ReceptionDuty.objects.filter(reception=world.b.reception).exists()


def test_elected_again_is_asked_and_never_taken_for_sure(world):
    roster = (seat("第1选区", "代表1", phone="13800000001", town="东山镇"), seat("第2选区", "代表2", town="西河乡"))
    change = begun(world, *roster)
    found = proposal.read(change)
    assert [(one.seat.name, one.deputy, one.sure) for one in found.maybe] == [
        ("代表2", world.b.deputy, False), ("代表1", world.a.deputy, True),
    ]  # fmt: skip
    assert found.faults == ["again"]
    with pytest.raises(actions.NotChanged):
        carry_out(change, world.office)
    change.refresh_from_db()
    actions.keep(change, by=world.office, at=AT, seen=change.version, again={
        "第1选区|代表1": world.a.deputy.pk, "第2选区|代表2": 0,
    })  # fmt: skip
    carry_out(change, world.office)
    assert (new("代表2").user, new("代表2").succeeds) == (None, None)


@pytest.mark.parametrize(
    ("spoil", "step"),
    [
        ({"map": {}}, "districts"),
        ({"roster": []}, "roster"),
        ({"roster": [seat("第9选区", "新人")]}, "roster"),
        ({"ordinal": None}, "begin"),
    ],
)
def test_an_unfinished_draft_is_not_carried_out(world, spoil, step):
    change = change_of(world)
    change = actions.keep(change, by=world.office, at=AT, seen=change.version, **spoil)
    assert step in proposal.read(change).faults
    with pytest.raises(actions.NotChanged):
        carry_out(change, world.office)
    assert Term.objects.count() == 1


def test_the_new_term_is_not_opened_before_its_first_day(world):
    change = change_of(world, first_day="2026-11-25")
    with pytest.raises(actions.NotChanged):
        carry_out(change, world.office)


def snapshot():
    """Every row of the models that a change touches, column by column."""
    models = (Term, ElectoralDistrict, DeputyGroup, Deputy, Designation, LiaisonVoter, Petition, Visit, ReceptionDuty,
              Station, Absence, PetitionEvent, DistrictSuccession)  # fmt: skip
    rows = {m.__name__: list(m.objects.order_by("pk").values()) for m in models}
    for row in rows["Petition"]:
        row.pop("version")
    return rows, sorted(Station.deputies.through.objects.values_list("station", "deputy"))


def test_a_change_is_taken_back_as_a_whole(world):
    before = snapshot()
    change = carry_out(change_of(world), world.office)
    assert snapshot() != before
    undone = actions.undo(change, by=world.office, at=AT, seen=change.version)
    assert (snapshot(), undone.state) == (before, TermChange.State.UNDONE)
    assert AuditEvent.objects.filter(action="term.change_undone").count() == 1


def _visit(world):
    Visit.objects.create(deputy=new("新人乙"), met="村民", happened_on=ON, kind="visit", logged_at=AT)


def _sign_in(world):
    Deputy.objects.filter(pk=new("新人乙").pk).update(user=world.b.unit_user)


def _edit(world):
    AuditEvent.objects.create(
        at=AT + timedelta(hours=1), action="deputy.changed", subject_type="deputies.deputy", subject_id=new("新人乙").pk
    )


@pytest.mark.parametrize("write", [_visit, _sign_in, _edit])
def test_what_was_written_into_the_new_term_stands_against_taking_it_back(world, write):
    change = carry_out(change_of(world), world.office)
    write(world)
    before = snapshot()
    with pytest.raises(actions.NotChanged):
        actions.undo(change, by=world.office, at=AT, seen=change.version)
    assert snapshot() == before


def test_two_who_confirm_the_same_page_change_the_term_once(world):
    change = change_of(world)
    mark, seen = proposal.read(change).fingerprint, change.version
    actions.carry_out(change, by=world.office, at=AT, on=ON, seen=seen, fingerprint=mark)
    with pytest.raises((ChangedMeanwhile, actions.NotChanged)):
        actions.carry_out(change, by=world.office, at=AT, on=ON, seen=seen, fingerprint=mark)
    assert Term.objects.count() == 2


def test_who_writes_into_the_draft_second_is_told(world):
    change = change_of(world)
    actions.keep(change, by=world.office, at=AT, seen=change.version, ordinal=20)
    with pytest.raises(ChangedMeanwhile):
        actions.keep(change, by=world.office, at=AT, seen=1, ordinal=21)


def test_what_changed_since_the_page_was_opened_is_shown_again_before_anything_is_written(world):
    change = change_of(world)
    mark = proposal.read(change).fingerprint
    Designation.objects.filter(deputy=world.b.deputy).first().delete()
    with pytest.raises(actions.Moved):
        actions.carry_out(change, by=world.office, at=AT, on=ON, seen=change.version, fingerprint=mark)
    assert Term.objects.count() == 1


def test_a_term_has_one_draft_at_a_time_and_one_that_was_followed_has_none(world):
    change = change_of(world)
    with pytest.raises(actions.NotChanged):
        change_of(world)
    carry_out(change, world.office)
    world.term.refresh_from_db()
    with pytest.raises(actions.NotChanged):
        change_of(world)


def test_working_it_out_and_writing_it_asks_as_often_for_many_as_for_few(world):
    def asked_with(n):
        for i in range(n):
            deputy = Deputy.objects.create(term=world.term, district=world.b.district, name=f"旧代表{n}-{i}")
            home = Household.objects.create(head=f"户{n}-{i}", jurisdiction=world.b.place)
            Designation.objects.create(household=home, deputy=deputy, since="2026-01-01")
        change = change_of(world)
        with asked() as statements:
            carry_out(change, world.office)
        change.refresh_from_db()
        actions.undo(change, by=world.office, at=AT, seen=change.version)
        return len(statements)

    assert asked_with(3) == asked_with(12)
