#include "db/migrations.hpp"

#include <algorithm>
#include <functional>

#include "crypto/hash.hpp"
#include "db/database.hpp"
#include "db/postgres_connection.hpp"

namespace oprag::db {
namespace {

struct Known {
  std::string name, sha256;
};
BOOST_DESCRIBE_STRUCT(Known, (), (name, sha256))

// Of the statements: comments may be reworded.
std::string fingerprint(const Migration& migration) {
  std::string all;
  for (const auto& statement : statements_of(migration.sql)) all += statement;
  return crypto::sha256_hex(all);
}

void remember(System& store, const Migration& migration) {
  store.exec("INSERT INTO schema_migrations (name, sha256) VALUES ($1, $2)", migration.name, fingerprint(migration));
}

std::vector<Known> remembered(System& store) {
  try {
    return store.all<Known>("SELECT name, sha256 FROM schema_migrations ORDER BY name");
  } catch (const std::runtime_error& e) {
    throw OtherSchema(
        std::string("the database was written by a build of oprag before its first release, and cannot be "
                    "brought up to date (") +
        e.what() + ")");
  }
}

// What is still to be applied. Throws OtherSchema when the store knows a migration that this program does not.
std::vector<const Migration*> pending(System& store) {
  store.exec("CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL)");
  std::vector<std::string> applied;
  for (const auto& known : remembered(store)) {
    const auto ours = std::ranges::find(migrations(), known.name, &Migration::name);
    if (ours == migrations().end()) {
      throw OtherSchema("the database was written by a newer oprag (" + known.name + "); start that one");
    }
    if (fingerprint(*ours) != known.sha256) {
      throw OtherSchema("the database was written by another build of oprag, whose " + known.name +
                        " differs; start that one");
    }
    applied.push_back(known.name);
  }
  std::vector<const Migration*> out;
  for (const auto& migration : migrations()) {
    if (std::ranges::find(applied, migration.name) == applied.end()) out.push_back(&migration);
  }
  return out;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

std::vector<std::string> names_of(const std::vector<const Migration*>& list) {
  std::vector<std::string> out;
  for (const auto* migration : list) out.emplace_back(migration->name);
  return out;
}

// Tables of one company: those whose primary key begins with company_id. `companies` itself is a directory.
constexpr std::string_view tenant_tables = R"(
  SELECT c.relname AS name,
    c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
      SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'company') AS locked
  FROM pg_class c
  JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
  WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attname = 'company_id'
    AND c.relname <> 'companies' ORDER BY c.relname)";

struct TenantTable {
  std::string name;
  bool locked = false;
};
BOOST_DESCRIBE_STRUCT(TenantTable, (), (name, locked))

// A migration may change every company's rows, also when it runs as their owner; to be called in its transaction, which
// ends with `lock_tenants`.
void unlock_tenants(PostgresConnection& connection) {
  for (const auto& table : System(connection).all<TenantTable>(tenant_tables))
    connection.command("ALTER TABLE " + table.name + " NO FORCE ROW LEVEL SECURITY");
}

void lock_tenants(PostgresConnection& connection) {
  for (const auto& table : System(connection).all<TenantTable>(tenant_tables)) {
    if (table.locked) continue;  // other nodes may be at work
    connection.command("ALTER TABLE " + table.name + " ENABLE ROW LEVEL SECURITY");
    connection.command("ALTER TABLE " + table.name + " FORCE ROW LEVEL SECURITY");
    connection.command("DROP POLICY IF EXISTS company ON " + table.name);
    // Without a company set the setting is NULL or empty, and no row passes.
    connection.command("CREATE POLICY company ON " + table.name +
                       " USING (company_id = current_setting('app.company_id', true))" +
                       " WITH CHECK (company_id = current_setting('app.company_id', true))");
  }
}

// A role that could step over the locks works as one that cannot. Any other role works as itself and needs no right to
// make roles.
void make_restricted_role(PostgresConnection& connection) {
  if (!connection.bypasses_row_security()) return;
  std::string sql = R"(DO $$ BEGIN
    BEGIN
      CREATE ROLE oprag_app NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
      GRANT oprag_app TO CURRENT_USER;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO oprag_app', current_schema());
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO oprag_app', current_schema());
  END $$)";
  replace_all(sql, "oprag_app", restricted_role);
  connection.command(sql);
}

}  // namespace

std::vector<std::string> statements_of(std::string_view sql) {
  std::vector<std::string> out;
  std::string statement;
  while (!sql.empty()) {
    const auto end = std::min(sql.find('\n'), sql.size());
    auto line = sql.substr(0, end);
    sql.remove_prefix(std::min(end + 1, sql.size()));
    if (const auto comment = line.find("--"); comment != std::string_view::npos) line = line.substr(0, comment);
    statement.append(line).append("\n");
    if (line.find_last_not_of(" \t\r") != std::string_view::npos && line[line.find_last_not_of(" \t\r")] == ';') {
      out.push_back(std::move(statement));
      statement.clear();
    }
  }
  return out;
}

std::vector<std::string> migrate_sqlite(const std::string& path, Apply apply) {
  const auto database = open_sqlite(path, 1);
  const auto todo = database->write_system([](System& store) { return pending(store); });
  if (apply == Apply::dry_run) return names_of(todo);
  for (const auto* migration : todo) {
    database->write_system([&](System& store) {
      for (const auto& statement : statements_of(migration->sql)) store.exec(statement);
      remember(store, *migration);
    });
  }
  return names_of(todo);
}

std::vector<std::string> migrate_postgres(const std::string& url, Apply apply) {
  PostgresConnection connection(url);
  System store(connection);
  // Two nodes that start at once: one migrates, the other waits and finds nothing to do.
  connection.command("SELECT pg_advisory_lock(hashtext('oprag migrations'))");
  const auto todo = pending(store);
  if (apply == Apply::dry_run) return names_of(todo);
  for (const auto* migration : todo) {
    connection.command("BEGIN");
    unlock_tenants(connection);
    for (auto statement : statements_of(migration->sql)) {
      replace_all(statement, " BLOB", " BYTEA");
      connection.command(statement);
    }
    remember(store, *migration);
    lock_tenants(connection);
    connection.command("COMMIT");
  }
  // Also when nothing was to do: somebody may have restored the tables without their locks.
  connection.command("BEGIN");
  lock_tenants(connection);
  make_restricted_role(connection);
  connection.command("COMMIT");
  return names_of(todo);
}

}  // namespace oprag::db
