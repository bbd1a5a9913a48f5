
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('importer', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True)),
                ('dialect', models.CharField(blank=True, max_length=40)),
                ('tool', models.CharField(blank=True, max_length=40)),
                ('site', models.JSONField(blank=True, default=dict)),
            ],
        ),
        migrations.AddField(
            model_name='importrun',
            name='dialect',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
    ]
