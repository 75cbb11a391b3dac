"""Which parts every type has, or why it costs nothing by itself."""

from collections.abc import Iterator, Mapping

from apps.catalog.prices import compute, data, network
from apps.catalog.prices.model import Document, Look, Part, Parts, Unpriced

FREE: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::SecurityGroup", "AWS::EC2::InternetGateway"),
            *("AWS::EC2::VPCGatewayAttachment", "AWS::EC2::RouteTable", "AWS::EC2::Route"),
            "AWS::EC2::SubnetRouteTableAssociation",
        ),
        "https://aws.amazon.com/vpc/pricing/: a VPC and its routing cost nothing; what passes through gateways does.",
    ),
    **dict.fromkeys(
        (
            *("AWS::ElasticLoadBalancingV2::TargetGroup", "AWS::ElasticLoadBalancingV2::Listener"),
            "AWS::ElasticLoadBalancingV2::ListenerRule",
        ),
        "https://aws.amazon.com/elasticloadbalancing/pricing/: the load balancer costs, and the capacity it uses.",
    ),
    **dict.fromkeys(
        ("AWS::EC2::LaunchTemplate", "AWS::EC2::KeyPair"),
        "https://aws.amazon.com/ec2/pricing/on-demand/: instances cost, what describes them doesn't.",
    ),
    **dict.fromkeys(
        ("AWS::RDS::DBSubnetGroup", "AWS::RDS::DBParameterGroup"),
        "https://aws.amazon.com/rds/pricing/: instances, storage and traffic cost.",
    ),
    **dict.fromkeys(
        ("AWS::Redshift::ClusterSubnetGroup", "AWS::Redshift::ClusterParameterGroup"),
        "https://aws.amazon.com/redshift/pricing/: nodes and storage cost.",
    ),
    **dict.fromkeys(
        ("AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::IAM::InstanceProfile"),
        "https://aws.amazon.com/iam/: offered at no additional charge.",
    ),
    **dict.fromkeys(
        ("AWS::ECS::Cluster", "AWS::ECS::TaskDefinition"),
        "https://aws.amazon.com/ecs/pricing/: what tasks run on costs.",
    ),
    **dict.fromkeys(
        ("AWS::SageMaker::Model", "AWS::SageMaker::EndpointConfig"),
        "https://aws.amazon.com/sagemaker/pricing/: the instances of an endpoint cost.",
    ),
    "AWS::S3::BucketPolicy": "https://aws.amazon.com/s3/pricing/: storage, requests and traffic cost.",
    "AWS::Route53::RecordSet": "https://aws.amazon.com/route53/pricing/: the zone and its queries cost.",
}
BY_USAGE = "What it costs depends on usage, which is not covered yet."
NOT_COVERED = "It has a price that is not covered yet."
PRICED: Mapping[str, Parts] = {
    "AWS::AutoScaling::AutoScalingGroup": compute.group,
    "AWS::CloudWatch::Alarm": network.alarm,
    "AWS::DynamoDB::Table": data.table,
    "AWS::EC2::EIP": network.address,
    "AWS::EC2::Instance": compute.instance,
    "AWS::EC2::NatGateway": network.gateway,
    "AWS::EC2::Volume": compute.volume,
    "AWS::EC2::VPCEndpoint": network.private_link,
    "AWS::ECS::Service": compute.service,
    "AWS::EFS::FileSystem": data.files,
    "AWS::EKS::Nodegroup": compute.nodes,
    "AWS::ElastiCache::ReplicationGroup": data.cache,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": network.balancer,
    "AWS::Kinesis::Stream": data.stream,
    "AWS::Lambda::Function": compute.function,
    "AWS::OpenSearchService::Domain": data.search,
    "AWS::RDS::DBCluster": data.aurora,
    "AWS::RDS::DBInstance": data.database,
    "AWS::Redshift::Cluster": data.warehouse,
    "AWS::S3::Bucket": data.bucket,
    "AWS::SageMaker::Endpoint": compute.endpoint,
}
WITHOUT: Mapping[str, str] = {
    **dict.fromkeys(
        ("AWS::ECR::Repository", "AWS::Events::Rule", "AWS::Logs::LogGroup", "AWS::SNS::Topic", "AWS::SQS::Queue"),
        BY_USAGE,
    ),
    **dict.fromkeys(("AWS::KMS::Key", "AWS::SSM::Parameter", "AWS::SecretsManager::Secret"), NOT_COVERED),
}


def components(type_name: str, document: Document, look: Look) -> Iterator[Part]:
    """What a resource with this document costs, part by part; nothing for what costs nothing by itself.

    `look` gives the document of another resource, or image, by its type and the value that names it.
    """
    if type_name in PRICED:
        yield from PRICED[type_name](document, look)
    elif type_name not in FREE:
        yield Unpriced("Price", WITHOUT.get(type_name, NOT_COVERED))
