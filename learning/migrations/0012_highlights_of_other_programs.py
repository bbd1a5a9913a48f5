from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("learning", "0011_index_of_notes")]

    operations = [
        migrations.AddField(
            model_name="highlight",
            name="brought_from",
            field=models.JSONField(blank=True, null=True),
        ),
    ]
