#include "features/idempotency/records.hpp"

#include <future>
#include <thread>

#include "crypto/hash.hpp"
#include "support/test_app.hpp"

namespace oprag::idempotency {
namespace {

using testing::EveryDatabase;
using testing::Reply;

struct Note {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Note, (), (text))

struct Kept {
  std::string id;
  std::string secret;
};
BOOST_DESCRIBE_STRUCT(Kept, (), (id, secret))

struct Idempotency : EveryDatabase {
  Idempotency() {
    app.idempotency = &records;
    company = app.found_company("ann", "Acme");
    app.join("ben", company, Role::member);
    app.router.add({.method = "POST",
                    .path = "/v1/notes",
                    .access = http::Access::member,
                    .summary = "A note",
                    .status = 201,
                    .creates = true,
                    .shows_secret = true},
                   [this](const Caller& caller, http::Body<Note> body) {
                     auto kept = keep(app.database, caller.company, *body);
                     if (afterwards) afterwards();
                     return kept;
                   });
  }

  Kept keep(db::Database& database, const CompanyId& owner, const Note& note) {
    const auto id = app.random(12);
    database.write(owner, [&](db::Tenant& tenant) {
      tenant.exec(
          "INSERT INTO activities (company_id, activity_id, type, summary, created_at) VALUES ($1, $2, 'note', $3, 1)",
          id, note.text);
    });
    return {id, "secret-" + id};
  }
  std::int64_t notes() {
    return app.database.read(company, [](db::Tenant& tenant) {
      return *tenant.scalar<std::int64_t>("SELECT COUNT(*) FROM activities WHERE company_id = $1 AND type = 'note'");
    });
  }
  Reply note(const std::string& person, const std::string& key, const std::string& body = R"({"text":"a"})") {
    return app.send(person, "POST", "/v1/notes", body, {{"Idempotency-Key", key}});
  }

  // What note() sends, for a node without a router.
  static http::Request same_request() {
    http::Request request;
    request.headers.add("Idempotency-Key", "k1");
    request.path = "/v1/notes";
    request.body = R"({"text":"a"})";
    return request;
  }

