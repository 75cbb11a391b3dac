"""What the environment variables mean, for their reference (`config/reference.py`), in its order."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """`default` is in words, where the value in the code doesn't say it."""

    meaning: str
    default: str = ""


VARIABLES = {
    "SECRET_KEY": Variable("signs sessions and links; 50 characters or more", "none: the process doesn't start"),
    "SECRET_KEY_FALLBACKS": Variable(
        "former ones that still count, separated by commas ([new secrets](operations.md#new-secrets))"
    ),
    "DATABASE_URL": Variable("the application role: `postgres://ringi_app:...@host:5432/ringi`"),
    "DATABASE_OWNER_URL": Variable("the owner, used by `migrate` only", "`DATABASE_URL`"),
    "REDIS_URL": Variable("broker and cache"),
    "ALLOWED_HOSTS": Variable("names under which it is reached, separated by commas"),
    "CSRF_TRUSTED_ORIGINS": Variable("needed only where a proxy changes `Host`"),
    "BEHIND_TLS_PROXY": Variable("trust `X-Forwarded-Proto`"),
    "TRUSTED_PROXIES": Variable(
        "how many proxies of yours a request passes, each of which adds to `X-Forwarded-For`; the limits of signing "
        "in, the audit log and the log of requests have the address that the first of them saw",
        "0: the address that connects",
    ),
    "SECURE_SSL_REDIRECT": Variable(
        "send plain HTTP to TLS; `/healthz` and `/readyz` are exempt", "true, in the demo false"
    ),
    "HSTS_INCLUDE_SUBDOMAINS": Variable("promise TLS for all subdomains, too; hard to take back"),
    "HSTS_PRELOAD": Variable("ask browsers to know of TLS before the first visit; hard to take back"),
    "RINGI_PROCESS": Variable("what this process is and may do: web, planner, executor, beat, manage"),
    "RINGI_ALIVE_FILE": Variable("a worker touches it every ten seconds while its event loop turns"),
    "RINGI_AWS_ENDPOINT_URL": Variable("another endpoint than AWS itself; must stand in the next one"),
    "RINGI_AWS_ENDPOINT_ALLOWED": Variable("endpoints that may be used, separated by commas, letter by letter"),
    "RINGI_DEMO": Variable("the demo: signing in without a password, AWS on loopback only"),
    "RINGI_ADDRESS": Variable("the address of the pages, for links in mails; needed with `EMAIL_URL`"),
    "EMAIL_URL": Variable(
        "the planner sends [notifications](notifications.md) by mail: `smtp+tls://user:password@host:587`",
        "none: nobody is told",
    ),
    "MAIL_FROM": Variable("whom those mails are from", "Ringi <ringi@localhost>"),
    "WEBHOOK_ALLOWED": Variable(
        "hosts and networks of your own to which webhooks may post, also without TLS, separated by commas: "
        "`hooks.internal,10.1.2.0/24`",
        "none: public addresses only",
    ),
    "METRICS_TOKEN": Variable("lets Prometheus read `/metrics`; 20 characters or more", "none: there is no such page"),
    "RINGI_FAULTS": Variable(
        "makes a process die at a named place, for tests; all but `manage` refuse to start with it"
    ),
    "STATIC_ROOT": Variable("where collected static files are"),
    "LOG_LEVEL": Variable("of everything but AWS's clients, which stay at WARNING", "INFO"),
}
