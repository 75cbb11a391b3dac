"""AWS IAM: roles, managed policies of the account, and instance profiles. They have no region."""

from collections.abc import Iterator, Mapping

from apps.catalog import exposure, texts
from apps.catalog.tags import TAGS, resource_tags
from apps.catalog.types import (
    Arguments,
    Create,
    Delete,
    Document,
    Json,
    Modify,
    NativeType,
    Part,
    Property,
    Put,
    Read,
    SetDiff,
    Wait,
    online,
    replaces,
)

CREATE_ONLY = "AWS::IAM::{} registry schema: create-only property"
GONE = Wait(until=("gone",), minutes=0.1, timeout_minutes=5)
MISSING = ("NoSuchEntity",)
ROLE_NAME: Arguments = {"RoleName": "RoleName"}
POLICY_ARN: Arguments = {"PolicyArn": "PolicyArn"}
PROFILE_NAME: Arguments = {"InstanceProfileName": "InstanceProfileName"}
# Of the two, UpdateRole resets what it isn't given.
SETTINGS = ("Description", "MaxSessionDuration")
KEPT = "A role isn't replaced: what names it can't be found everywhere, and its inline policies are not covered."
# Roles of AWS's own, which nobody may change.
OURS = "Roles[?!starts_with(Path, '/aws-service-role/') && !starts_with(Path, '/aws-reserved/')]"


def only(items: Json) -> Json:
    """The one item of a call that takes one."""
    return items[0]


def given(text: Json) -> Json:
    return text or None


