"""Webhooks and their deliveries, for administrators."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.notifications.models import Delivery, Form, Webhook
from apps.notifications.webhooks import save_webhook, secret, send_again, send_test
from apps.web.asking import PersonRequest
from apps.web.attempt import into
from apps.web.forms.webhooks import WebhookForm
from apps.web.loading.webhooks import deliveries, rows
from apps.web.views.settings import INVALID, for_administrators

SIZE = 50
SECTION = {"section": "webhooks"}


@require_GET
@for_administrators
def webhooks(request: PersonRequest) -> HttpResponse:
    return render(request, "settings/webhooks.html", {**SECTION, "rows": rows()})


@require_http_methods(["GET", "POST"])
@for_administrators
def edit_webhook(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    found = get_object_or_404(Webhook, pk=pk) if pk else None
    form = WebhookForm(request.POST or None, found)
    if form.is_valid() and (saved := into(form, lambda: save_webhook(by=request.user, webhook=form.made()))):
        messages.success(request, f"{saved} is saved. It is told of what happens from now on.")
        return redirect("web:settings_webhook", saved.pk)
    context: dict[str, Any] = {**SECTION, "webhook": found, "form": form}
    if found is not None:
        page = Paginator(deliveries(found), SIZE).get_page(request.GET.get("page"))
        context |= {"page": page, "secret": secret(found) if found.form == Form.SIGNED else ""}
        context["under_way"] = found.enabled and found.deliveries.filter(due__isnull=False).exists()
    return render(request, "settings/webhook.html", context, status=INVALID if form.is_bound else 200)


@require_POST
@for_administrators
def test(request: PersonRequest, pk: int) -> HttpResponse:
    """Send something that is of no consequence."""
    found = get_object_or_404(Webhook, pk=pk)
    send_test(by=request.user, webhook=found)
    messages.success(request, f"A test is on its way to {found}. What it answers stands below within seconds.")
    return redirect("web:settings_webhook", pk)


@require_POST
@for_administrators
def replay(request: PersonRequest, pk: int) -> HttpResponse:
    """Send one event once more."""
    found = get_object_or_404(Delivery.objects.select_related("webhook"), pk=pk)
    send_again(by=request.user, delivery=found)
    messages.success(request, f"Event {found.event} is sent to {found.webhook} again.")
    return redirect("web:settings_webhook", found.webhook_id)
