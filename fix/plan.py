"""What the parser needs of a dictionary's messages and groups, as compiled objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cython

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fix.dictionary import GroupSpec, MessageSpec

FRAME_TAGS = (8, 9, 35, 10)
"""Tags every message the parser finds has."""


@cython.final
@cython.cclass
class GroupPlan:
    """What the parser needs of one GroupSpec: tables by tag, 0 in `order` for tags that are no members."""

    __slots__ = ("codes", "count_tag", "groups", "order", "required", "size")

    def __init__(self, spec: GroupSpec) -> None:
        self.count_tag = spec.count_tag
        self.codes = spec.codes
        self.order = spec.order
        self.size = len(spec.order)
        self.required = spec.required
        self.groups = plan_groups(spec.groups)


@cython.final
@cython.cclass
class Plan:
    """What the parser needs of one MessageSpec."""

    __slots__ = ("codes", "groups", "is_standard", "msg_type", "required", "required_count", "spec")

    def __init__(
        self, codes: bytes, groups: Mapping[int, GroupSpec], required: tuple[int, ...], spec: MessageSpec | None
    ) -> None:
        self.msg_type = spec.msg_type if spec is not None else b""
        self.spec = spec
        self.codes = codes
        self.groups = plan_groups(groups)
        self.required = tuple(tag for tag in required if tag not in FRAME_TAGS)
        self.required_count = len(self.required)


def plan_groups(groups: Mapping[int, GroupSpec]) -> dict[int, GroupPlan]:
    """Plans of all the groups by NumInGroup tag."""
    return {tag: GroupPlan(spec) for tag, spec in groups.items()}
