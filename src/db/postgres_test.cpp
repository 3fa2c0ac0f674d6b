// What only PostgreSQL has: row level security, roles, connections that the server closes. Left out without a server.
#include <gtest/gtest.h>

#include <thread>

#include "db/migrations.hpp"
#include "db/postgres_connection.hpp"
#include "db/testing.hpp"

namespace oprag::db {
namespace {

struct Column {
  std::string table, name, type;
};
BOOST_DESCRIBE_STRUCT(Column, (), (table, name, type))

struct Table {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Table, (), (name))

class PostgresTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (testing::engines().size() < 2) GTEST_SKIP() << "OPRAG_TEST_POSTGRES names no server";
    store = std::make_unique<testing::Store>("postgres");
  }

  // Every table that has a company_id and is no directory, by the catalogue.
  std::vector<std::string> tenant_tables() {
    PostgresConnection connection(store->place());
    std::vector<std::string> out;
    for (const auto& table : System(connection).all<Table>(R"(
        SELECT table_name AS name FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name = 'company_id' AND table_name NOT IN
          ('users', 'companies', 'project_directory', 'key_directory', 'jobs', 'job_turns', 'invitations',
           'question_usage')
        ORDER BY table_name)"))
      out.push_back(table.name);
    return out;
  }

  // One row of company co_a in `table`, made past keys and locks by the superuser.
  void plant(const std::string& table) {
    PostgresConnection connection(store->place());
    connection.command("SET session_replication_role = replica");
    std::string names, values;
    for (const auto& column : System(connection)
                                  .all<Column>(R"(
        SELECT table_name AS "table", column_name AS name, data_type AS type FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = $1 AND is_nullable = 'NO')",
                                               table)) {
      names += (names.empty() ? "" : ", ") + column.name;
      values += values.empty() ? "" : ", ";
      values += column.name == "company_id" ? "'co_a'" : column.type == "bigint" ? "1" : "'x'";
    }
    connection.command("INSERT INTO " + table + " (" + names + ") VALUES (" + values + ")");
  }

  std::unique_ptr<testing::Store> store;
};

TEST_F(PostgresTest, ShowsNoRowOfAnyTenantTableToAnotherCompanyOrToNone) {
  const auto tables = tenant_tables();
  ASSERT_GE(tables.size(), 14u);
  const CompanyId a{"co_a"}, b{"co_b"};
  for (const auto& table : tables) {
    SCOPED_TRACE(table);
    plant(table);
    const auto count = "SELECT COUNT(*) FROM " + table;
    EXPECT_EQ((*store)->read(a, [&](Tenant& t) { return *t.scalar<std::int64_t>(count); }), 1);
    EXPECT_EQ((*store)->read(b, [&](Tenant& t) { return *t.scalar<std::int64_t>(count); }), 0);
    EXPECT_EQ((*store)->read_system([&](System& s) { return *s.scalar<std::int64_t>(count); }), 0);
    EXPECT_EQ((*store)->write(b, [&](Tenant& t) { return t.exec("DELETE FROM " + table); }), 0);
    EXPECT_EQ((*store)->write(b, [&](Tenant& t) { return t.exec("UPDATE " + table + " SET company_id = 'co_b'"); }), 0);
    EXPECT_THROW((*store)->write(a, [&](Tenant& t) { t.exec("UPDATE " + table + " SET company_id = 'co_b'"); }),
                 std::runtime_error);

    PostgresConnection never_set(store->place());
    never_set.command("SET ROLE oprag_app");
    EXPECT_EQ(System(never_set).scalar<std::int64_t>(count), 0);
  }
}

TEST_F(PostgresTest, HidesTheOuterCompanyFromWhatRunsForAnotherOrForNone) {
  plant("activities");
  const CompanyId a{"co_a"}, b{"co_b"};
  const auto count = "SELECT COUNT(*) FROM activities";
  (*store)->write(a, [&](Tenant& outer) {
    EXPECT_EQ((*store)->read(b, [&](Tenant& t) { return *t.scalar<std::int64_t>(count); }), 0);
    EXPECT_EQ((*store)->read_system([&](System& s) { return *s.scalar<std::int64_t>(count); }), 0);
    EXPECT_EQ(outer.scalar<std::int64_t>(count), 1);
  });
}

TEST_F(PostgresTest, LocksTheTablesOfAnOrdinaryOwnerToo) {
  PostgresConnection server(store->place());
  const auto owner = "owner_" + store->place().substr(store->place().rfind('_') + 1);
  server.command("CREATE ROLE " + owner + " LOGIN");
  server.command("CREATE SCHEMA own AUTHORIZATION " + owner);
  server.command("ALTER ROLE " + owner + " SET search_path = own");
  auto url = store->place();
  url.replace(url.find("postgres@"), 8, owner);
  EXPECT_FALSE(migrate_postgres(url, Apply::yes).empty());
  EXPECT_TRUE(migrate_postgres(url, Apply::yes).empty());
  const auto as_owner = open_postgres(url, 1);
  as_owner->write(CompanyId{"co_a"}, [](Tenant& t) {
    t.exec("INSERT INTO activities (company_id, activity_id, type, summary, created_at) VALUES ($1, 'a', 't', 's', 1)");
  });
  const auto count = "SELECT COUNT(*) FROM activities";
  EXPECT_EQ(as_owner->read(CompanyId{"co_a"}, [&](Tenant& t) { return *t.scalar<std::int64_t>(count); }), 1);
  EXPECT_EQ(as_owner->read(CompanyId{"co_b"}, [&](Tenant& t) { return *t.scalar<std::int64_t>(count); }), 0);
  server.command("DROP OWNED BY " + owner);
  server.command("DROP ROLE " + owner);
}

TEST_F(PostgresTest, LocksAgainWhatWasRestoredWithoutItsLocks) {
  plant("activities");
  PostgresConnection(store->place()).command("DROP POLICY company ON activities");
  PostgresConnection(store->place()).command("ALTER TABLE activities DISABLE ROW LEVEL SECURITY");
  const auto seen = [&] {
    return (*store)->read(CompanyId{"co_b"},
                          [](Tenant& t) { return *t.scalar<std::int64_t>("SELECT COUNT(*) FROM activities"); });
  };
  EXPECT_EQ(seen(), 1);
  migrate_postgres(store->place(), Apply::yes);
  EXPECT_EQ(seen(), 0);
}

TEST_F(PostgresTest, ReplacesConnectionsThatTheServerClosed) {
  const auto used = [&] {
    std::vector<std::jthread> together;
    for (int i = 0; i < 4; ++i) {
      together.emplace_back([&, i] {
        (*store)->write_system([&](System& s) {
          s.exec(
              "INSERT INTO job_turns (company_id, project_id, served_at) VALUES ('co_a', $1, 1) "
              "ON CONFLICT (project_id) DO UPDATE SET served_at = job_turns.served_at + 1",
              i);
        });
      });
    }
  };
  used();
  PostgresConnection(store->place())
      .command(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
          "AND pid <> pg_backend_pid()");
  used();
  const auto sum = (*store)->read_system(
      [](System& s) { return *s.scalar<std::int64_t>("SELECT CAST(SUM(served_at) AS BIGINT) FROM job_turns"); });
  EXPECT_EQ(sum, 8);
}

}  // namespace
}  // namespace oprag::db
