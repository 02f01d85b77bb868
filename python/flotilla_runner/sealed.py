"""What is given to a task bears a time of its own, as in the artifact store."""

from __future__ import annotations

import os
from typing import List

#: A file of another modification time was written to.
SEALED_AT = 946684800


def changed_below(folder: str) -> List[str]:
    """The paths of inputs that were written to, added or removed since, as far as files tell."""
    changed = []
    for path, _, names in os.walk(folder):
        for name in names:
            whole = os.path.join(path, name)
            stat = os.lstat(whole)
            if stat.st_mtime != SEALED_AT:
                changed.append(os.path.relpath(whole, folder))
    return sorted(changed)
