"""The generated form: from a resource document to controls, and from what is typed to the properties that change."""

import re
from typing import Any

import pytest
from django.http import QueryDict

from apps.catalog.registry import native
from apps.web.forms.offer import Offer
from apps.web.forms.propose import ChangeForm

TOKYO = "ap-northeast-1"
HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0", "Description": "public"}
DATABASE = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "SourceSecurityGroupId": "sg-0123456789abcdef0"}


def form(type_name: str, document: dict[str, Any], sent: dict[str, Any] | None = None, **more: Any) -> ChangeForm:
    """The form of a resource; `sent` replaces what its controls show, None takes a control away."""
    declared = native(type_name)
    assert declared is not None
    shown = ChangeForm(declared, TOKYO, document, **more)
    if sent is None:
        return shown
    data = QueryDict(mutable=True)
    for name, value in controls(shown):
        data.appendlist(name, value)
    for name, value in sent.items():
        data.pop(name, None)
        if value is not None:
            data.setlist(name, value if isinstance(value, list) else [value])
    return ChangeForm(declared, TOKYO, document, data, **more)


def controls(shown: ChangeForm) -> list[tuple[str, str]]:
    """What a browser would send for the form as it stands; templates are not part of it."""
    html = re.sub(r"<template.*?</template>", "", str(shown), flags=re.S)
    found = []
    for tag in re.findall(r"<input[^>]*>", html):
        name = re.search(r'name="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or "checked" in tag):
            value = re.search(r'value="([^"]*)"', tag)
            found.append((name[1], value[1] if value else ""))
    for name, inner in re.findall(r'<select name="([^"]*)".*?>(.*?)</select>', html, flags=re.S):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        found.append((name, chosen[1] if chosen else ""))
    for name, inner in re.findall(r'<textarea name="([^"]*)".*?>(.*?)</textarea>', html, flags=re.S):
        found.append((name, inner.strip().replace("&quot;", '"')))
    return found


def bucket(**more: Any) -> dict[str, Any]:
    return {"BucketName": "kumo-models", "VersioningConfiguration": {"Status": "Enabled"}, **more}


def group(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"GroupId": "sg-1", "GroupName": "db", "GroupDescription": "db", "SecurityGroupIngress": list(rules)}


def test_a_form_sent_as_it_is_shown_changes_nothing() -> None:
    sent = form("AWS::EC2::SecurityGroup", group(HTTPS, DATABASE), {})
    assert not sent.is_valid()
    assert sent.desired == {}
    assert sent.non_field_errors() == ["Nothing is changed yet. Change a value first."]


def test_a_structure_of_plain_members_has_a_control_for_each() -> None:
    document = bucket()
    assert '<option value="Suspended">' in str(form("AWS::S3::Bucket", document)["VersioningConfiguration"])
    sent = form("AWS::S3::Bucket", document, {"VersioningConfiguration-Status": "Suspended"})
    assert sent.is_valid(), sent.errors
    assert sent.desired == {"VersioningConfiguration": {"Status": "Suspended"}}
    assert sent.base == {"VersioningConfiguration": {"Status": "Enabled"}}


def test_booleans_in_a_structure_keep_their_kind() -> None:
    blocked = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)
    document = bucket(PublicAccessBlockConfiguration=blocked)
    sent = form("AWS::S3::Bucket", document, {"PublicAccessBlockConfiguration-IgnorePublicAcls": "false"})
    assert sent.is_valid(), sent.errors
    assert sent.desired == {"PublicAccessBlockConfiguration": {**blocked, "IgnorePublicAcls": False}}


def test_a_rule_is_added_in_the_empty_box() -> None:
    box = {"SecurityGroupIngress-1-IpProtocol": "tcp", "SecurityGroupIngress-1-FromPort": "80"}
    box |= {"SecurityGroupIngress-1-ToPort": "80", "SecurityGroupIngress-1-Source": "10.0.0.0/8"}
    sent = form("AWS::EC2::SecurityGroup", group(HTTPS), box)
    assert sent.is_valid(), sent.errors
    added = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "10.0.0.0/8"}
    assert sent.desired == {"SecurityGroupIngress": [HTTPS, added]}


