"""Every table of the house, imported in one place for the migrations."""

import app.accounts.models
import app.mail.models
import core.audit
import core.jobs
import panels.models
import voting.models

__all__ = ["app", "core", "panels", "voting"]
