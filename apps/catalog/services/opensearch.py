"""Amazon OpenSearch Service: domains."""

from collections.abc import Iterator

from apps.catalog import exposure, texts
from apps.catalog.tags import TAGS, resource_tags
from apps.catalog.types import (
    Arguments,
    Create,
    Delete,
    Document,
    Json,
    Lookup,
    Modify,
    NativeType,
    Only,
    Part,
    Property,
    Put,
    Read,
    Wait,
    interrupts,
    online,
    replaces,
)

CREATE_ONLY = "AWS::OpenSearchService::Domain registry schema: create-only property"
GUIDE = "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/"
BLUE_GREEN = GUIDE + "managedomains-configuration-changes.html: changes are made on a copy, to which users are moved"
UPGRADE = GUIDE + "starting-upgrades.html: irreversible; the cluster might be unresponsive for several seconds after it"
DOMAIN_NAME: Arguments = {"DomainName": "DomainName"}
STATUS = "(Processing || UpgradeProcessing) && 'processing' || (Endpoint || Endpoints) && 'active' || 'creating'"
SETTLED = Wait(until=("active",), minutes=30, timeout_minutes=360)
DESCRIBED = 5  # domains in a call
LATER = "Fixed after creation here."


def network(options: Json) -> Json:
    """What is given for a network, without what AWS adds."""
    return {name: options[name] for name in ("SubnetIds", "SecurityGroupIds", "EgressEnabled") if options.get(name)}