def test_a_rule_is_removed_by_emptying_it() -> None:
    taken = {f"SecurityGroupIngress-0-{name}": "" for name in (*HTTPS, "Source") if name != "CidrIp"}
    sent = form("AWS::EC2::SecurityGroup", group(HTTPS, DATABASE), taken)
    assert sent.is_valid(), sent.errors
    assert sent.desired == {"SecurityGroupIngress": [DATABASE]}


BY_DEFAULT = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "key-1"}
RULE = {"BucketKeyEnabled": True, "ServerSideEncryptionByDefault": BY_DEFAULT}
ENCRYPTED = {"BucketEncryption": {"ServerSideEncryptionConfiguration": [RULE]}}
ALGORITHM = "BucketEncryption-ServerSideEncryptionConfiguration-0-ServerSideEncryptionByDefault-SSEAlgorithm"


def test_structures_in_lists_have_controls_and_change_where_they_are_changed() -> None:
    sent = form("AWS::S3::Bucket", bucket(**ENCRYPTED), {ALGORITHM: "aws:kms:dsse"})
    assert sent.is_valid(), sent.errors
    rule = {**RULE, "ServerSideEncryptionByDefault": {**BY_DEFAULT, "SSEAlgorithm": "aws:kms:dsse"}}
    assert sent.desired == {"BucketEncryption": {"ServerSideEncryptionConfiguration": [rule]}}


def test_what_is_wrong_deep_in_a_structure_is_said_at_its_place() -> None:
    sent = form("AWS::S3::Bucket", bucket(**ENCRYPTED), {ALGORITHM: ""})
    assert not sent.is_valid()
    place = "ServerSideEncryptionConfiguration, 1, ServerSideEncryptionByDefault"
    assert sent.errors["BucketEncryption"] == [f"{place}: SSEAlgorithm must be given."]
    assert "<li>SSEAlgorithm must be given.</li>" in str(sent["BucketEncryption"])


def test_an_output_of_another_change_is_written_as_a_text_and_kept_as_what_it_is() -> None:
    def offers(pointer: tuple[str, ...]) -> Offer | None:
        offer = Offer("groups", "Security group", names={2: "Web"})
        return offer if pointer[-1] == "SourceSecurityGroupId" else None

    box = {"SecurityGroupIngress-0-IpProtocol": "tcp", "SecurityGroupIngress-0-FromPort": "80"}
    box |= {"SecurityGroupIngress-0-ToPort": "80", "SecurityGroupIngress-0-Source": "${Web.GroupId}"}
    sent = form("AWS::EC2::SecurityGroup", group(), box, offers=offers)
    assert sent.is_valid(), sent.errors
    [rule] = sent.desired["SecurityGroupIngress"]
    assert rule["SourceSecurityGroupId"] == {"$output": {"change": 2, "attribute": "GroupId"}}
    shown = form("AWS::EC2::SecurityGroup", group(), offers=offers, wanted=sent.desired)
    assert 'value="${Web.GroupId}"' in str(shown["SecurityGroupIngress"])


