import accounts.languages
from accounts.migrations._create_tables import CreateTables
import accounts.models.clinic
import accounts.zones
import datetime
from django.conf import settings
import django.contrib.postgres.fields
from django.db import migrations, models
from django.db import models
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
                    ('legal_age', models.PositiveSmallIntegerField(db_default=18, default=18, help_text="From this birthday on a patient decides alone: a parent's access has ended.")),
                    ('care_team_only', models.BooleanField(default=False, help_text='Clinicians see only the patients whose care team they belong to.')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('phone_opens__lt', models.F('phone_closes'))), name='clinic_phone_opens_then_closes'), models.CheckConstraint(condition=models.Q(('phone_weekdays__contained_by', [0, 1, 2, 3, 4, 5, 6])), name='clinic_phone_weekdays_known'), models.CheckConstraint(condition=models.Q(('legal_age__range', (12, 21))), name='clinic_legal_age_of_young_people'), models.CheckConstraint(condition=models.Q(('closed_on__len__lte', 60)), name='clinic_closed_on_few_days')],
                    'triggers': [pgtrigger.compiler.Trigger(name='time_zone_known', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW.time_zone !~ '^(UTC|Etc/[A-Z][A-Za-z0-9+-]*|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_-]+)+)$' THEN\n        RAISE EXCEPTION 'time_zone_known' USING ERRCODE = 'check_violation', CONSTRAINT = 'time_zone_known';\n    END IF;\n    BEGIN\n        PERFORM timezone(NEW.time_zone, now());\n    EXCEPTION WHEN invalid_parameter_value THEN\n        RAISE EXCEPTION 'time_zone_known' USING ERRCODE = 'check_violation', CONSTRAINT = 'time_zone_known';\n    END;\n    RETURN NEW;\n", hash='6dc2925a2cf5e44b46d1a72c5c6ef01333464a93', operation='INSERT OR UPDATE OF "time_zone"', pgid='pgtrigger_time_zone_known_c3b29', table='accounts_clinic', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_clinicevent" ("address", "alert_email", "care_team_only", "closed_on", "emergency_number", "id", "legal_age", "name", "next_alert_email", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_closes", "phone_opens", "phone_weekdays", "time_zone") VALUES (NEW."address", NEW."alert_email", NEW."care_team_only", NEW."closed_on", NEW."emergency_number", NEW."id", NEW."legal_age", NEW."name", NEW."next_alert_email", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."phone_closes", NEW."phone_opens", NEW."phone_weekdays", NEW."time_zone"); RETURN NULL;', hash='bca3d9d4b57d4359a83895c073c25b1539e8ef62', operation='INSERT', pgid='pgtrigger_insert_insert_e9c0c', table='accounts_clinic', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_clinicevent" ("address", "alert_email", "care_team_only", "closed_on", "emergency_number", "id", "legal_age", "name", "next_alert_email", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_closes", "phone_opens", "phone_weekdays", "time_zone") VALUES (NEW."address", NEW."alert_email", NEW."care_team_only", NEW."closed_on", NEW."emergency_number", NEW."id", NEW."legal_age", NEW."name", NEW."next_alert_email", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."phone_closes", NEW."phone_opens", NEW."phone_weekdays", NEW."time_zone"); RETURN NULL;', hash='bc0468196aea95ce9bada54341d23bb3feee7a89', operation='UPDATE', pgid='pgtrigger_update_update_d9a44', table='accounts_clinic', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_clinicevent" ("address", "alert_email", "care_team_only", "closed_on", "emergency_number", "id", "legal_age", "name", "next_alert_email", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_closes", "phone_opens", "phone_weekdays", "time_zone") VALUES (OLD."address", OLD."alert_email", OLD."care_team_only", OLD."closed_on", OLD."emergency_number", OLD."id", OLD."legal_age", OLD."name", OLD."next_alert_email", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."phone_closes", OLD."phone_opens", OLD."phone_weekdays", OLD."time_zone"); RETURN NULL;', hash='c0a0315ffdf240aa338d11c7a4855bdb61a296f3', operation='DELETE', pgid='pgtrigger_delete_delete_4e933', table='accounts_clinic', when='AFTER'))],
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
                    ('legal_age', models.PositiveSmallIntegerField(db_default=18, default=18, help_text="From this birthday on a patient decides alone: a parent's access has ended.")),
                    ('care_team_only', models.BooleanField(default=False, help_text='Clinicians see only the patients whose care team they belong to.')),
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
                    ('role', models.CharField(choices=[('patient', 'Patient'), ('carer', 'Carer'), ('clinician', 'Clinician'), ('scheduler', 'Scheduler'), ('administrator', 'Administrator')], max_length=20)),
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
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('accepted_at', None), ('accepted_by', None)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False)), _connector='OR'), name='invitation_accepted_at_with_by'), models.CheckConstraint(condition=models.Q(models.Q(('renewed_at', None), ('renewed_by', None)), models.Q(('renewed_at__isnull', False), ('renewed_by__isnull', False)), _connector='OR'), name='invitation_renewed_at_with_by'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='invitation_withdrawn_at_with_by'), models.CheckConstraint(condition=models.Q(('accepted_at', None), ('withdrawn_at', None), _connector='OR'), name='invitation_accepted_or_withdrawn'), models.CheckConstraint(condition=models.Q(('role__in', ['patient', 'carer', 'clinician', 'scheduler', 'administrator'])), name='invitation_role_known')],
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
                    ('role', models.CharField(choices=[('patient', 'Patient'), ('carer', 'Carer'), ('clinician', 'Clinician'), ('scheduler', 'Scheduler'), ('administrator', 'Administrator')], max_length=20)),
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
                    ('job', models.CharField(choices=[('review', 'Review'), ('daily_checks', 'Daily Checks'), ('daily_checks_of_clinic', 'Daily Checks Of Clinic'), ('mark_due', 'Mark Due'), ('reminders', 'Reminders'), ('visit_reminders', 'Visit Reminders'), ('waitlist', 'Waitlist'), ('notices', 'Notices'), ('account_mail', 'Account Mail'), ('imports', 'Imports'), ('return_flags', 'Return Flags'), ('next_contact', 'Next Contact'), ('legal_age', 'Legal Age')], max_length=30)),
                    ('row', models.BigIntegerField(help_text='The key of what the job was about.')),
                    ('clinic', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.clinic')),
                    ('error', models.CharField(max_length=80)),
                    ('failed_at', models.DateTimeField()),
                    ('tries', models.PositiveIntegerField(default=1)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('job__in', ['review', 'daily_checks', 'daily_checks_of_clinic', 'mark_due', 'reminders', 'visit_reminders', 'waitlist', 'notices', 'account_mail', 'imports', 'return_flags', 'next_contact', 'legal_age'])), name='failure_job_known'), models.UniqueConstraint(fields=('job', 'row'), name='one_failure_a_job_and_row')],
                },
            ),
            migrations.CreateModel(
                name='Notice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('invitation', 'Invitation'), ('urgent_flag', 'Urgent Flag'), ('visit_booked', 'Visit Booked'), ('visit_offered', 'Visit Offered'), ('visit_cancelled', 'Visit Cancelled'), ('message_waiting', 'Message Waiting'), ('log_reminder', 'Log Reminder'), ('visit_reminder', 'Visit Reminder'), ('waitlist_offer', 'Waitlist Offer'), ('of_age_soon', 'Of Age Soon'), ('of_age_clinic', 'Of Age Clinic')], max_length=30)),
                    ('key', models.CharField(max_length=120, unique=True)),
                    ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='accounts.clinic')),
                    ('email', models.EmailField(max_length=254)),
                    ('whom', models.CharField(blank=True, db_default='', help_text='A first name or initials, as the patient chose, where several share the address.', max_length=120)),
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
                    'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['invitation', 'urgent_flag', 'visit_booked', 'visit_offered', 'visit_cancelled', 'message_waiting', 'log_reminder', 'visit_reminder', 'waitlist_offer', 'of_age_soon', 'of_age_clinic'])), name='notice_kind_known'), models.CheckConstraint(condition=models.Q(('sent_at', None), ('given_up_at', None), _connector='OR'), name='notice_sent_or_given_up'), models.CheckConstraint(condition=models.Q(('failure__in', ['', 'refused', 'not_sent', 'returned'])), name='notice_failure_known'), models.CheckConstraint(condition=models.Q(models.Q(('failed_at', None), ('failure', '')), models.Q(('failed_at__isnull', False), models.Q(('failure', ''), _negated=True), models.Q(('sent_at__isnull', False), ('given_up_at__isnull', False), _connector='OR')), _connector='OR'), name='notice_failed_with_why')],
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
                    ('passkey_answered_at', models.DateTimeField(blank=True, help_text='Asked once whether they want one; either answer ends it.', null=True)),
                    ('signed_out_at', models.DateTimeField(help_text='Sessions from before have ended.', null=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='one_user_per_email')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_userevent" ("email", "id", "is_active", "joined_at", "language", "name", "passkey_answered_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "signed_out_at") VALUES (NEW."email", NEW."id", NEW."is_active", NEW."joined_at", NEW."language", NEW."name", NEW."passkey_answered_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."signed_out_at"); RETURN NULL;', hash='6c4e182583d30f382b2a95a41d6af1e8dee144f7', operation='INSERT', pgid='pgtrigger_insert_insert_3867c', table='accounts_user', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."joined_at" IS DISTINCT FROM (NEW."joined_at") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."passkey_answered_at" IS DISTINCT FROM (NEW."passkey_answered_at") OR OLD."signed_out_at" IS DISTINCT FROM (NEW."signed_out_at"))', func='INSERT INTO "accounts_userevent" ("email", "id", "is_active", "joined_at", "language", "name", "passkey_answered_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "signed_out_at") VALUES (NEW."email", NEW."id", NEW."is_active", NEW."joined_at", NEW."language", NEW."name", NEW."passkey_answered_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."signed_out_at"); RETURN NULL;', hash='80b96177417ae2fe4fdf45e4aa75bdf5480297f6', operation='UPDATE', pgid='pgtrigger_update_update_0e890', table='accounts_user', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_userevent" ("email", "id", "is_active", "joined_at", "language", "name", "passkey_answered_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "signed_out_at") VALUES (OLD."email", OLD."id", OLD."is_active", OLD."joined_at", OLD."language", OLD."name", OLD."passkey_answered_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."signed_out_at"); RETURN NULL;', hash='6364e529620931eb7bd08b95ca8da32df343d4df', operation='DELETE', pgid='pgtrigger_delete_delete_19f14', table='accounts_user', when='AFTER'))],
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
                    ('passkey_answered_at', models.DateTimeField(blank=True, help_text='Asked once whether they want one; either answer ends it.', null=True)),
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
        ])
    ]
