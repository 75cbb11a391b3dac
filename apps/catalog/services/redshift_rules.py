"""What Amazon Redshift refuses of a cluster, which no schema says, and what it offers where the cluster is.

Sources: `botocore, redshift CreateCluster` and `ModifyCluster`, on each of them; `DescribeOrderableClusterOptions`.
"""

from collections.abc import Iterator

from apps.catalog.services import rds_windows
from apps.catalog.types import Asking, Asks, Beside, Document, Json

Found = Iterator[tuple[str, str]]
WINDOW, DAYS = rds_windows.MAINTENANCE, "AutomatedSnapshotRetentionPeriod"
ALWAYS_KEPT = ("ra3.", "rg.")


def cluster_type(nodes: Json) -> str:
    return "multi-node" if nodes and int(nodes) > 1 else "single-node"


def refuse(before: Document, after: Document) -> Found:
    if after.get("ManageMasterPassword") is False:
        yield "ManageMasterPassword", "Secrets Manager holds the password. Leave this true."
    if after.get(DAYS) == 0 != before.get(DAYS) and str(after.get("NodeType")).startswith(ALWAYS_KEPT):
        yield DAYS, "These nodes always keep automated snapshots. Give 1 to 35 days."
    window = rds_windows.span(after.get(WINDOW), rds_windows.WEEK)
    if window and window[1] < rds_windows.LEAST and after.get(WINDOW) != before.get(WINDOW):
        yield WINDOW, f"A window has at least {rds_windows.LEAST} minutes; this has {window[1]}."
    if not before:
        yield from refuse_new(after)


def refuse_new(after: Document) -> Found:
    kind = cluster_type(after.get("NumberOfNodes"))
    if after.get("ClusterType") != kind:
        yield "ClusterType", f"With this NumberOfNodes it is {kind}. Write that."
    if after.get("Encrypted") is False:
        yield "Encrypted", "AWS makes encrypted clusters only. Leave this true."
    if after.get("MasterUsername") == "public":
        yield "MasterUsername", "public is a word of its own in Redshift. Choose another name."


def offered(ask: Asking, before: Document, after: Document, beside: Beside) -> Found:
    nodes, kind = after.get("NodeType"), cluster_type(after.get("NumberOfNodes"))
    sized = {(each.get("NodeType"), cluster_type(each.get("NumberOfNodes"))) for each in (before, after)}
    if not isinstance(nodes, str) or (before and len(sized) == 1):
        return
    options = ask("describe_orderable_cluster_options", {"NodeType": nodes})["OrderableClusterOptions"]
    kinds = {each["ClusterType"] for each in options}
    if not kinds:
        yield "NodeType", f"{nodes} isn't offered in this region. Choose another node type."
    elif kind not in kinds:
        others = " and ".join(sorted(kinds))
        yield "NumberOfNodes", f"{nodes} is offered for {others} clusters only. Change one of the two."


OFFERED = Asks(("describe_orderable_cluster_options",), offered)
