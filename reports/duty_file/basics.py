"""The first part of a duty file: who the deputy is, as far as whoever reads may know it."""

from django.utils.translation import gettext as _

from office import masking, personal_data
from office.personal_data import CLEAR

_FIELDS = ("name", "sex", "nation", "born", "party", "education", "job")


def of(deputy, user) -> list[tuple[str, str]]:
    """Pairs of a label and a text; the deputy reads the own file in clear, others what the catalogue lets them."""
    clear = deputy.user_id == user.pk or personal_data.view_of(user, deputy) == CLEAR
    told = [(str(deputy._meta.get_field(name).verbose_name), _shown(deputy, name, clear)) for name in _FIELDS]
    return [(label, text) for label, text in [*told, *_mandate(deputy)] if text]


def _shown(deputy, name, clear) -> str:
    value = getattr(deputy, name)
    kind = personal_data.entry_of(deputy).fields.get(name)
    if kind in masking.OF_KIND and not clear:
        return personal_data.mask(deputy, name)
    return f"{value:%Y-%m}" if name == "born" and value else str(value or "")


def _mandate(deputy):
    yield _("term"), str(deputy.term)
    yield _("electoral district"), f"{deputy.district.jurisdiction} {deputy.district}"
    yield _("deputy group"), str(deputy.group or "")
    yield _("in office since"), f"{deputy.joined_on:%Y-%m-%d}" if deputy.joined_on else ""
    ended = deputy.left_on.isoformat() if deputy.left_on else _("mandate ended") if deputy.has_ended else ""
    yield _("left office on"), f"{ended} {deputy.end_reason}".strip()
