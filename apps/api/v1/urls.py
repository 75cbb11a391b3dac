"""The first version of the API."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.routers import SimpleRouter

from apps.api.v1 import views

router = SimpleRouter()
router.register("change-requests", views.ChangeRequests)
router.register("runs", views.Runs)
router.register("audit-events", views.AuditEvents)
router.register("resources", views.Resources)

urlpatterns = [
    path("", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(permission_classes=[IsAuthenticated]), name="api_schema"),
]
