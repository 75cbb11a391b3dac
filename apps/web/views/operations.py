"""Operations without a shell: workers, leases and locks, draining a worker and releasing a lock."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.refusal import Refusal
from apps.runs import policies, watch, workers
from apps.runs.models import ResourceLock
from apps.runs.release import holding, release
from apps.web.asking import PersonRequest
from apps.web.attempt import attempt
from apps.web.forms.change_request import ReasonForm, first_error
from apps.web.loading.operations import page
from apps.web.presenters.operations import LockView
from apps.web.views.settings import for_administrators

REFUSED, REFRESH_SECONDS = 409, 10


@require_GET
@for_administrators
def operations(request: PersonRequest) -> HttpResponse:
    return render(request, "settings/operations.html", page() | {"refresh_after": REFRESH_SECONDS})


@require_GET
@for_administrators
def operations_now(request: PersonRequest) -> HttpResponse:
    """What is under way, asked for by HTMX."""
    return render(request, "settings/operations.html#now", page())


@require_POST
@for_administrators
def drain_worker(request: PersonRequest) -> HttpResponse:
    name, draining = request.POST.get("worker", ""), request.POST.get("draining") == "yes"
    (workers.drain if draining else workers.undrain)(by=request.user, name=name)
    done = "finishes what it has and takes nothing new" if draining else "takes work again"
    messages.success(request, f"{name} {done}.")
    return redirect("web:settings_operations")


@require_http_methods(["GET", "POST"])
@for_administrators
def release_lock(request: PersonRequest) -> HttpResponse:
    lock = get_object_or_404(watch.locks(), pk=request.POST.get("key") or request.GET.get("key", ""))
    if request.method != "POST":
        return asked(request, lock, None)
    if refusal := refused(request, lock):
        return asked(request, lock, refusal)
    messages.success(request, f"{LockView(lock).name} is free. {lock.run.reference} no longer holds it.")
    return redirect("web:settings_operations")


def refused(request: PersonRequest, lock: ResourceLock) -> Refusal | None:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return Refusal("form", first_error(form))
    return attempt(lambda: release(by=request.user, key=lock.key, reason=form.cleaned_data["reason"]))


def asked(request: PersonRequest, lock: ResourceLock, refusal: Refusal | None) -> HttpResponse:
    context = {
        "section": "operations",
        "view": LockView(lock),
        "run": lock.run,
        "blocker": policies.check_release(holding(lock.run)),
        "refusal": refusal,
        "typed": request.POST.get("reason", ""),
    }
    return render(request, "settings/release_lock.html", context, status=REFUSED if refusal else 200)
