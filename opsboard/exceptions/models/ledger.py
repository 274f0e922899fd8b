"""The exposure ledger (domain.md 0.5): what items claim of atoms, and the most claimed of each."""

from django.db import models

from opsboard.exceptions.models.item import ExceptionItem


class Exposure(models.Model):
    """What one item claims of one atom: the exposure ledger (domain.md 0.5). Group currency."""

    item = models.ForeignKey(
        ExceptionItem, models.CASCADE, related_name="exposures", db_index=False
    )
    atom = models.TextField()
    measure = models.CharField(max_length=16)
    amount = models.DecimalField(max_digits=20, decimal_places=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "atom", "measure"], name="one_claim_per_atom"),
        ]
        indexes = [
            # The other claims on an atom.
            models.Index(fields=["atom", "measure"], name="claims_on_atom"),
        ]


class Atom(models.Model):
    """The most that any unsettled item claims of an atom; a total is a sum over these rows."""

    atom = models.TextField(primary_key=True)
    workflow = models.SlugField(db_index=False)
    legal_entity = models.CharField(max_length=40, blank=True)
    revenue_at_risk = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    cost_at_risk = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    cash_at_risk = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    misstatement = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    exposure_only = models.DecimalField(max_digits=20, decimal_places=4, default=0)
