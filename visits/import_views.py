"""The pages on which the county office imports workbooks: choose, look at the preview, confirm, watch, read on."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from office import clock, job_runs, jobs
from visits import import_files, import_runs
from visits.import_forms import MAX_FILES, MAX_MEGABYTES, UploadForm


def upload(request, model_admin):
    """Choose workbooks; sent, they are kept and their preview is queued."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        job = import_runs.start(files=form.cleaned_data["files"], by=request.user, at=clock.now())
        _send(request, job)
        return redirect("admin:office_job_change", job.pk)
    context = {"title": _("Import workbooks"), "form": form, "limits": {"n": MAX_FILES, "mb": MAX_MEGABYTES}}
    return model_admin.page(request, "admin/import/upload.html", {**context, "opts": model_admin.opts})


def show(request, model_admin, object_id):
    """One import, as far as it is."""
    job = model_admin.found(request, object_id)
    title = _("Import of %s") % clock.local_date(job.created_at)
    return model_admin.page(request, "admin/import/job.html", {"title": title, "opts": model_admin.opts, **_state(job)})


def status(request, model_admin, object_id):
    """The moving part of the page alone; when nothing moves any more, the page is asked to load anew."""
    context = _state(model_admin.found(request, object_id))
    context["is_news"] = request.GET.get("said") != context["stage"]
    response = render(request, "admin/import/_progress.html", context)
    if not context["moving"]:
        response["HX-Refresh"] = "true"
    return response


def confirm(request, model_admin, object_id):
    """Write what the preview showed."""
    job = model_admin.found(request, object_id)
    if import_runs.confirm(job, by=request.user, at=clock.now()):
        _send(request, job)
    return redirect("admin:office_job_change", job.pk)


def again(request, model_admin, object_id):
    """Take up an import that was interrupted or failed."""
    job = model_admin.found(request, object_id)
    if import_runs.again(job, by=request.user, at=clock.now()):
        _send(request, job)
    return redirect("admin:office_job_change", job.pk)


def cancel(request, model_admin, object_id):
    job = model_admin.found(request, object_id)
    import_runs.cancel(job, by=request.user, at=clock.now())
    return redirect("admin:office_job_change", job.pk)


def problems(request, model_admin, object_id):
    """The workbook of everything that was not understood."""
    path = import_files.problems_of(model_admin.found(request, object_id))
    if not path.exists():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=_("import problems") + ".xlsx")


def _send(request, job):
    if not job_runs.send(job):
        messages.error(request, _("The background worker cannot be reached. The import begins as soon as it is back."))


def _state(job):
    at = clock.now()
    silent, progress = jobs.is_silent(job, at), jobs.progress_of(job)
    return {
        "job": job,
        "moving": job.state in jobs.ACTIVE and not silent,
        "silent": silent,
        "progress": progress,
        "stage": jobs.stage_of(job, progress),
        "may_run_again": import_runs.can_run_again(job, at),
        "may_confirm": job.state == job.State.PREVIEW and bool(import_files.workbooks_of(job)),
        "has_problem_file": bool(job.folder) and import_files.problems_of(job).exists(),
        "kinds": import_runs.figures(job),
    }
