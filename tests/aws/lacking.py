"""What random values can't be held against: what moto can't do, by type or property, and why."""

LACKING = {  # what moto can't do: the reason
    "AWS::RDS::DBSubnetGroup": "moto loses a group that is modified",
    "AWS::Redshift::ClusterSubnetGroup": "moto lacks modify_cluster_subnet_group",
    "AWS::Redshift::ClusterParameterGroup": "moto lacks modify_cluster_parameter_group",
    "AWS::ElasticLoadBalancingV2::LoadBalancer.IpAddressType": "moto doesn't know dualstack-without-public-ipv4",
    "AWS::RDS::DBParameterGroup.Parameters": "moto lacks reset_db_parameter_group",
    "AWS::EC2::Subnet.EnableDns64": "moto doesn't show it",
    "AWS::EC2::VPCEndpoint.PrivateDnsEnabled": "moto doesn't show it",
    "AWS::EC2::VPCEndpoint.IpAddressType": "moto doesn't show it",
    "AWS::AutoScaling::AutoScalingGroup.DesiredCapacity": "moto can't launch thousands",
    "AWS::AutoScaling::AutoScalingGroup.MinSize": "the same",
    "AWS::AutoScaling::AutoScalingGroup.MaxSize": "the same",
    "AWS::AutoScaling::AutoScalingGroup.Cooldown": "moto takes 0 for nothing",
    "AWS::AutoScaling::AutoScalingGroup.DefaultInstanceWarmup": "moto doesn't show it",
    "AWS::AutoScaling::AutoScalingGroup.MaxInstanceLifetime": "moto doesn't show it",
    "AWS::AutoScaling::AutoScalingGroup.CapacityRebalance": "moto doesn't change it",
    "AWS::AutoScaling::AutoScalingGroup.TerminationPolicies": "moto doesn't change it",
    "AWS::SQS::Queue.KmsDataKeyReusePeriodSeconds": "moto shows it with a key only",
    "AWS::SQS::Queue.RedriveAllowPolicy": "moto does not know it",
    "AWS::SNS::Topic.SignatureVersion": "moto doesn't show it",
    "AWS::SNS::Topic.TracingConfig": "moto doesn't show it",
    "AWS::SNS::Topic.MaximumMessageSize": "moto doesn't show it",
    "AWS::ElastiCache::ReplicationGroup": "moto lacks modify_replication_group and increase_replica_count",
    "AWS::RDS::DBCluster.EnableIAMDatabaseAuthentication": "moto doesn't change it",
    "AWS::RDS::DBCluster.EnableHttpEndpoint": "moto lacks enable_http_endpoint",
    "AWS::EFS::FileSystem.BackupPolicy": "moto fails in put_backup_policy",
    "AWS::OpenSearchService::Domain.EngineVersion": "moto lacks upgrade_domain",
    "AWS::Logs::LogGroup.KmsKeyId": "moto fails in associate_kms_key",
    "AWS::DynamoDB::Table.SSESpecification": "moto ignores it in update_table",
    "AWS::DynamoDB::Table.TableClass": "the same",
    "AWS::Lambda::Function.Code": "moto shows no code of S3",
    **{
        f"AWS::Lambda::Function.{name}": "moto fails in, or ignores it in, update_function_configuration"
        for name in (
            "Layers",
            "VpcConfig",
            "EphemeralStorage",
            "TracingConfig",
            "LoggingConfig",
            "DeadLetterConfig",
            "KmsKeyArn",
        )
    },
    "AWS::EKS::Nodegroup": "moto lacks update_nodegroup_version, fails in update_nodegroup_config and in tag_resource",
}
FOLLOWS = {
    "AWS::Redshift::Cluster.NumberOfNodes": {"ClusterType"},
    "AWS::IAM::ManagedPolicy.PolicyDocument": {"DefaultVersionId"},
}  # what changes with it, as AWS says
