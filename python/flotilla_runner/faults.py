"""What the runner itself finds wrong, told apart from what user code raises."""

from __future__ import annotations


class ConfigError(Exception):
    """The task can never start as it is described: TASK_CONFIG."""


class Fault(Exception):
    """`code` is OUTPUT_MISSING, OUTPUT_INVALID or ENVIRONMENT_FAILED; the message says where, and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
