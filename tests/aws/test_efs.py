from typing import Any

import pytest

from apps.planning.plan import Observation, PlanRefused
from tests.aws.exercise import TOKYO, Exercise

FILES = "AWS::EFS::FileSystem"
NOT_EXERCISED = {
    FILES: {
        "ThroughputMode": "moto lacks update_file_system",
        "ProvisionedThroughputInMibps": "moto lacks update_file_system",
        "BackupPolicy": "moto lacks put_backup_policy",
        "FileSystemPolicy": "moto lacks delete_file_system_policy",
    }
}


def test_a_file_system_lives(exercise: Exercise) -> None:
    exercise.live(
        FILES,
        "shared",
        {
            "Encrypted": True,
            "PerformanceMode": "generalPurpose",
            "ThroughputMode": "elastic",
            "LifecyclePolicies": [{"TransitionToIA": "AFTER_30_DAYS"}],
            "FileSystemTags": [{"Key": "Name", "Value": "shared"}],
        },
        {
            "LifecyclePolicies": [{"TransitionToIA": "AFTER_7_DAYS"}, {"TransitionToArchive": "AFTER_90_DAYS"}],
            "FileSystemTags": [{"Key": "Name", "Value": "shared"}, {"Key": "team", "Value": "ml"}],
        },
        {
            "ProvisionedThroughputInMibps": 10,
            "ThroughputMode": "fast",
            "FileSystemPolicy": "{}",
            "Encrypted": False,
        },
    )


def test_a_file_system_is_called_by_its_name_and_has_a_policy(exercise: Exercise, client: Any) -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*"}]}
    tags = [{"Key": "Name", "Value": "models"}, {"Key": "aws:elasticfilesystem:default-backup", "Value": "enabled"}]
    identifier = client("efs").create_file_system(CreationToken="models", Tags=tags)["FileSystemId"]
    exercise.run(exercise.plan(exercise.read(FILES, identifier), FileSystemPolicy=policy))
    made = exercise.read(FILES, identifier)
    assert (made.name, made.document["FileSystemPolicy"]) == ("models", policy)
    assert made.document["FileSystemTags"] == tags[:1]
    listed = {seen.identifier: seen for seen in exercise.gateway.list(FILES, TOKYO)}
    assert listed[identifier] == made


def seen(**document: Any) -> Observation:
    return Observation(FILES, TOKYO, "fs-1", "models", "arn", "available", {"FileSystemId": "fs-1", **document})


def test_throughput_goes_with_the_mode_that_has_one(exercise: Exercise) -> None:
    elastic, provisioned = {"ThroughputMode": "elastic"}, {"ThroughputMode": "provisioned"}
    given = {"ProvisionedThroughputInMibps": 64}
    [call] = exercise.plan(seen(**elastic), **provisioned, **given).calls
    assert call.parameters == {"FileSystemId": "fs-1", **provisioned, **given}
    [call] = exercise.plan(seen(**provisioned, **given), ProvisionedThroughputInMibps=128).calls
    assert call.parameters["ThroughputMode"] == "provisioned"
    [call] = exercise.plan(seen(**provisioned, **given), **elastic, ProvisionedThroughputInMibps=None).calls
    assert call.parameters == {"FileSystemId": "fs-1", **elastic}
    with pytest.raises(PlanRefused, match="Give one"):
        exercise.plan(seen(**elastic), **provisioned)


def test_lifecycle_policies_are_removed_with_an_empty_list(exercise: Exercise) -> None:
    [call] = exercise.plan(seen(LifecyclePolicies=[{"TransitionToIA": "AFTER_7_DAYS"}]), LifecyclePolicies=None).calls
    assert call.parameters["LifecyclePolicies"] == []
