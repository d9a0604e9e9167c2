"""What the controls of rows that pytest runs take out, as Python that runs before the tests are read (H8, H11, H19 to H25)."""

from __future__ import annotations

LINEAR_RULES = """
import re
import analyzers.evasions
analyzers.evasions._TATWEEL_SPLIT = re.compile("\\u0640+[ \\t\\n]+\\u0640+")
"""
"""That a run of tatweels is looked at from its start alone."""
HEADERS = "import api.headers\napi.headers.SECURITY.clear()"
"""The headers that every answer carries."""
AS_DOCUMENTED = """
import api.search
made = api.search.finished
api.search.finished = lambda *given: {**made(*given), "took_ms": "soon"}
"""
"""That an answer is as the OpenAPI document says."""
PROBLEMS = """
import api.problems
from fastapi.exceptions import RequestValidationError
del api.problems._ANSWERS[RequestValidationError]
"""
"""That a wrong parameter is told as every other error is."""
CHECKS = "import api.gate\napi.gate.Gate._check = lambda self, rule, token, key: None"
"""That an address asks for the right of a key."""
NEW_READINGS = "import api.keyring\napi.keyring.REFRESH = api.keyring.OLDEST = api.keyring.OLDEST_WITHOUT = 3600.0"
"""That keys are read again and again."""
COUNTING = """
import api.quota
async def take(self, network, key, cost): return {}
api.quota.Quota.take = take
"""
"""That what a client asks is counted."""
ORIGINS = """
import api.cors
from starlette.middleware.cors import CORSMiddleware
made = api.cors.Cors.__init__
def taking(self, app, rules, origins, *, require_key):
    made(self, app, rules, origins, require_key=require_key)
    allowed = {"allow_methods": api.cors.METHODS, "expose_headers": api.cors.EXPOSED}
    headers = ["Content-Type", "Authorization", "X-API-Key"]
    self._any = self._every = CORSMiddleware(app, allow_origins=["*"], allow_headers=headers, **allowed)
api.cors.Cors.__init__ = taking
"""
"""That only listed pages may send a key."""
NO_PASSES = """
import sys
from settings import CHECKOUT
sys.path.insert(0, str(CHECKOUT / "scripts"))
import audit
audit.NOT_AUDITED = 0
"""
"""That packages which could not be looked up are no pass."""
