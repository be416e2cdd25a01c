"""What the office keeps as tables of its own: reasons to decline, classes of results, policy texts, words that hint."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One line of a table that the office edits; what is in use is made inactive, not deleted."""

    name = models.CharField(_("name"), max_length=60)
    active = models.BooleanField(_("active"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    def __str__(self):
        return self.name


class DeclineReason(Entry):
    """One reason why a matter cannot be taken up (D3-五b), and where the person is guided to."""

    key = models.CharField(_("key"), max_length=20, unique=True)
    guidance = models.TextField(_("where the person is guided to"), max_length=1000)
    basis = models.CharField(_("basis"), max_length=120, blank=True)

    class Meta(Entry.Meta):
        verbose_name = _("reason to decline")
        verbose_name_plural = _("reasons to decline")


class ResultClass(Entry):
    """One class of a unit's result (A solved, B under way …), and whether it counts as solved."""

    key = models.CharField(_("key"), max_length=4, unique=True)
    counts_as_solved = models.BooleanField(_("counts as solved"), default=False)

    class Meta(Entry.Meta):
        verbose_name = _("class of result")
        verbose_name_plural = _("classes of results")

    def __str__(self):
        return f"{self.key} {self.name}"


class Snippet(Entry):
    """One policy text with its source, to be read out or copied into an answer (D5-四a)."""

    category = models.CharField(_("category"), max_length=30, blank=True)
    text = models.TextField(_("text"), max_length=2000)
    source = models.CharField(_("source"), max_length=120)

    class Meta(Entry.Meta):
        verbose_name = _("policy text")
        verbose_name_plural = _("policy texts")
        constraints = [models.UniqueConstraint(fields=["name"], name="one_policy_text_of_a_name")]


class HintWord(models.Model):
    """Words that hint at something when a visitor says them; a person decides what it is."""

    class Kind(models.TextChoices):
        DECLINE = "decline", _("may have to be declined")
        URGENT = "urgent", _("may be urgent")
        NO_SUGGESTION = "no_suggestion", _("may be no suggestion")

    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    word = models.CharField(_("word"), max_length=30)
    reason = models.ForeignKey(
        DeclineReason, models.CASCADE, null=True, blank=True, related_name="words", verbose_name=_("reason to decline")
    )
    why = models.CharField(_("what it hints at"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("word that hints")
        verbose_name_plural = _("words that hint")
        ordering = ["kind", "word"]
        constraints = [models.UniqueConstraint(fields=["kind", "word"], name="a_word_hints_once")]

    def __str__(self):
        return self.word
