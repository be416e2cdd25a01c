from django.db import migrations
from django.db.models import Exists, OuterRef, Subquery


def fill(apps, schema_editor):
    """A referral lies where its station lies; of several units of one matter the first leads."""
    referrals = apps.get_model("constituents", "Referral").objects.order_by()
    petitions = apps.get_model("constituents", "Petition").objects.filter(pk=OuterRef("petition"))
    referrals.update(place=Subquery(petitions.values("station__jurisdiction")[:1]))
    earlier = referrals.filter(petition=OuterRef("petition"), pk__lt=OuterRef("pk"))
    later = referrals.filter(Exists(earlier)).values_list("pk", flat=True)
    referrals.filter(pk__in=list(later)).update(part="assisting")


class Migration(migrations.Migration):

    dependencies = [
        ("constituents", "0005_the_petition_chain"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
