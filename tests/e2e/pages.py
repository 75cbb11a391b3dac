"""Every page of the product with something on it, for whoever looks at all of them."""

from collections.abc import Iterator
from itertools import islice

from playwright.sync_api import Page

from tests.e2e.stack import Visitor

PLAIN = {
    "inbox": "/",
    "change-requests": "/change-requests/",
    "runs": "/runs/",
    "notifications": "/notifications/",
    "resources": "/resources/",
    "environments": "/environments/",
    "environment": "/environments/prod/",
    "revision": "/change-requests/7/revisions/1/",
    "audit": "/audit/",
    "audit-verifications": "/audit/verifications/",
    "export": "/blueprints/export/?environment=prod",
    "blueprints": "/blueprints/",
    "upload": "/blueprints/upload/",
    "recovery": "/recovery/?one=prod/ap-northeast-1&other=dr/us-west-2",
    "compare": "/compare/?one=prod/ap-northeast-1&other=stg/ap-northeast-1",
    "worth-codifying": "/evaluation/",
    "calibration": "/evaluation/calibration/",
    "settings": "/settings/",
    "settings-people": "/settings/people/",
    "settings-accounts": "/settings/accounts/",
    "settings-environment": "/settings/environments/prod/",
    "settings-operations": "/settings/operations/",
    "settings-rules": "/settings/rules/",
    "settings-new-rule": "/settings/rules/new/",
    "settings-webhooks": "/settings/webhooks/",
    "settings-new-webhook": "/settings/webhooks/new/",
    "settings-calendar": "/settings/calendar/",
    "settings-new-window": "/settings/calendar/new/",
    "settings-new-team": "/settings/teams/new/",
    "settings-policies": "/settings/policies/",
    "settings-new-policy": "/settings/policies/new/",
    "settings-new-environment": "/settings/environments/new/",
    "nothing-found": "/resources/?q=there-is-no-such-thing",
    "not-found": "/change-requests/999999/",
}


def every(visitor: Visitor, types: int | None = None) -> Iterator[tuple[str, Page]]:
    """Each page by a short name, in the window of an administrator who may also propose.

    `types` limits how many resource types, runs and (twice as many) requests are looked at; their pages differ by their
    data only.
    """
    for name, path in PLAIN.items():
        yield name, visitor.go(path)
    for name, path in found(visitor, types):
        yield name, visitor.go(path)


def found(visitor: Visitor, types: int | None) -> list[tuple[str, str]]:
    """The pages of single things, one for each kind and state there is."""
    requests = links(visitor, "/change-requests/", "/change-requests/")[: types and 2 * types]
    runs = links(visitor, "/runs/", "/runs/")[:types]
    resources = dict(islice(one_of_each_type(visitor), types))
    return [
        *((f"change-request-{path.strip('/').split('/')[-1]}", path) for path in requests),
        *((f"run-{path.strip('/').split('/')[-1]}", path) for path in runs),
        *((f"resource-{name}", path) for name, path in resources.items()),
        *(
            (f"propose-{name}", f"/propose/?resource={path.strip('/').split('/')[-1]}")
            for name, path in resources.items()
        ),
        ("propose-create-bucket", "/propose/?environment=prod&type=AWS::S3::Bucket&action=create"),
        ("propose-create-group", "/propose/?environment=prod&type=AWS::EC2::SecurityGroup&action=create"),
    ]


def links(visitor: Visitor, listing: str, prefix: str) -> list[str]:
    page = visitor.go(listing)
    hrefs: list[str] = page.eval_on_selector_all("main a[href]", "all => all.map(a => a.getAttribute('href'))")
    single = [href for href in hrefs if href.startswith(prefix) and href.removeprefix(prefix).strip("/").isdigit()]
    return sorted(set(single))


def one_of_each_type(visitor: Visitor) -> Iterator[tuple[str, str]]:
    page = visitor.go("/resources/")
    types: list[str] = page.eval_on_selector_all("select[name=type] option", "all => all.map(o => o.value)")
    for name in filter(None, types):
        paths = links(visitor, f"/resources/?environment=prod&type={name}", "/resources/")
        if paths:
            yield name.split("::")[-1], paths[0]
