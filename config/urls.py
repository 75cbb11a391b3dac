"""Every address of the site."""

from allauth.account.urls import urlpatterns as account
from django.urls import include, path

# No mail is sent: an administrator hands out the links with which people set a password.
ACCOUNT = {"login", "logout", "inactive", "signup", "reauthenticate", "change_password", "set_password"}
ACCOUNT |= {"reset_password_from_key", "reset_password_from_key_done"}

handler400 = "apps.web.views.errors.bad_request"
handler403 = "apps.web.views.errors.forbidden"
handler404 = "apps.web.views.errors.not_found"
handler429 = "apps.web.views.errors.too_many"
handler500 = "apps.web.views.errors.broken"

urlpatterns = [
    path("account/", include([entry for entry in account if entry.name.removeprefix("account_") in ACCOUNT])),
    path("api/", include("apps.api.urls")),
    path("", include("apps.web.urls")),
]
