from accounts.migrations._create_tables import CreateTables
import datetime
from django.conf import settings
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db import models
import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
from pgtrigger.compiler import Trigger, UpsertTriggerSql
import uuid


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('patients', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        CreateTables([
            migrations.CreateModel(
                name='Room',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rooms', to='accounts.clinic')),
                    ('name', models.CharField(max_length=60)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('clinic', 'name'), name='one_room_per_name')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_roomevent" ("clinic_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."clinic_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='02445854366dd39c75ce793a6df3b6aa7c3cc212', operation='INSERT', pgid='pgtrigger_insert_insert_4b200', table='scheduling_room', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "scheduling_roomevent" ("clinic_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."clinic_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='eaad2f917f7d09e8fc30d4e419e82fbe806aa1f4', operation='UPDATE', pgid='pgtrigger_update_update_83449', table='scheduling_room', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_roomevent" ("clinic_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."clinic_id", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='b3fa55cafb2cd332802e035b35b2eaf531baf501', operation='DELETE', pgid='pgtrigger_delete_delete_382b4', table='scheduling_room', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='RoomEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='scheduling.room')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('clinic', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.clinic')),
                    ('name', models.CharField(max_length=60)),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9c16f5839654840a36a1bb5d4296dec33c317620', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a6add', table='scheduling_roomevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='Availability',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='availabilities', to='accounts.membership')),
                    ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')])),
                    ('starts', models.TimeField()),
                    ('ends', models.TimeField()),
                    ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='availabilities', to='scheduling.room')),
                    ('slot_minutes', models.PositiveSmallIntegerField()),
                    ('from_on', models.DateField()),
                    ('until_on', models.DateField(blank=True, null=True)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('weekday__range', (0, 6))), name='availability_weekday_known'), models.CheckConstraint(condition=models.Q(('starts__lt', models.F('ends'))), name='availability_starts_before_it_ends'), models.CheckConstraint(condition=models.Q(('slot_minutes__range', (5, 240))), name='availability_slot_possible'), models.CheckConstraint(condition=models.Q(('until_on', None), ('until_on__gte', django.db.models.expressions.CombinedExpression(models.F('from_on'), '-', models.Value(1))), _connector='OR'), name='availability_until_after_from'), models.CheckConstraint(condition=models.Q(('from_on__range', (datetime.date(2000, 1, 1), datetime.date(2199, 12, 31)))), name='availability_from_on_in_bounds'), models.CheckConstraint(condition=models.Q(('until_on__range', (datetime.date(2000, 1, 1), datetime.date(2199, 12, 31)))), name='availability_until_on_in_bounds')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_availabilityevent" ("ends", "from_on", "id", "membership_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "room_id", "slot_minutes", "starts", "until_on", "weekday") VALUES (NEW."ends", NEW."from_on", NEW."id", NEW."membership_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."room_id", NEW."slot_minutes", NEW."starts", NEW."until_on", NEW."weekday"); RETURN NULL;', hash='bfc912bf7b87dfcecdf22490e27aff14fec5c906', operation='INSERT', pgid='pgtrigger_insert_insert_d5b22', table='scheduling_availability', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "scheduling_availabilityevent" ("ends", "from_on", "id", "membership_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "room_id", "slot_minutes", "starts", "until_on", "weekday") VALUES (NEW."ends", NEW."from_on", NEW."id", NEW."membership_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."room_id", NEW."slot_minutes", NEW."starts", NEW."until_on", NEW."weekday"); RETURN NULL;', hash='af596f0ee6924cbbd3b9fe2e0b8fe3e44c2ecd1c', operation='UPDATE', pgid='pgtrigger_update_update_0e3a3', table='scheduling_availability', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_availabilityevent" ("ends", "from_on", "id", "membership_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "room_id", "slot_minutes", "starts", "until_on", "weekday") VALUES (OLD."ends", OLD."from_on", OLD."id", OLD."membership_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."room_id", OLD."slot_minutes", OLD."starts", OLD."until_on", OLD."weekday"); RETURN NULL;', hash='bdb968dd1e08370d06a66d8c65a90d535f1d4a85', operation='DELETE', pgid='pgtrigger_delete_delete_4fd46', table='scheduling_availability', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='AvailabilityEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='scheduling.availability')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('membership', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.membership')),
                    ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')])),
                    ('starts', models.TimeField()),
                    ('ends', models.TimeField()),
                    ('room', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='scheduling.room')),
                    ('slot_minutes', models.PositiveSmallIntegerField()),
                    ('from_on', models.DateField()),
                    ('until_on', models.DateField(blank=True, null=True)),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='73be8b5fbe88bc80a628410e837df4c02e5f2f79', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d49f7', table='scheduling_availabilityevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='AvailabilityException',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='availability_exceptions', to='accounts.membership')),
                    ('date', models.DateField()),
                    ('kind', models.CharField(choices=[('off', 'Time off'), ('extra', 'Extra hours')], max_length=5)),
                    ('starts', models.TimeField(blank=True, null=True)),
                    ('ends', models.TimeField(blank=True, null=True)),
                    ('room', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.room')),
                    ('slot_minutes', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('reason', models.CharField(blank=True, max_length=200)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ends', None), ('starts', None)), models.Q(('ends__isnull', False), ('starts__isnull', False), ('starts__lt', models.F('ends'))), _connector='OR'), name='exception_starts_before_it_ends'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'off'), ('room', None), ('slot_minutes', None)), models.Q(('kind', 'extra'), ('room__isnull', False), ('slot_minutes__isnull', False), ('slot_minutes__range', (5, 240)), ('starts__isnull', False)), _connector='OR'), name='exception_off_or_extra_whole'), models.CheckConstraint(condition=models.Q(('date__range', (datetime.date(2000, 1, 1), datetime.date(2199, 12, 31)))), name='exception_date_in_bounds')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_availabilityexceptionevent" ("date", "ends", "id", "kind", "membership_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "room_id", "slot_minutes", "starts") VALUES (NEW."date", NEW."ends", NEW."id", NEW."kind", NEW."membership_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."room_id", NEW."slot_minutes", NEW."starts"); RETURN NULL;', hash='c427f04cf5121a9a84789a768fc14f7f14fc844e', operation='INSERT', pgid='pgtrigger_insert_insert_03111', table='scheduling_availabilityexception', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "scheduling_availabilityexceptionevent" ("date", "ends", "id", "kind", "membership_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "room_id", "slot_minutes", "starts") VALUES (NEW."date", NEW."ends", NEW."id", NEW."kind", NEW."membership_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."room_id", NEW."slot_minutes", NEW."starts"); RETURN NULL;', hash='40e0bf0b01ab62b7eec5bc038fc1f414c387eeb7', operation='UPDATE', pgid='pgtrigger_update_update_f2773', table='scheduling_availabilityexception', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_availabilityexceptionevent" ("date", "ends", "id", "kind", "membership_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "room_id", "slot_minutes", "starts") VALUES (OLD."date", OLD."ends", OLD."id", OLD."kind", OLD."membership_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."room_id", OLD."slot_minutes", OLD."starts"); RETURN NULL;', hash='41a175c7bf900b43dc0e2d79cb4abed1f9473053', operation='DELETE', pgid='pgtrigger_delete_delete_a9f05', table='scheduling_availabilityexception', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='AvailabilityExceptionEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='scheduling.availabilityexception')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('membership', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.membership')),
                    ('date', models.DateField()),
                    ('kind', models.CharField(choices=[('off', 'Time off'), ('extra', 'Extra hours')], max_length=5)),
                    ('starts', models.TimeField(blank=True, null=True)),
                    ('ends', models.TimeField(blank=True, null=True)),
                    ('room', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='scheduling.room')),
                    ('slot_minutes', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('reason', models.CharField(blank=True, max_length=200)),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='70479bba415512fbe59a4b6defdf9cd6dfbf67fd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_16a7e', table='scheduling_availabilityexceptionevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='Call',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='patients.patient')),
                    ('outcome', models.CharField(choices=[('reached', 'Reached'), ('no_answer', 'No answer'), ('left_message', 'Left a message'), ('declined', 'Declined')], max_length=20)),
                    ('called_at', models.DateTimeField()),
                    ('called_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('withdrawn_at', models.DateTimeField(blank=True, help_text='Noted by mistake.', null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['patient', '-called_at'], name='calls_latest_first')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['reached', 'no_answer', 'left_message', 'declined'])), name='call_outcome_known')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_callevent" ("called_at", "called_by_id", "id", "outcome", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "withdrawn_at") VALUES (NEW."called_at", NEW."called_by_id", NEW."id", NEW."outcome", NEW."patient_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."withdrawn_at"); RETURN NULL;', hash='7af960458825fad5edd22a0b3aa50a1cd0848a6c', operation='INSERT', pgid='pgtrigger_insert_insert_f8311', table='scheduling_call', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "scheduling_callevent" ("called_at", "called_by_id", "id", "outcome", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "withdrawn_at") VALUES (NEW."called_at", NEW."called_by_id", NEW."id", NEW."outcome", NEW."patient_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."withdrawn_at"); RETURN NULL;', hash='2387774bc1d4b914c7ffddd58d7eb6933cc3d0c6', operation='UPDATE', pgid='pgtrigger_update_update_83b96', table='scheduling_call', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_callevent" ("called_at", "called_by_id", "id", "outcome", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "withdrawn_at") VALUES (OLD."called_at", OLD."called_by_id", OLD."id", OLD."outcome", OLD."patient_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."withdrawn_at"); RETURN NULL;', hash='5226ad1ae47a5307c2625aca54c148b95e3d4fb5', operation='DELETE', pgid='pgtrigger_delete_delete_0aa40', table='scheduling_call', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='CallEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='scheduling.call')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('patient', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.patient')),
                    ('outcome', models.CharField(choices=[('reached', 'Reached'), ('no_answer', 'No answer'), ('left_message', 'Left a message'), ('declined', 'Declined')], max_length=20)),
                    ('called_at', models.DateTimeField()),
                    ('called_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('withdrawn_at', models.DateTimeField(blank=True, help_text='Noted by mistake.', null=True)),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5339e50a630fe92aa9eabc0b5f2ca6b44c32d531', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_11c5d', table='scheduling_callevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='Consultation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('visit_request', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consultations', to='patients.visitrequest')),
                    ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consultations', to='patients.patient')),
                    ('clinician', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consultations', to='accounts.membership')),
                    ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consultations', to='scheduling.room')),
                    ('period', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                    ('state', models.CharField(choices=[('held', 'Held'), ('booked', 'Booked'), ('arrived', 'Arrived'), ('done', 'Done'), ('cancelled', 'Cancelled')], max_length=10)),
                    ('held_until', models.DateTimeField(blank=True, null=True)),
                    ('held_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('offered_at', models.DateTimeField(blank=True, help_text='Since when the patient sees the held time, to accept it.', null=True)),
                    ('uid', models.UUIDField(default=uuid.uuid4, help_text='Its name in calendars, for good.', unique=True)),
                    ('sequence', models.PositiveIntegerField(default=0, help_text='Rises with each change, so that calendars take the newest.')),
                    ('booked_at', models.DateTimeField(blank=True, null=True)),
                    ('booked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('arrived_at', models.DateTimeField(blank=True, null=True)),
                    ('arrived_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('done_at', models.DateTimeField(blank=True, null=True)),
                    ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                    ('cancelled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('cancel_reason', models.CharField(blank=True, choices=[('patient_asked', 'The patient asked'), ('clinician_away', 'The clinician is away'), ('did_not_come', 'The patient did not come'), ('mistake', 'It was booked by mistake'), ('other', 'Another reason')], max_length=20)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('state__in', ['held', 'booked', 'arrived'])), fields=['patient'], name='visits_ahead'), django.contrib.postgres.indexes.GistIndex(fields=['period'], name='visits_by_time')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('cancel_reason__in', ['', 'patient_asked', 'clinician_away', 'did_not_come', 'mistake', 'other'])), name='visit_cancel_reason_known'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['held', 'booked', 'arrived', 'done'])), expressions=[(models.Func(models.F('clinician'), models.F('clinician'), models.Value('[]'), function='int8range'), '&&'), ('period', '&&')], name='one_visit_at_a_time_per_clinician'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['held', 'booked', 'arrived', 'done'])), expressions=[(models.Func(models.F('patient'), models.F('patient'), models.Value('[]'), function='int8range'), '&&'), ('period', '&&')], name='one_visit_at_a_time_per_patient'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['held', 'booked', 'arrived', 'done'])), expressions=[(models.Func(models.F('room'), models.F('room'), models.Value('[]'), function='int8range'), '&&'), ('period', '&&')], name='one_visit_at_a_time_per_room'), models.UniqueConstraint(condition=models.Q(('state__in', ['held', 'booked', 'arrived', 'done'])), fields=('visit_request',), name='one_visit_per_request'), models.CheckConstraint(condition=models.Q(('period__isempty', False), ('period__lower_inc', True), ('period__upper_inc', False), ('period__lower_inf', False), ('period__upper_inf', False)), name='visit_has_start_and_end'), models.CheckConstraint(condition=models.Q(('state__in', ['held', 'booked', 'arrived', 'done', 'cancelled'])), name='visit_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('held_by__isnull', False), ('held_until__isnull', False), ('state', 'held')), models.Q(models.Q(('state', 'held'), _negated=True), ('held_by', None), ('held_until', None)), _connector='OR'), name='visit_held_until_with_by'), models.CheckConstraint(condition=models.Q(('offered_at', None), ('state', 'held'), _connector='OR'), name='visit_offered_while_held'), models.CheckConstraint(condition=models.Q(models.Q(('booked_at__isnull', False), ('booked_by__isnull', False), ('state__in', ['booked', 'arrived', 'done', 'cancelled'])), models.Q(models.Q(('state__in', ['booked', 'arrived', 'done', 'cancelled']), _negated=True), ('booked_at__isnull', True), ('booked_by__isnull', True)), _connector='OR'), name='visit_booked_at_with_by'), models.CheckConstraint(condition=models.Q(models.Q(('arrived_at__isnull', False), ('arrived_by__isnull', False), ('state__in', ['arrived', 'done'])), models.Q(models.Q(('state__in', ['arrived', 'done']), _negated=True), ('arrived_at__isnull', True), ('arrived_by__isnull', True)), _connector='OR'), name='visit_arrived_at_with_by'), models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', False), ('done_by__isnull', False), ('state__in', ['done'])), models.Q(models.Q(('state__in', ['done']), _negated=True), ('done_at__isnull', True), ('done_by__isnull', True)), _connector='OR'), name='visit_done_at_with_by'), models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('cancelled_by__isnull', False), ('state__in', ['cancelled'])), models.Q(models.Q(('state__in', ['cancelled']), _negated=True), ('cancelled_at__isnull', True), ('cancelled_by__isnull', True)), _connector='OR'), name='visit_cancelled_at_with_by'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'cancelled'), models.Q(('cancel_reason', ''), _negated=True)), models.Q(models.Q(('state', 'cancelled'), _negated=True), ('cancel_reason', '')), _connector='OR'), name='visit_cancelled_with_reason'), models.CheckConstraint(condition=models.Q(('period__endswith__lte', datetime.datetime(2199, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('period__startswith__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='visit_period_in_bounds'), models.CheckConstraint(condition=models.Q(('held_until__range', (datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2199, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)))), name='visit_held_until_in_bounds')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_consultationevent" ("arrived_at", "arrived_by_id", "booked_at", "booked_by_id", "cancel_reason", "cancelled_at", "cancelled_by_id", "clinician_id", "done_at", "done_by_id", "held_by_id", "held_until", "id", "offered_at", "patient_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "room_id", "sequence", "state", "uid", "visit_request_id") VALUES (NEW."arrived_at", NEW."arrived_by_id", NEW."booked_at", NEW."booked_by_id", NEW."cancel_reason", NEW."cancelled_at", NEW."cancelled_by_id", NEW."clinician_id", NEW."done_at", NEW."done_by_id", NEW."held_by_id", NEW."held_until", NEW."id", NEW."offered_at", NEW."patient_id", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."room_id", NEW."sequence", NEW."state", NEW."uid", NEW."visit_request_id"); RETURN NULL;', hash='c56bc3bdc69249fedfa6c9de3d34535f3a03d840', operation='INSERT', pgid='pgtrigger_insert_insert_71557', table='scheduling_consultation', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "scheduling_consultationevent" ("arrived_at", "arrived_by_id", "booked_at", "booked_by_id", "cancel_reason", "cancelled_at", "cancelled_by_id", "clinician_id", "done_at", "done_by_id", "held_by_id", "held_until", "id", "offered_at", "patient_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "room_id", "sequence", "state", "uid", "visit_request_id") VALUES (NEW."arrived_at", NEW."arrived_by_id", NEW."booked_at", NEW."booked_by_id", NEW."cancel_reason", NEW."cancelled_at", NEW."cancelled_by_id", NEW."clinician_id", NEW."done_at", NEW."done_by_id", NEW."held_by_id", NEW."held_until", NEW."id", NEW."offered_at", NEW."patient_id", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."room_id", NEW."sequence", NEW."state", NEW."uid", NEW."visit_request_id"); RETURN NULL;', hash='21df4fe7c5edc7b85fc8087ec1f0c344901ca259', operation='UPDATE', pgid='pgtrigger_update_update_e5ea0', table='scheduling_consultation', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_consultationevent" ("arrived_at", "arrived_by_id", "booked_at", "booked_by_id", "cancel_reason", "cancelled_at", "cancelled_by_id", "clinician_id", "done_at", "done_by_id", "held_by_id", "held_until", "id", "offered_at", "patient_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "room_id", "sequence", "state", "uid", "visit_request_id") VALUES (OLD."arrived_at", OLD."arrived_by_id", OLD."booked_at", OLD."booked_by_id", OLD."cancel_reason", OLD."cancelled_at", OLD."cancelled_by_id", OLD."clinician_id", OLD."done_at", OLD."done_by_id", OLD."held_by_id", OLD."held_until", OLD."id", OLD."offered_at", OLD."patient_id", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."room_id", OLD."sequence", OLD."state", OLD."uid", OLD."visit_request_id"); RETURN NULL;', hash='2eedfa6673af097de2513e17f23ae08e91db380e', operation='DELETE', pgid='pgtrigger_delete_delete_b9e83', table='scheduling_consultation', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='ConsultationEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='scheduling.consultation')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('visit_request', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.visitrequest')),
                    ('patient', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.patient')),
                    ('clinician', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.membership')),
                    ('room', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='scheduling.room')),
                    ('period', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                    ('state', models.CharField(choices=[('held', 'Held'), ('booked', 'Booked'), ('arrived', 'Arrived'), ('done', 'Done'), ('cancelled', 'Cancelled')], max_length=10)),
                    ('held_until', models.DateTimeField(blank=True, null=True)),
                    ('held_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('offered_at', models.DateTimeField(blank=True, help_text='Since when the patient sees the held time, to accept it.', null=True)),
                    ('uid', models.UUIDField(default=uuid.uuid4, help_text='Its name in calendars, for good.')),
                    ('sequence', models.PositiveIntegerField(default=0, help_text='Rises with each change, so that calendars take the newest.')),
                    ('booked_at', models.DateTimeField(blank=True, null=True)),
                    ('booked_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('arrived_at', models.DateTimeField(blank=True, null=True)),
                    ('arrived_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('done_at', models.DateTimeField(blank=True, null=True)),
                    ('done_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                    ('cancelled_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('cancel_reason', models.CharField(blank=True, choices=[('patient_asked', 'The patient asked'), ('clinician_away', 'The clinician is away'), ('did_not_come', 'The patient did not come'), ('mistake', 'It was booked by mistake'), ('other', 'Another reason')], max_length=20)),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='77331d18d8207f5bcb89101613b85052cfe1611a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_728d0', table='scheduling_consultationevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='Referral',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='patients.patient')),
                    ('number', models.CharField(blank=True, help_text="VA's number of it.", max_length=40)),
                    ('renews', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renewed_by', to='scheduling.referral')),
                    ('state', models.CharField(choices=[('requested', 'Requested'), ('authorised', 'Authorised'), ('scheduled', 'Visit scheduled'), ('seen', 'Patient seen'), ('returned', 'Records returned'), ('closed', 'Closed')], default='requested', max_length=12)),
                    ('requested_at', models.DateTimeField()),
                    ('starts_on', models.DateField(blank=True, null=True)),
                    ('ends_on', models.DateField(blank=True, help_text='The last day.', null=True)),
                    ('visits_allowed', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('closing', models.CharField(blank=True, choices=[('renewed', 'Renewed by another one'), ('used', 'Used up or expired'), ('refused', 'VA did not authorise it'), ('withdrawn', 'No longer needed')], max_length=12)),
                    ('changed_at', models.DateTimeField()),
                    ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'closed'), _negated=True), fields=('patient',), name='one_open_referral_per_patient'), models.CheckConstraint(condition=models.Q(models.Q(('ends_on', None), ('starts_on', None), ('visits_allowed', None)), models.Q(('ends_on__gte', models.F('starts_on')), ('ends_on__isnull', False), ('starts_on__isnull', False), ('visits_allowed__gte', 1), ('visits_allowed__isnull', False)), _connector='OR'), name='referral_authorised_whole'), models.CheckConstraint(condition=models.Q(models.Q(('ends_on', None), ('state', 'requested')), models.Q(('ends_on__isnull', False), ('state__in', ['authorised', 'scheduled', 'seen', 'returned'])), ('state', 'closed'), _connector='OR'), name='referral_state_fits'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state', 'closed'), _negated=True), ('closing', '')), models.Q(('closing__in', ['renewed', 'used', 'refused', 'withdrawn']), ('state', 'closed')), _connector='OR'), name='referral_closed_with_reason'), models.CheckConstraint(condition=models.Q(('starts_on__range', (datetime.date(2000, 1, 1), datetime.date(2199, 12, 31)))), name='referral_starts_on_in_bounds'), models.CheckConstraint(condition=models.Q(('ends_on__range', (datetime.date(2000, 1, 1), datetime.date(2199, 12, 31)))), name='referral_ends_on_in_bounds')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_referralevent" ("changed_at", "changed_by_id", "closing", "ends_on", "id", "number", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "renews_id", "requested_at", "starts_on", "state", "visits_allowed") VALUES (NEW."changed_at", NEW."changed_by_id", NEW."closing", NEW."ends_on", NEW."id", NEW."number", NEW."patient_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."renews_id", NEW."requested_at", NEW."starts_on", NEW."state", NEW."visits_allowed"); RETURN NULL;', hash='a468e0f5b59bff9c6d5ebb9a56d688cbebc92fbf', operation='INSERT', pgid='pgtrigger_insert_insert_11c4e', table='scheduling_referral', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "scheduling_referralevent" ("changed_at", "changed_by_id", "closing", "ends_on", "id", "number", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "renews_id", "requested_at", "starts_on", "state", "visits_allowed") VALUES (NEW."changed_at", NEW."changed_by_id", NEW."closing", NEW."ends_on", NEW."id", NEW."number", NEW."patient_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."renews_id", NEW."requested_at", NEW."starts_on", NEW."state", NEW."visits_allowed"); RETURN NULL;', hash='da6b5cdf06bbf428c447f3c72fa3a7581c0b3a48', operation='UPDATE', pgid='pgtrigger_update_update_62fc9', table='scheduling_referral', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_referralevent" ("changed_at", "changed_by_id", "closing", "ends_on", "id", "number", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "renews_id", "requested_at", "starts_on", "state", "visits_allowed") VALUES (OLD."changed_at", OLD."changed_by_id", OLD."closing", OLD."ends_on", OLD."id", OLD."number", OLD."patient_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."renews_id", OLD."requested_at", OLD."starts_on", OLD."state", OLD."visits_allowed"); RETURN NULL;', hash='a8164fb440ce348c93da87622c12a20961d8b944', operation='DELETE', pgid='pgtrigger_delete_delete_bd929', table='scheduling_referral', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='ReferralEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='scheduling.referral')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('patient', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.patient')),
                    ('number', models.CharField(blank=True, help_text="VA's number of it.", max_length=40)),
                    ('renews', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='scheduling.referral')),
                    ('state', models.CharField(choices=[('requested', 'Requested'), ('authorised', 'Authorised'), ('scheduled', 'Visit scheduled'), ('seen', 'Patient seen'), ('returned', 'Records returned'), ('closed', 'Closed')], default='requested', max_length=12)),
                    ('requested_at', models.DateTimeField()),
                    ('starts_on', models.DateField(blank=True, null=True)),
                    ('ends_on', models.DateField(blank=True, help_text='The last day.', null=True)),
                    ('visits_allowed', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('closing', models.CharField(blank=True, choices=[('renewed', 'Renewed by another one'), ('used', 'Used up or expired'), ('refused', 'VA did not authorise it'), ('withdrawn', 'No longer needed')], max_length=12)),
                    ('changed_at', models.DateTimeField()),
                    ('changed_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='76cd42618962aa561cf27e45403de8e2a625c497', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_409d2', table='scheduling_referralevent', when='BEFORE'))],
                },
            ),
        ])
    ]
