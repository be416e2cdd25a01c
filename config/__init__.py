"""The project: settings, addresses, the web server's and the worker's entry points."""

# Loaded with the project, so that a task called from the web process finds its broker.
from config.celery import app as celery_app

__all__ = ["celery_app"]
