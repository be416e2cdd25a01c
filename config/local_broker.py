"""A message broker in a folder, for one machine without Redis: a transport for kombu, which Celery speaks.

Why not kombu's own ``filesystem://``: it opens a message file under its final name before writing to it, so a
reader may find half a message and its worker dies; and it removes the file when it hands the message out, so
a late acknowledgement protects nothing and a killed worker loses what it held.

Here a queue is a folder with four folders in it, and a message is one file that moves between them:

    writing/    half a message; fsync and rename make it a whole one
    ready/      waits for a worker, oldest first
    inflight/   held by a living worker, which keeps the file locked until it acknowledges (then it is removed)
    bad/        not a message, or one that killed its worker too often; kept for a person to look at

The system drops a lock when its owner dies, however it dies, so an unlocked file in ``inflight`` goes back to
``ready`` and the task is done again: at least once, never lost, never by two workers at once. One rule keeps
this true: **a file in ready or inflight is moved or removed only by whoever has locked it**; a file that was
locked under its old name after it had moved makes the rename fail, and is left alone.

The folder must be on a local disk. Only direct exchanges are known: no remote control, no events.
"""

import fcntl
import logging
import os
import time
import uuid
from collections import defaultdict, deque
from pathlib import Path
from queue import Empty
from urllib.parse import quote

from kombu.transport import TRANSPORT_ALIASES, virtual
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)

RECOVERY_INTERVAL = 5
"""Seconds between two looks for messages whose holder died."""
DEATHS_ALLOWED = 5
"""A message whose holder died this often goes to ``bad``: it would keep every worker from starting."""
ABANDONED_AFTER = 3600
"""Seconds after which a file in ``writing`` belongs to nobody; its sender was never told that it is sent."""


def options(folder):
    """Celery settings that select this broker, with its files below ``folder``."""
    return {
        "broker_url": "folder://localhost",
        "broker_transport_options": {"folder": str(folder), "polling_interval": 0.1},
        "worker_enable_remote_control": False,
    }


class Places:
    """The four folders of one queue."""

    def __init__(self, folder, queue):
        root = Path(folder, quote(queue, safe=""))
        self.writing, self.ready, self.inflight, self.bad = (
            root / name for name in ("writing", "ready", "inflight", "bad")
        )
        for place in (self.writing, self.ready, self.inflight, self.bad):
            place.mkdir(parents=True, exist_ok=True)


class Held:
    """A message file that this process has locked and moved to ``inflight``."""

    def __init__(self, file, path, places):
        self.file, self.path, self.places = file, path, places

    def finish(self):
        """The work is done: nobody will see the message again."""
        self.path.unlink(missing_ok=True)
        self._let_go()

    def give_back(self, place=None):
        """Make it available again, under the same name and thus in its old turn (or put it to ``place``)."""
        try:
            self.path.rename((place or self.places.ready) / self.path.name)
        except OSError:
            logger.exception("Could not move %s; it is recovered from there", self.path)
        self._let_go()

    def _let_go(self):
        # Unlock by word: a forked child may hold a copy of the descriptor, and a close alone would not unlock.
        fcntl.flock(self.file, fcntl.LOCK_UN)
        self.file.close()


