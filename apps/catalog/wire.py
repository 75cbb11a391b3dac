"""How a service writes what a call says, as far as it decides what can be said."""

# Protocols "query" and "ec2" of botocore's models: a list is written member by member, so that one without members
# leaves no trace in the request, and AWS keeps what there is.
SAYS_NO_EMPTY_LIST = frozenset({"autoscaling", "ec2", "elasticache", "elbv2", "iam", "rds", "redshift", "sns"})
