"""Amazon ECR: repositories of container images."""

from collections.abc import Iterator

from apps.catalog import exposure, texts
from apps.catalog.tags import TAGS, resource_tags
from apps.catalog.types import (
    Arguments,
    Convert,
    Create,
    Delete,
    Document,
    Json,
    NativeType,
    Part,
    Property,
    Put,
    Read,
    Wait,
    online,
    replaces,
)

CREATE_ONLY = "AWS::ECR::Repository registry schema: create-only property"
NAME: Arguments = {"repositoryName": "RepositoryName"}
SCAN = (("ScanOnPush", "scanOnPush"),)
ENCRYPTION = (("EncryptionType", "encryptionType"), ("KmsKey", "kmsKey"))


def shown(names: tuple[tuple[str, str], ...]) -> Convert:
    """A structure with its members as the registry schema names them."""
    return lambda value: {ours: value[theirs] for ours, theirs in names if value.get(theirs) is not None}


def sent(names: tuple[tuple[str, str], ...]) -> Convert:
    return lambda value: {theirs: value[ours] for ours, theirs in names if value.get(ours) is not None}


def rules(value: Json) -> Json:
    return value["LifecyclePolicyText"]


def ruled(policy: Json) -> bool:
    """Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html."""
    found = policy.get("rules")
    needed = {"rulePriority", "selection", "action"}
    return isinstance(found, list) and bool(found) and all(isinstance(r, dict) and needed <= set(r) for r in found)


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Sources: `botocore, ecr PutLifecyclePolicy`: the policy is a JSON text; PutImageTagMutability on its filters."""
    yield from texts.refuse(before, after, "RepositoryPolicyText")
    encryption = after.get("EncryptionConfiguration") or {}
    key = encryption.get("KmsKey")
    chosen = key.startswith("arn:") if isinstance(key, str) else key is not None
    if not before and encryption.get("EncryptionType") in ("KMS", "KMS_DSSE") and not chosen:
        yield "EncryptionConfiguration", "AWS chooses a key where none is given, and shows its ARN. Give an ARN."
    mutable = after.get("ImageTagMutability")
    if str(mutable).endswith("_WITH_EXCLUSION") and mutable != before.get("ImageTagMutability"):
        yield "ImageTagMutability", "It needs filters, which are not covered yet. Choose MUTABLE or IMMUTABLE."
    policy = after.get("LifecyclePolicy")
    if policy and policy != before.get("LifecyclePolicy"):
        if set(policy) != {"LifecyclePolicyText"}:
            yield "LifecyclePolicy", "A lifecycle policy is its text, and nothing else. Leave the rest out."
        elif not isinstance(texts.structure(policy["LifecyclePolicyText"]), dict):
            yield "LifecyclePolicy", "The text is not a JSON object. Write the rules as one."
        elif not ruled(texts.structure(policy["LifecyclePolicyText"])):
            yield "LifecyclePolicy", "Each of its rules has a rulePriority, a selection and an action. Write them."


REPOSITORY = NativeType(
    name="AWS::ECR::Repository",
    title="ECR repository",
    service="ecr",
    list=Read("describe_repositories", items="repositories[]"),
    read=Read(
        "describe_repositories",
        items="repositories[]",
        arguments={"repositoryNames": "[id]"},
        missing=("RepositoryNotFoundException",),
    ),
    identifier="RepositoryName",
    label="RepositoryName",
    arn="Arn",
    parts=(
        Part(
            "get_lifecycle_policy",
            NAME,
            {"LifecyclePolicy": "{LifecyclePolicyText: lifecyclePolicyText}"},
            absent=("LifecyclePolicyNotFoundException",),
        ),
        Part(
            "get_repository_policy",
            NAME,
            {"RepositoryPolicyText": "policyText"},
            absent=("RepositoryPolicyNotFoundException",),
        ),
        Part("list_tags_for_resource", {"resourceArn": "Arn"}, {"Tags": "tags"}),
    ),
    properties={
        "RepositoryName": Property(replaces(CREATE_ONLY), read="repositoryName", argument="repositoryName"),
        "Arn": Property(read="repositoryArn", editable=False),
        "RepositoryUri": Property(read="repositoryUri", editable=False),
        "ImageTagMutability": Property(read="imageTagMutability", argument="imageTagMutability"),
        "ImageScanningConfiguration": Property(
            read="imageScanningConfiguration",
            argument="imageScanningConfiguration",
            decode=shown(SCAN),
            encode=sent(SCAN),
        ),
        "LifecyclePolicy": Property(
            online(
                "botocore, ecr PutLifecyclePolicy: Creates or updates the lifecycle policy for the specified "
                "repository."
            ),
            irreversible="Images that a rule selects are deleted.",
            columns=("LifecyclePolicyText",),
        ),
        "RepositoryPolicyText": Property(decode=texts.structure, encode=texts.text, exposes=exposure.policy_opened),
        "EncryptionConfiguration": Property(
            replaces(CREATE_ONLY),
            read="encryptionConfiguration",
            argument="encryptionConfiguration",
            decode=shown(ENCRYPTION),
            encode=sent(ENCRYPTION),
        ),
        "Tags": TAGS,
    },
    update=(
        Put("put_image_tag_mutability", NAME, "ImageTagMutability", "imageTagMutability"),
        Put(
            "put_image_scanning_configuration",
            NAME,
            "ImageScanningConfiguration",
            "imageScanningConfiguration",
        ),
        Put(
            "put_lifecycle_policy",
            NAME,
            "LifecyclePolicy",
            "lifecyclePolicyText",
            encode=rules,
            clear="delete_lifecycle_policy",
        ),
        Put("set_repository_policy", NAME, "RepositoryPolicyText", "policyText", clear="delete_repository_policy"),
        resource_tags(
            {"resourceArn": "arn"}, "tag_resource", "untag_resource", add_argument="tags", remove_argument="tagKeys"
        ),
    ),
    create=Create(
        "create_repository",
        properties=("RepositoryName", "ImageTagMutability", "ImageScanningConfiguration", "EncryptionConfiguration"),
        outputs={"Arn": "repository.repositoryArn", "RepositoryUri": "repository.repositoryUri"},
        tags=lambda rows: ("tags", rows),
        unique=True,
    ),
    delete=Delete(
        "delete_repository",
        NAME,
        "AWS refuses while there are images in it.",
        Wait(until=("gone",), minutes=0.1, timeout_minutes=5),
        "botocore, ecr DeleteRepository: If the repository isn't empty, you must either delete the contents of the "
        "repository or use the force option",
    ),
    first=(
        *("RepositoryName", "ImageTagMutability", "ImageScanningConfiguration", "LifecyclePolicy"),
        *("RepositoryPolicyText", "EncryptionConfiguration", "Tags"),
    ),
    stateful=True,
    refuse=refuse,
    uncovered={"Not covered yet.": ("ImageTagMutabilityExclusionFilters",)},
)
