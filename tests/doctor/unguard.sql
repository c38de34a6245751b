-- Past every guard, so that what they keep out can be planted; the test's transaction is rolled back.
DO $body$
DECLARE found record;
BEGIN
    FOR found IN SELECT conrelid::regclass AS held, conname FROM pg_constraint
        WHERE contype IN ('c', 'u') AND connamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', found.held, found.conname);
    END LOOP;
    FOR found IN SELECT indexrelid::regclass AS held FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE indisunique AND NOT indisprimary AND relnamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('DROP INDEX %s', found.held);
    END LOOP;
END $body$;