class Channel(virtual.Channel):
    """What one consumer or producer does with the folder."""

    # By delivery tag, of all channels of this process: kombu may ask another channel to give a message back.
    held = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._places = {}
        self._backlog = defaultdict(deque)
        self._recovered_at = {}

    # -- sending

    def _put(self, queue, message, **kwargs):
        places = self.places(queue)
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.0"
        aside = places.writing / name
        try:
            _write_through(aside, dumps(message))
            aside.rename(places.ready / name)
            _sync_folder(places.ready)
        except OSError:
            aside.unlink(missing_ok=True)
            raise

    # -- receiving

    def _get(self, queue, timeout=None):
        self._recover_now_and_then(queue)
        backlog = self._backlog[queue]
        if not backlog:
            backlog.extend(sorted(os.listdir(self.places(queue).ready)))
        while backlog:
            message = self._claim(self.places(queue), backlog.popleft())
            if message:
                return message
        raise Empty

    def _claim(self, places, name):
        """The message of that name, now held by this process; None if it is another's, gone or unreadable."""
        held = _lock_and_move(places.ready / name, places.inflight / name, places)
        if not held:
            return None
        tag = self._next_delivery_tag()
        try:
            message = loads(held.file.read().decode())
            message["properties"]["delivery_tag"] = tag
            self.Message(message, channel=self)
        except Exception:  # whatever a damaged file may raise, the worker must outlive it
            logger.exception("Not a message, moved to %s: %s", places.bad, name)
            held.give_back(places.bad)
            return None
        self.held[tag] = held
        return message

    def basic_ack(self, delivery_tag, multiple=False):
        for tag in self._delivered_up_to(delivery_tag) if multiple else [delivery_tag]:
            super().basic_ack(tag)
            self._finish(tag)

    def basic_reject(self, delivery_tag, requeue=False):
        super().basic_reject(delivery_tag, requeue=requeue)  # gives it back when it is to be queued again
        self._finish(delivery_tag)

    def _restore(self, message):
        """Called for a rejected message and, at a warm shutdown, for each that was not acknowledged."""
        held = self.held.pop(message.delivery_tag, None)
        if held:
            held.give_back()

    def _finish(self, tag):
        held = self.held.pop(tag, None)
        if held:
            held.finish()

    def _delivered_up_to(self, delivery_tag):
        tags = list(self.qos._delivered)
        return tags[: tags.index(delivery_tag) + 1] if delivery_tag in tags else [delivery_tag]

    # -- what dead workers held

    def _recover_now_and_then(self, queue):
        now = time.monotonic()
        if now - self._recovered_at.get(queue, -RECOVERY_INTERVAL) < RECOVERY_INTERVAL:
            return
        self._recovered_at[queue] = now
        places = self.places(queue)
        for name in os.listdir(places.inflight):
            _recover(places, name)
        _remove_abandoned(places.writing)

    # -- the queue as a whole

    def places(self, queue):
        if queue not in self._places:
            self._places[queue] = Places(self.connection.client.transport_options["folder"], queue)
        return self._places[queue]

    def _new_queue(self, queue, **kwargs):
        self.places(queue)

    def _size(self, queue):
        return len(os.listdir(self.places(queue).ready))

    def _purge(self, queue):
        places = self.places(queue)
        purged = 0
        for name in os.listdir(places.ready):
            held = _lock_and_move(places.ready / name, places.inflight / name, places)
            if held:
                held.finish()
                purged += 1
        return purged


class Transport(virtual.Transport):
    """What kombu loads for an address that begins with ``folder://``."""

    Channel = Channel
    driver_type = driver_name = "folder"
    implements = virtual.Transport.implements.extend(exchange_type=frozenset(["direct"]))
    # A full disk is to kombu what a broken line is to it with other brokers: it waits and tries again.
    connection_errors = recoverable_connection_errors = (OSError,)
    recoverable_channel_errors = ()

    def driver_version(self):
        return "1"


TRANSPORT_ALIASES["folder"] = f"{__name__}:Transport"


def _lock_and_move(source, target, places):
    """Lock the file and rename it; None if a living process has it or it is not there any more."""
    try:
        file = open(source, "rb")  # noqa: SIM115 - open until the message is done
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        source.rename(target)
    except OSError:
        file.close()
        return None
    return Held(file, target, places)


def _recover(places, name):
    """Put back a message whose holder is dead; count that death in the name's last part."""
    stem, _, deaths = name.rpartition(".")
    deaths = int(deaths) + 1 if deaths.isdigit() else 1
    place = places.ready if deaths < DEATHS_ALLOWED else places.bad
    target = place / f"{stem}.{deaths}"
    held = _lock_and_move(places.inflight / name, target, places)
    if held:
        logger.warning("The worker that held %s is gone; the message is now in %s", name, place)
        held._let_go()


def _remove_abandoned(writing):
    for path in writing.iterdir():
        try:
            if time.time() - path.stat().st_mtime > ABANDONED_AFTER:
                path.unlink()
        except FileNotFoundError:
            pass


def _write_through(path, text):
    with open(path, "x", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
