DROP TRIGGER append_only ON review_act

CREATE FUNCTION refuse_all_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.actor = 'erased' AND to_jsonb(NEW) - 'actor' = to_jsonb(OLD) - 'actor' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$

CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON review_act
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

CREATE TRIGGER erasure_alone BEFORE UPDATE ON review_act
    FOR EACH ROW EXECUTE FUNCTION refuse_all_but_erasure()
