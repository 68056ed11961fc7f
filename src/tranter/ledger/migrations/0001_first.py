import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(blank=True, default="", max_length=120)),
                ("role", models.CharField(default="viewer", max_length=10)),
                ("staff", models.BooleanField(default=False)),
                ("everywhere", models.BooleanField(default=False)),
                ("time_zone", models.CharField(blank=True, default="", max_length=64)),
                ("language", models.CharField(blank=True, default="", max_length=10)),
                ("theme", models.CharField(blank=True, default="", max_length=8)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("connector", models.CharField(max_length=40, unique=True)),
                ("settings", models.JSONField(default=dict)),
                ("sealed", models.BinaryField()),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Connection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=64)),
                ("connector", models.CharField(max_length=40)),
                ("settings", models.JSONField(default=dict)),
                ("state", models.CharField(default="draft", max_length=16)),
                ("state_reason", models.TextField(blank=True, default="")),
                ("state_since", models.DateTimeField()),
                ("account_id", models.CharField(blank=True, default="", max_length=200)),
                ("account_name", models.CharField(blank=True, default="", max_length=200)),
                ("facts", models.JSONField(default=dict)),
                ("live_at", models.DateTimeField(null=True)),
                ("stock_live_at", models.DateTimeField(null=True)),
                ("sign_in_ends_at", models.DateTimeField(null=True)),
                ("owner_email", models.CharField(blank=True, default="", max_length=254)),
                ("created_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
            ],
            options={
                "indexes": [models.Index(fields=["connector", "account_id"], name="connection_account")],
            },
        ),
        migrations.CreateModel(
            name="Installation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("instance_id", models.CharField(max_length=64)),
                ("key_fingerprint", models.CharField(max_length=64)),
                ("pushes_paused", models.BooleanField(default=False)),
                ("pause_reason", models.TextField(blank=True, default="")),
                ("moved_to", models.CharField(blank=True, default="", max_length=300)),
                ("served_at", models.CharField(blank=True, default="", max_length=300)),
                ("name", models.CharField(blank=True, default="", max_length=120)),
                ("time_zone", models.CharField(blank=True, default="", max_length=64)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Merchant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField()),
                ("time_zone", models.CharField(blank=True, default="", max_length=64)),
                ("closed_days", models.JSONField(default=list)),
                ("keep_days", models.IntegerField(default=30)),
                ("journal_length", models.BigIntegerField(default=0)),
                ("journal_hash", models.CharField(blank=True, default="", max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="ProcessRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True)),
                ("beat_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, unique=True)),
                ("owner", models.CharField(max_length=80)),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="AccountCalls",
            fields=[
                ("account", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("slot", models.BigIntegerField()),
                ("taken", models.IntegerField()),
                ("granted", models.IntegerField()),
                ("closed_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=64)),
                ("api_user", models.CharField(max_length=32, unique=True)),
                ("key_hash", models.CharField(max_length=64)),
                ("scopes", models.JSONField(default=list)),
                ("created_by", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("busy_until", models.DateTimeField(null=True)),
                (
                    "connection",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="ledger.connection"),
                ),
                (
                    "merchant",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="ledger.merchant"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Credential",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sealed", models.BinaryField()),
                ("generation", models.IntegerField(default=1)),
                ("claim", models.CharField(blank=True, default="", max_length=64)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField()),
                (
                    "connection",
                    models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to="ledger.connection"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Flow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=24)),
                ("every_seconds", models.IntegerField()),
                ("by_hand", models.BooleanField(default=False)),
                ("due_at", models.DateTimeField()),
                ("rung", models.BooleanField(default=False)),
                ("fence", models.BigIntegerField(default=0)),
                ("lease_owner", models.CharField(blank=True, default="", max_length=80)),
                ("lease_until", models.DateTimeField(null=True)),
                ("cursor", models.TextField(blank=True, default="")),
                ("last_started_at", models.DateTimeField(null=True)),
                ("last_ended_at", models.DateTimeField(null=True)),
                ("last_ok_at", models.DateTimeField(null=True)),
                ("quiet_since", models.DateTimeField(null=True)),
                ("fresh_until", models.DateTimeField(null=True)),
                ("failures", models.IntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("trouble", models.TextField(blank=True, default="")),
                ("connection", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.connection")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["due_at"], name="flow_due"),
                    models.Index(
                        condition=models.Q(("lease_until__isnull", False)), fields=["lease_until"], name="flow_held"
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("connection", "name"), name="flow_once")],
            },
        ),
        migrations.CreateModel(
            name="FulfillmentRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField(default=1)),
                ("state", models.CharField(default="planned", max_length=10)),
                ("remote_id", models.CharField(blank=True, default="", max_length=200)),
                ("remote_number", models.CharField(blank=True, default="", max_length=200)),
                ("url", models.CharField(blank=True, default="", max_length=500)),
                ("committed_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("sealed", models.BinaryField()),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="ledger.connection", db_index=False
                    ),
                ),
                (
                    "within",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="carried",
                        db_index=False,
                        to="ledger.fulfillmentrow",
                    ),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="ledger.merchant", db_index=False
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["connection", "remote_id"], name="fulfillment_remote"),
                    models.Index(fields=["connection", "committed_at"], name="fulfillment_committed"),
                    models.Index(fields=["merchant", "remote_number"], name="fulfillment_number"),
                    models.Index(
                        condition=models.Q(("within__isnull", False)),
                        fields=["within"],
                        name="fulfillment_within",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FulfillmentLineRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line_id", models.CharField(max_length=200)),
                ("sku", models.CharField(max_length=200)),
                ("product_id", models.CharField(blank=True, default="", max_length=64)),
                ("remote_line_id", models.CharField(blank=True, default="", max_length=64)),
                ("quantity", models.IntegerField()),
                ("of_line", models.CharField(blank=True, default="", max_length=200)),
                ("per_unit", models.IntegerField(default=1)),
                (
                    "fulfillment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="ledger.fulfillmentrow",
                        db_index=False,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["product_id"], name="fulfillment_line_product")],
                "constraints": [
                    models.UniqueConstraint(fields=("fulfillment", "line_id"), name="fulfillment_line_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="HookEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event_id", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("connection", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.connection")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("connection", "event_id"), name="hook_once")],
            },
        ),
        migrations.CreateModel(
            name="Intent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(max_length=24)),
                ("key", models.CharField(max_length=300, unique=True)),
                ("state", models.CharField(default="ready", max_length=10)),
                ("generation", models.IntegerField(default=1)),
                ("attempts", models.IntegerField(default=0)),
                ("absences", models.IntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("fence", models.BigIntegerField(default=0)),
                ("lane", models.CharField(blank=True, default="", max_length=64)),
                ("look_first", models.BooleanField(default=False)),
                ("doubtful", models.BooleanField(default=False)),
                ("first_sent_at", models.DateTimeField(null=True)),
                ("failing_since", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True, default="")),
                ("detail", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="ledger.connection", db_index=False
                    ),
                ),
                (
                    "fulfillment",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to="ledger.fulfillmentrow"
                    ),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="ledger.merchant", db_index=False
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["done", "rejected", "canceled"]), _negated=True),
                        fields=["connection", "verb", "due_at"],
                        name="intent_open",
                    ),
                    models.Index(fields=["merchant", "state"], name="intent_state"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("what", models.CharField(max_length=8)),
                ("outcome", models.CharField(max_length=12)),
                ("note", models.TextField(blank=True, default="")),
                ("calls", models.JSONField(default=list)),
                ("intent", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.intent")),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(blank=True, default="", max_length=120)),
                ("role", models.CharField(max_length=10)),
                ("staff", models.BooleanField(default=False)),
                ("everywhere", models.BooleanField(default=False)),
                ("merchants", models.JSONField(default=list)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_hash", models.CharField(max_length=64)),
                ("asked", models.CharField(max_length=64)),
                ("sealed", models.BinaryField(null=True)),
                ("created_at", models.DateTimeField()),
                ("began_at", models.DateTimeField()),
                ("api_key", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.apikey")),
            ],
            options={
                "indexes": [models.Index(fields=["created_at"], name="kept_answer_age")],
                "constraints": [models.UniqueConstraint(fields=("api_key", "key_hash"), name="kept_answer_once")],
            },
        ),
        migrations.CreateModel(
            name="ListingRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=300)),
                ("listing_id", models.CharField(max_length=64)),
                ("sku", models.CharField(blank=True, default="", max_length=200)),
                ("variation", models.CharField(blank=True, default="", max_length=200)),
                ("marketplace", models.CharField(blank=True, default="", max_length=40)),
                ("title", models.CharField(blank=True, default="", max_length=300)),
                ("family", models.CharField(blank=True, default="", max_length=16)),
                ("offer_id", models.CharField(blank=True, default="", max_length=64)),
                ("active", models.BooleanField(default=True)),
                ("shown", models.IntegerField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("acknowledged", models.IntegerField(null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("wanted", models.IntegerField(null=True)),
                ("wanted_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("pushing", models.BooleanField(default=False)),
                ("attempts", models.IntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("trouble", models.TextField(blank=True, default="")),
                ("pushed", models.IntegerField(null=True)),
                ("pushed_at", models.DateTimeField(null=True)),
                ("superseded", models.IntegerField(null=True)),
                ("superseded_at", models.DateTimeField(null=True)),
                ("revisions", models.IntegerField(default=0)),
                ("revisions_on", models.DateField(null=True)),
                ("connection", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.connection")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["connection", "sku"], name="listing_sku"),
                    models.Index(
                        condition=models.Q(("wanted__isnull", False)),
                        fields=["connection", "due_at"],
                        name="listing_due",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("connection", "key"), name="listing_once")],
            },
        ),
        migrations.CreateModel(
            name="Loan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("location", models.CharField(max_length=64)),
                ("alone", models.BooleanField(default=False)),
                ("prefix", models.CharField(max_length=32)),
                ("sku_prefix", models.CharField(blank=True, default="", max_length=64)),
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "connection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="loan", to="ledger.connection"
                    ),
                ),
                (
                    "lender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="loans", to="ledger.connection"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MappingChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=254)),
                ("kind", models.CharField(max_length=16)),
                ("rows", models.JSONField(default=list)),
                ("undone_at", models.DateTimeField(null=True)),
                ("merchant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.merchant")),
            ],
            options={
                "indexes": [models.Index(fields=["merchant", "-at"], name="mapping_change_newest")],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True)),
                ("kind", models.CharField(default="mail", max_length=8)),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("to_hash", models.CharField(max_length=64)),
                ("sealed", models.BinaryField()),
                ("attempts", models.IntegerField(default=0)),
                ("trouble", models.CharField(blank=True, default="", max_length=300)),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "merchant",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="ledger.merchant"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["due_at"], name="letter_waiting"),
                    models.Index(fields=["to_hash", "sent_at"], name="letter_to"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Kit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("connection", models.CharField(blank=True, default="", max_length=64)),
                ("sku", models.CharField(max_length=200)),
                ("recipe", models.TextField()),
                ("merchant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.merchant")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("merchant", "connection", "sku"), name="kit_once")],
            },
        ),
        migrations.CreateModel(
            name="JournalEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=64)),
                ("what", models.CharField(max_length=64)),
                ("subject", models.CharField(blank=True, default="", max_length=200)),
                ("detail", models.JSONField(blank=True, default=dict)),
                ("hash", models.CharField(max_length=64)),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="ledger.merchant", db_index=False
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["merchant", "subject"], name="journal_subject")],
                "constraints": [models.UniqueConstraint(fields=("merchant", "number"), name="journal_number")],
            },
        ),
        migrations.CreateModel(
            name="Errand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=24)),
                ("detail", models.JSONField(default=dict)),
                ("left", models.JSONField(default=list)),
                ("total", models.IntegerField()),
                ("done", models.IntegerField(default=0)),
                ("failed", models.IntegerField(default=0)),
                ("said", models.JSONField(default=dict)),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("owner", models.CharField(blank=True, default="", max_length=80)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("merchant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.merchant")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])), fields=["state"], name="errand_open"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="connection",
            name="merchant",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="ledger.merchant"),
        ),
        migrations.CreateModel(
            name="CartFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("connection", models.CharField(blank=True, default="", max_length=64)),
                ("field", models.CharField(max_length=24)),
                ("rule", models.TextField()),
                ("merchant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.merchant")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("merchant", "connection", "field"), name="filter_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CarrierMap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("connection", models.CharField(max_length=64)),
                ("word", models.CharField(max_length=200)),
                ("carrier", models.CharField(max_length=200)),
                ("merchant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.merchant")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("merchant", "connection", "word"), name="carrier_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Alias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("connection", models.CharField(blank=True, default="", max_length=64)),
                ("alias", models.CharField(max_length=200)),
                ("sku", models.CharField(max_length=200)),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("merchant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.merchant")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("merchant", "connection", "alias"), name="alias_once")],
            },
        ),
        migrations.CreateModel(
            name="OrderElsewhere",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=200)),
                ("hub", models.CharField(max_length=64)),
                ("status", models.CharField(max_length=24)),
                ("noted_at", models.DateTimeField()),
                ("merchant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.merchant")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("merchant", "number"), name="elsewhere_once")],
            },
        ),
        migrations.CreateModel(
            name="OrderRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.CharField(max_length=200)),
                ("remote_id", models.CharField(max_length=200)),
                ("number", models.CharField(max_length=200)),
                ("cust_ref", models.CharField(max_length=200, null=True)),
                ("marketplace", models.CharField(blank=True, default="", max_length=40)),
                ("status", models.CharField(default="new", max_length=12)),
                ("cart_state", models.CharField(max_length=20)),
                ("reason", models.TextField(blank=True, default="")),
                ("held_kind", models.CharField(blank=True, default="", max_length=40)),
                ("held_value", models.CharField(blank=True, default="", max_length=300)),
                ("released", models.JSONField(default=list)),
                ("undecided", models.BooleanField(default=True)),
                ("backlog", models.BooleanField(default=False)),
                ("wish", models.CharField(blank=True, default="", max_length=8)),
                ("tags", models.JSONField(default=list)),
                ("ruled", models.JSONField(default=list)),
                ("waits_until", models.DateTimeField(null=True)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("buyer_hash", models.CharField(blank=True, default="", max_length=64)),
                ("receiver_hash", models.CharField(blank=True, default="", max_length=64)),
                ("is_test", models.BooleanField(default=False)),
                ("currency", models.CharField(max_length=3)),
                ("total_minor", models.BigIntegerField()),
                ("ship_method", models.CharField(blank=True, default="", max_length=200)),
                ("ship_by", models.DateTimeField(null=True)),
                ("ordered_at", models.DateTimeField()),
                ("modified_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("final_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                ("sealed", models.BinaryField()),
                ("corrections", models.BinaryField(null=True)),
                ("before", models.BinaryField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="ledger.connection", db_index=False
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="mates",
                        db_index=False,
                        to="ledger.orderrow",
                    ),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="ledger.merchant", db_index=False
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["merchant", "number"], name="order_number"),
                    models.Index(fields=["connection", "ship_method"], name="order_ship_method"),
                    models.Index(
                        fields=[
                            "merchant",
                            "status",
                            "ordered_at",
                            "id",
                            "connection",
                            "marketplace",
                            "ship_method",
                            "is_test",
                        ],
                        name="order_status",
                    ),
                    models.Index(
                        fields=[
                            "status",
                            "ordered_at",
                            "id",
                            "merchant",
                            "connection",
                            "marketplace",
                            "ship_method",
                            "is_test",
                        ],
                        name="order_status_of_all",
                    ),
                    models.Index(condition=models.Q(("is_test", True)), fields=["merchant"], name="order_test"),
                    models.Index(
                        condition=models.Q(("undecided", True)),
                        fields=["merchant", "connection", "ordered_at"],
                        name="order_undecided",
                    ),
                    models.Index(
                        condition=models.Q(("erased_at__isnull", False)),
                        fields=["merchant", "erased_at"],
                        name="order_erased",
                    ),
                    models.Index(
                        condition=models.Q(("erased_at__isnull", False), models.Q(("buyer_hash", ""), _negated=True)),
                        fields=["merchant", "buyer_hash"],
                        name="order_erased_buyer",
                    ),
                    models.Index(
                        condition=models.Q(("lead__isnull", False)),
                        fields=["lead"],
                        name="order_lead",
                    ),
                    models.Index(
                        condition=models.Q(("erased_at__isnull", True), ("final_at__isnull", False)),
                        fields=["merchant", "final_at"],
                        name="order_to_erase",
                    ),
                    models.Index(fields=["merchant", "held_kind", "held_value"], name="order_held"),
                    models.Index(
                        condition=models.Q(("waits_until__isnull", False)),
                        fields=["connection", "waits_until"],
                        name="order_waits_until",
                    ),
                    models.Index(fields=["buyer_hash", "merchant"], name="order_buyer"),
                    models.Index(fields=["receiver_hash", "ordered_at", "id", "merchant"], name="order_receiver"),
                    models.Index(fields=["merchant", "-ordered_at", "-id"], name="order_newest"),
                    models.Index(
                        condition=models.Q(("final_at__isnull", True)),
                        fields=["merchant", "status", "ship_by"],
                        name="order_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("merchant", "account", "remote_id"), name="order_once"),
                    models.UniqueConstraint(fields=("merchant", "cust_ref"), name="cust_ref_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("author", models.CharField(max_length=254)),
                ("at", models.DateTimeField()),
                ("sealed", models.BinaryField()),
                ("order", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.orderrow")),
            ],
        ),
        migrations.CreateModel(
            name="OrderLineRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line_id", models.CharField(max_length=200)),
                ("sku", models.CharField(blank=True, default="", max_length=200)),
                ("item_sku", models.CharField(blank=True, default="", max_length=200)),
                ("quantity", models.IntegerField()),
                ("listing_id", models.CharField(blank=True, default="", max_length=64)),
                ("variation", models.CharField(blank=True, default="", max_length=200)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="ledger.orderrow", db_index=False
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["listing_id"], name="order_line_listing"),
                    models.Index(fields=["item_sku"], name="order_line_item_sku"),
                ],
                "constraints": [models.UniqueConstraint(fields=("order", "line_id"), name="order_line_once")],
            },
        ),
        migrations.AddField(
            model_name="intent",
            name="order",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="ledger.orderrow"),
        ),
        migrations.AddField(
            model_name="fulfillmentrow",
            name="order",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.orderrow", db_index=False),
        ),
        migrations.CreateModel(
            name="ProductRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("remote_id", models.CharField(max_length=64)),
                ("sku", models.CharField(max_length=200)),
                ("name", models.CharField(blank=True, default="", max_length=500)),
                ("barcode", models.CharField(blank=True, default="", max_length=64)),
                ("active", models.BooleanField(default=True)),
                ("tracked", models.BooleanField(default=True)),
                ("at_most", models.IntegerField(null=True)),
                ("weight", models.CharField(blank=True, default="", max_length=40)),
                ("read_at", models.DateTimeField(null=True)),
                ("connection", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.connection")),
            ],
            options={
                "indexes": [models.Index(fields=["connection", "sku", "active"], name="product_sku")],
                "constraints": [models.UniqueConstraint(fields=("connection", "remote_id"), name="product_once")],
            },
        ),
        migrations.CreateModel(
            name="RawRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=16)),
                ("key", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("received_at", models.DateTimeField()),
                ("state", models.CharField(default="new", max_length=10)),
                ("about", models.CharField(blank=True, default="", max_length=200)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="ledger.connection", db_index=False
                    ),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="ledger.merchant", db_index=False
                    ),
                ),
                ("sealed", models.BinaryField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["old", "erased"]), _negated=True),
                        fields=["connection", "kind", "state"],
                        name="raw_unread",
                    ),
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["connection", "about"], name="raw_waiting"
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("connection", "kind", "key"), name="raw_once")],
            },
        ),
        migrations.CreateModel(
            name="Reach",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("merchant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.merchant")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reaches", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "merchant"), name="reach_once")],
            },
        ),
        migrations.CreateModel(
            name="RemoteLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=16)),
                ("key", models.CharField(max_length=128)),
                ("remote_id", models.CharField(max_length=200)),
                ("connection", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.connection")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("connection", "kind", "key"), name="link_once")],
            },
        ),
        migrations.CreateModel(
            name="RoutingRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.JSONField()),
                ("version", models.IntegerField(default=1)),
                ("merchant", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to="ledger.merchant")),
            ],
        ),
        migrations.CreateModel(
            name="RuleRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.IntegerField()),
                ("body", models.JSONField()),
                ("version", models.IntegerField(default=1)),
                ("merchant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.merchant")),
            ],
            options={
                "indexes": [models.Index(fields=["merchant", "position"], name="rule_position")],
            },
        ),
        migrations.CreateModel(
            name="RunRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("ok", models.BooleanField()),
                ("counts", models.JSONField(default=dict)),
                ("trouble", models.CharField(blank=True, default="", max_length=1000)),
                ("flow", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.flow")),
            ],
            options={
                "indexes": [models.Index(fields=["flow", "-started_at"], name="run_newest")],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=16)),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(max_length=1000)),
                (
                    "merchant",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="ledger.merchant"),
                ),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "merchant", "place", "name"), name="saved_view_once", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ShareLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("redeemed_at", models.DateTimeField(null=True)),
                ("granted_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("connection", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.connection")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ShipmentRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("remote_id", models.CharField(max_length=200)),
                ("state", models.CharField(max_length=10)),
                ("carrier", models.CharField(blank=True, default="", max_length=100)),
                ("tracking_number", models.CharField(blank=True, default="", max_length=200)),
                ("tracking_url", models.CharField(blank=True, default="", max_length=500)),
                ("service", models.CharField(blank=True, default="", max_length=100)),
                ("shipped_at", models.DateTimeField()),
                ("loaded_at", models.DateTimeField(null=True)),
                ("modified_at", models.DateTimeField()),
                ("lines", models.JSONField(default=list)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("confirmed_tracking", models.CharField(blank=True, default="", max_length=200)),
                ("cart_remote_id", models.CharField(blank=True, default="", max_length=200)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="ledger.connection", db_index=False
                    ),
                ),
                (
                    "fulfillment",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.fulfillmentrow"),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="ledger.merchant", db_index=False
                    ),
                ),
                ("order", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.orderrow")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["merchant", "tracking_number"], name="shipment_tracking"),
                    models.Index(fields=["connection", "carrier"], name="shipment_carrier"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("connection", "remote_id", "order"), name="shipment_once_each")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("remote_id", models.CharField(max_length=200)),
                ("state", models.CharField(max_length=10)),
                ("carrier", models.CharField(blank=True, default="", max_length=100)),
                ("tracking_number", models.CharField(blank=True, default="", max_length=200)),
                ("modified_at", models.DateTimeField()),
                ("lines", models.JSONField(default=list)),
                ("connection", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="ledger.connection")),
                ("merchant", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="ledger.merchant")),
                ("order", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.orderrow")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("connection", "remote_id", "order"), name="return_once_each")
                ],
            },
        ),
        migrations.AddField(
            model_name="intent",
            name="shipment",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, to="ledger.shipmentrow", db_index=False
            ),
        ),
        migrations.AddIndex(
            model_name="intent",
            index=models.Index(
                condition=models.Q(("shipment__isnull", False)), fields=["shipment"], name="intent_shipment"
            ),
        ),
        migrations.CreateModel(
            name="ShipMethodMap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("connection", models.CharField(max_length=64)),
                ("code", models.CharField(max_length=200)),
                ("method", models.CharField(max_length=200)),
                ("merchant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.merchant")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("merchant", "connection", "code"), name="ship_method_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state_hash", models.CharField(max_length=64, unique=True)),
                ("redirect_uri", models.CharField(blank=True, default="", max_length=500)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("holder", models.CharField(blank=True, default="", max_length=64)),
                ("goes_live", models.BooleanField(default=True)),
                ("outcome", models.CharField(blank=True, default="", max_length=16)),
                ("said", models.CharField(blank=True, default="", max_length=500)),
                ("connection", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.connection")),
            ],
        ),
        migrations.CreateModel(
            name="StockLevelRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("product_id", models.CharField(max_length=64)),
                ("location", models.CharField(blank=True, default="", max_length=64)),
                ("available", models.IntegerField(null=True)),
                ("tracked", models.BooleanField(default=True)),
                ("read_at", models.DateTimeField()),
                ("connection", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.connection")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("connection", "product_id", "location"), name="level_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="TellRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(max_length=24)),
                ("kind", models.CharField(default="mail", max_length=8)),
                ("label", models.CharField(blank=True, default="", max_length=120)),
                ("sealed", models.BinaryField()),
                ("created_at", models.DateTimeField()),
                (
                    "merchant",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="ledger.merchant"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TradeException",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=200)),
                ("value", models.CharField(blank=True, default="", max_length=300)),
                ("cause", models.TextField()),
                ("remedy", models.TextField(blank=True, default="")),
                ("state", models.CharField(default="open", max_length=10)),
                ("fingerprint", models.CharField(max_length=300)),
                ("opened_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
                (
                    "connection",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="ledger.connection"),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="ledger.merchant", db_index=False
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="ledger.orderrow"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["merchant", "state", "kind"], name="exception_state"),
                    models.Index(
                        condition=models.Q(("state", "resolved")),
                        fields=["merchant", "-resolved_at"],
                        name="exception_resolved",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("merchant", "fingerprint"),
                        name="exception_open_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("style", models.CharField(default="standard", max_length=12)),
                ("events", models.JSONField(default=list)),
                ("state", models.CharField(default="live", max_length=8)),
                ("state_reason", models.CharField(blank=True, default="", max_length=300)),
                ("failing_since", models.DateTimeField(null=True)),
                ("sealed", models.BinaryField()),
                ("created_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
                ("merchant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.merchant")),
            ],
        ),
        migrations.CreateModel(
            name="WebhookMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("message_id", models.CharField(max_length=64, unique=True)),
                ("event", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                ("subject", models.CharField(blank=True, default="", max_length=200)),
                ("detail", models.JSONField(default=dict)),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("attempts", models.IntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("merchant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.merchant")),
                (
                    "order",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="ledger.orderrow"),
                ),
                ("webhook", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.webhook")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["webhook", "due_at"],
                        name="webhook_message_waiting",
                    ),
                    models.Index(fields=["webhook", "-id"], name="webhook_message_newest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("taken", models.BooleanField()),
                ("status", models.IntegerField(default=0)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("message", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="ledger.webhookmessage")),
            ],
        ),
        migrations.AddConstraint(
            model_name="connection",
            constraint=models.UniqueConstraint(fields=("merchant", "name"), name="connection_name"),
        ),
        migrations.AddConstraint(
            model_name="fulfillmentrow",
            constraint=models.UniqueConstraint(fields=("order", "number"), name="fulfillment_once"),
        ),
    ]
