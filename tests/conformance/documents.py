"""A valid document of a new resource of every native type, as a request may hold it."""

from typing import Any

BALANCING = "arn:aws:elasticloadbalancing:ap-northeast-1:111111111111"
DOCUMENTS: dict[str, dict[str, Any]] = {
    "AWS::AutoScaling::AutoScalingGroup": {
        "AutoScalingGroupName": "web",
        "MinSize": "0",
        "MaxSize": "2",
        "DesiredCapacity": "1",
        "LaunchTemplate": {"LaunchTemplateId": "lt-0a1b2c3d4e5f60718", "Version": "$Latest"},
        "VPCZoneIdentifier": ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"],
        "TargetGroupARNs": [f"{BALANCING}:targetgroup/asg/31c402bf7eabd2a6"],
    },
    "AWS::CloudWatch::Alarm": {
        "AlarmName": "cpu",
        "Namespace": "AWS/EC2",
        "MetricName": "CPUUtilization",
        "Statistic": "Average",
        "Dimensions": [{"Name": "InstanceId", "Value": "i-1"}],
        "Period": 300,
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 80.0,
        "ActionsEnabled": True,
        "AlarmActions": ["arn:aws:sns:ap-northeast-1:111111111111:alerts"],
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::DynamoDB::Table": {
        "TableName": "orders",
        "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "SSESpecification": {
            "SSEEnabled": True,
            "SSEType": "KMS",
            "KMSMasterKeyId": "arn:aws:kms:ap-northeast-1:111111111111:key/1",
        },
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::EC2::EIP": {"Tags": [{"Key": "Name", "Value": "models"}]},
    "AWS::EC2::Instance": {
        "ImageId": "ami-0a1b2c3d4e5f60718",
        "InstanceType": "t3.small",
        "SubnetId": "subnet-0a1b2c3d4e5f60718",
        "SecurityGroupIds": ["sg-0a1b2c3d4e5f60718"],
        "SourceDestCheck": False,
        "Tags": [{"Key": "Name", "Value": "api"}, {"Key": "env", "Value": "prod"}],
    },
    "AWS::EC2::InternetGateway": {"Tags": [{"Key": "Name", "Value": "models"}]},
    "AWS::EC2::KeyPair": {
        "KeyName": "ops",
        "PublicKeyMaterial": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f aiko",
    },
    "AWS::EC2::LaunchTemplate": {
        "LaunchTemplateName": "web",
        "LaunchTemplateData": {
            "ImageId": "ami-0a1b2c3d4e5f60718",
            "InstanceType": "t3.small",
            "Monitoring": {"Enabled": True},
        },
    },
    "AWS::EC2::NatGateway": {
        "SubnetId": "subnet-0a1b2c3d4e5f60718",
        "AllocationId": "eipalloc-0a1b2c3d4e5f60718",
        "ConnectivityType": "public",
        "Tags": [{"Key": "Name", "Value": "models"}],
    },
    "AWS::EC2::Route": {
        "RouteTableId": "rtb-0a1b2c3d4e5f60718",
        "DestinationCidrBlock": "0.0.0.0/0",
        "GatewayId": "igw-0a1b2c3d4e5f60718",
    },
    "AWS::EC2::RouteTable": {"VpcId": "vpc-0a1b2c3d4e5f60718", "Tags": [{"Key": "Name", "Value": "models"}]},
    "AWS::EC2::SecurityGroup": {
        "GroupName": "api",
        "GroupDescription": "API servers",
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "SecurityGroupIngress": [
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8", "Description": "office"}
        ],
        "SecurityGroupEgress": [
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.1.0.0/16", "Description": "office"}
        ],
        "Tags": [{"Key": "Name", "Value": "api"}, {"Key": "env", "Value": "prod"}],
    },
    "AWS::EC2::Subnet": {
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "CidrBlock": "10.20.9.0/24",
        "AvailabilityZone": "ap-northeast-1a",
        "MapPublicIpOnLaunch": True,
        "Tags": [{"Key": "Name", "Value": "models"}],
    },
    "AWS::EC2::SubnetRouteTableAssociation": {
        "RouteTableId": "rtb-0a1b2c3d4e5f60718",
        "SubnetId": "subnet-0a1b2c3d4e5f60718",
    },
    "AWS::EC2::VPC": {
        "CidrBlock": "10.20.0.0/16",
        "EnableDnsHostnames": True,
        "Tags": [{"Key": "Name", "Value": "models"}],
    },
    "AWS::EC2::VPCEndpoint": {
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "ServiceName": "com.amazonaws.ap-northeast-1.s3",
        "VpcEndpointType": "Gateway",
        "RouteTableIds": ["rtb-0a1b2c3d4e5f60718"],
        "Tags": [{"Key": "Name", "Value": "prod"}],
    },
    "AWS::EC2::VPCGatewayAttachment": {"InternetGatewayId": "igw-0a1b2c3d4e5f60718", "VpcId": "vpc-0a1b2c3d4e5f60718"},
    "AWS::EC2::Volume": {
        "AvailabilityZone": "ap-northeast-1a",
        "Size": 20,
        "VolumeType": "gp3",
        "Encrypted": True,
        "Tags": [{"Key": "Name", "Value": "prod"}],
    },
    "AWS::ECR::Repository": {
        "RepositoryName": "ranker",
        "ImageTagMutability": "MUTABLE",
        "ImageScanningConfiguration": {"ScanOnPush": False},
        "EncryptionConfiguration": {"EncryptionType": "AES256"},
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::ECS::Cluster": {
        "ClusterName": "shop",
        "ClusterSettings": [{"Name": "containerInsights", "Value": "disabled"}],
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::ECS::Service": {
        "ServiceName": "web",
        "Cluster": "arn:aws:ecs:ap-northeast-1:111111111111:cluster/services",
        "TaskDefinition": "arn:aws:ecs:ap-northeast-1:111111111111:task-definition/web:2",
        "DesiredCount": 2,
        "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": ["subnet-0a1b2c3d4e5f60718"]}},
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::ECS::TaskDefinition": {
        "Family": "web",
        "NetworkMode": "awsvpc",
        "Cpu": "256",
        "Memory": "512",
        "ContainerDefinitions": [
            {
                "Name": "web",
                "Image": "web:1",
                "Cpu": 256,
                "Memory": 512,
                "Essential": True,
                "PortMappings": [{"ContainerPort": 8080, "Protocol": "tcp"}],
                "Environment": [{"Name": "LEVEL", "Value": "info"}],
                "LogConfiguration": {
                    "LogDriver": "awslogs",
                    "Options": {"awslogs-group": "/web", "awslogs-region": "ap-northeast-1"},
                },
            }
        ],
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::EFS::FileSystem": {
        "Encrypted": True,
        "PerformanceMode": "generalPurpose",
        "ThroughputMode": "elastic",
        "LifecyclePolicies": [{"TransitionToIA": "AFTER_30_DAYS"}],
        "FileSystemTags": [{"Key": "Name", "Value": "shared"}],
    },
    "AWS::EKS::Nodegroup": {
        "ClusterName": "shop",
        "NodegroupName": "workers",
        "NodeRole": "arn:aws:iam::111111111111:role/nodes",
        "Subnets": ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"],
        "InstanceTypes": ["m7g.large"],
        "ScalingConfig": {"MinSize": 1, "MaxSize": 3, "DesiredSize": 2},
        "Labels": {"team": "shop"},
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::ElastiCache::ReplicationGroup": {
        "ReplicationGroupId": "sessions",
        "ReplicationGroupDescription": "Sessions of the shop",
        "Engine": "valkey",
        "CacheNodeType": "cache.m7g.large",
        "ReplicasPerNodeGroup": 1,
        "AutomaticFailoverEnabled": True,
        "AtRestEncryptionEnabled": True,
        "TransitEncryptionEnabled": True,
        "SnapshotRetentionLimit": 7,
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::ElasticLoadBalancingV2::Listener": {
        "LoadBalancerArn": f"{BALANCING}:loadbalancer/app/web/d808524f892f07c7",
        "Port": 8080,
        "Protocol": "HTTP",
        "DefaultActions": [
            {
                "Type": "forward",
                "TargetGroupArn": f"{BALANCING}:targetgroup/web/210333b89418770a",
            }
        ],
    },
    "AWS::ElasticLoadBalancingV2::ListenerRule": {
        "ListenerArn": f"{BALANCING}:listener/app/web/9359296fd6a5eb9b/fdbc8668fe61d16a",
        "Priority": 10,
        "Conditions": [{"Field": "path-pattern", "Values": ["/api/*"]}],
        "Actions": [
            {
                "Type": "forward",
                "TargetGroupArn": f"{BALANCING}:targetgroup/web/8b23619133e25d70",
            }
        ],
    },
    "AWS::ElasticLoadBalancingV2::LoadBalancer": {
        "Name": "web",
        "Type": "application",
        "Scheme": "internal",
        "Subnets": ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"],
        "SecurityGroups": ["sg-0a1b2c3d4e5f60718"],
        "Tags": [{"Key": "a", "Value": "b"}],
    },
    "AWS::ElasticLoadBalancingV2::TargetGroup": {
        "Name": "web",
        "Protocol": "HTTP",
        "Port": 80,
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "TargetType": "ip",
        "HealthCheckPath": "/up",
    },
    "AWS::Events::Rule": {
        "Name": "changes",
        "EventPattern": {"source": ["aws.ec2"], "detail-type": ["EC2 Instance State-change Notification"]},
        "State": "ENABLED",
        "Targets": [
            {"Id": "queue", "Arn": "arn:aws:sqs:ap-northeast-1:111111111111:orders"},
            {"Id": "topic", "Arn": "arn:aws:sns:ap-northeast-1:111111111111:alerts"},
        ],
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::IAM::InstanceProfile": {"InstanceProfileName": "web", "Roles": ["web"]},
    "AWS::IAM::ManagedPolicy": {
        "ManagedPolicyName": "buckets",
        "Description": "Reads.",
        "PolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
        },
    },
    "AWS::IAM::Role": {
        "RoleName": "worker",
        "Path": "/service/",
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        },
        "ManagedPolicyArns": ["arn:aws:iam::111111111111:policy/attached/reads"],
        "MaxSessionDuration": 3600,
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::KMS::Key": {
        "Description": "Orders.",
        "KeyPolicy": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "root",
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
                    "Resource": "*",
                    "Action": "kms:*",
                }
            ],
        },
        "KeySpec": "SYMMETRIC_DEFAULT",
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::Kinesis::Stream": {"Name": "clicks", "ShardCount": 2, "StreamModeDetails": {"StreamMode": "PROVISIONED"}},
    "AWS::Lambda::Function": {
        "Code": {"S3Bucket": "functions-code", "S3Key": "main.zip"},
        "MemorySize": 256,
        "FunctionName": "orders",
        "Runtime": "python3.12",
        "Handler": "main.handler",
        "Role": "arn:aws:iam::111111111111:role/functions",
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::Logs::LogGroup": {
        "LogGroupName": "/serving",
        "RetentionInDays": 30,
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::OpenSearchService::Domain": {
        "DomainName": "search",
        "EngineVersion": "OpenSearch_2.19",
        "ClusterConfig": {
            "InstanceType": "r7g.large.search",
            "InstanceCount": 3,
            "DedicatedMasterEnabled": False,
            "ZoneAwarenessEnabled": False,
            "WarmEnabled": False,
            "ColdStorageOptions": {"Enabled": False},
        },
        "EBSOptions": {"EBSEnabled": True, "VolumeType": "gp3", "VolumeSize": 100},
        "EncryptionAtRestOptions": {"Enabled": True},
        "NodeToNodeEncryptionOptions": {"Enabled": True},
        "AccessPolicies": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
                    "Action": "es:ESHttpGet",
                    "Resource": "*",
                }
            ],
        },
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::RDS::DBCluster": {
        "DBClusterIdentifier": "upgraded",
        "Engine": "aurora-postgresql",
        "EngineVersion": "15.4",
        "MasterUsername": "ledger",
        "ManageMasterUserPassword": True,
        "DatabaseName": "ledger",
        "BackupRetentionPeriod": 7,
        "StorageEncrypted": True,
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::RDS::DBInstance": {
        "DBInstanceIdentifier": "billing",
        "Engine": "postgres",
        "EngineVersion": "16.4",
        "DBInstanceClass": "db.m6g.large",
        "AllocatedStorage": "100",
        "StorageType": "gp3",
        "MasterUsername": "billing",
        "ManageMasterUserPassword": True,
        "BackupRetentionPeriod": 7,
        "StorageEncrypted": True,
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::RDS::DBParameterGroup": {
        "DBParameterGroupName": "orders",
        "Family": "postgres16",
        "Description": "Orders",
        "Parameters": {"max_connections": "200", "log_statement": "all"},
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::RDS::DBSubnetGroup": {
        "DBSubnetGroupName": "inner",
        "DBSubnetGroupDescription": "Where databases are",
        "SubnetIds": ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"],
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::Redshift::Cluster": {
        "ClusterIdentifier": "warehouse",
        "DBName": "sales",
        "MasterUsername": "sales",
        "NodeType": "ra3.xlplus",
        "NumberOfNodes": 2,
        "ClusterType": "multi-node",
        "Encrypted": True,
        "AutomatedSnapshotRetentionPeriod": 7,
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::Redshift::ClusterParameterGroup": {
        "ParameterGroupName": "sales",
        "ParameterGroupFamily": "redshift-1.0",
        "Description": "Sales",
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::Redshift::ClusterSubnetGroup": {
        "ClusterSubnetGroupName": "inner",
        "Description": "Where warehouses are",
        "SubnetIds": ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"],
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::Route53::RecordSet": {
        "HostedZoneId": "Z0123456789ABCDEFGHIJ",
        "Name": "api.example.org",
        "Type": "CNAME",
        "TTL": "60",
        "SetIdentifier": "green",
        "Weight": 10,
        "ResourceRecords": ["green.example.org"],
    },
    "AWS::S3::Bucket": {
        "BucketName": "photos",
        "VersioningConfiguration": {"Status": "Enabled"},
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [
                {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
            ]
        },
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::S3::BucketPolicy": {
        "Bucket": "photos",
        "PolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::222222222222:root"},
                    "Action": ["s3:GetObject"],
                    "Resource": "arn:aws:s3:::photos/*",
                }
            ],
        },
    },
    "AWS::SNS::Topic": {"TopicName": "alarms", "DisplayName": "Alarms", "Tags": [{"Key": "env", "Value": "prod"}]},
    "AWS::SQS::Queue": {
        "QueueName": "orders.fifo",
        "FifoQueue": True,
        "KmsMasterKeyId": "alias/aws/sqs",
        "SqsManagedSseEnabled": False,
    },
    "AWS::SSM::Parameter": {
        "Name": "/shop/limit",
        "Type": "String",
        "Value": "10",
        "Description": "Orders a minute.",
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::SageMaker::Endpoint": {
        "EndpointName": "ranker",
        "EndpointConfigName": "ranker-1",
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::SageMaker::EndpointConfig": {
        "EndpointConfigName": "ranker-2",
        "ProductionVariants": [
            {"VariantName": "all", "ModelName": "ranker-1", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
        ],
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::SageMaker::Model": {
        "ModelName": "ranker-2",
        "ExecutionRoleArn": "arn:aws:iam::111111111111:role/inference",
        "PrimaryContainer": {
            "Image": "111111111111.dkr.ecr.ap-northeast-1.amazonaws.com/ranker:2",
            "ModelDataUrl": "s3://models/ranker-2.tar.gz",
            "Environment": {"LEVEL": "info"},
        },
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
    "AWS::SecretsManager::Secret": {
        "Name": "shop/token",
        "Description": "Of the shop.",
        "Tags": [{"Key": "env", "Value": "prod"}],
    },
}
