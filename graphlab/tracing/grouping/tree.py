"""The group tree while it grows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field, replace

from graphlab.graph import Group
from graphlab.graph.free_names import free_id

Path = tuple[str, ...]
COUNTED = ("layer", "model", "function")  # a second call of one of these says that it is the second


@dataclass
class Tree:
    """The groups by their ids. `child` gives the same group for the same key, another for another."""

    groups: dict[str, Group] = field(default_factory=dict)
    _ids: dict[tuple[str, Hashable], str] = field(default_factory=dict)
    _calls: Counter[tuple[str, str, Hashable]] = field(default_factory=Counter)

    def child(self, path: Path, key: Hashable, group: Group, about: object = None) -> Path:
        """The path of the group of this key inside the last group of `path`; `group.id` is filled in.

        `about` is the key of what is called: another of the same name is not a second call.
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
