-- 数据库账号（ASVS 5.0 13.2.2）：三个账号，各有所需，互不越权。
--
--   miaopu_owner  拥有全部表；只供 `miaopu migrate` 与 `miaopu restore` 使用，平时不登录
--   miaopu_app    服务与后台进程（serve、worker 及其余命令）：读写各行，不能改表结构，不能改动或删除留痕
--   miaopu_read   只读连接池（MIAOPU_READ_DATABASE_URL）：只能查询，不论发来什么语句
--
-- 用法：以数据库超级用户在平台的数据库中执行，可反复执行。首次 migrate 之前执行一次，此后每次 migrate、restore
-- 之后再执行一次。口令不写在这里，另行设置：psql 中 \password miaopu_app，并在 pg_hba.conf 中只允许 scram-sha-256
-- 经 TLS（hostssl）连接。
--
--   psql "$管理员连接" -v ON_ERROR_STOP=1 -f docs/deploy/roles.sql
--   MIAOPU_DATABASE_URL=postgresql://miaopu_owner:…@db/miaopu?sslmode=verify-full  miaopu migrate
--   psql "$管理员连接" -v ON_ERROR_STOP=1 -f docs/deploy/roles.sql
--   MIAOPU_DATABASE_URL=postgresql://miaopu_app:…@db/miaopu?sslmode=verify-full
--   MIAOPU_READ_DATABASE_URL=postgresql://miaopu_read:…@db/miaopu?sslmode=verify-full  miaopu serve
--
-- 恢复演练要新建一个临时数据库：由后台进程自动演练（MIAOPU_BACKUP_DIR）时，另执行 ALTER ROLE miaopu_app CREATEDB。

DO $$
DECLARE
    account text;
BEGIN
    FOREACH account IN ARRAY ARRAY['miaopu_owner', 'miaopu_app', 'miaopu_read'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = account) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', account);
        END IF;
    END LOOP;
    EXECUTE format('ALTER DATABASE %I OWNER TO miaopu_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    -- 录入成绩时用一张临时表，故应用账号需要 TEMPORARY。
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO miaopu_app', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO miaopu_read', current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO miaopu_owner;
GRANT USAGE ON SCHEMA public TO miaopu_app, miaopu_read;

-- 已有的安装：此前由别的账号建的表、序列、函数和类型，一并移交。
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT format('ALTER TABLE %s OWNER TO miaopu_owner', c.oid::regclass) AS statement FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
            AND NOT EXISTS (SELECT FROM pg_depend d
                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND c.relkind = 'S')
        UNION ALL
        SELECT format('ALTER ROUTINE %s OWNER TO miaopu_owner', p.oid::regprocedure) FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend d
                WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
        UNION ALL
        SELECT format('ALTER TYPE %s OWNER TO miaopu_owner', t.oid::regtype) FROM pg_type t
        WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('e', 'd')
    LOOP
        EXECUTE found.statement;
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO miaopu_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO miaopu_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO miaopu_read;
-- 以后的版本新建的表也如此。
ALTER DEFAULT PRIVILEGES FOR ROLE miaopu_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO miaopu_app;
ALTER DEFAULT PRIVILEGES FOR ROLE miaopu_owner GRANT USAGE, SELECT ON SEQUENCES TO miaopu_app;
ALTER DEFAULT PRIVILEGES FOR ROLE miaopu_owner GRANT SELECT ON TABLES TO miaopu_read;

-- 留痕只增不改；表结构的版本只由 migrate 改。
DO $$
BEGIN
    IF to_regclass('public.audit_entries') IS NOT NULL THEN
        REVOKE UPDATE, DELETE ON audit_entries FROM miaopu_app;
        REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM miaopu_app;
    END IF;
END
$$;
