"""The database gives each event its place and hash, and lets nobody change or remove one."""

from django.db import migrations

CHAIN = """
CREATE FUNCTION ringi_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    head audit_streamhead%ROWTYPE;
BEGIN
    INSERT INTO audit_streamhead (stream, seq, hash) VALUES (NEW.stream, 0, ''::bytea) ON CONFLICT (stream) DO NOTHING;
    SELECT * INTO head FROM audit_streamhead WHERE stream = NEW.stream FOR UPDATE;
    NEW.seq := head.seq + 1;
    NEW.prev := head.hash;
    NEW.hash := sha256('\\x00'::bytea || head.hash || convert_to(NEW.text, 'UTF8'));
    UPDATE audit_streamhead SET seq = NEW.seq, hash = NEW.hash WHERE stream = NEW.stream;
    RETURN NEW;
END
$$;
CREATE TRIGGER audit_chain BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION ringi_chain();

CREATE FUNCTION ringi_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows are written once', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION ringi_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION ringi_append_only();
"""
UNDO = """
DROP TRIGGER audit_no_truncate ON audit_event;
DROP TRIGGER audit_append_only ON audit_event;
DROP FUNCTION ringi_append_only();
DROP TRIGGER audit_chain ON audit_event;
DROP FUNCTION ringi_chain();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(CHAIN, UNDO)]
