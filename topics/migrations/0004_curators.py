"""The group "curator": what curating needs, and nothing about people."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

PERMISSIONS = [
    "view_topic",
    "change_topic",
    "delete_topic",
    "view_section",
    "change_section",
    "delete_section",
    "view_importrun",
    "add_importrun",
    "view_link",
    "view_synonym",
    "add_synonym",
    "change_synonym",
    "delete_synonym",
    "view_searchlog",
]


def make_group(apps, schema_editor):
    # Permissions are made after all migrations; the group needs them now.
    config = apps.get_app_config("topics")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="curator")
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="topics", codename__in=PERMISSIONS
    )
    group.permissions.set(permissions)


class Migration(migrations.Migration):
    dependencies = [
        ("topics", "0003_content_version"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
