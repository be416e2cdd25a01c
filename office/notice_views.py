"""The inbox: what one person was told, the unread first."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from office import channels, clock, notices
from office.models import Notice, User

SIZE = 30


def inbox(request):
    """One page of the inbox; ``before`` and ``read`` say behind which notice it begins."""
    before, among_read = _number(request.GET.get("before")), "read" in request.GET
    found = notices.inbox(request.user, size=SIZE + 1, before=before, among_read=among_read)
    shown = found[:SIZE]
    context = {
        "notices": shown,
        "last": shown[-1] if len(found) > SIZE else None,
        "newest_unread": max((notice.pk for notice in shown if not notice.read_at), default=None),
        "first_page": before is None,
        "mail": before is None and settings.NOTICE_BY_EMAIL and channels.reaches(request.user),
    }
    return render(request, "office/notices.html", context)


def open_one(request, pk):
    """Mark a notice as read and go to the page it is about."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    return redirect(notices.open_one(notice, at=clock.now()) or "office:notices")


def read_all(request):
    """Mark as read what stood on the page; what came in meanwhile stays unread."""
    until = _number(request.POST.get("until"))
    if until and notices.read_all(request.user, until=until, at=clock.now()):
        messages.success(request, _("All are marked as read."))
    return redirect("office:notices")


def mail(request):
    """A person's own choice: an e-mail for each notice, one a day, or for what is urgent alone."""
    if request.POST.get("mail") in User.Mail.values:
        notices.choose_mail(request.user, mail=request.POST["mail"])
        messages.success(request, _("Your choice is saved."))
    return redirect("office:notices")


def _number(text) -> int | None:
    """A row's number out of an address; None for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else None
