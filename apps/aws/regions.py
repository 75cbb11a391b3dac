"""The regions there are, as botocore lists them."""

import re
from functools import cache

import botocore.session

REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")


@cache
def regions() -> frozenset[str]:
    """Every region of every partition by name. A region becomes part of a host name, so nothing else is ever one."""
    session = botocore.session.Session()
    partitions = session.get_available_partitions()
    names = (name for each in partitions for name in session.get_available_regions("ec2", partition_name=each))
    return frozenset(name for name in names if REGION.fullmatch(name))