  Records records{app.database, app.clock};
  CompanyId company;
  std::function<void()> afterwards;
};

TEST_P(Idempotency, AnswersARepeatedRequestByteForByteAndDoesItOnce) {
  const auto first = note("ann", "k1");
  const auto again = note("ann", "k1");
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(std::string(again.headers["Content-Type"]), std::string(first.headers["Content-Type"]));
  EXPECT_EQ(again.headers["Cache-Control"], "no-store");
  EXPECT_EQ(notes(), 1);
}

TEST_P(Idempotency, NeedsNothingButTheStoreToAnswerAgain) {
  const auto first = note("ann", "k1");
  Records after_a_restart(app.database, app.clock);
  const auto again = after_a_restart.run_once(app.caller("ann"), same_request(), app.router.routes().back()->spec,
                                              []() -> http::Response { throw std::logic_error("ran twice"); });
  EXPECT_EQ(again.body, first.body);
}

TEST_P(Idempotency, RefusesAnotherBodyUnderTheSameKey) {
  note("ann", "k1");
  const auto other = note("ann", "k1", R"({"text":"b"})");
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(other.text("/code"), "idempotency_mismatch");
  EXPECT_EQ(notes(), 1);
}

TEST_P(Idempotency, KeepsCallersAndKeysApart) {
  const auto first = note("ann", "k1");
  EXPECT_NE(note("ben", "k1").body, first.body);
  EXPECT_NE(note("ann", "k2").body, first.body);
  EXPECT_EQ(notes(), 3);
}

TEST_P(Idempotency, ForgetsAfterADay) {
  const auto first = note("ann", "k1");
  app.advance(record_hours * hour_ms - 1);
  EXPECT_EQ(note("ann", "k1").body, first.body);
  app.advance(1);
  EXPECT_NE(note("ann", "k1").body, first.body);
  EXPECT_EQ(notes(), 2);
}

TEST_P(Idempotency, FoundsOneCompanyThoughTheCallerHasOneAfterwards) {
  const auto found = [&] {
    return app.send("cleo", "POST", "/v1/companies", R"({"name":"Cleo Ltd"})", {{"Idempotency-Key", "k"}});
  };
  const auto first = found();
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(found().body, first.body);
}

TEST_P(Idempotency, UndoesWhatFailedAndLetsItBeTriedAgain) {
  afterwards = [] { throw std::runtime_error("a fault after the write"); };
  EXPECT_EQ(note("ann", "k1").status, 500);
  afterwards = [] { throw Error(ErrorCode::conflict, "no"); };
  EXPECT_EQ(note("ann", "k1").status, 409);
  EXPECT_EQ(notes(), 0);
  afterwards = {};
  EXPECT_EQ(note("ann", "k1").status, 201);
  EXPECT_EQ(notes(), 1);
}

TEST_P(Idempotency, DoesNotRecordWhatIsRefusedBeforehand) {
  EXPECT_EQ(note("ann", "k1", R"({"text":7})").status, 400);
  EXPECT_EQ(note("ann", "k1").status, 201);
}

TEST_P(Idempotency, StoresNeitherTheKeyNorTheAnswerInTheClear) {
  const auto secret = note("ann", "canary-key").text("/secret");
  const auto rows = app.database.read_system([](db::System& directory) {
    return directory.run("SELECT record_id, fingerprint, answer FROM idempotency_records", {});
  });
  ASSERT_EQ(rows.rows.size(), 1u);
  for (const auto& value : rows.rows.front()) {
    EXPECT_FALSE(std::get<std::string>(value).contains(secret));
    EXPECT_FALSE(std::get<std::string>(value).contains("canary-key"));
    EXPECT_NE(std::get<std::string>(value), crypto::sha256_hex(R"({"text":"a"})"));
  }
}

TEST_P(Idempotency, RefusesTheSecondOfTwoAtOnceOnThisAndOnAnotherNode) {
  std::promise<void> inside, leave;
  afterwards = [&] {
    inside.set_value();
    leave.get_future().wait();
  };
  Reply first;
  std::jthread running([&] { first = note("ann", "k1"); });
  inside.get_future().wait();
  EXPECT_EQ(note("ann", "k1").text("/code"), "in_progress");
  if (GetParam() == "postgres") {
    Records other_node(app.database, app.clock);
    EXPECT_THROW(other_node.run_once(app.caller("ann"), same_request(), app.router.routes().back()->spec,
                                     []() -> http::Response { throw std::logic_error("ran twice"); }),
                 Error);
  }
  leave.set_value();
  running.join();
  EXPECT_EQ(first.status, 201);
  afterwards = {};
  EXPECT_EQ(note("ann", "k1").body, first.body);
  EXPECT_EQ(notes(), 1);
}

// A process that dies between the effect and its commit leaves neither.
TEST_P(Idempotency, LeavesNothingWhenTheProcessDiesInBetween) {
  const auto die = [&] {
    const auto database =
        GetParam() == "sqlite" ? db::open_sqlite(app.store.place(), 1) : db::open_postgres(app.store.place(), 1);
    Records mine(*database, app.clock);
    mine.run_once({.kind = CallerKind::user, .company = company, .user = {"user_x"}}, same_request(),
                  app.router.routes().back()->spec, [&]() -> http::Response {
                    keep(*database, company, {"a"});
                    std::_Exit(7);
                  });
  };
  EXPECT_EXIT(die(), ::testing::ExitedWithCode(7), "");
  EXPECT_EQ(notes(), 0);
  EXPECT_EQ(note("ann", "k1").status, 201);
  EXPECT_EQ(notes(), 1);
}

INSTANTIATE_TEST_SUITE_P(Databases, Idempotency, testing::every_engine());

}  // namespace
}  // namespace oprag::idempotency
