"""The registry schemas as the product reads them."""

import pytest

from apps.catalog import schemas
from apps.catalog.shape import shapes


@pytest.mark.parametrize("name", ["AWS::SSM::Parameter", "AWS::EKS::Nodegroup", "AWS::Events::Rule", "AWS::SQS::Queue"])
def test_tags_are_whole_rows_however_the_schema_has_them(name: str) -> None:
    assert shapes(name, "ap-northeast-1", {})["Tags"].kind == "tags"
    tags = schemas.schema(name, "ap-northeast-1")["properties"]["Tags"]
    assert tags["type"] == "array"


def test_a_type_that_nobody_knows_has_no_schema() -> None:
    assert schemas.schema("AWS::No::Such", "ap-northeast-1") == {}
    assert schemas.schema("AWS::SQS::Queue", "mars-1") == {}
