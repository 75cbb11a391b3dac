"""What the network costs, and what watches over it. Attributes as the Price List API answers with them."""

from collections.abc import Iterator
from decimal import Decimal

from apps.catalog.prices.model import Document, Look, Part, Product, Unpriced, hourly, monthly, number, used

BALANCERS = {"application": "Application", "network": "Network", "gateway": "Gateway"}


def balancer(document: Document, look: Look) -> Iterator[Part]:
    kind = BALANCERS.get(str(document.get("Type") or "application"))
    if kind is None:
        yield Unpriced("Load balancer", f"Load balancers of type {document.get('Type')} are not priced here.")
        return
    family = f"Load Balancer-{kind}"
    yield hourly("Load balancer", Product.of("AWSELB", "LoadBalancerUsage", productFamily=family))
    capacity = Product.of("AWSELB", "LCUUsage", productFamily=family)
    yield used("Capacity units", capacity, "LCU-Hrs", "capacity units on average", Decimal(730))


def gateway(document: Document, look: Look) -> Iterator[Part]:
    family = "NAT Gateway"
    yield hourly("Gateway", Product.of("AmazonEC2", "NatGateway-Hours", productFamily=family))
    yield used("Data", Product.of("AmazonEC2", "NatGateway-Bytes", productFamily=family), "GB", "GB processed")


def address(document: Document, look: Look) -> Iterator[Part]:
    yield hourly("Public address", Product.of("AmazonVPC", "PublicIPv4:InUseAddress", group="VPCPublicIPv4Address"))


def private_link(document: Document, look: Look) -> Iterator[Part]:
    """https://aws.amazon.com/privatelink/pricing/: by zone; gateway endpoints are free."""
    kind = document.get("VpcEndpointType") or "Gateway"
    if kind == "Gateway":
        return
    if kind != "Interface":
        yield Unpriced("Endpoint", f"Endpoints of type {kind} are not priced here.")
        return
    zones = Decimal(len(document.get("SubnetIds") or []) or 1)
    family = "VpcEndpoint"
    yield hourly("Endpoint", Product.of("AmazonVPC", "VpcEndpoint-Hours", productFamily=family), zones, what="zones")
    yield used("Data", Product.of("AmazonVPC", "VpcEndpoint-Bytes", productFamily=family), "GB", "GB processed")


def alarm(document: Document, look: Look) -> Iterator[Part]:
    period = number(document.get("Period"))
    if document.get("Metrics") or period is None or period < 60:
        yield Unpriced("Alarm", "Alarms on several metrics or in high resolution have prices of their own.")
        return
    product = Product.of("AmazonCloudWatch", "CW:AlarmMonitorUsage", productFamily="Alarm")
    yield monthly("Alarm", product, "Alarms", Decimal(1), "alarm")