@pytest.mark.parametrize(
    ("typed", "members"),
    [
        ("10.0.0.0/8", {"CidrIp": "10.0.0.0/8"}),
        ("192.0.2.7", {"CidrIp": "192.0.2.7/32"}),
        ("2001:db8::/32", {"CidrIpv6": "2001:db8::/32"}),
        ("2001:db8::1", {"CidrIpv6": "2001:db8::1/128"}),
        ("pl-63a5400a", {"SourcePrefixListId": "pl-63a5400a"}),
        ("sg-0123456789abcdef0", {"SourceSecurityGroupId": "sg-0123456789abcdef0"}),
        (
            "222222222222/sg-0123456789abcdef0",
            {"SourceSecurityGroupId": "sg-0123456789abcdef0", "SourceSecurityGroupOwnerId": "222222222222"},
        ),
    ],
)
def test_the_peer_of_a_rule_is_written_in_one_control(typed: str, members: dict[str, str]) -> None:
    box = {"SecurityGroupIngress-0-IpProtocol": "tcp", "SecurityGroupIngress-0-FromPort": "80"}
    box |= {"SecurityGroupIngress-0-ToPort": "80", "SecurityGroupIngress-0-Source": typed}
    sent = form("AWS::EC2::SecurityGroup", group(), box)
    assert sent.is_valid(), sent.errors
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, **members}
    assert sent.desired == {"SecurityGroupIngress": [rule]}
    shown = str(form("AWS::EC2::SecurityGroup", group(rule))["SecurityGroupIngress"])
    assert f'value="{next(iter(members.values()))}"' in shown or f'value="{typed}"' in shown


def test_a_rule_without_a_peer_says_so_at_its_cell() -> None:
    sent = form("AWS::EC2::SecurityGroup", group(HTTPS), {"SecurityGroupIngress-0-Source": ""})
    assert not sent.is_valid()
    said = "Give a block, an address, a group or a prefix list."
    assert sent.errors["SecurityGroupIngress"] == [f"1, Source: {said}"]
    assert 'aria-describedby="id_SecurityGroupIngress-0-Source_error"' in str(sent["SecurityGroupIngress"])


def test_what_the_schema_has_against_a_peer_is_said_at_its_cell() -> None:
    sent = form("AWS::EC2::SecurityGroup", group(HTTPS), {"SecurityGroupIngress-0-Source": "10.0.0.0/99"})
    assert not sent.is_valid()
    cell = str(sent["SecurityGroupIngress"]).partition('id="id_SecurityGroupIngress-0-Source_error"')[2]
    assert cell.partition("</ul>")[0].count("<li>") == 1


def test_what_is_wrong_is_told_by_the_name_of_its_control() -> None:
    sent = form("AWS::EC2::SecurityGroup", group(HTTPS, DATABASE), {"SecurityGroupIngress-1-FromPort": "ssh"})
    assert not sent.is_valid()
    assert set(sent.faults()) == {"SecurityGroupIngress-1-FromPort"}
    sent = form("AWS::EC2::SecurityGroup", group(HTTPS), {"SecurityGroupIngress-0-Source": "10.0.0.0/99"})
    assert not sent.is_valid()
    assert set(sent.faults()) == {"SecurityGroupIngress-0-Source"}
    sent = form("AWS::S3::Bucket", bucket(**ENCRYPTED), {ALGORITHM: ""})
    assert not sent.is_valid()
    assert set(sent.faults()) == {ALGORITHM.removesuffix("-SSEAlgorithm")}


def test_changed_lines_are_marked() -> None:
    sent = form("AWS::EC2::SecurityGroup", group(HTTPS, DATABASE), {"SecurityGroupIngress-1-Description": "new"})
    shown = str(sent["SecurityGroupIngress"])
    assert shown.count('class="line changed"') == 1
    assert 'class="line changed"' not in str(form("AWS::EC2::SecurityGroup", group(HTTPS))["SecurityGroupIngress"])


def test_protocols_are_suggested() -> None:
    shown = str(form("AWS::EC2::SecurityGroup", group(HTTPS))["SecurityGroupIngress"])
    assert '<option value="icmpv6">' in shown
    assert 'name="SecurityGroupIngress-0-IpProtocol" value="tcp"' in shown


def test_a_rule_with_two_peers_is_kept_as_json() -> None:
    both = {**HTTPS, "CidrIpv6": "::/0"}
    shown = form("AWS::EC2::SecurityGroup", group(HTTPS, both))
    assert str(shown["SecurityGroupIngress"]).count("<textarea") == 1


