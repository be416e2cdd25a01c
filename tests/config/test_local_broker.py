import os
import resource
import signal
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from kombu import Connection, Queue
from kombu.exceptions import OperationalError

from config import local_broker

PROBE = "tests.config.probe"
QUEUE = Queue("celery", routing_key="celery")


STARTED = []


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "broker").mkdir()
    yield tmp_path / "broker"
    while STARTED:
        _kill(STARTED.pop())


@contextmanager
def channel_on(folder):
    connection = Connection("folder://localhost", transport_options={"folder": str(folder)})
    with connection, connection.channel() as channel:
        QUEUE(channel).declare()
        yield channel


def send(channel, *bodies):
    for body in bodies:
        channel.connection.client.Producer(channel, serializer="json").publish(body, routing_key="celery")


def files(folder, place):
    return sorted(path.name for path in (folder / "celery" / place).iterdir())


def test_messages_come_in_the_order_they_were_sent_and_leave_no_file(folder):
    with channel_on(folder) as channel:
        send(channel, "第一", "第二", "第三")
        received = [channel.basic_get("celery") for _ in range(3)]
        assert [message.payload for message in received] == ["第一", "第二", "第三"]
        for message in received:
            message.ack()
        assert channel.basic_get("celery") is None
    assert {place: files(folder, place) for place in ("writing", "ready", "inflight", "bad")} == {
        "writing": [],
        "ready": [],
        "inflight": [],
        "bad": [],
    }


def test_a_message_that_is_held_is_given_to_nobody_else(folder, monkeypatch):
    monkeypatch.setattr(local_broker, "RECOVERY_INTERVAL", 0)
    with channel_on(folder) as one, channel_on(folder) as other:
        send(one, "only")
        held = one.basic_get("celery")
        assert other.basic_get("celery") is None
        held.requeue()
        assert other.basic_get("celery").payload == "only"


def test_an_ack_of_several_finishes_those_before_it_and_no_other(folder):
    with channel_on(folder) as channel:
        send(channel, 1, 2, 3)
        messages = [channel.basic_get("celery") for _ in range(3)]
        messages[1].ack(multiple=True)
        assert len(files(folder, "inflight")) == 1
    with channel_on(folder) as channel:
        assert channel.basic_get("celery").payload == 3


def test_a_warm_shutdown_gives_back_what_was_not_acknowledged(folder):
    with channel_on(folder) as channel:
        send(channel, "unfinished")
        assert channel.basic_get("celery").payload == "unfinished"
        assert (len(files(folder, "ready")), len(files(folder, "inflight"))) == (0, 1)
    assert (len(files(folder, "ready")), len(files(folder, "inflight"))) == (1, 0)


def test_purging_counts_and_removes_what_waits(folder):
    with channel_on(folder) as channel:
        send(channel, 1, 2, 3)
        held = channel.basic_get("celery")
        assert channel.queue_purge("celery") == 2
        assert len(files(folder, "inflight")) == 1
        held.ack()


@pytest.mark.parametrize(
    "damage", [b"", b"\xff\xfe", b'{"body": ', b"[]", b"{}", b'{"body": "x", "properties": {"body_encoding": 1}}']
)
def test_a_damaged_file_is_put_aside_and_the_next_message_comes(folder, damage):
    with channel_on(folder) as channel:
        (folder / "celery" / "ready" / "0000.damaged.0").write_bytes(damage)
        send(channel, "after it")
        received = [channel.basic_get("celery"), channel.basic_get("celery")]
        assert [message and message.payload for message in received] == ["after it", None]
    assert files(folder, "bad") == ["0000.damaged.0"]


def test_a_message_that_kills_every_worker_is_put_aside(folder, monkeypatch):
    monkeypatch.setattr(local_broker, "RECOVERY_INTERVAL", 0)
    with channel_on(folder) as channel:
        send(channel, "deadly", "harmless")
        deaths = [_dies_holding_the_first(folder) for _ in range(local_broker.DEATHS_ALLOWED)]
        assert deaths == ["deadly"] * local_broker.DEATHS_ALLOWED
        assert channel.basic_get("celery").payload == "harmless"
    assert len(files(folder, "bad")) == 1


def _dies_holding_the_first(folder):
    script = (
        "import os; from tests.config import probe\n"
        "with probe.connect() as connection:\n"
        "    print(connection.channel().basic_get('celery').payload, flush=True); os._exit(9)"
    )
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=_environment(folder),
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.strip()


def test_a_full_disk_is_an_error_to_the_sender_and_leaves_nothing_half_written(folder):
    with channel_on(folder) as channel:
        with _no_room_for_files(), pytest.raises(OperationalError):
            producer = channel.connection.client.Producer(channel, serializer="json")
            producer.publish("lost", routing_key="celery", retry=True, retry_policy={"max_retries": 1})
        assert files(folder, "writing") == files(folder, "ready") == []
    with channel_on(folder) as channel:
        send(channel, "there is room again")
        assert channel.basic_get("celery").payload == "there is room again"


@contextmanager
def _no_room_for_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_half_a_message_of_a_dead_sender_is_swept_away_after_an_hour(folder):
    with channel_on(folder):
        pass
    for name, age in (("old", local_broker.ABANDONED_AFTER + 5), ("fresh", 0)):
        path = folder / "celery" / "writing" / name
        path.write_text("{")
        os.utime(path, (time.time() - age, time.time() - age))
    with channel_on(folder) as channel:
        assert channel.basic_get("celery") is None
    assert files(folder, "writing") == ["fresh"]


