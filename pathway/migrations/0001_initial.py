import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from accounts.migrations._create_tables import CreateTables
from django.db import migrations, models
from pgtrigger.compiler import Trigger, UpsertTriggerSql


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        CreateTables([
            migrations.CreateModel(
                name='Translation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('verified', models.BooleanField(default=True)),
                    ('sign_off', models.CharField(blank=True, default='', max_length=300)),
                    ('source', models.TextField()),
                    ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='pathway.protocol')),
                ],
                options={
                    'abstract': False,
                    'default_related_name': 'translations',
                    'constraints': [
                        models.UniqueConstraint(fields=('protocol', 'key'), name='pathway_translation_key_once'),
                        models.CheckConstraint(condition=models.Q(('verified', True), models.Q(('sign_off', ''), _negated=True), _connector='OR'), name='pathway_translation_unverified_says_why', violation_error_message='unverified content needs a sign_off text that says what is open'),
                    ],
                    'triggers': [
                        Trigger(name='published_part_is_fixed', sql=UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='89731af2cdfcb75e6c2c4604ec33996a079b9b90', operation='UPDATE OR DELETE', pgid='pgtrigger_published_part_is_fixed_b5f90', table='pathway_translation', when='BEFORE')),
                        Trigger(name='published_protocol_is_closed', sql=UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM pathway_protocol WHERE id = NEW.protocol_id AND sealed) THEN\n        RAISE EXCEPTION 'pathway: a published protocol takes no further rows (%)', TG_TABLE_NAME;\n    END IF;\n    RETURN NEW;\n", hash='b4a694f4aaf842460295f3a05076719c1b981a8b', operation='INSERT', pgid='pgtrigger_published_protocol_is_closed_b56c0', table='pathway_translation', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Condition',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('verified', models.BooleanField(default=True)),
                    ('sign_off', models.CharField(blank=True, default='', max_length=300)),
                    ('evidence_keys', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=60), blank=True, default=list, size=None)),
                    ('title', models.CharField(max_length=80)),
                    ('summary', models.TextField()),
                    ('usual_care', models.TextField()),
                    ('usual_tiers', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=list, size=None)),
                    ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='pathway.protocol')),
                ],
                options={
                    'abstract': False,
                    'default_related_name': 'conditions',
                    'constraints': [
                        models.UniqueConstraint(fields=('protocol', 'key'), name='pathway_condition_key_once'),
                        models.CheckConstraint(condition=models.Q(('verified', True), models.Q(('sign_off', ''), _negated=True), _connector='OR'), name='pathway_condition_unverified_says_why', violation_error_message='unverified content needs a sign_off text that says what is open'),
                    ],
                    'triggers': [
                        Trigger(name='published_part_is_fixed', sql=UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e0caa5ad729dddf8e8d09fd6363f286e093d8a6a', operation='UPDATE OR DELETE', pgid='pgtrigger_published_part_is_fixed_f0876', table='pathway_condition', when='BEFORE')),
                        Trigger(name='published_protocol_is_closed', sql=UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM pathway_protocol WHERE id = NEW.protocol_id AND sealed) THEN\n        RAISE EXCEPTION 'pathway: a published protocol takes no further rows (%)', TG_TABLE_NAME;\n    END IF;\n    RETURN NEW;\n", hash='9c9f79076166db0e830e0c187127bfa2557b3d5c', operation='INSERT', pgid='pgtrigger_published_protocol_is_closed_da32e', table='pathway_condition', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Option',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('verified', models.BooleanField(default=True)),
                    ('sign_off', models.CharField(blank=True, default='', max_length=300)),
                    ('evidence_keys', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=60), blank=True, default=list, size=None)),
                    ('title', models.CharField(max_length=80)),
                    ('summary', models.TextField()),
                    ('evidence_note', models.TextField()),
                    ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='pathway.protocol')),
                ],
                options={
                    'abstract': False,
                    'default_related_name': 'options',
                    'constraints': [
                        models.UniqueConstraint(fields=('protocol', 'key'), name='pathway_option_key_once'),
                        models.CheckConstraint(condition=models.Q(('verified', True), models.Q(('sign_off', ''), _negated=True), _connector='OR'), name='pathway_option_unverified_says_why', violation_error_message='unverified content needs a sign_off text that says what is open'),
                    ],
                    'triggers': [
                        Trigger(name='published_part_is_fixed', sql=UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a2b805dc66fde47f76541ec08e4c1443ab475699', operation='UPDATE OR DELETE', pgid='pgtrigger_published_part_is_fixed_cfb17', table='pathway_option', when='BEFORE')),
                        Trigger(name='published_protocol_is_closed', sql=UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM pathway_protocol WHERE id = NEW.protocol_id AND sealed) THEN\n        RAISE EXCEPTION 'pathway: a published protocol takes no further rows (%)', TG_TABLE_NAME;\n    END IF;\n    RETURN NEW;\n", hash='4d4ac21a2c8498ff498f45d893e0d9e17f57438b', operation='INSERT', pgid='pgtrigger_published_protocol_is_closed_6ed94', table='pathway_option', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Question',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('verified', models.BooleanField(default=True)),
                    ('sign_off', models.CharField(blank=True, default='', max_length=300)),
                    ('evidence_keys', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=60), blank=True, default=list, size=None)),
                    ('title', models.CharField(max_length=120)),
                    ('answer', models.TextField()),
                    ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='pathway.protocol')),
                ],
                options={
                    'abstract': False,
                    'default_related_name': 'questions',
                    'constraints': [
                        models.UniqueConstraint(fields=('protocol', 'key'), name='pathway_question_key_once'),
                        models.CheckConstraint(condition=models.Q(('verified', True), models.Q(('sign_off', ''), _negated=True), _connector='OR'), name='pathway_question_unverified_says_why', violation_error_message='unverified content needs a sign_off text that says what is open'),
                    ],
                    'triggers': [
                        Trigger(name='published_part_is_fixed', sql=UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bfb1023793977f7612564ac2a808bbac80353ad4', operation='UPDATE OR DELETE', pgid='pgtrigger_published_part_is_fixed_37159', table='pathway_question', when='BEFORE')),
                        Trigger(name='published_protocol_is_closed', sql=UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM pathway_protocol WHERE id = NEW.protocol_id AND sealed) THEN\n        RAISE EXCEPTION 'pathway: a published protocol takes no further rows (%)', TG_TABLE_NAME;\n    END IF;\n    RETURN NEW;\n", hash='5c1c90764a9e824d1860008b42aa5ff1b4670e3b', operation='INSERT', pgid='pgtrigger_published_protocol_is_closed_51ef4', table='pathway_question', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Evidence',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('verified', models.BooleanField(default=True)),
                    ('sign_off', models.CharField(blank=True, default='', max_length=300)),
                    ('citation', models.CharField(max_length=200)),
                    ('url', models.URLField(blank=True, default='')),
                    ('published', models.CharField(max_length=10, validators=[django.core.validators.RegexValidator('^\\d{4}(-\\d{2}){0,2}$', 'write a year, a month or a day: 2026-01')])),
                    ('label', models.CharField(choices=[('guideline', 'Guideline'), ('review', 'Review of many studies'), ('trial', 'Trial that compared treatments'), ('cohort', 'Study of people over time'), ('measure', 'Study of a questionnaire or score'), ('disputed', 'Experts disagree'), ('uncertain', 'Very uncertain'), ('agreement', 'Expert agreement, few studies'), ('simulation', 'Computer simulation, not patients')], max_length=12)),
                    ('finding', models.TextField()),
                    ('detail', models.TextField(blank=True, default='')),
                    ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='pathway.protocol')),
                ],
                options={
                    'abstract': False,
                    'default_related_name': 'evidence',
                    'constraints': [
                        models.UniqueConstraint(fields=('protocol', 'key'), name='pathway_evidence_key_once'),
                        models.CheckConstraint(condition=models.Q(('verified', True), models.Q(('sign_off', ''), _negated=True), _connector='OR'), name='pathway_evidence_unverified_says_why', violation_error_message='unverified content needs a sign_off text that says what is open'),
                        models.CheckConstraint(condition=models.Q(('label__in', ['guideline', 'review', 'trial', 'cohort', 'measure', 'disputed', 'uncertain', 'agreement', 'simulation'])), name='pathway_evidence_label'),
                    ],
                    'triggers': [
                        Trigger(name='published_part_is_fixed', sql=UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5ff9a936ae8dd944ee6e6fcea35b1964fd5d75d2', operation='UPDATE OR DELETE', pgid='pgtrigger_published_part_is_fixed_87d79', table='pathway_evidence', when='BEFORE')),
                        Trigger(name='published_protocol_is_closed', sql=UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM pathway_protocol WHERE id = NEW.protocol_id AND sealed) THEN\n        RAISE EXCEPTION 'pathway: a published protocol takes no further rows (%)', TG_TABLE_NAME;\n    END IF;\n    RETURN NEW;\n", hash='39d2ee1ed46df06f6f58cbd1da5d7cb0765e633f', operation='INSERT', pgid='pgtrigger_published_protocol_is_closed_c2f36', table='pathway_evidence', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Instrument',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('verified', models.BooleanField(default=True)),
                    ('sign_off', models.CharField(blank=True, default='', max_length=300)),
                    ('evidence_keys', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=60), blank=True, default=list, size=None)),
                    ('name', models.CharField(max_length=120)),
                    ('short_name', models.CharField(max_length=40)),
                    ('purpose', models.TextField()),
                    ('instruction', models.TextField(blank=True, default='')),
                    ('minimum', models.SmallIntegerField()),
                    ('maximum', models.SmallIntegerField()),
                    ('higher_is_worse', models.BooleanField()),
                    ('scoring', models.CharField(choices=[('single', 'the one answer'), ('mean', 'mean of the items'), ('count', 'number of sentences ticked'), ('total', 'total score, entered by hand')], max_length=6)),
                    ('every_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('meaningful_change', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                    ('licence', models.CharField(choices=[('free', 'free to use and reproduce'), ('attribution', 'free to reproduce with attribution'), ('licensed', 'proprietary: total score only'), ('unknown', 'not settled: total score only')], max_length=11)),
                    ('licence_note', models.TextField()),
                    ('may_ship_items', models.BooleanField()),
                    ('attribution', models.TextField(blank=True, default='')),
                    ('loinc', models.CharField(blank=True, default='', max_length=10)),
                    ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='pathway.protocol')),
                ],
                options={
                    'abstract': False,
                    'default_related_name': 'instruments',
                    'constraints': [
                        models.UniqueConstraint(fields=('protocol', 'key'), name='pathway_instrument_key_once'),
                        models.CheckConstraint(condition=models.Q(('verified', True), models.Q(('sign_off', ''), _negated=True), _connector='OR'), name='pathway_instrument_unverified_says_why', violation_error_message='unverified content needs a sign_off text that says what is open'),
                        models.CheckConstraint(condition=models.Q(('minimum__lt', models.F('maximum'))), name='pathway_instrument_range', violation_error_message='minimum is below maximum'),
                        models.CheckConstraint(condition=models.Q(('scoring__in', ['single', 'mean', 'count', 'total'])), name='pathway_instrument_scoring'),
                        models.CheckConstraint(condition=models.Q(('may_ship_items', False), ('licence__in', ['free', 'attribution']), _connector='OR'), name='pathway_instrument_ships_when_free', violation_error_message='items ship only under the licence free or attribution'),
                        models.CheckConstraint(condition=models.Q(('licence__in', ['free', 'attribution', 'licensed', 'unknown'])), name='pathway_instrument_licence'),
                    ],
                    'triggers': [
                        Trigger(name='published_part_is_fixed', sql=UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b719bf38c6992e5e34a8223f23e08e0a410a18e2', operation='UPDATE OR DELETE', pgid='pgtrigger_published_part_is_fixed_38f7c', table='pathway_instrument', when='BEFORE')),
                        Trigger(name='published_protocol_is_closed', sql=UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM pathway_protocol WHERE id = NEW.protocol_id AND sealed) THEN\n        RAISE EXCEPTION 'pathway: a published protocol takes no further rows (%)', TG_TABLE_NAME;\n    END IF;\n    RETURN NEW;\n", hash='8e36e23cf19c94b4315f3acb092cc4927fcb2d95', operation='INSERT', pgid='pgtrigger_published_protocol_is_closed_e9992', table='pathway_instrument', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='InstrumentItem',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('verified', models.BooleanField(default=True)),
                    ('sign_off', models.CharField(blank=True, default='', max_length=300)),
                    ('text', models.TextField()),
                    ('low_anchor', models.CharField(blank=True, default='', max_length=60)),
                    ('high_anchor', models.CharField(blank=True, default='', max_length=60)),
                    ('choices', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                    ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='pathway.instrument')),
                    ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='pathway.protocol')),
                ],
                options={
                    'abstract': False,
                    'default_related_name': 'instrument_items',
                    'constraints': [
                        models.UniqueConstraint(fields=('protocol', 'key'), name='pathway_instrumentitem_key_once'),
                        models.CheckConstraint(condition=models.Q(('verified', True), models.Q(('sign_off', ''), _negated=True), _connector='OR'), name='pathway_instrumentitem_unverified_says_why', violation_error_message='unverified content needs a sign_off text that says what is open'),
                    ],
                    'triggers': [
                        Trigger(name='published_part_is_fixed', sql=UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5707e80fe4b54264617920403054ea2ece64a74f', operation='UPDATE OR DELETE', pgid='pgtrigger_published_part_is_fixed_e9e58', table='pathway_instrumentitem', when='BEFORE')),
                        Trigger(name='published_protocol_is_closed', sql=UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM pathway_protocol WHERE id = NEW.protocol_id AND sealed) THEN\n        RAISE EXCEPTION 'pathway: a published protocol takes no further rows (%)', TG_TABLE_NAME;\n    END IF;\n    RETURN NEW;\n", hash='be091dc11418e16e40b836b54a0d14be40fadcde', operation='INSERT', pgid='pgtrigger_published_protocol_is_closed_76e60', table='pathway_instrumentitem', when='BEFORE')),
                        Trigger(name='items_only_where_free', sql=UpsertTriggerSql(func="\n    IF NOT EXISTS (SELECT 1 FROM pathway_instrument WHERE id = NEW.instrument_id AND may_ship_items)\n    THEN\n        RAISE EXCEPTION 'pathway: the licence of this instrument does not let its items be shipped';\n    END IF;\n    RETURN NEW;\n", hash='2eaca688bbb8961a53bd2d835d6ec4feb954ed75', operation='INSERT', pgid='pgtrigger_items_only_where_free_e51b2', table='pathway_instrumentitem', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='PatientMessage',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('verified', models.BooleanField(default=True)),
                    ('sign_off', models.CharField(blank=True, default='', max_length=300)),
                    ('patient', models.TextField(blank=True, default='')),
                    ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='pathway.protocol')),
                ],
                options={
                    'abstract': False,
                    'default_related_name': 'messages',
                    'constraints': [
                        models.UniqueConstraint(fields=('protocol', 'key'), name='pathway_patientmessage_key_once'),
                        models.CheckConstraint(condition=models.Q(('verified', True), models.Q(('sign_off', ''), _negated=True), _connector='OR'), name='pathway_patientmessage_unverified_says_why', violation_error_message='unverified content needs a sign_off text that says what is open'),
                    ],
                    'triggers': [
                        Trigger(name='published_part_is_fixed', sql=UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a3bb95b06beba86842a992217b7cf92c61fb36ce', operation='UPDATE OR DELETE', pgid='pgtrigger_published_part_is_fixed_40686', table='pathway_patientmessage', when='BEFORE')),
                        Trigger(name='published_protocol_is_closed', sql=UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM pathway_protocol WHERE id = NEW.protocol_id AND sealed) THEN\n        RAISE EXCEPTION 'pathway: a published protocol takes no further rows (%)', TG_TABLE_NAME;\n    END IF;\n    RETURN NEW;\n", hash='8eb1540d64f397646b22fb844d09629f0576dbdc', operation='INSERT', pgid='pgtrigger_published_protocol_is_closed_05925', table='pathway_patientmessage', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='SafetyQuestion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('verified', models.BooleanField(default=True)),
                    ('sign_off', models.CharField(blank=True, default='', max_length=300)),
                    ('level', models.CharField(choices=[('emergency', 'same-day emergency care'), ('urgent', 'contact the care team today'), ('routine', 'a note for the next review')], max_length=9)),
                    ('text', models.TextField()),
                    ('on_every_log', models.BooleanField(default=False)),
                    ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='pathway.protocol')),
                ],
                options={
                    'abstract': False,
                    'default_related_name': 'safety_questions',
                    'constraints': [
                        models.UniqueConstraint(fields=('protocol', 'key'), name='pathway_safetyquestion_key_once'),
                        models.CheckConstraint(condition=models.Q(('verified', True), models.Q(('sign_off', ''), _negated=True), _connector='OR'), name='pathway_safetyquestion_unverified_says_why', violation_error_message='unverified content needs a sign_off text that says what is open'),
                        models.CheckConstraint(condition=models.Q(('level__in', ['emergency', 'urgent', 'routine'])), name='pathway_safetyquestion_level'),
                    ],
                    'triggers': [
                        Trigger(name='published_part_is_fixed', sql=UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='85359d2b765b37de349e28f9748ff7ef6773f824', operation='UPDATE OR DELETE', pgid='pgtrigger_published_part_is_fixed_40604', table='pathway_safetyquestion', when='BEFORE')),
                        Trigger(name='published_protocol_is_closed', sql=UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM pathway_protocol WHERE id = NEW.protocol_id AND sealed) THEN\n        RAISE EXCEPTION 'pathway: a published protocol takes no further rows (%)', TG_TABLE_NAME;\n    END IF;\n    RETURN NEW;\n", hash='89e5d0730a69c9ae51750462af816a1ffb63ec80', operation='INSERT', pgid='pgtrigger_published_protocol_is_closed_1da1c', table='pathway_safetyquestion', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='CeilingSign',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('verified', models.BooleanField(default=True)),
                    ('sign_off', models.CharField(blank=True, default='', max_length=300)),
                    ('title', models.CharField(max_length=120)),
                    ('detail', models.TextField()),
                    ('counts_alone', models.BooleanField()),
                    ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='pathway.protocol')),
                ],
                options={
                    'abstract': False,
                    'default_related_name': 'ceiling_signs',
                    'constraints': [
                        models.UniqueConstraint(fields=('protocol', 'key'), name='pathway_ceilingsign_key_once'),
                        models.CheckConstraint(condition=models.Q(('verified', True), models.Q(('sign_off', ''), _negated=True), _connector='OR'), name='pathway_ceilingsign_unverified_says_why', violation_error_message='unverified content needs a sign_off text that says what is open'),
                    ],
                    'triggers': [
                        Trigger(name='published_part_is_fixed', sql=UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4f33890229dde916bfdaf24e606e54e56f71c702', operation='UPDATE OR DELETE', pgid='pgtrigger_published_part_is_fixed_3e9f2', table='pathway_ceilingsign', when='BEFORE')),
                        Trigger(name='published_protocol_is_closed', sql=UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM pathway_protocol WHERE id = NEW.protocol_id AND sealed) THEN\n        RAISE EXCEPTION 'pathway: a published protocol takes no further rows (%)', TG_TABLE_NAME;\n    END IF;\n    RETURN NEW;\n", hash='f928c7f408b0e8a501cc0e5b737c86068e49b6be', operation='INSERT', pgid='pgtrigger_published_protocol_is_closed_8a34f', table='pathway_ceilingsign', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ChecklistItem',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('verified', models.BooleanField(default=True)),
                    ('sign_off', models.CharField(blank=True, default='', max_length=300)),
                    ('title', models.CharField(max_length=120)),
                    ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='pathway.protocol')),
                ],
                options={
                    'abstract': False,
                    'default_related_name': 'checklist',
                    'constraints': [
                        models.UniqueConstraint(fields=('protocol', 'key'), name='pathway_checklistitem_key_once'),
                        models.CheckConstraint(condition=models.Q(('verified', True), models.Q(('sign_off', ''), _negated=True), _connector='OR'), name='pathway_checklistitem_unverified_says_why', violation_error_message='unverified content needs a sign_off text that says what is open'),
                    ],
                    'triggers': [
                        Trigger(name='published_part_is_fixed', sql=UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='39fb70ec4df4821721bcccfbf762e36e422c7b28', operation='UPDATE OR DELETE', pgid='pgtrigger_published_part_is_fixed_a4228', table='pathway_checklistitem', when='BEFORE')),
                        Trigger(name='published_protocol_is_closed', sql=UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM pathway_protocol WHERE id = NEW.protocol_id AND sealed) THEN\n        RAISE EXCEPTION 'pathway: a published protocol takes no further rows (%)', TG_TABLE_NAME;\n    END IF;\n    RETURN NEW;\n", hash='f79a84397643a2d14d768a0f1e0ac1a259f2ecd1', operation='INSERT', pgid='pgtrigger_published_protocol_is_closed_4dcec', table='pathway_checklistitem', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Threshold',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('verified', models.BooleanField(default=True)),
                    ('sign_off', models.CharField(blank=True, default='', max_length=300)),
                    ('evidence_keys', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=60), blank=True, default=list, size=None)),
                    ('use', models.CharField(choices=[('rule', 'plateau and status rules'), ('clock', 'how soon a flag is to be looked at'), ('setting', 'cadence and everything else')], max_length=8)),
                    ('value', models.DecimalField(decimal_places=4, max_digits=8)),
                    ('unit', models.CharField(max_length=24)),
                    ('meaning', models.CharField(max_length=200)),
                    ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='pathway.protocol')),
                ],
                options={
                    'abstract': False,
                    'default_related_name': 'threshold_rows',
                    'constraints': [
                        models.UniqueConstraint(fields=('protocol', 'key'), name='pathway_threshold_key_once'),
                        models.CheckConstraint(condition=models.Q(('verified', True), models.Q(('sign_off', ''), _negated=True), _connector='OR'), name='pathway_threshold_unverified_says_why', violation_error_message='unverified content needs a sign_off text that says what is open'),
                        models.CheckConstraint(condition=models.Q(('use__in', ['rule', 'clock', 'setting'])), name='pathway_threshold_use'),
                    ],
                    'triggers': [
                        Trigger(name='published_part_is_fixed', sql=UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c928ef2a4ce1c338a6601893570537293494fc4a', operation='UPDATE OR DELETE', pgid='pgtrigger_published_part_is_fixed_3cf85', table='pathway_threshold', when='BEFORE')),
                        Trigger(name='published_protocol_is_closed', sql=UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM pathway_protocol WHERE id = NEW.protocol_id AND sealed) THEN\n        RAISE EXCEPTION 'pathway: a published protocol takes no further rows (%)', TG_TABLE_NAME;\n    END IF;\n    RETURN NEW;\n", hash='58601de7fe8361c4a0815cfa3403c7f902c887e9', operation='INSERT', pgid='pgtrigger_published_protocol_is_closed_01bed', table='pathway_threshold', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Protocol',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60)),
                    ('version', models.PositiveIntegerField()),
                    ('title', models.CharField(max_length=120)),
                    ('summary', models.TextField()),
                    ('disclaimer', models.TextField()),
                    ('clinician_disclaimer', models.TextField()),
                    ('veterans', models.TextField()),
                    ('emergency_advice', models.TextField()),
                    ('urgent_advice', models.TextField()),
                    ('routine_advice', models.TextField()),
                    ('source', models.TextField()),
                    ('digest', models.CharField(max_length=64)),
                    ('published_at', models.DateTimeField()),
                    ('sealed', models.BooleanField(default=False)),
                ],
                options={
                    'constraints': [
                        models.UniqueConstraint(fields=('key', 'version'), name='pathway_protocol_version_once'),
                        models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='pathway_protocol_version_from_one'),
                    ],
                    'triggers': [
                        Trigger(name='published_protocol_is_fixed', sql=UpsertTriggerSql(condition='WHEN (OLD."sealed")', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='a29cc51dfaac433f14e43b1d022a38ce18e6b6dd', operation='UPDATE', pgid='pgtrigger_published_protocol_is_fixed_faff9', table='pathway_protocol', when='BEFORE')),
                        Trigger(name='protocol_is_kept', sql=UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='b4d802e011bb4291850a85be942ecb935b49f825', operation='DELETE', pgid='pgtrigger_protocol_is_kept_9c2d0', table='pathway_protocol', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Tier',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('verified', models.BooleanField(default=True)),
                    ('sign_off', models.CharField(blank=True, default='', max_length=300)),
                    ('evidence_keys', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=60), blank=True, default=list, size=None)),
                    ('level', models.PositiveSmallIntegerField()),
                    ('title', models.CharField(max_length=80)),
                    ('short_title', models.CharField(max_length=24)),
                    ('summary', models.TextField()),
                    ('enter_when', models.TextField()),
                    ('leave_when', models.TextField()),
                    ('plateau_from_day', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('function_every_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('check_days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None)),
                    ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='pathway.protocol')),
                ],
                options={
                    'abstract': False,
                    'default_related_name': 'tiers',
                    'constraints': [
                        models.UniqueConstraint(fields=('protocol', 'key'), name='pathway_tier_key_once'),
                        models.CheckConstraint(condition=models.Q(('verified', True), models.Q(('sign_off', ''), _negated=True), _connector='OR'), name='pathway_tier_unverified_says_why', violation_error_message='unverified content needs a sign_off text that says what is open'),
                        models.UniqueConstraint(fields=('protocol', 'level'), name='pathway_tier_level_once'),
                        models.CheckConstraint(condition=models.Q(('level__gte', 1), ('level__lte', 5)), name='pathway_tier_level_one_to_five', violation_error_message='level is 1 to 5'),
                    ],
                    'triggers': [
                        Trigger(name='published_part_is_fixed', sql=UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='54f8789ae18ac10e645b5d3c02ca4595f49608f9', operation='UPDATE OR DELETE', pgid='pgtrigger_published_part_is_fixed_c4a3e', table='pathway_tier', when='BEFORE')),
                        Trigger(name='published_protocol_is_closed', sql=UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM pathway_protocol WHERE id = NEW.protocol_id AND sealed) THEN\n        RAISE EXCEPTION 'pathway: a published protocol takes no further rows (%)', TG_TABLE_NAME;\n    END IF;\n    RETURN NEW;\n", hash='67947ab6ce78cca99d1066834dc12dc24043884c', operation='INSERT', pgid='pgtrigger_published_protocol_is_closed_98d21', table='pathway_tier', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='TrialWindow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('verified', models.BooleanField(default=True)),
                    ('sign_off', models.CharField(blank=True, default='', max_length=300)),
                    ('evidence_keys', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=60), blank=True, default=list, size=None)),
                    ('chronicity', models.CharField(choices=[('acute', 'less than 6 weeks'), ('subacute', '6 to 12 weeks'), ('chronic', '12 weeks or more')], max_length=8)),
                    ('min_days', models.PositiveSmallIntegerField()),
                    ('default_days', models.PositiveSmallIntegerField()),
                    ('max_days', models.PositiveSmallIntegerField()),
                    ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='pathway.protocol')),
                    ('tier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='pathway.tier')),
                ],
                options={
                    'abstract': False,
                    'default_related_name': 'windows',
                    'constraints': [
                        models.UniqueConstraint(fields=('protocol', 'key'), name='pathway_trialwindow_key_once'),
                        models.CheckConstraint(condition=models.Q(('verified', True), models.Q(('sign_off', ''), _negated=True), _connector='OR'), name='pathway_trialwindow_unverified_says_why', violation_error_message='unverified content needs a sign_off text that says what is open'),
                        models.UniqueConstraint(fields=('tier', 'chronicity'), name='pathway_trialwindow_chronicity_once'),
                        models.CheckConstraint(condition=models.Q(('chronicity__in', ['acute', 'subacute', 'chronic'])), name='pathway_trialwindow_chronicity'),
                        models.CheckConstraint(condition=models.Q(('default_days__lte', models.F('max_days')), ('min_days__gte', 1), ('min_days__lte', models.F('default_days'))), name='pathway_trialwindow_in_order', violation_error_message='needs 1 <= min_days <= default_days <= max_days'),
                    ],
                    'triggers': [
                        Trigger(name='published_part_is_fixed', sql=UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1088b75ec9102b7cf533f72f5144d416aabf79e5', operation='UPDATE OR DELETE', pgid='pgtrigger_published_part_is_fixed_4370f', table='pathway_trialwindow', when='BEFORE')),
                        Trigger(name='published_protocol_is_closed', sql=UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM pathway_protocol WHERE id = NEW.protocol_id AND sealed) THEN\n        RAISE EXCEPTION 'pathway: a published protocol takes no further rows (%)', TG_TABLE_NAME;\n    END IF;\n    RETURN NEW;\n", hash='521ee08289fe672da8645cfd4622e8790025b39e', operation='INSERT', pgid='pgtrigger_published_protocol_is_closed_e8403', table='pathway_trialwindow', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Modality',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('verified', models.BooleanField(default=True)),
                    ('sign_off', models.CharField(blank=True, default='', max_length=300)),
                    ('evidence_keys', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=60), blank=True, default=list, size=None)),
                    ('title', models.CharField(max_length=80)),
                    ('summary', models.TextField()),
                    ('mark', models.CharField(blank=True, default='', max_length=80)),
                    ('clinician_note', models.TextField(blank=True, default='')),
                    ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='pathway.protocol')),
                    ('tier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='pathway.tier')),
                ],
                options={
                    'abstract': False,
                    'default_related_name': 'modalities',
                    'constraints': [
                        models.UniqueConstraint(fields=('protocol', 'key'), name='pathway_modality_key_once'),
                        models.CheckConstraint(condition=models.Q(('verified', True), models.Q(('sign_off', ''), _negated=True), _connector='OR'), name='pathway_modality_unverified_says_why', violation_error_message='unverified content needs a sign_off text that says what is open'),
                    ],
                    'triggers': [
                        Trigger(name='published_part_is_fixed', sql=UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dde6fa90aaba79c069d416a30fc8d4cf296c5a97', operation='UPDATE OR DELETE', pgid='pgtrigger_published_part_is_fixed_67bba', table='pathway_modality', when='BEFORE')),
                        Trigger(name='published_protocol_is_closed', sql=UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM pathway_protocol WHERE id = NEW.protocol_id AND sealed) THEN\n        RAISE EXCEPTION 'pathway: a published protocol takes no further rows (%)', TG_TABLE_NAME;\n    END IF;\n    RETURN NEW;\n", hash='8c734a7642036d1966d8623ca49af0544b4af565', operation='INSERT', pgid='pgtrigger_published_protocol_is_closed_b79fe', table='pathway_modality', when='BEFORE')),
                    ],
                },
            ),
        ]),
    ]
