"""Celery's settings: a doorbell that carries ids, acknowledged early, without results, retries or due times."""

from celery.schedules import crontab
from django.conf import settings

PLAN, READ, RUN = "plan", "read", "run"

broker_url = settings.REDIS_URL
broker_connection_retry_on_startup = True
# Without the last four, kombu waits six seconds for an unreachable broker, and a web request with it.
broker_transport_options = {
    "visibility_timeout": 3600,
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
accept_content = ["json"]
task_serializer = "json"
task_acks_late = False
task_ignore_result = True
task_publish_retry = False
task_time_limit = 120
task_default_queue = PLAN
task_routes = {
    "apps.inventory.tasks.scan": {"queue": READ},
    "apps.audit.tasks.verify": {"queue": READ},
    "apps.planner.tasks.refresh_prices": {"queue": READ},
    "apps.notifications.tasks.deliver": {"queue": READ},
    "apps.notifications.tasks.forget_old": {"queue": READ},
    "apps.runs.tasks.*": {"queue": RUN},
    "apps.*": {"queue": PLAN},
}
worker_prefetch_multiplier = 1
worker_max_tasks_per_child = 500
worker_soft_shutdown_timeout = 30
worker_hijack_root_logger = False
beat_sync_every = 10  # its file is written often, and the age of the file is its sign of life
beat_schedule = {
    "ring for due steps": {"task": "apps.runs.tasks.sweep", "schedule": 2.0, "options": {"expires": 10}},
    "ring for due plans": {"task": "apps.planner.tasks.sweep", "schedule": 5.0, "options": {"expires": 20}},
    "follow live values": {"task": "apps.planner.tasks.sweep_moved", "schedule": 30.0, "options": {"expires": 60}},
    "ring for due readings": {"task": "apps.inventory.tasks.sweep", "schedule": 10.0, "options": {"expires": 30}},
    "tell people": {"task": "apps.notifications.tasks.tell", "schedule": 5.0, "options": {"expires": 20}},
    "tell other systems": {"task": "apps.notifications.tasks.deliver", "schedule": 5.0, "options": {"expires": 20}},
    "ring for due tests": {"task": "apps.environments.tasks.sweep", "schedule": 10.0, "options": {"expires": 30}},
    "ring for due verifications": {"task": "apps.audit.tasks.sweep", "schedule": 10.0, "options": {"expires": 30}},
    "read old prices": {"task": "apps.planner.tasks.refresh_prices", "schedule": 3600.0, "options": {"expires": 600}},
    "verify the log": {"task": "apps.audit.tasks.nightly", "schedule": crontab(hour=3, minute=17)},
    "forget what was told": {"task": "apps.notifications.tasks.forget_old", "schedule": crontab(hour=3, minute=37)},
    "forget old sessions": {"task": "apps.people.tasks.forget_sessions", "schedule": crontab(hour=3, minute=47)},
    "read the estate": {"task": "apps.inventory.tasks.refresh_all", "schedule": 900.0, "options": {"expires": 600}},
}