# -- several processes


def _environment(folder, broker="local"):
    return {
        **os.environ,
        "PROBE_FOLDER": str(folder),
        "PROBE_JOURNAL": str(folder.parent / "journal"),
        "PROBE_BROKER": broker,
        "TMPDIR": str(folder.parent),
    }


def _start(folder, *arguments, broker="local"):
    with (folder.parent / "output").open("a") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=settings.BASE_DIR,
            env=_environment(folder, broker),
            start_new_session=True,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    STARTED.append(process)
    return process


def _events(folder):
    """What is in the journal: (event, number, process, nanoseconds), oldest first."""
    journal = Path(folder.parent / "journal")
    lines = journal.read_text().splitlines() if journal.exists() else []
    return sorted(
        ((event, int(number), int(process), int(at)) for event, number, process, at in map(str.split, lines)),
        key=lambda event: event[3],
    )


def _numbers(folder, wanted):
    return [number for event, number, _, _ in _events(folder) if event == wanted]


def _overlaps(events):
    """Numbers that were begun by someone while someone else had them."""
    held, twice = set(), []
    for event, number, _, _ in events:
        if event == "start" and number in held:
            twice.append(number)
        held.add(number) if event == "start" else held.discard(number)
    return twice


def test_six_consumers_and_three_senders_lose_nothing_and_hold_nothing_twice(folder):
    senders = [_start(folder, PROBE, "produce", str(n * 1000), str(n * 1000 + 1000)) for n in range(3)]
    stop = folder.parent / "stop"
    consumers = [_start(folder, PROBE, "consume", str(stop)) for _ in range(6)]
    assert [process.wait(60) for process in senders] == [0] * 3
    assert _wait(lambda: len(_numbers(folder, "done")) >= 3000, seconds=30)
    stop.touch()
    assert [process.wait(20) for process in consumers] == [0] * 6

    events = _events(folder)
    assert sorted(_numbers(folder, "done")) == list(range(3000))
    assert _overlaps(events) == []
    # The check has teeth: many processes took part and a good share was handed on.
    taken_by = defaultdict(set)
    for _, number, process, _ in events:
        taken_by[process].add(number)
    assert len(taken_by) >= 3
    assert len(_numbers(folder, "back")) > 100


def _kill_in_mid_task(folder, broker, times, tasks=12, seconds=0.4):
    """Send the tasks, kill -9 the whole worker group while it works, ``times`` over; then let one worker finish.

    Returns the numbers in hand when the workers were killed, and those that were never done.
    """
    _send_tasks(folder, broker, tasks, seconds)
    in_hand = set()
    for _ in range(times):
        in_hand |= _work_and_be_killed(folder, broker)
    worker = _start_worker(folder, broker)
    try:
        _wait(lambda: _finished(folder, broker, tasks), seconds=15)
    finally:
        _kill(worker)
    return in_hand, set(range(tasks)) - set(_numbers(folder, "done"))


def _finished(folder, broker, tasks):
    """All is done; with the stock transport also when no message file is left and the last worker's hands are empty."""
    events = _events(folder)
    if {number for event, number, _, _ in events if event == "done"} == set(range(tasks)):
        return True
    if broker != "kombu" or any(folder.glob("*.msg")):
        return False
    last = [event for event, _, process, _ in events if process == events[-1][2]]
    return last.count("start") == last.count("done")


def _send_tasks(folder, broker, tasks, seconds):
    script = f"from tests.config.probe import work\nfor n in range({tasks}): work.delay(n, {seconds})"
    subprocess.run([sys.executable, "-c", script], cwd=settings.BASE_DIR, env=_environment(folder, broker), check=True)


def _start_worker(folder, broker):
    return _start(folder, "celery", "-A", PROBE, "worker", "-P", "threads", "-c", "2", broker=broker)


def _work_and_be_killed(folder, broker):
    began, before = len(_numbers(folder, "start")), set(_numbers(folder, "done"))
    worker = _start_worker(folder, broker)
    try:
        assert _wait(lambda: len(_numbers(folder, "start")) >= began + 3, seconds=20)
    finally:
        _kill(worker)
    return set(_numbers(folder, "start")[began:]) - set(_numbers(folder, "done")) - before


def _kill(worker):
    """The worker with all its children, in one moment, as if the plug were pulled."""
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def _wait(condition, seconds):
    """Whether the condition came true in time."""
    until = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < until:
        time.sleep(0.05)
    return met


def test_every_task_of_a_worker_killed_in_mid_task_is_done_after_the_restart(folder):
    in_hand, lost = _kill_in_mid_task(folder, "local", times=2)
    assert len(in_hand) >= 2
    assert lost == set()


def test_the_stock_transport_loses_them_so_the_check_can_fail(folder):
    in_hand, lost = _kill_in_mid_task(folder, "kombu", times=1, tasks=6)
    assert len(in_hand) >= 1
    assert lost >= in_hand


@pytest.mark.redis
def test_every_task_of_a_worker_killed_in_mid_task_is_done_on_redis_too(folder):
    in_hand, lost = _kill_in_mid_task(folder, settings.REDIS_URL, times=1)
    assert len(in_hand) >= 1
    assert lost == set()
