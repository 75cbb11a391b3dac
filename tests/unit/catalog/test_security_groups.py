"""Rules of security groups, there and back."""

from apps.catalog.services.security_groups import egress, egress_sent, ingress, ingress_sent
from tests.unit.catalog.conftest import Planned

PEER = {"GroupId": "sg-2", "UserId": "222222222222", "Description": "Theirs"}
OURS = {"GroupId": "sg-3", "UserId": "111111111111"}
PORTS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}


def test_a_peer_group_of_another_account_keeps_its_owner() -> None:
    read = {"OwnerId": "111111111111", "Permissions": [PORTS | {"UserIdGroupPairs": [PEER, OURS]}]}
    theirs, ours = ingress(read)
    assert theirs == PORTS | {
        "SourceSecurityGroupId": "sg-2", "SourceSecurityGroupOwnerId": "222222222222", "Description": "Theirs"
    }  # fmt: skip
    assert ours == PORTS | {"SourceSecurityGroupId": "sg-3"}
    assert ingress_sent([theirs]) == [PORTS | {"UserIdGroupPairs": [PEER]}]


def test_every_kind_of_peer_goes_out_as_it_came_in() -> None:
    permissions = [
        PORTS | {"IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "In"}]},
        {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
        PORTS | {"PrefixListIds": [{"PrefixListId": "pl-1"}]},
        PORTS | {"UserIdGroupPairs": [{"GroupId": "sg-3"}]},
    ]
    read = {"OwnerId": "111111111111", "Permissions": permissions}
    assert egress_sent(egress(read)) == permissions
    assert ingress_sent(ingress(read)) == permissions


def test_an_outgoing_rule_keeps_the_owner_of_its_peer(planned: Planned) -> None:
    read = {"OwnerId": "111111111111", "Permissions": [PORTS | {"UserIdGroupPairs": [PEER, OURS]}]}
    theirs, ours = egress(read)
    assert theirs["DestinationSecurityGroupId"] == "222222222222/sg-2"
    assert ours["DestinationSecurityGroupId"] == "sg-3"
    assert egress_sent([theirs]) == [PORTS | {"UserIdGroupPairs": [PEER]}]
    document = {"GroupId": "sg-1", "VpcId": "vpc-1", "SecurityGroupEgress": [theirs, ours]}
    [call] = planned("AWS::EC2::SecurityGroup", document, SecurityGroupEgress=[ours])
    assert call.parameters["IpPermissions"] == [PORTS | {"UserIdGroupPairs": [PEER]}]
    [call] = planned(
        "AWS::EC2::SecurityGroup", {**document, "SecurityGroupEgress": [ours]}, SecurityGroupEgress=[theirs, ours]
    )
    assert (call.operation, call.parameters["IpPermissions"][0]["UserIdGroupPairs"]) == (
        "authorize_security_group_egress",
        [PEER],
    )
