"""The form of a Rasd key, for detect-secrets, which loads this file by its name."""

from __future__ import annotations

import re

from detect_secrets.plugins.base import RegexBasedDetector


class RasdKeyDetector(RegexBasedDetector):
    """Knows `rasd_<id>_<secret>`."""

    secret_type = "Rasd key"  # noqa: S105
    denylist = (re.compile(r"\brasd_[a-z0-9]{8}_[A-Za-z0-9_-]{40,}"),)