def sized(cluster: Document) -> Iterator[tuple[str, str]]:
    """Source: `botocore, opensearch ClusterConfig` on each of them."""
    for kind in ("DedicatedMaster", "Warm"):
        enabled, parts = cluster.get(f"{kind}Enabled") is True, [f"{kind}Type", f"{kind}Count"]
        given = [name for name in parts if cluster.get(name) is not None]
        if enabled and given != parts:
            yield "ClusterConfig", f"With {kind}Enabled it says {' and '.join(parts)}. Give both."
        if not enabled and given:
            yield "ClusterConfig", f"{' and '.join(given)} go with {kind}Enabled. Set that, or leave them out."
    if (cluster.get("ColdStorageOptions") or {}).get("Enabled") is True and cluster.get("WarmEnabled") is not True:
        yield "ClusterConfig", "Cold storage stands on warm nodes. Set WarmEnabled with its type and count."
    for name in ("InstanceType", "DedicatedMasterType", "WarmType"):
        size = cluster.get(name)
        if isinstance(size, str) and not size.endswith((".search", ".elasticsearch")):
            yield "ClusterConfig", f"{name} is written as in r7g.large.search."


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Sources: `botocore, opensearch UpdateDomainConfig` on each of them, where the registry schema says less.

    UPGRADE on the engine.
    """
    yield from texts.refuse(before, after, "AccessPolicies")
    engines = [str(document.get("EngineVersion")).partition("_")[0] for document in (before, after)]
    if engines == ["OpenSearch", "Elasticsearch"]:
        yield "EngineVersion", "OpenSearch doesn't become Elasticsearch again. Choose a later version of OpenSearch."
    old, new = ((document.get("OffPeakWindowOptions") or {}).get("Enabled") for document in (before, after))
    if old is True and new is not True:
        yield "OffPeakWindowOptions", "The off-peak window can't be switched off again. Leave it on."
    if after.get("ClusterConfig") != before.get("ClusterConfig"):
        yield from sized(after.get("ClusterConfig") or {})
    cold = (after.get("ClusterConfig") or {}).get("ColdStorageOptions")
    if cold is not None and "Enabled" not in cold:
        yield "ClusterConfig", "ColdStorageOptions says whether it is Enabled. Write that."
    certificate = (after.get("DomainEndpointOptions") or {}).get("CustomEndpointCertificateArn")
    if isinstance(certificate, str) and not certificate.startswith("arn:"):
        yield "DomainEndpointOptions", "The certificate of the custom endpoint is given by its ARN. Write that."


EDITED = {
    "ClusterConfig": Property(online(BLUE_GREEN), help="Nodes: how many there are, of which types, in which zones."),
    "EBSOptions": Property(online(BLUE_GREEN), help="Storage of each data node."),
    "AccessPolicies": Property(
        online(BLUE_GREEN), decode=texts.structure, encode=texts.text, unset="", exposes=exposure.policy_opened
    ),
    "DomainEndpointOptions": Property(online(BLUE_GREEN)),
    "OffPeakWindowOptions": Property(online(BLUE_GREEN), help="When AWS may install what can wait; hours in UTC."),
    "SoftwareUpdateOptions": Property(online(BLUE_GREEN)),
}
FIXED = {
    "DomainName": Property(replaces(CREATE_ONLY), limits={"pattern": "^[a-z][a-z0-9-]{2,27}$"}),
    "VPCOptions": Property(decode=network, form=network, editable=False, help=LATER),
    "EncryptionAtRestOptions": Property(editable=False, help=LATER),
    "NodeToNodeEncryptionOptions": Property(editable=False, help=LATER),
}

DOMAIN = NativeType(
    name="AWS::OpenSearchService::Domain",
    title="OpenSearch domain",
    service="opensearch",
    list=Read(
        "list_domain_names",
        items="DomainNames[].DomainName",
        lookup=Lookup("describe_domains", "DomainNames", "DomainStatusList[]", size=DESCRIBED),
    ),
    read=Read(
        "describe_domain",
        items="[DomainStatus]",
        arguments={"DomainName": "id"},
        missing=("ResourceNotFoundException",),
    ),
    identifier="DomainName",
    label="DomainName",
    arn="Arn",
    status=STATUS,
    settled=("active",),
    parts=(Part("list_tags", {"ARN": "Arn"}, {"Tags": "TagList"}),),
    properties={
        **FIXED,
        "Arn": Property(read="ARN", editable=False),
        "EngineVersion": Property(
            interrupts(1, UPGRADE),
            only=Only.LATER,
            irreversible="A domain can be upgraded but not taken back to an older version.",
            limits={"pattern": r"^Elasticsearch_[0-9]\.[0-9]{1,2}$|^OpenSearch_[0-9]{1,2}\.[0-9]{1,2}$"},
            help="Such as OpenSearch_2.19.",
        ),
        **EDITED,
        "Tags": TAGS,
    },
    update=(
        Modify("update_domain_config", DOMAIN_NAME, tuple(EDITED), wait=SETTLED),
        Put("upgrade_domain", DOMAIN_NAME, "EngineVersion", "TargetVersion", wait=SETTLED),
        resource_tags({"ARN": "Arn"}, "add_tags", "remove_tags", add_argument="TagList"),
    ),
    create=Create(
        "create_domain",
        properties=(*FIXED, "EngineVersion", *EDITED),
        outputs={"Arn": "DomainStatus.ARN"},
        tags=lambda rows: ("TagList", rows),
        unique=True,
        wait=SETTLED,
    ),
    delete=Delete(
        "delete_domain",
        DOMAIN_NAME,
        "The domain and all of its data are lost.",
        Wait(until=("gone",), minutes=15, timeout_minutes=180),
        "botocore, opensearch DeleteDomain: Deletes an Amazon OpenSearch Service domain and all of its data. You can't "
        "recover a domain after you delete it.",
    ),
    first=("DomainName", "EngineVersion", *EDITED, "Tags"),
    stateful=True,
    refers={"VPCOptions/SubnetIds/*": "AWS::EC2::Subnet.SubnetId"},
    refuse=refuse,
    uncovered={
        "May hold secrets, and is not covered yet.": ("AdvancedSecurityOptions",),
        "Says how to deploy a change, not how the domain is.": ("DeploymentStrategyOptions", "SkipShardMigrationWait"),
        "Not covered yet.": (
            *("AIMLOptions", "AdvancedOptions", "AutomatedSnapshotPauseOptions", "CognitoOptions", "IPAddressType"),
            *("IdentityCenterOptions", "LogPublishingOptions", "UseCase"),
        ),
        "AWS no longer uses it.": ("SnapshotOptions",),
    },
)
