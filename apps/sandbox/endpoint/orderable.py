"""Which classes RDS offers for an engine: of all but two engines moto offers none.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeOrderableDBInstanceOptions.html; the classes are
those that cfn-lint's schemas list for the region.
"""

from moto.core.responses import PaginatedResult
from moto.rds.responses import RDSResponse

from apps.catalog import shape


def options(response: RDSResponse) -> PaginatedResult:
    asked = response.params
    engine, wanted = asked.get("Engine"), asked.get("DBInstanceClass")
    listed = shape.shapes("AWS::RDS::DBInstance", response.region, {"Engine": engine})["DBInstanceClass"].choices
    given = {"Engine": engine, "EngineVersion": asked.get("EngineVersion")}
    found = [given | {"DBInstanceClass": each} for each in listed if wanted in (None, each)]
    return PaginatedResult({"OrderableDBInstanceOptions": found})


def install() -> None:
    RDSResponse.describe_orderable_db_instance_options = options  # type: ignore[method-assign]
