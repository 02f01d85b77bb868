from __future__ import annotations
def build(run):
    raise NotImplementedError
