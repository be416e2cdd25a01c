"""A tiny Celery project, and plain producers and consumers, that the broker tests start, kill and start again.

Everything they do goes to one journal, a line per event: ``event number process nanoseconds``.
"""

import os
import random
import sys
import time

from celery import Celery
from kombu import Connection, Queue

from config import celery as project
from config import local_broker

FOLDER = os.environ["PROBE_FOLDER"]
QUEUE = Queue("celery", routing_key="celery")


def options(broker):
    """The project's own Celery settings on the broker under test, without its schedule."""
    if broker == "local":
        return project.options("", FOLDER, schedule={})
    if broker == "kombu":
        places = {"data_folder_in": FOLDER, "data_folder_out": FOLDER, "control_folder": f"{FOLDER}/control"}
        stock = {"broker_url": "filesystem://", "broker_transport_options": places}
        return {**project.options("", FOLDER, schedule={}), **stock}
    wait = {"visibility_timeout": 3, "unacked_restore_interval": 1, "unacked_restore_throttle": 1}
    return {**project.options(broker, "", schedule={}), "broker_transport_options": wait}


os.environ.pop("DJANGO_SETTINGS_MODULE", None)
app = Celery("probe", set_as_current=False)
app.conf.update(options(os.environ.get("PROBE_BROKER", "local")), task_default_queue=FOLDER.replace("/", "-"))


def journal(event, number):
    line = f"{event} {number} {os.getpid()} {time.monotonic_ns()}\n"
    with open(os.environ["PROBE_JOURNAL"], "a") as file:
        file.write(line)


@app.task(name="work")
def work(number, seconds):
    journal("start", number)
    time.sleep(seconds)
    journal("done", number)


def connect():
    return Connection("folder://localhost", transport_options={"folder": FOLDER})


def produce(first, last):
    with connect() as connection:
        producer = connection.Producer(serializer="json")
        for number in range(int(first), int(last)):
            producer.publish(number, routing_key="celery", declare=[QUEUE])


def consume(stop):
    """Take messages, several at a time, and put some of them back, until there is a file named ``stop``."""
    local_broker.RECOVERY_INTERVAL = 0.02
    chance = random.Random(os.getpid())
    with connect() as connection, connection.channel() as channel:
        while not os.path.exists(stop):
            messages = list(filter(None, (channel.basic_get("celery") for _ in range(3))))
            for message in messages:
                journal("start", message.payload)
            for message in messages:
                give_back = chance.random() < 0.1
                journal("back" if give_back else "done", message.payload)
                message.requeue() if give_back else message.ack()
            if not messages:
                time.sleep(0.01)


if __name__ == "__main__":
    {"produce": produce, "consume": consume}[sys.argv[1]](*sys.argv[2:])
