"""Amazon Route 53: records. They are written as a whole, and belong to a hosted zone, which has no region."""

from collections.abc import Iterator

from apps.catalog.types import (
    Create,
    Delete,
    Document,
    Json,
    Modify,
    NativeType,
    Property,
    Read,
    Wait,
    online,
    replaces,
)

CREATE_ONLY = "AWS::Route53::RecordSet registry schema: create-only property"
SPREAD = online(
    "botocore, route53 ChangeResourceRecordSets: When you submit a ChangeResourceRecordSets request, Route 53 "
    "propagates your changes to all of the Route 53 authoritative DNS servers managing the hosted zone."
)
NAMED = "What a record is called by: make another one, and delete this one, in one request."
KEY = ("Name", "Type", "SetIdentifier")
ROUTING = (
    *("Weight", "Region", "Failover", "GeoLocation", "GeoProximityLocation", "CidrRoutingConfig"),
    *("MultiValueAnswer", "HealthCheckId"),
)
SETTINGS = ("TTL", "ResourceRecords", "AliasTarget", *ROUTING)
WHOLE = (*KEY, *SETTINGS)
VALUES = "ResourceRecords && {ResourceRecords: ResourceRecords[].{Value: @}} || `{}`"
RECORD = ", ".join(
    ["{Name: Name, Type: Type}", VALUES, "TTL && {TTL: to_number(TTL)} || `{}`"]
    + [f"{name} && {{{name}: {name}}} || `{{}}`" for name in ("SetIdentifier", "AliasTarget", *ROUTING)]
)


def absolute(name: Json) -> Json:
    """A name as people write it: Route 53 ends names with a dot, and writes asterisks as \\052."""
    return str(name).replace("\\052", "*").removesuffix(".")


def zone(identifier: Json) -> Json:
    return str(identifier).rsplit("/", 1)[-1]


def record(document: Document) -> Json:
    """A record as the API writes it."""
    given = {name: document[name] for name in WHOLE if document.get(name) not in (None, [], {})}
    if "TTL" in given:
        given["TTL"] = int(given["TTL"])
    if "ResourceRecords" in given:
        given["ResourceRecords"] = [{"Value": value} for value in given["ResourceRecords"]]
    return given


def upsert(before: Document, after: Document, arguments: Document) -> Document:
    return {"ChangeBatch": {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record(after)}]}}


def create(values: Document, arguments: Document) -> Document:
    change = {"Action": "CREATE", "ResourceRecordSet": record(values)}
    return {"HostedZoneId": values["HostedZoneId"], "ChangeBatch": {"Changes": [change]}}


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Source: `botocore, route53 ChangeResourceRecordSets` on AliasTarget, TTL and SetIdentifier."""
    alias, values = after.get("AliasTarget"), after.get("ResourceRecords")
    if not alias and not values:
        yield "ResourceRecords", "A record has values, or is an alias. Write one of the two."
    if alias and "EvaluateTargetHealth" not in alias:
        yield "AliasTarget", "Say whether the alias answers only while its target is healthy (EvaluateTargetHealth)."
    for name in ("ResourceRecords", "TTL") if alias else ():
        if after.get(name):
            yield name, f"An alias has no {name} of its own. Leave it out."
    if values and after.get("TTL") is None:
        yield "TTL", "Values are kept for a time by whoever asks. Give it in seconds."
    if any(after.get(name) is not None for name in ROUTING[:7]) and not after.get("SetIdentifier"):
        yield "SetIdentifier", "Records that share a name are told apart by it. Give one."


RECORD_SET = NativeType(
    name="AWS::Route53::RecordSet",
    title="DNS record",
    service="route53",
    list=Read(
        "list_resource_record_sets",
        items="ResourceRecordSets[]",
        arguments={"HostedZoneId": "parent.Id"},
        adds={"HostedZoneId": "parent.Id"},
        within=Read("list_hosted_zones", items="HostedZones[]"),
    ),
    read=Read(
        "list_resource_record_sets",
        items="ResourceRecordSets[]",
        arguments={"HostedZoneId": "ids[1]", "StartRecordName": "ids[0]", "StartRecordType": "ids[2]"},
        adds={"HostedZoneId": "ids[1]"},
        missing=("NoSuchHostedZone",),
    ),
    identifier="join('|', [Name, HostedZoneId, Type, SetIdentifier || ''])",
    label="Name",
    properties={
        "HostedZoneId": Property(replaces(CREATE_ONLY), decode=zone),
        "Name": Property(editable=False, decode=absolute, help=NAMED),
        "Type": Property(editable=False, help=NAMED),
        "SetIdentifier": Property(editable=False, help=NAMED),
        **{name: Property(SPREAD) for name in SETTINGS},
        "TTL": Property(
            SPREAD,
            decode=str,
            unit="seconds",
            limits={"pattern": "^[0-9]{1,9}$"},
            help="For so long others may go on with the old answer.",
        ),
        "ResourceRecords": Property(SPREAD, read="ResourceRecords[].Value", unordered=True),
    },
    update=(
        Modify(
            "change_resource_record_sets",
            {"HostedZoneId": "HostedZoneId"},
            SETTINGS,
            together=(SETTINGS,),
            omits=True,
            adapt=upsert,
        ),
    ),
    create=Create(
        "change_resource_record_sets",
        properties=("HostedZoneId", *WHOLE),
        outputs={},
        unique=True,
        adapt=create,
    ),
    delete=Delete(
        "change_resource_record_sets",
        {
            "HostedZoneId": "HostedZoneId",
            "ChangeBatch": f"{{Changes: [{{Action: 'DELETE', ResourceRecordSet: merge({RECORD})}}]}}",
        },
        "The name is not found any more, as soon as others have forgotten the answer.",
        Wait(until=("gone",), minutes=1, timeout_minutes=10),
        "botocore, route53 ChangeResourceRecordSets: DELETE: Deletes an existing resource record set",
    ),
    first=("HostedZoneId", *WHOLE),
    everywhere=True,
    refuse=refuse,
)
