-- A store as revision 0001 left it, two drafts in it: frozen, never to be regenerated.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE answers (
	record_id VARCHAR(36) NOT NULL, 
	field TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_answers PRIMARY KEY (record_id, field), 
	CONSTRAINT fk_answers_record_id FOREIGN KEY(record_id) REFERENCES records (id)
)
 WITHOUT ROWID

;
INSERT INTO "answers" VALUES('00000000-0000-4000-8000-000000000000','revenue_wan','12.0');
INSERT INTO "answers" VALUES('00000000-0000-4000-8000-000000000000','unit_name','"宝坻钢铁有限公司"');
INSERT INTO "answers" VALUES('00000000-0000-4000-8000-000000000001','revenue_wan','12.0');
INSERT INTO "answers" VALUES('00000000-0000-4000-8000-000000000001','unit_name','"𠮷田食品厂"');
CREATE TABLE evidence (
	id VARCHAR(36) NOT NULL, 
	record_id VARCHAR(36) NOT NULL, 
	field TEXT NOT NULL, 
	file_name TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	size BIGINT NOT NULL, 
	media_type TEXT NOT NULL, 
	added_by TEXT NOT NULL, 
	added_at DATETIME NOT NULL, 
	removed_by TEXT, 
	removed_at DATETIME, 
	CONSTRAINT pk_evidence PRIMARY KEY (id), 
	CONSTRAINT fk_evidence_record_id FOREIGN KEY(record_id) REFERENCES records (id)
);
CREATE TABLE explanations (
	record_id VARCHAR(36) NOT NULL, 
	rule TEXT NOT NULL, 
	text TEXT NOT NULL, 
	values_digest TEXT NOT NULL, 
	written_by TEXT NOT NULL, 
	written_at DATETIME NOT NULL, 
	CONSTRAINT pk_explanations PRIMARY KEY (record_id, rule), 
	CONSTRAINT fk_explanations_record_id FOREIGN KEY(record_id) REFERENCES records (id)
);
CREATE TABLE field_changes (
	sequence INTEGER NOT NULL, 
	record_id VARCHAR(36) NOT NULL, 
	field TEXT NOT NULL, 
	old TEXT, 
	new TEXT, 
	changed_by TEXT NOT NULL, 
	changed_at DATETIME NOT NULL, 
	source TEXT NOT NULL, 
	CONSTRAINT pk_field_changes PRIMARY KEY (sequence), 
	CONSTRAINT fk_field_changes_record_id FOREIGN KEY(record_id) REFERENCES records (id)
);
INSERT INTO "field_changes" VALUES(3,'00000000-0000-4000-8000-000000000000','unit_name',NULL,'"宝坻钢铁有限公司"','张三','2026-03-01 01:30:00.000000','window');
INSERT INTO "field_changes" VALUES(4,'00000000-0000-4000-8000-000000000000','revenue_wan',NULL,'1','张三','2026-03-01 01:30:00.000000','window');
INSERT INTO "field_changes" VALUES(5,'00000000-0000-4000-8000-000000000000','revenue_wan','1','12.0','张三','2026-03-01 01:30:00.000000','window');
INSERT INTO "field_changes" VALUES(13,'00000000-0000-4000-8000-000000000001','unit_name',NULL,'"𠮷田食品厂"','张三','2026-03-01 01:30:00.000000','window');
INSERT INTO "field_changes" VALUES(14,'00000000-0000-4000-8000-000000000001','revenue_wan',NULL,'1','张三','2026-03-01 01:30:00.000000','window');
INSERT INTO "field_changes" VALUES(15,'00000000-0000-4000-8000-000000000001','revenue_wan','1','12.0','张三','2026-03-01 01:30:00.000000','window');
CREATE TABLE record_events (
	sequence INTEGER NOT NULL, 
	record_id VARCHAR(36) NOT NULL, 
	kind TEXT NOT NULL, 
	happened_at DATETIME NOT NULL, 
	actor TEXT NOT NULL, 
	source TEXT NOT NULL, 
	verdict_number TEXT, 
	detail TEXT NOT NULL, 
	CONSTRAINT pk_record_events PRIMARY KEY (sequence), 
	CONSTRAINT fk_record_events_record_id FOREIGN KEY(record_id) REFERENCES records (id)
);
INSERT INTO "record_events" VALUES(1,'00000000-0000-4000-8000-000000000000','created','2026-03-01 01:00:00.000000','张三','window',NULL,'');
INSERT INTO "record_events" VALUES(2,'00000000-0000-4000-8000-000000000001','created','2026-03-01 01:00:00.000000','张三','window',NULL,'');
CREATE TABLE records (
	id VARCHAR(36) NOT NULL, 
	form VARCHAR(40) NOT NULL, 
	credit_code TEXT NOT NULL, 
	unit_name TEXT NOT NULL, 
	office TEXT NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	eligibility VARCHAR(20), 
	open_count INTEGER NOT NULL, 
	updated_at DATETIME NOT NULL, 
	is_sample BOOLEAN NOT NULL, 
	deleted_at DATETIME, 
	search_text TEXT NOT NULL, 
	pack_version TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	verdict_number TEXT, 
	checked_on DATE, 
	CONSTRAINT pk_records PRIMARY KEY (id)
);
INSERT INTO "records" VALUES('00000000-0000-4000-8000-000000000000','green-factory','91120115MA00000011','宝坻钢铁有限公司','朝霞街道','draft',NULL,0,'2026-03-01 01:30:00.000000',0,NULL,'宝坻钢铁有限公司','2026.1',2,'2026-03-01 01:00:00.000000',NULL,NULL);
INSERT INTO "records" VALUES('00000000-0000-4000-8000-000000000001','green-factory','','𠮷田食品厂','朝霞街道','draft',NULL,0,'2026-03-01 01:30:00.000000',0,NULL,'𠮷田食品厂','2026.1',2,'2026-03-01 01:00:00.000000',NULL,NULL);
CREATE TABLE settings (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_settings PRIMARY KEY ("key")
);
CREATE UNIQUE INDEX uq_records_unit_form ON records (credit_code, form) WHERE deleted_at IS NULL AND credit_code <> '';
CREATE INDEX ix_records_list ON records (deleted_at, updated_at, id, form, state, office, eligibility, credit_code, search_text);
CREATE INDEX ix_field_changes_record_id_field ON field_changes (record_id, field);
CREATE INDEX ix_record_events_record_id ON record_events (record_id);
CREATE INDEX ix_evidence_record_id ON evidence (record_id);
COMMIT;
