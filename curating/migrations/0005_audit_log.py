import django.utils.timezone
from django.db import migrations, models


# Whoever the web connects as may add to the log, and nothing else.
TRIGGERS = """
    CREATE FUNCTION kb_audit_is_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'The audit log is for good: % is refused.', TG_OP
            USING ERRCODE = 'insufficient_privilege';
    END
    $$;
    CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE ON curating_auditentry
        FOR EACH ROW EXECUTE FUNCTION kb_audit_is_for_good();
    CREATE TRIGGER audit_log_stays BEFORE TRUNCATE ON curating_auditentry
        FOR EACH STATEMENT EXECUTE FUNCTION kb_audit_is_for_good();
"""
NO_TRIGGERS = "DROP FUNCTION kb_audit_is_for_good() CASCADE"


class Migration(migrations.Migration):

    dependencies = [
        ('curating', '0004_external_links'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('actor', models.BigIntegerField(blank=True, null=True)),
                ('kind', models.CharField(choices=[('sign-in', 'Sign-in'), ('rights', 'Rights'), ('content', 'Content'), ('export', 'Export'), ('settings', 'Settings')], max_length=20)),
                ('action', models.CharField(max_length=40)),
                ('target_kind', models.CharField(blank=True, max_length=40)),
                ('target', models.BigIntegerField(blank=True, null=True)),
                ('facts', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['kind', '-id'], name='audit_kind'), models.Index(fields=['actor', '-id'], name='audit_actor'), models.Index(fields=['at'], name='audit_time')],
            },
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
