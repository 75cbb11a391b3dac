"""What people call a type who don't know its name: the words by which it is found beside its title."""

from apps.catalog.types import NativeType

# By the service as CloudFormation names it, or by the whole name of a type.
WORDS = {
    "AutoScaling": "servers scaling fleet",
    "CloudWatch": "monitoring alert metric",
    "DynamoDB": "database nosql key value",
    "ECR": "container image docker registry",
    "ECS": "container docker fargate",
    "EFS": "files nfs shared storage",
    "EKS": "kubernetes container k8s",
    "ElastiCache": "cache redis valkey memcached",
    "ElasticLoadBalancingV2": "load balancer alb nlb http https",
    "Events": "schedule cron event bus",
    "IAM": "permissions access identity",
    "KMS": "encryption key",
    "Kinesis": "stream events",
    "Lambda": "function serverless code",
    "Logs": "logging cloudwatch",
    "OpenSearchService": "search elasticsearch database",
    "RDS": "database sql postgres mysql mariadb aurora",
    "Redshift": "data warehouse database analytics sql",
    "Route53": "domain name dns record",
    "S3": "storage bucket files objects",
    "SNS": "notification topic messages publish subscribe",
    "SQS": "queue messages",
    "SSM": "configuration setting parameter store",
    "SageMaker": "machine learning model inference",
    "SecretsManager": "password credentials secret",
    "AWS::EC2::EIP": "static public ip address",
    "AWS::EC2::Instance": "server virtual machine vm host",
    "AWS::EC2::InternetGateway": "network internet igw",
    "AWS::EC2::KeyPair": "ssh login key",
    "AWS::EC2::LaunchTemplate": "server virtual machine template",
    "AWS::EC2::NatGateway": "network internet nat",
    "AWS::EC2::Route": "network routing",
    "AWS::EC2::RouteTable": "network routing",
    "AWS::EC2::SecurityGroup": "firewall rules ports network",
    "AWS::EC2::Subnet": "network",
    "AWS::EC2::SubnetRouteTableAssociation": "network routing",
    "AWS::EC2::VPC": "network private cloud",
    "AWS::EC2::VPCEndpoint": "network private link",
    "AWS::EC2::VPCGatewayAttachment": "network internet",
    "AWS::EC2::Volume": "disk storage ebs",
}


def words(declared: NativeType) -> str:
    """The plain words and the name of the type, for a search."""
    service = declared.name.split("::")[1]
    return " ".join(filter(None, (declared.name, WORDS.get(declared.name), WORDS.get(service))))
