"""The group tree under construction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field, replace

from graphlab.graph import Group
from graphlab.graph.free_names import free_id

Path = tuple[str, ...]
COUNTED = ("layer", "model", "function")  # a second call of one of these is labelled as the second


@dataclass
class Tree:
    """The groups by id. `child` returns one group per key."""

    groups: dict[str, Group] = field(default_factory=dict)
    _ids: dict[tuple[str, Hashable], str] = field(default_factory=dict)
    _calls: Counter[tuple[str, str, Hashable]] = field(default_factory=Counter)

    def child(self, path: Path, key: Hashable, group: Group, about: object = None) -> Path:
        """The path of this key's group inside the last group of `path`; `group.id` is filled in.

        `about` is the key of the called object: a different object of the same name is not a second call.
        """
        parent = path[-1] if path else ""
        group_id = self._ids.get((parent, key))
        if group_id is None:
            group_id = free_id(f"{parent}{group.label.strip('/').replace('/', '.')}/", self.groups)
            self._calls[parent, group.label, about] += 1
            count = self._calls[parent, group.label, about]
            label = f"{group.label} (call {count})" if group.kind in COUNTED and count > 1 else group.label
            self.groups[group_id] = replace(group, id=group_id, label=label)
            self._ids[parent, key] = group_id
        return (*path, group_id)
