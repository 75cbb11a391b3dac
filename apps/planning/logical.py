"""Logical names: what the resources that a request makes are called within it.

They follow CloudFormation's logical ids (letters and digits): https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
"""

import re
from collections.abc import Collection
from itertools import count

LONGEST = 64
NAME = re.compile(rf"[A-Za-z][A-Za-z0-9]{{0,{LONGEST - 1}}}")
ROOM = 4  # for a number behind it


def logical(type_name: str, name: str, taken: Collection[str] = ()) -> str:
    """A logical name from what a resource is called, and its kind where the name doesn't say it; none of the `taken`.

    `ShopVPC` for the VPC "shop", `Subnet` for a subnet that is called by its block.
    """
    kind = re.sub(r"[^A-Za-z0-9]", "", type_name.rpartition("::")[2])
    said = "".join(word[0].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", name.removeprefix("new ")))
    said = said if said[:1].isalpha() else ""
    base = said if kind.casefold() in said.casefold() else f"{said[: LONGEST - ROOM - len(kind)]}{kind}"
    base = base[: LONGEST - ROOM]
    known = {each.casefold() for each in taken}
    numbered = (f"{base}{number if number > 1 else ''}" for number in count(1))
    return next(each for each in numbered if each.casefold() not in known)
