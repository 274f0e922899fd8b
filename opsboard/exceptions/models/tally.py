"""How many causes are open and what they hold, kept beside them by every change."""

from django.db import models


class Tally(models.Model):
    """Changes of unsettled groups, by what the queue counts them by; a total is a sum of rows.

    The triggers of `sql/tally.sql` append what each statement changed, in its own transaction, so
    that nobody waits for a row; regrouping folds what has gathered. Group currency.
    """

    workflow = models.SlugField(db_index=False)
    legal_entity = models.CharField(max_length=40)
    team = models.SlugField(db_index=False)
    state = models.CharField(max_length=16)
    severity = models.PositiveSmallIntegerField()
    is_owned = models.BooleanField()
    # Its deadline was seen to have passed.
    is_late = models.BooleanField()
    groups = models.IntegerField()
    items = models.IntegerField()
    value_at_risk = models.DecimalField(max_digits=24, decimal_places=4)
    cost_at_risk = models.DecimalField(max_digits=24, decimal_places=4)
    estimated_cost = models.DecimalField(max_digits=24, decimal_places=4)
    misstatement = models.DecimalField(max_digits=24, decimal_places=4)
