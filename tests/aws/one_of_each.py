"""One resource of each type that the demo's estate has none of, made by boto3 beside it."""

import json
from collections.abc import Callable
from typing import Any

Client = Callable[[str], Any]
ALLOWED = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
TRUSTED = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
ZIP = bytes.fromhex("504b0506" + "00" * 18)  # an archive without a file


def make(client: Client) -> None:
    """Raises botocore's errors."""
    subnets, group = network(client)
    role = client("iam").create_role(RoleName="one", AssumeRolePolicyDocument=policy(TRUSTED))["Role"]["Arn"]
    compute(client, subnets)
    messages(client)
    data(client, subnets, group)
    monitoring(client)
    models(client, role)
    containers(client, subnets, role)
    functions(client, role)
    names(client)


def policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def network(client: Client) -> tuple[list[str], str]:
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    made = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.77.{n}.0/24", AvailabilityZone=f"ap-northeast-1{zone}")
        for n, zone in enumerate("ac")
    ]
    subnets = [each["Subnet"]["SubnetId"] for each in made]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[0])
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address)
    ec2.create_key_pair(KeyName="one")
    ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName="com.amazonaws.ap-northeast-1.s3", VpcEndpointType="Gateway", RouteTableIds=[table]
    )
    group = ec2.create_security_group(GroupName="one-of-each", Description="one", VpcId=vpc)["GroupId"]
    return subnets, group


def compute(client: Client, subnets: list[str]) -> None:
    data = {"InstanceType": "t3.micro"}
    client("ec2").create_launch_template(LaunchTemplateName="one", LaunchTemplateData=data)
    client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="one",
        MinSize=0,
        MaxSize=2,
        DesiredCapacity=0,
        VPCZoneIdentifier=",".join(subnets),
        LaunchTemplate={"LaunchTemplateName": "one", "Version": "$Default"},
    )
    elb = client("elbv2")
    listener = elb.describe_listeners(
        LoadBalancerArn=elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    )["Listeners"][0]["ListenerArn"]
    elb.create_rule(
        ListenerArn=listener,
        Priority=7,
        Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/one"]}}],
        Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
    )


def messages(client: Client) -> None:
    client("sqs").create_queue(QueueName="one")
    client("sns").create_topic(Name="one")
    client("kinesis").create_stream(StreamName="one", ShardCount=1)
    client("events").put_rule(Name="one", ScheduleExpression="rate(1 hour)")


def data(client: Client, subnets: list[str], group: str) -> None:
    client("dynamodb").create_table(
        TableName="one",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    s3 = client("s3")
    bucket = s3.list_buckets()["Buckets"][0]["Name"]
    objects = {"Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(ALLOWED | objects | {"Principal": {"AWS": "*"}}))
    client("elasticache").create_replication_group(
        ReplicationGroupId="one", ReplicationGroupDescription="one", Engine="redis", CacheNodeType="cache.t3.micro"
    )
    client("rds").create_db_cluster(
        DBClusterIdentifier="one", Engine="aurora-postgresql", MasterUsername="ringi", ManageMasterUserPassword=True
    )
    client("efs").create_file_system(CreationToken="one")
    client("opensearch").create_domain(
        DomainName="one",
        EngineVersion="OpenSearch_2.11",
        ClusterConfig={"InstanceType": "t3.small.search", "InstanceCount": 1},
        EBSOptions={"EBSEnabled": True, "VolumeSize": 10},
    )


def monitoring(client: Client) -> None:
    client("logs").create_log_group(logGroupName="/one")
    client("cloudwatch").put_metric_alarm(
        AlarmName="one",
        Namespace="AWS/EC2",
        MetricName="CPUUtilization",
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    client("ssm").put_parameter(Name="/one", Value="one", Type="String")
    client("secretsmanager").create_secret(Name="one")


def models(client: Client, role: str) -> None:
    sagemaker = client("sagemaker")
    image = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/one:1"
    sagemaker.create_model(ModelName="one", PrimaryContainer={"Image": image}, ExecutionRoleArn=role)
    variant = {
        "VariantName": "one",
        "ModelName": "one",
        "InstanceType": "ml.t2.medium",
        "InitialInstanceCount": 1,
        "InitialVariantWeight": 1.0,
    }
    sagemaker.create_endpoint_config(EndpointConfigName="one", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="one", EndpointConfigName="one")


def containers(client: Client, subnets: list[str], role: str) -> None:
    client("ecr").create_repository(repositoryName="one")
    ecs = client("ecs")
    ecs.create_cluster(clusterName="one")
    container = {"name": "one", "image": "one:1", "memory": 128, "cpu": 0, "essential": True}
    ecs.register_task_definition(family="one", containerDefinitions=[container])
    ecs.create_service(cluster="one", serviceName="one", taskDefinition="one", desiredCount=0)
    eks = client("eks")
    eks.create_cluster(name="one", roleArn=role, resourcesVpcConfig={"subnetIds": subnets})
    eks.create_nodegroup(clusterName="one", nodegroupName="one", subnets=subnets, nodeRole=role)


def functions(client: Client, role: str) -> None:
    client("lambda").create_function(
        FunctionName="one", Runtime="python3.12", Role=role, Handler="one.run", Code={"ZipFile": ZIP}
    )
    client("iam").create_policy(PolicyName="one", PolicyDocument=policy(ALLOWED))
    client("iam").create_instance_profile(InstanceProfileName="one")


def names(client: Client) -> None:
    route53 = client("route53")
    zone = route53.create_hosted_zone(Name="one.example.", CallerReference="one")["HostedZone"]["Id"]
    record = {"Name": "one.example.", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    route53.change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    )
