"""The people of the demonstration firm. They have no password: only the demo lets them in."""

from dataclasses import dataclass

from opsboard.people.models import Person, Team
from opsboard.people.roles import ROLES, Role


@dataclass(frozen=True, slots=True)
class Cast:
    username: str
    first_name: str
    last_name: str
    role: Role
    team: str
    zone: str = "Europe/London"
    does: str = ""

    @property
    def title(self) -> str:
        return ROLES[self.role].title


CAST = (
    Cast("helen", "Helen", "Marsh", Role.CONTROLLER, "finance", does="Can the firm close?"),
    Cast("sofia", "Sofia", "Lindqvist", Role.BILLING, "billing", does="What stops an invoice?"),
    Cast("aisha", "Aisha", "Bello", Role.HR_OPS, "people", does="Do starters and rates agree?"),
    Cast(
        "marek",
        "Marek",
        "Nowak",
        Role.INTEGRATION_L2,
        "integration",
        does="Do the systems answer?",
    ),
    Cast("lena", "Lena", "Vogt", Role.PMO, "pmo", "Europe/Berlin"),
    Cast("grace", "Grace", "Okafor", Role.REVENUE, "revenue", "America/New_York"),
    # Of no team: they take no work, and decide what one controller alone may not.
    Cast("owen", "Owen", "Price", Role.CONTROLLER, ""),
    Cast("nadia", "Nadia", "Roy", Role.EXECUTIVE, ""),
)
# The four that a visitor may be, in the order of the sign-in page.
DOORS = CAST[:4]


def settle_demo_people() -> None:
    """Make the cast exist; whose team is not configured works alone."""
    teams = set(Team.objects.values_list("slug", flat=True))
    for one in CAST:
        person, is_new = Person.objects.update_or_create(
            username=one.username,
            defaults={
                "first_name": one.first_name,
                "last_name": one.last_name,
                "email": f"{one.username}.{one.last_name}@northquay.example".lower(),
                "role": one.role,
                "team_id": one.team if one.team in teams else None,
                "zone": one.zone,
            },
        )
        if is_new:
            person.set_unusable_password()
            person.save(update_fields=["password"])
