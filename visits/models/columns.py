"""What several models of this app have in common."""

from django.conf import settings
from django.db import models
from django.db.models import Q


def together(*names, texts=()) -> Q:
    """These columns, and these texts, are filled all or none of them."""
    none = Q(**{f"{name}__isnull": True for name in names}, **dict.fromkeys(texts, ""))
    every = Q(**{f"{name}__isnull": False for name in names})
    for text in texts:
        every &= ~Q(**{text: ""})
    return none | every


def person(label):
    """Who did it; nobody looks for rows by it."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        editable=False,
        verbose_name=label,
    )
