// For tests of features: the real store, router and dispatcher, with people, clock and randomness that the test
// decides.
//   TestApp app("sqlite");
//   app.found_company("ann", "Acme");                                  // ann is its owner
//   const auto answer = app.post("ann", "/v1/projects", R"({"name": "Help"})");
//   EXPECT_EQ(answer.at("/status"), "draft");
#pragma once
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "answer/result.hpp"
#include "db/testing.hpp"
#include "features/chat/transcript.hpp"
#include "features/companies/companies.hpp"
#include "features/projects/projects.hpp"
#include "http/dispatcher.hpp"

namespace oprag::testing {

// What came back: the JSON body by pointer, "" for the whole.
struct Reply {
  int status = 0;
  http::Headers headers;
  std::string body;  // of a stream: all that it wrote

  boost::json::value json() const { return body.empty() ? boost::json::value() : boost::json::parse(body); }
  // Throws when there is nothing at the pointer.
  boost::json::value at(std::string_view pointer) const { return json().at_pointer(pointer); }
  std::string text(std::string_view pointer) const { return std::string(at(pointer).as_string()); }
  std::size_t count(std::string_view pointer) const { return at(pointer).as_array().size(); }
};

class TestApp {
 public:
  explicit TestApp(const std::string& engine);
  ~TestApp();

  // --- time and randomness
  void advance(std::int64_t ms) { now_ += ms; }
  Timestamp now() const { return {now_.load()}; }

  // --- people: any name is somebody who is signed in. From now on his tokens are issued now.
  void sign_in(const std::string& person);
  CompanyId found_company(const std::string& owner, const std::string& name);
  // Makes `person` a member of `company`, as an accepted invitation would.
  void join(const std::string& person, const CompanyId& company, Role role);
  Caller caller(const std::string& person) const;
  // Somebody who is no user: requests of this name are his.
  void introduce(const std::string& name, Caller caller);
  ProjectId project(const std::string& person, const std::string& name);

  // One exchange of a conversation; `conversation` to go on with it.
  struct Said {
    ConversationId conversation;
    MessageId answer;
  };
  Said say(const CompanyId& company, const chat::Speaker& speaker, const std::string& question,
           const answer::Result& result, const ConversationId& conversation = {}, std::int64_t latency_ms = 100);

  // --- requests; `person` empty: nobody
  Reply send(const std::string& person, const std::string& method, const std::string& target,
             const std::string& body = {}, const http::Headers& headers = {});
  Reply get(const std::string& person, const std::string& target, const http::Headers& headers = {}) {
    return send(person, "GET", target, {}, headers);
  }
  Reply post(const std::string& person, const std::string& target, const std::string& body = {}) {
    return send(person, "POST", target, body);
  }
  Reply patch(const std::string& person, const std::string& target, const std::string& body,
              const http::Headers& headers = {}) {
    return send(person, "PATCH", target, body, headers);
  }
  Reply remove(const std::string& person, const std::string& target) { return send(person, "DELETE", target); }

  db::testing::Store store;
  db::Database& database;
  Clock clock;
  RandomText random;  // counts up, so that later ids sort later
  ActivityLog activity;
  Cursors cursors;
  accounts::Users users;
  billing::PlanLimits plan_limits;  // none
  // The company of each issuer and subject, as the identity provider was told.
  std::map<std::string, CompanyId> published;
  companies::Service companies;
  projects::Service projects;
  // Add routes and hooks before the first request.
  http::Router router;
  http::IdempotencyStore* idempotency = nullptr;

 private:
  class Doorman;

  std::atomic<std::int64_t> now_;
  std::atomic<std::uint64_t> drawn_ = 0;
  std::unique_ptr<Doorman> doorman_;
  http::Metrics metrics_;
  std::unique_ptr<http::Dispatcher> dispatcher_;
};

// The base of a suite whose every test runs on every engine:
//   struct Team : EveryDatabase {…};  TEST_P(Team, …);  INSTANTIATE_TEST_SUITE_P(Databases, Team, every_engine());
struct EveryDatabase : ::testing::TestWithParam<std::string> {
  TestApp app{GetParam()};
};
inline auto every_engine() {
  return ::testing::ValuesIn(db::testing::engines());
}

}  // namespace oprag::testing
