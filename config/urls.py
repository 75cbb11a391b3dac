"""Every address of the site."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.account.urls")),
    path("api/", include("apps.api.urls")),
    path("", include("apps.web.urls")),
]
