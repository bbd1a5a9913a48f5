"""The group "curator": what curating needs, and nothing about people."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

from topics.migrations.landed.adoption import is_unused

PERMISSIONS = {
    "topics": [
        "view_topic", "change_topic", "delete_topic", "view_section", "change_section",
        "delete_section", "view_link",
    ],
    "importer": ["view_importrun", "add_importrun"],
    "search": [
        "view_synonym", "add_synonym", "change_synonym", "delete_synonym", "view_searchlog",
    ],
}


def make_group(apps, schema_editor):
    if not is_unused(schema_editor, "auth_group"):
        return  # made by an earlier version, and perhaps changed or deleted since
    group = apps.get_model("auth", "Group").objects.create(name="curator")
    permissions = apps.get_model("auth", "Permission").objects
    for app_label, codenames in PERMISSIONS.items():
        # Permissions are made after all migrations; the group needs them now.
        config = apps.get_app_config(app_label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
        group.permissions.add(
            *permissions.filter(content_type__app_label=app_label, codename__in=codenames)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("topics", "0001_squashed_0009_rooms"),
        ("search", "0001_initial"),
        ("importer", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
