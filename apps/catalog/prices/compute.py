"""What instances cost, alone and in groups, and what stands on them.

Attributes as the Price List API answers with them. Which operating system an instance is charged for is the
`UsageOperation` of its image, and the `operation` of the product:
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html.
"""

from collections.abc import Iterator
from decimal import Decimal

from apps.catalog.prices.model import (
    Document,
    Json,
    Look,
    Part,
    Product,
    Unpriced,
    hourly,
    literal,
    monthly,
    number,
    used,
)

IMAGE, TEMPLATE, TASK = "AWS::EC2::Image", "AWS::EC2::LaunchTemplate", "AWS::ECS::TaskDefinition"
LINUX = "RunInstances"
GP3_IOPS, GP3_MIB = Decimal(3000), Decimal(125)
LATER = "Which {} it will be is known to the run only, so its price isn't known yet."


def instance(document: Document, look: Look) -> Iterator[Part]:
    yield from machines(document.get("InstanceType"), document.get("ImageId"), Decimal(1), look)
    yield Unpriced("Volumes", "The volumes that its image brings are not part of the resource.")


def machines(kind: Json, image: Json, count: Decimal, look: Look) -> Iterator[Part]:
    """So many instances of a kind that are started from an image."""
    found = look(IMAGE, image)
    operation = literal((found or {}).get("UsageOperation"))
    if literal(kind) is None:
        yield Unpriced("Instances", LATER.format("instance type"))
    elif operation is None:
        yield Unpriced("Instances", "AWS doesn't say which operating system the image is charged for.")
    else:
        yield hourly("Instances", ec2(str(kind), operation), count, what=f"of {kind}")


def ec2(kind: str, operation: str) -> Product:
    return Product.of(
        "AmazonEC2",
        productFamily="Compute Instance",
        instanceType=kind,
        operation=operation,
        tenancy="Shared",
        capacitystatus="Used",
        marketoption="OnDemand",
    )


def group(document: Document, look: Look) -> Iterator[Part]:
    """As many as are desired now: what scaling makes of it depends on load."""
    named = document.get("LaunchTemplate") or {}
    template = look(TEMPLATE, named.get("LaunchTemplateId") or named.get("LaunchTemplateName"))
    count = (
        number(document.get("DesiredCapacity")) if document.get("DesiredCapacity") else number(document.get("MinSize"))
    )
    newest = literal((template or {}).get("LatestVersionNumber"))
    version = named.get("Version")
    if template is None or count is None:
        yield Unpriced("Instances", LATER.format("launch template"))
    elif newest and literal(version) is not None and version not in ("$Latest", newest):
        yield Unpriced("Instances", "Only the newest version of the launch template is read, and another one is used.")
    else:
        data = template.get("LaunchTemplateData") or {}
        yield from machines(data.get("InstanceType"), data.get("ImageId"), count, look)
    yield Unpriced("Volumes", "The volumes that the image brings are not part of the resource.")


def nodes(document: Document, look: Look) -> Iterator[Part]:
    """Node groups of EKS: images of AWS's own, Linux but for those that say Windows."""
    kinds, desired = document.get("InstanceTypes") or [], (document.get("ScalingConfig") or {}).get("DesiredSize")
    count = number(desired)
    if document.get("CapacityType") == "SPOT" or "WINDOWS" in str(document.get("AmiType")):
        yield Unpriced("Instances", "Spot and Windows nodes are not priced here.")
    elif document.get("LaunchTemplate") or len(kinds) != 1 or count is None or literal(kinds[0]) is None:
        yield Unpriced("Instances", "Which instances it takes isn't said by the resource alone.")
    else:
        yield hourly("Instances", ec2(str(kinds[0]), LINUX), count, what=f"of {kinds[0]}")
    yield Unpriced("Volumes", "The disks of the nodes are not priced here.")


