"""Every address of the site."""

from django.urls import include, path

handler400 = "apps.web.views.errors.bad_request"
handler403 = "apps.web.views.errors.forbidden"
handler404 = "apps.web.views.errors.not_found"
handler500 = "apps.web.views.errors.broken"

urlpatterns = [
    path("account/", include("allauth.account.urls")),
    path("api/", include("apps.api.urls")),
    path("", include("apps.web.urls")),
]
