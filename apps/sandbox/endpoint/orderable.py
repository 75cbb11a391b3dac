"""Which classes RDS offers for an engine, and which nodes Redshift: moto offers none, but classes of two engines.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeOrderableDBInstanceOptions.html and
https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeOrderableClusterOptions.html; classes and nodes are
those that cfn-lint's schemas list for the region.
"""

from moto.core.responses import ActionResult, PaginatedResult
from moto.rds.responses import RDSResponse
from moto.redshift.responses import RedshiftResponse

from apps.catalog import shape

# Nodes of which a cluster has two or more: https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-clusters.html
LARGE = ("ra3.16xlarge", "ra3.4xlarge", "dc2.8xlarge")


def options(response: RDSResponse) -> PaginatedResult:
    asked = response.params
    engine, wanted = asked.get("Engine"), asked.get("DBInstanceClass")
    listed = shape.shapes("AWS::RDS::DBInstance", response.region, {"Engine": engine})["DBInstanceClass"].choices
    given = {"Engine": engine, "EngineVersion": asked.get("EngineVersion")}
    found = [given | {"DBInstanceClass": each} for each in listed if wanted in (None, each)]
    return PaginatedResult({"OrderableDBInstanceOptions": found})


def clusters(response: RedshiftResponse) -> ActionResult:
    wanted = response.params.get("NodeType")
    listed = shape.shapes("AWS::Redshift::Cluster", response.region, {})["NodeType"].choices
    kinds = {each: ["multi-node"] if each in LARGE else ["single-node", "multi-node"] for each in listed}
    found = [
        {"NodeType": nodes, "ClusterType": kind, "ClusterVersion": "1.0"}
        for nodes, offered in kinds.items()
        if wanted in (None, nodes)
        for kind in offered
    ]
    return ActionResult({"OrderableClusterOptions": found})


def install() -> None:
    RedshiftResponse.describe_orderable_cluster_options = clusters  # type: ignore[attr-defined]
    RDSResponse.describe_orderable_db_instance_options = options  # type: ignore[method-assign]