def test_what_is_wrong_in_a_rule_is_said_with_its_place_and_kept() -> None:
    sent = form("AWS::EC2::SecurityGroup", group(HTTPS, DATABASE), {"SecurityGroupIngress-1-FromPort": "ssh"})
    assert not sent.is_valid()
    assert sent.errors["SecurityGroupIngress"] == ["2, FromPort: Enter a whole number."]
    assert 'value="ssh"' in str(sent["SecurityGroupIngress"])


def test_a_value_that_controls_can_not_show_is_edited_as_json() -> None:
    document = bucket(VersioningConfiguration={"Status": "Enabled", "MFADelete": "Disabled"})
    assert "<textarea" in str(form("AWS::S3::Bucket", document)["VersioningConfiguration"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"a": }', "This is not JSON: Expecting value in line 1, column 7."),
        ('{"a": 1, "a": 2}', "“a” is there twice in one object. Keep one of them."),
        ('{"a": NaN}', "NaN is not a value of JSON. Write a number or null."),
    ],
)
def test_a_broken_document_is_said_to_be_broken_and_kept(text: str, sentence: str) -> None:
    document = bucket(VersioningConfiguration={"Status": "Enabled", "MFADelete": "Disabled"})
    sent = form("AWS::S3::Bucket", document, {"VersioningConfiguration": text})
    assert not sent.is_valid()
    assert sent.errors["VersioningConfiguration"] == [sentence]
    assert text in str(sent["VersioningConfiguration"]).replace("&quot;", '"')


def test_a_new_group_asks_for_its_name_and_carries_only_what_is_set() -> None:
    asked = form("AWS::EC2::SecurityGroup", {}, {}, creating=True)
    assert not asked.is_valid()
    assert {"GroupName", "GroupDescription"} <= set(asked.errors)
    given = {"GroupName": "batch", "GroupDescription": "Batch workers"}
    sent = form("AWS::EC2::SecurityGroup", {}, given, creating=True)
    assert sent.is_valid(), sent.errors
    assert sent.desired == given
    assert sent.base == {}


STICKY = {"Key": "stickiness.enabled", "Value": "false"}
DELAY = {"Key": "deregistration_delay.timeout_seconds", "Value": "300"}


def attributes(*rows: dict[str, str], sent: dict[str, Any] | None = None) -> ChangeForm:
    return form("AWS::ElasticLoadBalancingV2::TargetGroup", {"Name": "web", "TargetGroupAttributes": list(rows)}, sent)


def test_attributes_by_key_have_a_control_each() -> None:
    shown = str(attributes(DELAY, STICKY)["TargetGroupAttributes"])
    assert shown.count("<select") == 1, "a switch offers its two values"
    assert 'value="300"' in shown
    assert "<textarea" not in shown
    changed = {f"TargetGroupAttributes-{STICKY['Key']}": "true"}
    sent = attributes(DELAY, STICKY, sent=changed)
    assert sent.is_valid(), sent.errors
    assert sent.desired == {"TargetGroupAttributes": [DELAY, {**STICKY, "Value": "true"}]}
    untouched = attributes(DELAY, STICKY, sent={})
    assert untouched.errors.keys() == {"__all__"}, "nothing is changed"


def test_a_value_that_a_switch_does_not_know_is_refused_at_its_control() -> None:
    name = f"TargetGroupAttributes-{STICKY['Key']}"
    sent = attributes(DELAY, STICKY, sent={name: "perhaps"})
    assert not sent.is_valid()
    assert set(sent.faults()) == {name}


def test_attributes_that_name_a_key_twice_stay_rows() -> None:
    shown = str(attributes(STICKY, STICKY)["TargetGroupAttributes"])
    assert shown.count(f'value="{STICKY["Key"]}"') == 2
