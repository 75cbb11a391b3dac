"""Every address of the pages. Names are used as `web:<name>`."""

from django.urls import path

from apps.web.views import (
    audit,
    change_request_list,
    demo,
    environments,
    health,
    inbox,
    resources,
    run_list,
    settings,
)

app_name = "web"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("change-requests/", change_request_list.change_requests, name="change_requests"),
    path("runs/", run_list.runs, name="runs"),
    path("resources/", resources.resources, name="resources"),
    path("resources/<int:pk>/", resources.resource, name="resource"),
    path("resources/<int:pk>/refresh/", resources.refresh_resource, name="refresh_resource"),
    path("resources/<int:pk>/scan/", resources.resource_scan, name="resource_scan"),
    path("environments/", environments.environments, name="environments"),
    path("environments/<slug:slug>/", environments.environment, name="environment"),
    path("environments/<slug:slug>/refresh/", environments.refresh_environment, name="refresh_environment"),
    path("environments/<slug:slug>/scans/", environments.environment_scans, name="environment_scans"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export.csv", audit.export_csv, name="audit_csv"),
    path("audit/export.jsonl", audit.export_json_lines, name="audit_json_lines"),
    path("audit/verify/", audit.verify_audit, name="verify_audit"),
    path("settings/", settings.settings_page, name="settings"),
    path("settings/environments/new/", settings.edit_environment, name="settings_new_environment"),
    path("settings/environments/<slug:slug>/", settings.edit_environment, name="settings_environment"),
    path("settings/accounts/", settings.edit_accounts, name="settings_accounts"),
    path("settings/people/", settings.edit_people, name="settings_people"),
    path("settings/people/roles/", settings.give_role, name="settings_give_role"),
    path("settings/people/roles/<int:pk>/remove/", settings.remove_role, name="settings_remove_role"),
    path("demo/sign-in/", demo.demo_sign_in, name="demo_sign_in"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
