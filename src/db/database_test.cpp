#include "db/database.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "db/migrations.hpp"
#include "db/postgres_connection.hpp"
#include "db/testing.hpp"

namespace oprag::db {
namespace {

struct Everything {
  std::string text;
  std::int64_t whole = 0;
  double real = 0;
  std::optional<std::int64_t> absent;
  bool truth = false;
  Timestamp time;
  std::vector<std::string> list;
};
BOOST_DESCRIBE_STRUCT(Everything, (), (text, whole, real, absent, truth, time, list))

class EveryEngine : public ::testing::TestWithParam<std::string> {
 protected:
  testing::Store store{GetParam()};
  const CompanyId a{"co_a"}, b{"co_b"};

  void add_activity(Tenant& t, const std::string& id, const std::string& summary = "s") {
    t.exec("INSERT INTO activities (company_id, activity_id, type, summary, created_at) VALUES ($1, $2, 'x', $3, 1)",
           id, summary);
  }
  std::int64_t count(const CompanyId& company) {
    return store->read(company, [](Tenant& t) {
      return *t.scalar<std::int64_t>("SELECT COUNT(*) FROM activities WHERE company_id = $1");
    });
  }
};

TEST_P(EveryEngine, CarriesEveryKindOfValueBothWays) {
  store->write_system([](System& s) {
    s.exec(
        "CREATE TEMPORARY TABLE every (text TEXT, whole BIGINT, real DOUBLE PRECISION, absent BIGINT, truth BIGINT, "
        "time BIGINT, list TEXT)");
    s.exec("INSERT INTO every (list, text, whole, real, absent, truth, time) VALUES ($7, $1, $2, $3, $4, $5, $6)",
           "naïve 'q'", std::int64_t{9'007'199'254'740'993}, 0.1, std::optional<std::int64_t>(), true, Timestamp{5},
           std::vector<std::string>{"x", "y"});
    const auto row = *s.one<Everything>("SELECT text, whole, real, absent, truth, time, list FROM every");
    EXPECT_EQ(row.text, "naïve 'q'");
    EXPECT_EQ(row.whole, 9'007'199'254'740'993);
    EXPECT_EQ(row.real, 0.1);
    EXPECT_FALSE(row.absent);
    EXPECT_TRUE(row.truth);
    EXPECT_EQ(row.time.ms, 5);
    EXPECT_EQ(row.list, (std::vector<std::string>{"x", "y"}));
  });
}

TEST_P(EveryEngine, BindsParametersByNumberHoweverOftenAndInWhateverOrder) {
  store->read_system([](System& s) {
    EXPECT_EQ(s.scalar<std::string>("SELECT CAST($2 AS TEXT) || CAST($1 AS TEXT) || CAST($2 AS TEXT)", "a", "b"),
              "bab");
  });
}

TEST_P(EveryEngine, RollsBackWhatThrows) {
  EXPECT_THROW(store->write(a,
                            [&](Tenant& t) {
                              add_activity(t, "1");
                              throw std::runtime_error("no");
                            }),
               std::runtime_error);
  EXPECT_EQ(count(a), 0);
}

TEST_P(EveryEngine, JoinsAWriteInsideAWrite) {
  EXPECT_THROW(store->write(a,
                            [&](Tenant& outer) {
                              add_activity(outer, "1");
                              store->write(a, [&](Tenant& inner) { add_activity(inner, "2"); });
                              EXPECT_EQ(count(a), 2);  // its own uncommitted rows, in one transaction
                              throw std::runtime_error("no");
                            }),
               std::runtime_error);
  EXPECT_EQ(count(a), 0);
}

TEST_P(EveryEngine, KeepsTheOuterPartWhenAnInnerPartFails) {
  store->write(a, [&](Tenant& outer) {
    add_activity(outer, "1");
    EXPECT_THROW(store->write(a,
                              [&](Tenant& inner) {
                                add_activity(inner, "2");
                                throw std::runtime_error("no");
                              }),
                 std::runtime_error);
  });
  EXPECT_EQ(count(a), 1);
}

TEST_P(EveryEngine, JoinsAReadInsideAReadAndRefusesAWriteThere) {
  store->read(a, [&](Tenant&) {
    std::jthread([&] { store->write(a, [&](Tenant& w) { add_activity(w, "late"); }); }).join();
    EXPECT_EQ(count(a), GetParam() == "sqlite" ? 1 : 0);  // SQLite's snapshot begins with its first statement
    EXPECT_THROW(store->write(a, [&](Tenant& t) { add_activity(t, "2"); }), std::logic_error);
  });
  EXPECT_EQ(count(a), 1);
}

TEST_P(EveryEngine, NamesAUniqueViolation) {
  EXPECT_THROW(store->write(a,
                            [&](Tenant& t) {
                              add_activity(t, "1");
                              add_activity(t, "1");
                            }),
               UniqueViolation);
}

TEST_P(EveryEngine, SerialisesConcurrentWritesAndLosesNone) {
  constexpr int threads = 8, each = 25;
  std::vector<std::jthread> pool;
  for (int n = 0; n < threads; ++n) {
    pool.emplace_back([&, n] {
      for (int i = 0; i < each; ++i) {
        store->write(n % 2 ? a : b, [&](Tenant& t) { add_activity(t, std::to_string(n) + "-" + std::to_string(i)); });
      }
    });
  }
  pool.clear();
  EXPECT_EQ(count(a) + count(b), threads * each);
  store.reopen();
  EXPECT_EQ(count(a), threads * each / 2);
}

TEST_P(EveryEngine, ReadsOneStateThroughoutATransaction) {
  store->read(a, [&](Tenant& t) {
    const auto before = t.scalar<std::int64_t>("SELECT COUNT(*) FROM activities WHERE company_id = $1");
    std::jthread([&] { store->write(a, [&](Tenant& w) { add_activity(w, "late"); }); }).join();
    EXPECT_EQ(t.scalar<std::int64_t>("SELECT COUNT(*) FROM activities WHERE company_id = $1"), before);
  });
  EXPECT_EQ(count(a), 1);
}

TEST_P(EveryEngine, TalliesOneRowFromManyThreadsWithoutACollision) {
  constexpr int threads = 8, each = 50;
  std::vector<std::jthread> pool;
  for (int n = 0; n < threads; ++n) {
    pool.emplace_back([&] {
      for (int i = 0; i < each; ++i) {
        store->tally([](System& s) {
          s.exec(
              "INSERT INTO counters (bucket, used, window_end) VALUES ('hot', 1, 0) "
              "ON CONFLICT (bucket) DO UPDATE SET used = counters.used + 1");
        });
      }
    });
  }
  pool.clear();
  const auto used = store->read_system(
      [](System& s) { return *s.scalar<std::int64_t>("SELECT used FROM counters WHERE bucket = 'hot'"); });
  EXPECT_EQ(used, threads * each);
}

// The second lock: on PostgreSQL a statement that forgets its company finds nothing.
TEST_P(EveryEngine, RowSecurityHidesOtherCompaniesFromAStatementThatForgets) {
  store->write(a, [&](Tenant& t) { add_activity(t, "1", "canary"); });
  if (store->engine() != "postgres") GTEST_SKIP() << "PostgreSQL's lock";
  const auto forgetful = "SELECT COUNT(*) FROM activities";
  EXPECT_EQ(store->read(b, [&](Tenant& t) { return *t.scalar<std::int64_t>(forgetful); }), 0);
  EXPECT_EQ(store->read_system([&](System& s) { return *s.scalar<std::int64_t>(forgetful); }), 0);
  EXPECT_THROW(store->write(b,
                            [&](Tenant& t) {
                              t.exec(
                                  "INSERT INTO activities (company_id, activity_id, type, summary, created_at) "
                                  "VALUES ('co_a', 'x', 'x', 'x', 1)");
                            }),
               std::runtime_error);
}

TEST_P(EveryEngine, MigratesOnceAndRefusesANewerOrAnotherStore) {
  const auto again = [&] {
    return GetParam() == "sqlite" ? migrate_sqlite(store.place(), Apply::yes)
                                  : migrate_postgres(store.place(), Apply::yes);
  };
  EXPECT_TRUE(again().empty());
  const auto sql = [&](const std::string& text) { store->write_system([&](System& s) { s.exec(text); }); };
  sql("INSERT INTO schema_migrations (name, sha256) VALUES ('9999_future', '')");
  EXPECT_THROW(again(), OtherSchema);
  sql("DELETE FROM schema_migrations WHERE name = '9999_future'");
  EXPECT_TRUE(again().empty());
  sql("UPDATE schema_migrations SET sha256 = 'another' WHERE name = '0001_core'");
  EXPECT_THROW(again(), OtherSchema);
  if (GetParam() != "sqlite") return;  // there it takes the owner to change a table
  sql("ALTER TABLE schema_migrations DROP COLUMN sha256");
  EXPECT_THROW(again(), OtherSchema);
}

// The last migration, taken back but for its last index, fails there.
TEST_P(EveryEngine, LeavesNothingOfAMigrationThatFails) {
  const auto name = std::string(migrations().back().name);
  const auto migrate = [&](Apply apply) {
    return GetParam() == "sqlite" ? migrate_sqlite(store.place(), apply) : migrate_postgres(store.place(), apply);
  };
  const auto as_owner = [&](const std::string& sql) {
    if (GetParam() == "sqlite")
      store->write_system([&](System& s) { s.exec(sql); });
    else
      PostgresConnection(store.place()).command(sql);
  };
  const auto invitations = [&] {
    return store->read_system([](System& s) { return s.scalar<std::int64_t>("SELECT COUNT(*) FROM invitations"); });
  };
  for (const auto* made :
       {"TABLE invitations", "INDEX users_email", "TABLE question_usage", "INDEX conversations_id"}) {
    as_owner(std::string("DROP ") + made);
  }
  as_owner("DELETE FROM schema_migrations WHERE name = '" + name + "'");
  EXPECT_EQ(migrate(Apply::dry_run), std::vector{name});
  EXPECT_ANY_THROW(migrate(Apply::yes));
  EXPECT_ANY_THROW(invitations());
  as_owner("DROP INDEX test_runs_recent");
  EXPECT_EQ(migrate(Apply::yes), std::vector{name});
  EXPECT_EQ(invitations(), 0);
  EXPECT_TRUE(migrate(Apply::yes).empty());
}

INSTANTIATE_TEST_SUITE_P(Engines, EveryEngine, ::testing::ValuesIn(testing::engines()));

TEST(Migrations, SplitsStatementsAtSemicolonsOutsideComments) {
  EXPECT_EQ(statements_of("-- a; b;\nCREATE TABLE x (\n  a TEXT -- why;\n);\nDROP TABLE y;\n").size(), 2u);
}

}  // namespace
}  // namespace oprag::db
