"""The pages of exports: mine, how far one is, its file, and the ways to stop it and to have it made again."""

from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from office import clock, jobs, notices, password_again, submissions
from office.models import Job
from reports import exports
from reports.export_forms import FORMS

PAGE = 20


def mine(request):
    """What this person had made, the newest first."""
    rows = Job.objects.visible_to(request.user).filter(kind=exports.JOB)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    at = clock.now()
    return render(request, "reports/exports.html", {"page": page, "lines": [_line(job, at) for job in page]})


def new(request, kind):
    """Ask for an export; sent twice, the form begins it once."""
    if kind not in FORMS:
        raise Http404
    today = clock.today()
    asked = {name: value for name, value in request.GET.items() if name != "key"}
    asked = {"first": today.replace(month=1, day=1), "last": today, **asked}
    form = FORMS[kind](request.POST or None, user=request.user, initial=asked)
    if request.method == "POST" and form.is_valid():

        def act():
            job = exports.start(kind, params=form.params(), by=request.user, at=at)
            return reverse("reports:export", args=[job.pk])

        at = clock.now()
        return redirect(submissions.once(user=request.user, key=form.cleaned_data["key"], at=at, act=act))
    return render(request, "reports/export_new.html", {"form": form, "label": exports.KINDS[kind].label, "kind": kind})


def show(request, pk):
    """One export, as far as it is; the moving part alone for the script that asks for it again and again."""
    at = clock.now()
    context = _state(_found(request, pk), request.user, at)
    if not request.htmx:
        notices.seen(request.user, link=request.path, at=at)
        return render(request, "reports/export.html", context)
    context["is_news"] = request.GET.get("said") != context["stage"]
    response = render(request, "reports/_export.html", context)
    if not context["moving"]:
        response["HX-Refresh"] = "true"
    return response


def file(request, pk):
    """The finished file; 404 when its day is over, or its owner's duties are others by now."""
    job, at = _found(request, pk), clock.now()
    path = exports.file_of(job, by=request.user, at=at)
    if path is None:
        raise Http404
    if answer := _password(request, job):
        return answer
    exports.downloaded(job, by=request.user, at=at)
    return FileResponse(path.open("rb"), as_attachment=True, filename=job.result["title"])


@require_POST
def cancel(request, pk):
    """Give it up: at once while it waits, at the next safe point while it runs."""
    jobs.ask_to_cancel(_found(request, pk), by=request.user, at=clock.now())
    return redirect("reports:export", pk)


@require_POST
def again(request, pk):
    """Have it made again; a second click finds it in the works."""
    job = _found(request, pk)
    if answer := _password(request, job):
        return answer
    exports.again(job, by=request.user, at=clock.now())
    return redirect("reports:export", pk)


def _password(request, job):
    """The page that asks for the password, where the file holds what pages mask and it was not shown lately."""
    return password_again.ask(request) if exports.kind_of(job).unmasked else None


def _found(request, pk) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user), pk=pk, kind=exports.JOB)


def _line(job, at) -> dict:
    silent = jobs.is_silent(job, at)
    return {
        "job": job,
        "label": exports.kind_of(job).label,
        "moving": job.state in jobs.ACTIVE and not silent,
        "silent": silent,
        "progress": jobs.progress_of(job),
        "kept_until": exports.kept_until(job),
        "is_kept": exports.is_kept(job, at=at),
    }


def _state(job, user, at) -> dict:
    line = _line(job, at)
    return {
        **line,
        "stage": jobs.stage_of(job, line["progress"]),
        "has_file": exports.file_of(job, by=user, at=at) is not None,
        "may_run_again": exports.may_run_again(job, by=user, at=at),
        "may_stop": job.state in jobs.ACTIVE and not job.cancel_asked,
        "running_for": int((at - job.heartbeat_at).total_seconds()),
    }
