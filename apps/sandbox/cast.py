"""The people of the demo."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """`environments` are slugs; () means everywhere."""

    username: str
    full_name: str
    role: str
    environments: tuple[str, ...] = ()


ADMINISTRATOR = Person("goro", "Goro Hayashi", "administrator")
PEOPLE = (
    Person("aiko", "Aiko Mori", "requester"),
    Person("daichi", "Daichi Ueda", "requester"),
    Person("ben", "Ben Sato", "reviewer"),
    Person("chie", "Chie Abe", "reviewer"),
    Person("emi", "Emi Kato", "auditor"),
)
