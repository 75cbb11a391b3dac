"""Tags of a bucket that AWS itself has put there: a request replaces all tags, and may neither add nor lose those.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html (InvalidTag), and its message
"System tags cannot be removed by requester": https://github.com/hashicorp/terraform-provider-aws/issues/7323
"""

from typing import Any

import xmltodict  # type: ignore[import-untyped]
from moto.s3.exceptions import DuplicateTagKeys
from moto.s3.models import s3_backends
from moto.s3.responses import S3Response

from apps.sandbox.endpoint.incoming import Incoming
from apps.sandbox.endpoint.wire import Failure

SYSTEM = "aws:"


def refusal(incoming: Incoming) -> Failure | None:
    """Of PutBucketTagging and DeleteBucketTagging."""
    backend, bucket = s3_backends[incoming.account]["aws"], incoming.parameters.get("Bucket", "")
    held = system(backend.get_bucket_tagging(bucket)["Tags"]) if bucket in backend.buckets else {}
    given = system((incoming.parameters.get("Tagging") or {}).get("TagSet") or [])
    if given == held:
        return None
    what = "removed" if held.keys() - given.keys() else "added/updated"
    return Failure("InvalidTag", f"System tags cannot be {what} by requester")


def system(rows: list[dict[str, str]]) -> dict[str, str]:
    return {row["Key"]: row["Value"] for row in rows if row["Key"].startswith(SYSTEM)}


def tags_of(response: Any) -> dict[str, str]:
    """As moto reads them, which refuses every system tag."""
    found = xmltodict.parse(response.body, force_list={"Tag": True})["Tagging"].get("TagSet") or {}
    tags: dict[str, str] = {}
    for row in found.get("Tag", []):
        if row["Key"] in tags:
            raise DuplicateTagKeys
        tags[row["Key"]] = row["Value"] or ""
    return tags


def install() -> None:
    S3Response._bucket_tagging_from_body = tags_of  # type: ignore[method-assign]
