"""What the misbehaving source has to tell, when it tells it."""

from connectors.mapping import From, Mapping

PARTIES = Mapping(
    kind="party",
    source_id="id",
    fields={
        "source_version": From(path="changed_at", via="microseconds"),
        "source_updated_at": "changed_at",
        "code": "code",
        "legal_name": "name",
        "credit_limit": From(path="limit", optional=True),
        "status": From(path="state", values={"open": "active", "shut": "inactive"}),
    },
)