def volume(document: Document, look: Look) -> Iterator[Part]:
    """https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html: gp3 has 3,000 IOPS and 125 MiB/s free."""
    kind, size = literal(document.get("VolumeType")) or "gp2", number(document.get("Size"))
    storage = Product.of("AmazonEC2", "EBS:VolumeUsage.*", productFamily="Storage", volumeApiName=kind)
    if size is None:
        yield Unpriced("Storage", LATER.format("size"))
    else:
        yield monthly("Storage", storage, "GB-Mo", size, f"GB of {kind}")
    iops, throughput = number(document.get("Iops")), number(document.get("Throughput"))
    if kind in ("io1", "gp3") and iops is not None:
        above = iops if kind == "io1" else max(iops - GP3_IOPS, Decimal(0))
        product = Product.of("AmazonEC2", r"EBS:VolumeP-IOPS\..+", productFamily="System Operation", volumeApiName=kind)
        if above:
            yield monthly("IOPS", product, "IOPS-Mo", above, "IOPS" if kind == "io1" else "IOPS above 3,000")
    if kind == "io2":
        yield Unpriced("IOPS", "IOPS of io2 have prices in steps, which are not covered yet.")
    if kind == "gp3" and throughput and throughput > GP3_MIB:
        product = Product.of("AmazonEC2", productFamily="Provisioned Throughput", volumeApiName=kind)
        above = (throughput - GP3_MIB) / 1024
        said = f"GiB/s, that is {throughput - GP3_MIB:f} MiB/s above 125"
        yield monthly("Throughput", product, "GiBps-mo", above, said)
    if kind == "standard":
        yield Unpriced("Requests", "Magnetic volumes cost by request as well, which depends on usage.")


def service(document: Document, look: Look) -> Iterator[Part]:
    """ECS itself is free; on Fargate its tasks cost by vCPU and by memory."""
    strategy = {each.get("CapacityProvider") for each in document.get("CapacityProviderStrategy") or []}
    if document.get("LaunchType") != "FARGATE" and strategy != {"FARGATE"}:
        if strategy:
            yield Unpriced("Tasks", "What its capacity providers cost is not priced here.")
        return
    task, count = look(TASK, document.get("TaskDefinition")), number(document.get("DesiredCount"))
    cpu, memory = (number((task or {}).get(name)) for name in ("Cpu", "Memory"))
    platform = (task or {}).get("RuntimePlatform") or {}
    if cpu is None or memory is None or count is None:
        yield Unpriced("Tasks", LATER.format("task definition"))
    elif str(platform.get("OperatingSystemFamily", "LINUX")) != "LINUX":
        yield Unpriced("Tasks", "Windows tasks are not priced here.")
    else:
        arm = "ARM-" if platform.get("CpuArchitecture") == "ARM64" else ""
        vcpu, gigabytes = cpu / 1024 * count, memory / 1024 * count
        processor = Product.of("AmazonECS", f"Fargate-{arm}vCPU-Hours:perCPU")
        yield hourly("Processor", processor, vcpu, "hours", "vCPU on Fargate")
        yield hourly("Memory", Product.of("AmazonECS", f"Fargate-{arm}GB-Hours"), gigabytes, "hours", "GB on Fargate")


def endpoint(document: Document, look: Look) -> Iterator[Part]:
    """SageMaker: the instances of the configuration that it serves with."""
    config = look("AWS::SageMaker::EndpointConfig", document.get("EndpointConfigName"))
    variants = (config or {}).get("ProductionVariants") or []
    if not variants:
        yield Unpriced("Instances", LATER.format("configuration"))
    for each in variants:
        kind, count = literal(each.get("InstanceType")), number(each.get("InitialInstanceCount"))
        if kind is None or count is None:
            yield Unpriced(
                f"Variant {each.get('VariantName')}", "Serverless variants cost by request: it depends on usage."
            )
        else:
            product = Product.of("AmazonSageMaker", "Host:.+", productFamily="ML Instance", instanceName=kind)
            yield hourly(f"Variant {each.get('VariantName')}", product, count, what=f"of {kind}")


def function(document: Document, look: Look) -> Iterator[Part]:
    """https://aws.amazon.com/lambda/pricing/: by request, and by memory and time."""
    arm = "-ARM" if "arm64" in (document.get("Architectures") or []) else ""
    requests = Product.of("AWSLambda", "Request" + arm, group="AWS-Lambda-Requests" + arm)
    yield used("Requests", requests, "Requests", "million requests", Decimal(10**6))
    memory = number(document.get("MemorySize")) or Decimal(128)
    duration = Product.of("AWSLambda", "Lambda-GB-Second" + arm, group="AWS-Lambda-Duration" + arm)
    said = f"thousand seconds at {memory:f} MB"
    yield used("Duration", duration, "Lambda-GB-Second", said, memory / 1024 * 1000)
