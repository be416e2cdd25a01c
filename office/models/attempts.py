from django.db import models


class Attempt(models.Model):
    """One try of something that may be tried only so often; the key is hashed, see ``office.attempts``."""

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "key", "at"], name="attempts_of_a_key"),
            models.Index(fields=["at"], name="attempts_by_age"),
        ]
