import accounts.languages
from accounts.migrations._create_tables import CreateTables
import accounts.models.clinic
import accounts.zones
import datetime
from django.conf import settings
import django.contrib.postgres.fields
from django.db import models
from django.db import migrations, models
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from pgtrigger.compiler import Trigger, UpsertTriggerSql
import pgtrigger.compiler


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        CreateTables([
            migrations.CreateModel(
                name='Clinic',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=120)),
                    ('time_zone', models.CharField(max_length=64, validators=[accounts.zones.validate_zone])),
                    ('address', models.CharField(blank=True, max_length=200)),
                    ('phone', models.CharField(max_length=40, validators=[accounts.models.clinic.validate_dialled])),
                    ('phone_weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=accounts.models.clinic.workdays, help_text='Monday is 0; none: closed for now.', size=None)),
                    ('phone_opens', models.TimeField(default=datetime.time(8, 0))),
                    ('phone_closes', models.TimeField(default=datetime.time(17, 0))),
                    ('closed_on', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, default=list, help_text='Holidays: nobody answers all day.', size=None)),
                    ('emergency_number', models.CharField(default='911', max_length=20)),
                    ('alert_email', models.EmailField(help_text='Who is told of an urgent flag that waits; never with health data in the message.', max_length=254)),
                    ('next_alert_email', models.EmailField(blank=True, help_text='Who is told when nobody took on an urgent flag in time.', max_length=254)),
                    ('care_team_only', models.BooleanField(default=False, help_text='Clinicians see only the patients whose care team they belong to.')),
                    ('sender_name', models.CharField(blank=True, help_text="Whose mail it is; empty: the installation's.", max_length=60)),
                    ('reminder_texts', models.JSONField(blank=True, default=dict, help_text='By kind of reminder and language: accounts/reminder_words.py.')),
                    ('colour', models.CharField(blank=True, help_text='Such as 0b5a6f.', max_length=6)),
                    ('logo', models.CharField(blank=True, help_text='The name of one of its logos.', max_length=32)),
                    ('sign_on_roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, help_text="Who has to come by the clinic's own sign-on; administrators never have to.", size=None)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('reminder_texts'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object')), name='clinic_reminder_texts_shaped'), models.CheckConstraint(condition=models.Q(('colour', ''), ('colour__regex', '^[0-9a-f]{6}$'), _connector='OR'), name='clinic_colour_known'), models.CheckConstraint(condition=models.Q(('sign_on_roles__contained_by', ['clinician', 'scheduler'])), name='clinic_sign_on_roles_known'), models.CheckConstraint(condition=models.Q(('phone_opens__lt', models.F('phone_closes'))), name='clinic_phone_opens_then_closes'), models.CheckConstraint(condition=models.Q(('phone_weekdays__contained_by', [0, 1, 2, 3, 4, 5, 6])), name='clinic_phone_weekdays_known'), models.CheckConstraint(condition=models.Q(('closed_on__len__lte', 60)), name='clinic_closed_on_few_days')],
                    'triggers': [pgtrigger.compiler.Trigger(name='time_zone_known', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW.time_zone !~ '^(UTC|Etc/[A-Z][A-Za-z0-9+-]*|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_-]+)+)$' THEN\n        RAISE EXCEPTION 'time_zone_known' USING ERRCODE = 'check_violation', CONSTRAINT = 'time_zone_known';\n    END IF;\n    BEGIN\n        PERFORM timezone(NEW.time_zone, now());\n    EXCEPTION WHEN invalid_parameter_value THEN\n        RAISE EXCEPTION 'time_zone_known' USING ERRCODE = 'check_violation', CONSTRAINT = 'time_zone_known';\n    END;\n    RETURN NEW;\n", hash='6dc2925a2cf5e44b46d1a72c5c6ef01333464a93', operation='INSERT OR UPDATE OF "time_zone"', pgid='pgtrigger_time_zone_known_c3b29', table='accounts_clinic', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_clinicevent" ("address", "alert_email", "care_team_only", "closed_on", "colour", "emergency_number", "id", "logo", "name", "next_alert_email", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_closes", "phone_opens", "phone_weekdays", "reminder_texts", "sender_name", "sign_on_roles", "time_zone") VALUES (NEW."address", NEW."alert_email", NEW."care_team_only", NEW."closed_on", NEW."colour", NEW."emergency_number", NEW."id", NEW."logo", NEW."name", NEW."next_alert_email", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."phone_closes", NEW."phone_opens", NEW."phone_weekdays", NEW."reminder_texts", NEW."sender_name", NEW."sign_on_roles", NEW."time_zone"); RETURN NULL;', hash='c9fc6c88a04135ad7ffc312621382f48485b16df', operation='INSERT', pgid='pgtrigger_insert_insert_e9c0c', table='accounts_clinic', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_clinicevent" ("address", "alert_email", "care_team_only", "closed_on", "colour", "emergency_number", "id", "logo", "name", "next_alert_email", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_closes", "phone_opens", "phone_weekdays", "reminder_texts", "sender_name", "sign_on_roles", "time_zone") VALUES (NEW."address", NEW."alert_email", NEW."care_team_only", NEW."closed_on", NEW."colour", NEW."emergency_number", NEW."id", NEW."logo", NEW."name", NEW."next_alert_email", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."phone_closes", NEW."phone_opens", NEW."phone_weekdays", NEW."reminder_texts", NEW."sender_name", NEW."sign_on_roles", NEW."time_zone"); RETURN NULL;', hash='ae5341e1d5db3526f0a184a5ee652146e8feb8f8', operation='UPDATE', pgid='pgtrigger_update_update_d9a44', table='accounts_clinic', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_clinicevent" ("address", "alert_email", "care_team_only", "closed_on", "colour", "emergency_number", "id", "logo", "name", "next_alert_email", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_closes", "phone_opens", "phone_weekdays", "reminder_texts", "sender_name", "sign_on_roles", "time_zone") VALUES (OLD."address", OLD."alert_email", OLD."care_team_only", OLD."closed_on", OLD."colour", OLD."emergency_number", OLD."id", OLD."logo", OLD."name", OLD."next_alert_email", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."phone_closes", OLD."phone_opens", OLD."phone_weekdays", OLD."reminder_texts", OLD."sender_name", OLD."sign_on_roles", OLD."time_zone"); RETURN NULL;', hash='e6c3edc6982be425191da2ddb2e77bbdf3adbd9d', operation='DELETE', pgid='pgtrigger_delete_delete_4e933', table='accounts_clinic', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='ClinicEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.clinic')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('name', models.CharField(max_length=120)),
                    ('time_zone', models.CharField(max_length=64, validators=[accounts.zones.validate_zone])),
                    ('address', models.CharField(blank=True, max_length=200)),
                    ('phone', models.CharField(max_length=40, validators=[accounts.models.clinic.validate_dialled])),
                    ('phone_weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=accounts.models.clinic.workdays, help_text='Monday is 0; none: closed for now.', size=None)),
                    ('phone_opens', models.TimeField(default=datetime.time(8, 0))),
                    ('phone_closes', models.TimeField(default=datetime.time(17, 0))),
                    ('closed_on', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, default=list, help_text='Holidays: nobody answers all day.', size=None)),
                    ('emergency_number', models.CharField(default='911', max_length=20)),
                    ('alert_email', models.EmailField(help_text='Who is told of an urgent flag that waits; never with health data in the message.', max_length=254)),
                    ('next_alert_email', models.EmailField(blank=True, help_text='Who is told when nobody took on an urgent flag in time.', max_length=254)),
                    ('care_team_only', models.BooleanField(default=False, help_text='Clinicians see only the patients whose care team they belong to.')),
                    ('sender_name', models.CharField(blank=True, help_text="Whose mail it is; empty: the installation's.", max_length=60)),
                    ('reminder_texts', models.JSONField(blank=True, default=dict, help_text='By kind of reminder and language: accounts/reminder_words.py.')),
                    ('colour', models.CharField(blank=True, help_text='Such as 0b5a6f.', max_length=6)),
                    ('logo', models.CharField(blank=True, help_text='The name of one of its logos.', max_length=32)),
                    ('sign_on_roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, help_text="Who has to come by the clinic's own sign-on; administrators never have to.", size=None)),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ccb603c95b910f382cb1c2e7874503bd8aac3d96', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_21fd6', table='accounts_clinicevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='Membership',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                    ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.clinic')),
                    ('role', models.CharField(choices=[('clinician', 'Clinician'), ('scheduler', 'Scheduler'), ('administrator', 'Administrator')], max_length=20)),
                    ('credentials', models.CharField(blank=True, help_text='MD, PT, …', max_length=40)),
                    ('started_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('user', 'clinic'), name='one_current_membership_per_clinic'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='membership_ended_at_with_by'), models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='membership_ends_after_it_began'), models.CheckConstraint(condition=models.Q(('role__in', ['clinician', 'scheduler', 'administrator'])), name='membership_role_known')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_membershipevent" ("clinic_id", "credentials", "ended_at", "ended_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "started_at", "user_id") VALUES (NEW."clinic_id", NEW."credentials", NEW."ended_at", NEW."ended_by_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."started_at", NEW."user_id"); RETURN NULL;', hash='87cbe378ad48ce215d83b0791dc9cae3dace9903', operation='INSERT', pgid='pgtrigger_insert_insert_fc05a', table='accounts_membership', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_membershipevent" ("clinic_id", "credentials", "ended_at", "ended_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "started_at", "user_id") VALUES (NEW."clinic_id", NEW."credentials", NEW."ended_at", NEW."ended_by_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."started_at", NEW."user_id"); RETURN NULL;', hash='15c03c13c9d7aea284e9b31dda125b38a6da1985', operation='UPDATE', pgid='pgtrigger_update_update_20ab5', table='accounts_membership', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_membershipevent" ("clinic_id", "credentials", "ended_at", "ended_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "started_at", "user_id") VALUES (OLD."clinic_id", OLD."credentials", OLD."ended_at", OLD."ended_by_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."role", OLD."started_at", OLD."user_id"); RETURN NULL;', hash='1a43c82098c484de9d889bf2193e08f60a7370f2', operation='DELETE', pgid='pgtrigger_delete_delete_19a8f', table='accounts_membership', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='MembershipEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.membership')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('clinic', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.clinic')),
                    ('role', models.CharField(choices=[('clinician', 'Clinician'), ('scheduler', 'Scheduler'), ('administrator', 'Administrator')], max_length=20)),
                    ('credentials', models.CharField(blank=True, help_text='MD, PT, …', max_length=40)),
                    ('started_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('ended_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e1f05704110766345bef638c18be4307af995a77', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9ee6c', table='accounts_membershipevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='Invitation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='accounts.clinic')),
                    ('email', models.EmailField(max_length=254)),
                    ('name', models.CharField(max_length=120)),
                    ('role', models.CharField(choices=[('patient', 'Patient'), ('clinician', 'Clinician'), ('scheduler', 'Scheduler'), ('administrator', 'Administrator')], max_length=20)),
                    ('token_digest', models.CharField(max_length=64, unique=True)),
                    ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('invited_at', models.DateTimeField()),
                    ('expires_at', models.DateTimeField()),
                    ('renewed_at', models.DateTimeField(blank=True, help_text='A new link was sent; the old one opens nothing any more.', null=True)),
                    ('renewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('asked_again_at', models.DateTimeField(blank=True, help_text='The link had run out, and its holder asked for a new one.', null=True)),
                    ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                    ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('accepted_at', models.DateTimeField(blank=True, null=True)),
                    ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('accepted_at', None), ('accepted_by', None)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False)), _connector='OR'), name='invitation_accepted_at_with_by'), models.CheckConstraint(condition=models.Q(models.Q(('renewed_at', None), ('renewed_by', None)), models.Q(('renewed_at__isnull', False), ('renewed_by__isnull', False)), _connector='OR'), name='invitation_renewed_at_with_by'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='invitation_withdrawn_at_with_by'), models.CheckConstraint(condition=models.Q(('accepted_at', None), ('withdrawn_at', None), _connector='OR'), name='invitation_accepted_or_withdrawn'), models.CheckConstraint(condition=models.Q(('role__in', ['patient', 'clinician', 'scheduler', 'administrator'])), name='invitation_role_known')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_invitationevent" ("accepted_at", "accepted_by_id", "asked_again_at", "clinic_id", "email", "expires_at", "id", "invited_at", "invited_by_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "renewed_at", "renewed_by_id", "role", "withdrawn_at", "withdrawn_by_id") VALUES (NEW."accepted_at", NEW."accepted_by_id", NEW."asked_again_at", NEW."clinic_id", NEW."email", NEW."expires_at", NEW."id", NEW."invited_at", NEW."invited_by_id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."renewed_at", NEW."renewed_by_id", NEW."role", NEW."withdrawn_at", NEW."withdrawn_by_id"); RETURN NULL;', hash='3954adaa956e13f1f36e95334b418e79b109eb63', operation='INSERT', pgid='pgtrigger_insert_insert_8c354', table='accounts_invitation', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."accepted_at" IS DISTINCT FROM (NEW."accepted_at") OR OLD."accepted_by_id" IS DISTINCT FROM (NEW."accepted_by_id") OR OLD."asked_again_at" IS DISTINCT FROM (NEW."asked_again_at") OR OLD."clinic_id" IS DISTINCT FROM (NEW."clinic_id") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."invited_at" IS DISTINCT FROM (NEW."invited_at") OR OLD."invited_by_id" IS DISTINCT FROM (NEW."invited_by_id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."renewed_at" IS DISTINCT FROM (NEW."renewed_at") OR OLD."renewed_by_id" IS DISTINCT FROM (NEW."renewed_by_id") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at") OR OLD."withdrawn_by_id" IS DISTINCT FROM (NEW."withdrawn_by_id"))', func='INSERT INTO "accounts_invitationevent" ("accepted_at", "accepted_by_id", "asked_again_at", "clinic_id", "email", "expires_at", "id", "invited_at", "invited_by_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "renewed_at", "renewed_by_id", "role", "withdrawn_at", "withdrawn_by_id") VALUES (NEW."accepted_at", NEW."accepted_by_id", NEW."asked_again_at", NEW."clinic_id", NEW."email", NEW."expires_at", NEW."id", NEW."invited_at", NEW."invited_by_id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."renewed_at", NEW."renewed_by_id", NEW."role", NEW."withdrawn_at", NEW."withdrawn_by_id"); RETURN NULL;', hash='5961a04e5bd858ef03204d79d93928e26351ca52', operation='UPDATE', pgid='pgtrigger_update_update_4e12d', table='accounts_invitation', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_invitationevent" ("accepted_at", "accepted_by_id", "asked_again_at", "clinic_id", "email", "expires_at", "id", "invited_at", "invited_by_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "renewed_at", "renewed_by_id", "role", "withdrawn_at", "withdrawn_by_id") VALUES (OLD."accepted_at", OLD."accepted_by_id", OLD."asked_again_at", OLD."clinic_id", OLD."email", OLD."expires_at", OLD."id", OLD."invited_at", OLD."invited_by_id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."renewed_at", OLD."renewed_by_id", OLD."role", OLD."withdrawn_at", OLD."withdrawn_by_id"); RETURN NULL;', hash='5d11acf989a6f0d3daca36b850a057e50caafb54', operation='DELETE', pgid='pgtrigger_delete_delete_f2c14', table='accounts_invitation', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='InvitationEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.invitation')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('clinic', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.clinic')),
                    ('email', models.EmailField(max_length=254)),
                    ('name', models.CharField(max_length=120)),
                    ('role', models.CharField(choices=[('patient', 'Patient'), ('clinician', 'Clinician'), ('scheduler', 'Scheduler'), ('administrator', 'Administrator')], max_length=20)),
                    ('invited_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('invited_at', models.DateTimeField()),
                    ('expires_at', models.DateTimeField()),
                    ('renewed_at', models.DateTimeField(blank=True, help_text='A new link was sent; the old one opens nothing any more.', null=True)),
                    ('renewed_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('asked_again_at', models.DateTimeField(blank=True, help_text='The link had run out, and its holder asked for a new one.', null=True)),
                    ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                    ('withdrawn_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('accepted_at', models.DateTimeField(blank=True, null=True)),
                    ('accepted_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='daf23d962af867f3cb4eedb3f026a1b651002cd3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b4566', table='accounts_invitationevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='JobFailure',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('job', models.CharField(choices=[('review', 'Review'), ('daily_checks', 'Daily Checks'), ('daily_checks_of_clinic', 'Daily Checks Of Clinic'), ('mark_due', 'Mark Due'), ('reminders', 'Reminders'), ('visit_reminders', 'Visit Reminders'), ('waitlist', 'Waitlist'), ('notices', 'Notices'), ('account_mail', 'Account Mail'), ('texts', 'Texts'), ('imports', 'Imports'), ('return_flags', 'Return Flags'), ('next_contact', 'Next Contact')], max_length=30)),
                    ('row', models.BigIntegerField(help_text='The key of what the job was about.')),
                    ('clinic', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.clinic')),
                    ('error', models.CharField(max_length=80)),
                    ('failed_at', models.DateTimeField()),
                    ('tries', models.PositiveIntegerField(default=1)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('job__in', ['review', 'daily_checks', 'daily_checks_of_clinic', 'mark_due', 'reminders', 'visit_reminders', 'waitlist', 'notices', 'account_mail', 'texts', 'imports', 'return_flags', 'next_contact'])), name='failure_job_known'), models.UniqueConstraint(fields=('job', 'row'), name='one_failure_a_job_and_row')],
                },
            ),
            migrations.CreateModel(
                name='Notice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('invitation', 'Invitation'), ('urgent_flag', 'Urgent Flag'), ('visit_booked', 'Visit Booked'), ('visit_offered', 'Visit Offered'), ('visit_cancelled', 'Visit Cancelled'), ('message_waiting', 'Message Waiting'), ('log_reminder', 'Log Reminder'), ('visit_reminder', 'Visit Reminder'), ('waitlist_offer', 'Waitlist Offer'), ('transfer', 'Transfer')], max_length=30)),
                    ('key', models.CharField(max_length=120, unique=True)),
                    ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='accounts.clinic')),
                    ('email', models.EmailField(max_length=254)),
                    ('language', models.CharField(choices=accounts.languages.languages, default='en', max_length=5)),
                    ('path', models.CharField(help_text='Where the link leads; signing in comes first.', max_length=200)),
                    ('off_path', models.CharField(blank=True, db_default='', help_text='Where messages of this kind are turned off, without signing in.', max_length=200)),
                    ('due_at', models.DateTimeField()),
                    ('tries', models.PositiveSmallIntegerField(default=0)),
                    ('sent_at', models.DateTimeField(blank=True, null=True)),
                    ('given_up_at', models.DateTimeField(blank=True, null=True)),
                    ('failed_at', models.DateTimeField(blank=True, help_text='It did not arrive: somebody has to call.', null=True)),
                    ('failure', models.CharField(blank=True, choices=[('refused', 'The address was refused'), ('not_sent', 'It could not be sent'), ('returned', 'It came back')], db_default='', max_length=10)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('given_up_at', None), ('sent_at', None)), fields=['due_at'], name='notices_waiting'), models.Index(condition=models.Q(('failed_at__isnull', False)), fields=['failed_at'], name='notices_failed')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['invitation', 'urgent_flag', 'visit_booked', 'visit_offered', 'visit_cancelled', 'message_waiting', 'log_reminder', 'visit_reminder', 'waitlist_offer', 'transfer'])), name='notice_kind_known'), models.CheckConstraint(condition=models.Q(('sent_at', None), ('given_up_at', None), _connector='OR'), name='notice_sent_or_given_up'), models.CheckConstraint(condition=models.Q(('failure__in', ['', 'refused', 'not_sent', 'returned'])), name='notice_failure_known'), models.CheckConstraint(condition=models.Q(models.Q(('failed_at', None), ('failure', '')), models.Q(('failed_at__isnull', False), models.Q(('failure', ''), _negated=True), models.Q(('sent_at__isnull', False), ('given_up_at__isnull', False), _connector='OR')), _connector='OR'), name='notice_failed_with_why')],
                },
            ),
            migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('email', models.EmailField(max_length=254, unique=True)),
                    ('name', models.CharField(max_length=120)),
                    ('language', models.CharField(choices=accounts.languages.languages, default='en', max_length=5)),
                    ('is_active', models.BooleanField(default=True)),
                    ('joined_at', models.DateTimeField()),
                    ('signed_out_at', models.DateTimeField(help_text='Sessions from before have ended.', null=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='one_user_per_email')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_userevent" ("email", "id", "is_active", "joined_at", "language", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "signed_out_at") VALUES (NEW."email", NEW."id", NEW."is_active", NEW."joined_at", NEW."language", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."signed_out_at"); RETURN NULL;', hash='d72da68a37b0072b4d24afe3d1d327fae1566439', operation='INSERT', pgid='pgtrigger_insert_insert_3867c', table='accounts_user', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."joined_at" IS DISTINCT FROM (NEW."joined_at") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."signed_out_at" IS DISTINCT FROM (NEW."signed_out_at"))', func='INSERT INTO "accounts_userevent" ("email", "id", "is_active", "joined_at", "language", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "signed_out_at") VALUES (NEW."email", NEW."id", NEW."is_active", NEW."joined_at", NEW."language", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."signed_out_at"); RETURN NULL;', hash='9bf35c2e9ae18a2e7cd734dca9c28c68103d0c92', operation='UPDATE', pgid='pgtrigger_update_update_0e890', table='accounts_user', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_userevent" ("email", "id", "is_active", "joined_at", "language", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "signed_out_at") VALUES (OLD."email", OLD."id", OLD."is_active", OLD."joined_at", OLD."language", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."signed_out_at"); RETURN NULL;', hash='784a61e14b26e1c1582c6f49f370a33c28b75d69', operation='DELETE', pgid='pgtrigger_delete_delete_19f14', table='accounts_user', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='UserEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to=settings.AUTH_USER_MODEL)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('email', models.EmailField(max_length=254)),
                    ('name', models.CharField(max_length=120)),
                    ('language', models.CharField(choices=accounts.languages.languages, default='en', max_length=5)),
                    ('is_active', models.BooleanField(default=True)),
                    ('joined_at', models.DateTimeField()),
                    ('signed_out_at', models.DateTimeField(help_text='Sessions from before have ended.', null=True)),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9e9498e73f6fbdf2642fb33fa14189f1ad2382c8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_45b21', table='accounts_userevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='HeldForm',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('patient', models.BigIntegerField(help_text='About whom: the key, which this app cannot follow.')),
                    ('path', models.CharField(max_length=200)),
                    ('fields', models.TextField(help_text='As it was posted.')),
                    ('held_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['held_at'], name='held_forms_by_age')],
                    'constraints': [models.UniqueConstraint(fields=('user', 'patient', 'path'), name='one_held_form_a_page'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('fields'), 65536), name='held_form_not_too_long')],
                },
            ),
            migrations.CreateModel(
                name='AccountMail',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('sealed', models.TextField(help_text='Address, text and code, encrypted.')),
                    ('due_at', models.DateTimeField()),
                    ('expires_at', models.DateTimeField(help_text='Its code counts no longer.')),
                    ('tries', models.PositiveSmallIntegerField(default=0)),
                ],
                options={
                    'indexes': [models.Index(fields=['due_at'], name='account_mail_waiting')],
                },
            ),
            migrations.CreateModel(
                name='SignOnLink',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='accounts.signonprovider')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sign_on_links', to=settings.AUTH_USER_MODEL)),
                    ('subject', models.CharField(help_text='Who it is there: the claim `sub`.', max_length=255)),
                    ('linked_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('provider', 'subject'), name='one_person_a_subject'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('provider', 'user'), name='one_subject_a_person'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='sign_on_link_ended_at_with_by')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_signonlinkevent" ("ended_at", "ended_by_id", "id", "linked_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider_id", "subject", "user_id") VALUES (NEW."ended_at", NEW."ended_by_id", NEW."id", NEW."linked_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."provider_id", NEW."subject", NEW."user_id"); RETURN NULL;', hash='789d90cb1b683e72eccac5e7821d87d4b03c2123', operation='INSERT', pgid='pgtrigger_insert_insert_09e8f', table='accounts_signonlink', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_signonlinkevent" ("ended_at", "ended_by_id", "id", "linked_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider_id", "subject", "user_id") VALUES (NEW."ended_at", NEW."ended_by_id", NEW."id", NEW."linked_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."provider_id", NEW."subject", NEW."user_id"); RETURN NULL;', hash='4641ade0d2afb978f255aebb5d47b0c614a4cde7', operation='UPDATE', pgid='pgtrigger_update_update_35d35', table='accounts_signonlink', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_signonlinkevent" ("ended_at", "ended_by_id", "id", "linked_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider_id", "subject", "user_id") VALUES (OLD."ended_at", OLD."ended_by_id", OLD."id", OLD."linked_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."provider_id", OLD."subject", OLD."user_id"); RETURN NULL;', hash='048493378a82bd87744ed0665edad15f443918a7', operation='DELETE', pgid='pgtrigger_delete_delete_04da3', table='accounts_signonlink', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='SignOnLinkEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.signonlink')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('provider', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.signonprovider')),
                    ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('subject', models.CharField(help_text='Who it is there: the claim `sub`.', max_length=255)),
                    ('linked_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('ended_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4269547263b13ea874797861993b3ae8c3dcdb3a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_89a25', table='accounts_signonlinkevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='SignOnProvider',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sign_ons', to='accounts.clinic')),
                    ('key', models.CharField(help_text='Stands in its addresses.', max_length=32, unique=True)),
                    ('name', models.CharField(max_length=60)),
                    ('issuer', models.CharField(max_length=300)),
                    ('client_id', models.CharField(max_length=200)),
                    ('sealed_secret', models.TextField()),
                    ('second_step', models.CharField(choices=[('theirs', 'The sign-on has to show it (amr or acr)'), ('ours', 'We ask for it here, as with a code')], default='ours', max_length=10)),
                    ('acr_values', models.CharField(blank=True, help_text='That mean two steps.', max_length=300)),
                    ('begun_at', models.DateTimeField()),
                    ('begun_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('tested_at', models.DateTimeField(blank=True, null=True)),
                    ('tested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('opened_at', models.DateTimeField(blank=True, null=True)),
                    ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('clinic',), name='one_sign_on_a_clinic'), models.CheckConstraint(condition=models.Q(models.Q(('tested_at', None), ('tested_by', None)), models.Q(('tested_at__isnull', False), ('tested_by__isnull', False)), _connector='OR'), name='sign_on_tested_at_with_by'), models.CheckConstraint(condition=models.Q(models.Q(('opened_at', None), ('opened_by', None)), models.Q(('opened_at__isnull', False), ('opened_by__isnull', False)), _connector='OR'), name='sign_on_opened_at_with_by'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='sign_on_ended_at_with_by'), models.CheckConstraint(condition=models.Q(('opened_at', None), ('tested_at__isnull', False), _connector='OR'), name='sign_on_tested_before_opened'), models.CheckConstraint(condition=models.Q(('second_step__in', ['theirs', 'ours'])), name='sign_on_second_step_known')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_signonproviderevent" ("acr_values", "begun_at", "begun_by_id", "client_id", "clinic_id", "ended_at", "ended_by_id", "id", "issuer", "key", "name", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "second_step", "tested_at", "tested_by_id") VALUES (NEW."acr_values", NEW."begun_at", NEW."begun_by_id", NEW."client_id", NEW."clinic_id", NEW."ended_at", NEW."ended_by_id", NEW."id", NEW."issuer", NEW."key", NEW."name", NEW."opened_at", NEW."opened_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."second_step", NEW."tested_at", NEW."tested_by_id"); RETURN NULL;', hash='003d90ac6be93c7e3b172fef69f9404836d6aacf', operation='INSERT', pgid='pgtrigger_insert_insert_d8b96', table='accounts_signonprovider', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."acr_values" IS DISTINCT FROM (NEW."acr_values") OR OLD."begun_at" IS DISTINCT FROM (NEW."begun_at") OR OLD."begun_by_id" IS DISTINCT FROM (NEW."begun_by_id") OR OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."clinic_id" IS DISTINCT FROM (NEW."clinic_id") OR OLD."ended_at" IS DISTINCT FROM (NEW."ended_at") OR OLD."ended_by_id" IS DISTINCT FROM (NEW."ended_by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."issuer" IS DISTINCT FROM (NEW."issuer") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at") OR OLD."opened_by_id" IS DISTINCT FROM (NEW."opened_by_id") OR OLD."second_step" IS DISTINCT FROM (NEW."second_step") OR OLD."tested_at" IS DISTINCT FROM (NEW."tested_at") OR OLD."tested_by_id" IS DISTINCT FROM (NEW."tested_by_id"))', func='INSERT INTO "accounts_signonproviderevent" ("acr_values", "begun_at", "begun_by_id", "client_id", "clinic_id", "ended_at", "ended_by_id", "id", "issuer", "key", "name", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "second_step", "tested_at", "tested_by_id") VALUES (NEW."acr_values", NEW."begun_at", NEW."begun_by_id", NEW."client_id", NEW."clinic_id", NEW."ended_at", NEW."ended_by_id", NEW."id", NEW."issuer", NEW."key", NEW."name", NEW."opened_at", NEW."opened_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."second_step", NEW."tested_at", NEW."tested_by_id"); RETURN NULL;', hash='c444224da7821630e591360d0f658ecea6a5c178', operation='UPDATE', pgid='pgtrigger_update_update_baed7', table='accounts_signonprovider', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_signonproviderevent" ("acr_values", "begun_at", "begun_by_id", "client_id", "clinic_id", "ended_at", "ended_by_id", "id", "issuer", "key", "name", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "second_step", "tested_at", "tested_by_id") VALUES (OLD."acr_values", OLD."begun_at", OLD."begun_by_id", OLD."client_id", OLD."clinic_id", OLD."ended_at", OLD."ended_by_id", OLD."id", OLD."issuer", OLD."key", OLD."name", OLD."opened_at", OLD."opened_by_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."second_step", OLD."tested_at", OLD."tested_by_id"); RETURN NULL;', hash='c3f2f65d71ee9797fc87b8fc889237a2efb8e1bd', operation='DELETE', pgid='pgtrigger_delete_delete_6bef4', table='accounts_signonprovider', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='SignOnProviderEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.signonprovider')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('clinic', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.clinic')),
                    ('key', models.CharField(help_text='Stands in its addresses.', max_length=32)),
                    ('name', models.CharField(max_length=60)),
                    ('issuer', models.CharField(max_length=300)),
                    ('client_id', models.CharField(max_length=200)),
                    ('second_step', models.CharField(choices=[('theirs', 'The sign-on has to show it (amr or acr)'), ('ours', 'We ask for it here, as with a code')], default='ours', max_length=10)),
                    ('acr_values', models.CharField(blank=True, help_text='That mean two steps.', max_length=300)),
                    ('begun_at', models.DateTimeField()),
                    ('begun_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('tested_at', models.DateTimeField(blank=True, null=True)),
                    ('tested_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('opened_at', models.DateTimeField(blank=True, null=True)),
                    ('opened_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('ended_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e52165bdea823b5e292e3488fc7cb7549213708b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4196a', table='accounts_signonproviderevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='ClinicLogo',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='logos', to='accounts.clinic')),
                    ('name', models.CharField(help_text='A digest of it; stands in its address.', max_length=32)),
                    ('png', models.BinaryField()),
                    ('made_at', models.DateTimeField()),
                    ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('clinic', 'name'), name='one_logo_a_name'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(models.Func('png', function='octet_length', output_field=models.IntegerField()), 100000), name='clinic_logo_not_too_large')],
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c8f2e03a2bf15408bdc0702d93c35dfd10cc1085', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_688f2', table='accounts_cliniclogo', when='BEFORE'))],
                },
            ),
        ])
    ]
