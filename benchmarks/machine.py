"""What the times were taken on."""

import os
import platform
from pathlib import Path

import django
from django.db import connection

SETTINGS = ("shared_buffers", "work_mem", "max_parallel_workers_per_gather", "jit", "synchronous_commit")


def described() -> str:
    """One line: processor, memory, versions, and those settings of the server that matter."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), " + ", ".join(f"current_setting('{s}')" for s in SETTINGS)
        )
        version, *values = cursor.fetchone()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    server = ", ".join(f"{name} {value}" for name, value in zip(SETTINGS, values, strict=True))
    return (
        f"{os.cpu_count()} × {_processor()}, {memory:.0f} GB, {platform.system()}; Python {platform.python_version()}, "
        f"Django {django.get_version()}; PostgreSQL {version.split()[0]} with {server}"
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