def refuse_trust(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html: actions of STS only."""
    name = "AssumeRolePolicyDocument"
    yield from texts.refuse(before, after, name)
    policy = after.get(name)
    statements = policy.get("Statement") if isinstance(policy, Mapping) and policy != before.get(name) else None
    for statement in statements if isinstance(statements, list) else [statements]:
        given = statement.get("Action") if isinstance(statement, Mapping) else None
        for action in given if isinstance(given, list) else [given]:
            if isinstance(action, str) and not action.lower().startswith("sts:"):
                yield name, f"{action} can't stand in a trust policy, which allows actions of sts: only. Remove it."


def refuse_policy(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    return texts.refuse(before, after, "PolicyDocument")


ROLE = NativeType(
    name="AWS::IAM::Role",
    title="IAM role",
    service="iam",
    list=Read("list_roles", items=OURS),
    read=Read("get_role", items="[Role]", arguments={"RoleName": "id"}, missing=MISSING),
    identifier="RoleName",
    label="RoleName",
    arn="Arn",
    parts=(
        Part(
            "get_role",
            ROLE_NAME,
            {"PermissionsBoundary": "Role.PermissionsBoundary.PermissionsBoundaryArn", "Tags": "Role.Tags"},
        ),
        Part("list_attached_role_policies", ROLE_NAME, {"ManagedPolicyArns": "AttachedPolicies[].PolicyArn"}),
    ),
    properties={
        "RoleName": Property(editable=False, help=KEPT),
        "Path": Property(editable=False, help=KEPT),
        "Arn": Property(editable=False),
        "AssumeRolePolicyDocument": Property(
            encode=texts.text,
            exposes=exposure.policy_opened,
            help="Who may use the role. Those who no longer may are refused within seconds.",
        ),
        "ManagedPolicyArns": Property(unordered=True, help="What the role may do. A change takes seconds to spread."),
        "Description": Property(unset="", decode=given, form=given),
        "MaxSessionDuration": Property(unit="seconds"),
        "PermissionsBoundary": Property(help="The ARN of the policy beyond which no other policy lets the role go."),
        "Tags": TAGS,
    },
    update=(
        Put("update_assume_role_policy", ROLE_NAME, "AssumeRolePolicyDocument", "PolicyDocument"),
        SetDiff(
            property="ManagedPolicyArns",
            arguments=ROLE_NAME,
            add="attach_role_policy",
            add_argument="PolicyArn",
            remove="detach_role_policy",
            remove_argument="PolicyArn",
            encode_add=only,
            encode_remove=only,
            size=1,
        ),
        Modify("update_role", ROLE_NAME, SETTINGS, together=(SETTINGS,)),
        Put(
            "put_role_permissions_boundary",
            ROLE_NAME,
            "PermissionsBoundary",
            "PermissionsBoundary",
            clear="delete_role_permissions_boundary",
        ),
        resource_tags(ROLE_NAME, "tag_role", "untag_role"),
    ),
    create=Create(
        "create_role",
        properties=(
            *("RoleName", "Path", "AssumeRolePolicyDocument", "Description", "MaxSessionDuration"),
            "PermissionsBoundary",
        ),
        outputs={"Arn": "Role.Arn"},
        tags=lambda rows: ("Tags", rows),
        unique=True,
    ),
    delete=Delete(
        "delete_role",
        ROLE_NAME,
        "Whatever runs with the role is refused from then on. A new role of the name is another role to AWS.",
        GONE,
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage_delete.html: deleting a role that something "
        "uses breaks it",
        clears=("ManagedPolicyArns",),
    ),
    first=(
        *("RoleName", "AssumeRolePolicyDocument", "ManagedPolicyArns", "Description", "MaxSessionDuration"),
        *("PermissionsBoundary", "Path", "Tags"),
    ),
    everywhere=True,
    refers={
        "ManagedPolicyArns/*": "AWS::IAM::ManagedPolicy.PolicyArn",
        "PermissionsBoundary": "AWS::IAM::ManagedPolicy.PolicyArn",
    },
    refuse=refuse_trust,
    uncovered={"Inline policies are read one by one, and are not covered yet.": ("Policies",)},
)

MANAGED_POLICY = NativeType(
    name="AWS::IAM::ManagedPolicy",
    title="IAM managed policy",
    service="iam",
    list=Read("list_policies", items="Policies[]", arguments={"Scope": "'Local'"}),
    read=Read("get_policy", items="[Policy]", arguments={"PolicyArn": "id"}, missing=MISSING),
    identifier="PolicyArn",
    label="ManagedPolicyName",
    arn="PolicyArn",
    parts=(
        Part(
            "get_policy_version",
            {**POLICY_ARN, "VersionId": "DefaultVersionId"},
            {"PolicyDocument": "PolicyVersion.Document"},
        ),
        Part("get_policy", POLICY_ARN, {"Description": "Policy.Description"}),
    ),
    properties={
        "PolicyArn": Property(read="Arn", editable=False),
        "DefaultVersionId": Property(editable=False),
        "ManagedPolicyName": Property(
            replaces(CREATE_ONLY.format("ManagedPolicy")), read="PolicyName", argument="PolicyName"
        ),
        "Path": Property(replaces(CREATE_ONLY.format("ManagedPolicy"))),
        "Description": Property(replaces(CREATE_ONLY.format("ManagedPolicy"))),
        "PolicyDocument": Property(
            encode=texts.text,
            help="A change makes a new version and takes it; AWS keeps five, and refuses a sixth until one is deleted.",
        ),
    },
    update=(
        Put("create_policy_version", {**POLICY_ARN, "SetAsDefault": "`true`"}, "PolicyDocument", "PolicyDocument"),
    ),
    create=Create(
        "create_policy",
        properties=("ManagedPolicyName", "Path", "Description", "PolicyDocument"),
        outputs={"PolicyArn": "Policy.Arn"},
        tags=lambda rows: ("Tags", rows),
        unique=True,
    ),
    delete=Delete(
        "delete_policy",
        POLICY_ARN,
        "AWS refuses while it is attached, or has versions beside the one in use.",
        GONE,
        "botocore, iam DeletePolicy: Before you can delete a managed policy, you must first detach the policy",
    ),
    first=("ManagedPolicyName", "PolicyDocument", "Description", "Path"),
    everywhere=True,
    refuse=refuse_policy,
    uncovered={"Attach the policy on the role; groups and users are not covered yet.": ("Groups", "Roles", "Users")},
)

INSTANCE_PROFILE = NativeType(
    name="AWS::IAM::InstanceProfile",
    title="IAM instance profile",
    service="iam",
    list=Read("list_instance_profiles", items="InstanceProfiles[]"),
    read=Read(
        "get_instance_profile", items="[InstanceProfile]", arguments={"InstanceProfileName": "id"}, missing=MISSING
    ),
    identifier="InstanceProfileName",
    label="InstanceProfileName",
    arn="Arn",
    properties={
        "InstanceProfileName": Property(replaces(CREATE_ONLY.format("InstanceProfile"))),
        "Path": Property(replaces(CREATE_ONLY.format("InstanceProfile"))),
        "Arn": Property(editable=False),
        "Roles": Property(
            online(
                "botocore, iam AddRoleToInstanceProfile: You must then wait for the change to appear across all of "
                "Amazon Web Services because of eventual consistency."
            ),
            read="Roles[].RoleName",
            help="One role.",
        ),
    },
    update=(
        SetDiff(
            property="Roles",
            arguments=PROFILE_NAME,
            add="add_role_to_instance_profile",
            add_argument="RoleName",
            remove="remove_role_from_instance_profile",
            remove_argument="RoleName",
            encode_add=only,
            encode_remove=only,
            size=1,
        ),
    ),
    create=Create(
        "create_instance_profile",
        properties=("InstanceProfileName", "Path"),
        outputs={"Arn": "InstanceProfile.Arn"},
        tags=lambda rows: ("Tags", rows),
        unique=True,
    ),
    delete=Delete(
        "delete_instance_profile",
        PROFILE_NAME,
        "Instances that run with it lose their credentials.",
        GONE,
        "botocore, iam DeleteInstanceProfile: will break any applications running on the instance",
        clears=("Roles",),
    ),
    first=("InstanceProfileName", "Roles", "Path"),
    everywhere=True,
    refers={"Roles/*": "AWS::IAM::Role.RoleName"},
)
