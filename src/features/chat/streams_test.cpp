#include "features/chat/streams.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <semaphore>
#include <thread>

#include "answer/model_answer.hpp"
#include "answer/testing_view.hpp"
#include "features/chat/chat.hpp"
#include "outbound/upstream_error.hpp"
#include "support/test_app.hpp"

namespace oprag::chat {
namespace {

class OneView : public index::PassageIndex {
 public:
  std::string store(const index::Scope&, const index::Entry&) override { return {}; }
  std::optional<std::string> publish(db::Tenant&, const index::Scope&, const std::string&, const index::Entry&,
                                     const std::string&) override {
    return {};
  }
  void retract(db::Tenant&, const index::Scope&, const DocumentId&) override {}
  std::string current(db::Tenant&, const ProjectId&) override { return {}; }
  bool advance(db::Tenant&, const index::Scope&, const std::string&, const std::string&) override { return false; }
  std::shared_ptr<const index::View> open(const index::Scope&) override { return view; }
  std::shared_ptr<const index::View> view = answer::testing::view_of(
      {{"plan.txt",
        {"The pension plan held 5.2 million euros. It is managed by Alpine Mutual. The plan pays in May."}}});
};

// Writes its reply piece by piece, each when the test lets it; "!" fails.
class SteppedModel : public models::ChatModel {
 public:
  std::string name() const override { return "stepped"; }
  models::ChatReply chat(const models::ChatRequest&, const models::OnDelta& on_delta, std::stop_token stop) override {
    ++calls;
    called.release();
    models::ChatReply out;
    const std::stop_callback wake(stop, [this] { next.release(); });
    for (const auto& piece : pieces) {
      if (stepped) next.acquire();
      if (stop.stop_requested()) throw outbound::Cancelled();
      if (piece == "!") throw outbound::UpstreamError(outbound::UpstreamFailure::cut_off, "The model server is gone");
      on_delta(piece);
      out.text += piece;
      if (const auto act = after_piece) act();  // it may clear itself
    }
    return out;
  }
  std::vector<std::string> pieces{"The plan pays in May. [1] It is managed by ", "Alpine Mutual. It is ",
                                  "managed by nobody at all."};
  bool stepped = false;
  std::counting_semaphore<> next{0}, called{0};
  std::atomic<int> calls = 0;
  std::function<void()> after_piece;
};

// Where each event of a stream ends.
std::vector<std::size_t> ends_of(const std::string& stream) {
  std::vector<std::size_t> out{0};
  for (auto at = stream.find("\n\n"); at != std::string::npos; at = stream.find("\n\n", at + 2)) out.push_back(at + 2);
  return out;
}

// A client on the line; hangs up after so many events.
class Listener : public http::BodyWriter {
 public:
  explicit Listener(std::size_t events = SIZE_MAX) : events_(events) {}
  void write(std::string_view bytes) override {
    const std::lock_guard lock(mutex_);
    if (events_ == 0) throw http::ClientGone();
    --events_;
    text_ += bytes;
    heard_.notify_all();
  }
  bool gone() const noexcept override { return false; }
  std::string text() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }
  // Returns when `words` have been heard; false when they are not within a minute.
  bool hears(const std::string& words) const {
    std::unique_lock lock(mutex_);
    return heard_.wait_for(lock, std::chrono::minutes(1), [&] { return text_.contains(words); });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable heard_;
  std::size_t events_;
  std::string text_;
};

// One process of an installation.
struct Node {
  explicit Node(testing::TestApp& app, const answer::Engine& engine)
      : keys(app.database, app.activity, app.cursors, app.clock, app.random),
        records(app.database, app.clock),
        streams(app.database, records, app.clock),
        service(app.database, index, const_cast<answer::Engine&>(engine), keys, app.plan_limits, streams,
                Transcript(app.clock, app.random), app.clock) {}
  OneView index;
  api_keys::Service keys;
  idempotency::Records records;
  chat::Streams streams;
  Service service;
};

struct Streams : testing::EveryDatabase {
  Streams() {
    add_routes(app.router, here.service);
    app.idempotency = &here.records;
    company = app.found_company("olga", "Acme");
    project = app.project("olga", "Help");
    path = "/v1/projects/" + project.value + "/chat";
    app.database.write(company, [&](db::Tenant& tenant) {
      tenant.exec(
          "INSERT INTO documents (company_id, project_id, document_id, current_version, created_at) "
          "VALUES ($1, $2, 'doc_plan.txt', 1, 1)",
          project);
    });
    engine = answer::Engine([](const std::string&) { return std::vector<float>(); }, &answerer);
  }

  testing::Reply ask(const std::string& body, http::Headers headers) {
    return app.send("olga", "POST", path, body, headers);
  }
  testing::Reply ask_stream(const std::string& key, std::size_t seen = 0) {
    http::Headers headers{{"Accept", "text/event-stream"}, {"Idempotency-Key", key}};
    if (seen > 0) headers.add("Last-Event-ID", std::to_string(seen));
    return ask(question, headers);
  }
  idempotency::Key key_of(const std::string& key) {
    http::Request request;
    request.path = path;
    request.body = question;
    request.headers.add("Idempotency-Key", key);
    std::map<std::string, std::string> none;
    return {app.caller("olga"), request,
            app.router.find("POST", {"v1", "projects", project.value, "chat"}, none)->spec};
  }
  // The same request at a node's own door, with a client whose line the test holds.
  void listen(Node& node, const std::string& key, Listener& client, std::size_t seen = 0, std::stop_token gone = {}) {
    How how{.key = {}, .seen = seen, .client = gone, .request_id = "req_test"};
    if (!key.empty()) how.key = key_of(key);
    http::EventSink sink(client);
    node.service.stream(app.caller("olga"), project, {.question = {"When does the plan pay?"}}, how)(sink);
  }
  std::int64_t count(const std::string& table) {
    return *app.database.read(company, [&](db::Tenant& tenant) {
      return tenant.scalar<std::int64_t>("SELECT COUNT(*) FROM " + table + " WHERE company_id = $1");
    });
  }

  static constexpr auto question = R"({"question": "When does the plan pay?"})";
  SteppedModel model;
  answer::ModelAnswerer answerer{model, [](std::size_t length) { return std::string(length, 'A'); }};
  answer::Engine engine{[](const std::string&) { return std::vector<float>(); }};
  Node here{app, engine};
  CompanyId company;
  ProjectId project;
  std::string path;
};

TEST_P(Streams, end_with_the_very_body_of_the_answer_that_does_not_stream) {
  const auto stream = ask_stream("k");
  const auto plain = ask(question, {{"Idempotency-Key", "k"}});
  ASSERT_EQ(stream.status, 200) << stream.body;
  EXPECT_EQ(std::string(stream.headers["Content-Type"]), "text/event-stream; charset=utf-8");
  EXPECT_TRUE(stream.body.starts_with("id: 1\nevent: meta\ndata: {\"sessionId\":")) << stream.body;
  EXPECT_NE(stream.body.find("event: final\ndata: " + plain.body + "\n\n"), std::string::npos) << stream.body;
  EXPECT_TRUE(stream.body.ends_with("event: done\ndata: {}\n\n"));
  EXPECT_EQ(plain.text("/answer"), "The plan pays in May. It is managed by Alpine Mutual.");
  EXPECT_EQ(model.calls, 1);
}

TEST_P(Streams, cut_after_any_event_and_resumed_give_the_same_bytes) {
  const auto events = ends_of(ask_stream("whole").body).size() - 1;
  ASSERT_EQ(events, 9U);  // meta, twice sources, delta and citation, final, done
  for (std::size_t heard = 0; heard <= events; ++heard) {
    const auto key = "k" + std::to_string(heard);
    Listener cut(heard);
    listen(here, key, cut);  // the answer is made to its end without its client
    const auto whole = ask_stream(key).body;
    EXPECT_EQ(ends_of(whole).size() - 1, events);
    EXPECT_EQ(cut.text() + ask_stream(key, heard).body, whole) << heard;
    if (GetParam() == "postgres") {
      Node other(app, engine);
      Listener resumed;
      listen(other, key, resumed, heard);
      EXPECT_EQ(cut.text() + resumed.text(), whole) << heard;
    }
  }
  EXPECT_EQ(count("messages"), 2 * static_cast<std::int64_t>(events + 2));
  EXPECT_EQ(model.calls, static_cast<int>(events + 2));
}

TEST_P(Streams, tell_a_sentence_while_the_model_still_writes_and_others_follow) {
  model.stepped = true;
  Node other(app, engine);
  Listener first, second, third;
  std::jthread asking([&] { listen(here, "k", first); });
  model.next.release();
  EXPECT_TRUE(first.hears("The plan pays in May."));
  std::jthread joining([&] { listen(here, "k", second); });
  std::jthread elsewhere([&] {
    if (GetParam() == "postgres") listen(other, "k", third, 2);
  });
  EXPECT_TRUE(second.hears("The plan pays in May."));
  EXPECT_FALSE(first.text().contains("Alpine Mutual.\"}"));
  EXPECT_EQ(ask(question, {{"Idempotency-Key", "k"}}).text("/code"), "in_progress");
  model.next.release(2);
  asking.join();
  joining.join();
  elsewhere.join();
  EXPECT_TRUE(first.text().ends_with("event: done\ndata: {}\n\n"));
  EXPECT_EQ(second.text(), first.text());
  if (GetParam() == "postgres") EXPECT_EQ(third.text(), first.text().substr(ends_of(first.text())[2]));
  EXPECT_EQ(model.calls, 1);
  EXPECT_EQ(count("messages"), 2);
}

// Who wants a plain answer begins what others may follow: it is made once, whichever way and wherever it is asked for.
TEST_P(Streams, follow_the_plain_request_that_was_first) {
  model.stepped = true;
  Node other(app, engine);
  testing::Reply plain;
  Listener second, third;
  std::jthread asking([&] { plain = ask(question, {{"Idempotency-Key", "k"}}); });
  model.called.acquire();
  std::jthread joining([&] { listen(here, "k", second); });
  std::jthread elsewhere([&] {
    if (GetParam() == "postgres") listen(other, "k", third);
  });
  EXPECT_TRUE(second.hears("event: meta"));
  EXPECT_EQ(ask(question, {{"Idempotency-Key", "k"}}).text("/code"), "in_progress");
  EXPECT_EQ(ask(R"({"question": "Other?"})", {{"Idempotency-Key", "k"}}).status, 422);
  if (GetParam() == "postgres") {
    const How how{.key = key_of("k"), .seen = 0, .client = {}, .request_id = {}};
    EXPECT_THROW(other.service.ask(app.caller("olga"), project, {.question = {"When does the plan pay?"}}, how), Error);
  }
  model.next.release(3);
  asking.join();
  joining.join();
  elsewhere.join();
  ASSERT_EQ(plain.status, 200) << plain.body;
  EXPECT_TRUE(second.text().contains("event: final\ndata: " + plain.body + "\n\n")) << second.text();
  if (GetParam() == "postgres") EXPECT_EQ(third.text(), second.text());
  EXPECT_EQ(ask(question, {{"Idempotency-Key", "k"}}).body, plain.body);
  EXPECT_EQ(model.calls, 1);
  EXPECT_EQ(count("messages"), 2);
}

TEST_P(Streams, that_failed_are_told_again_and_asked_anew_without_stream) {
  model.pieces = {"The plan pays in May. [1] It is ", "!"};
  EXPECT_EQ(ask(question, {{"Idempotency-Key", "k"}}).status, 502);
  const auto failed = ask_stream("k").body;
  EXPECT_TRUE(failed.contains("event: error") && failed.contains("\"retryable\":true")) << failed;
  EXPECT_EQ(model.calls, 1);
  model.pieces = {"The plan pays in May. [1]"};
  app.advance(1);
  const auto plain = ask(question, {{"Idempotency-Key", "k"}});
  EXPECT_EQ(plain.status, 200) << plain.body;
  EXPECT_TRUE(ask_stream("k").body.contains("event: final\ndata: " + plain.body + "\n\n"));
  EXPECT_EQ(model.calls, 2);
}

// What a killed process leaves: a stream that has not ended and that nobody writes.
TEST_P(Streams, whose_process_died_end_in_an_error_that_may_be_retried) {
  here.streams.begin({company, project, key_of("k")},
                     std::vector<StreamEvent>{{"meta", "{}"}, {"delta", R"({"text":"The"})"}});
  app.advance(alive_ms + 1);  // on SQLite no other process could write it
  const auto whole = ask_stream("k").body;
  EXPECT_TRUE(whole.starts_with("id: 1\nevent: meta\ndata: {}\n\nid: 2\nevent: delta\n")) << whole;
  EXPECT_TRUE(whole.contains("id: 3\nevent: error\n") && whole.contains("\"retryable\":true")) << whole;
  EXPECT_EQ(ask_stream("k", 2).body, whole.substr(ends_of(whole)[2]));
  EXPECT_EQ(ask_stream("k").body, whole);
  EXPECT_EQ(model.calls, 0);
  here.streams.begin({company, project, key_of("plain")}, std::vector<StreamEvent>{{"meta", "{}"}});
  app.advance(alive_ms + 1);
  EXPECT_EQ(ask(question, {{"Idempotency-Key", "plain"}}).status, 200);
  app.advance(stream_ms);
  EXPECT_TRUE(ask_stream("k").body.ends_with("event: done\ndata: {}\n\n"));
}

TEST_P(Streams, of_a_living_process_are_waited_for) {
  const StreamPlace place{company, project, key_of("k")};
  const auto writing = here.streams.begin(place, std::vector<StreamEvent>{{"meta", "{}"}});
  Listener client;
  std::jthread following([&] { listen(here, "k", client); });
  EXPECT_TRUE(client.hears("meta"));
  const StreamEvent end{"error", "{}"};
  app.database.write(company, [&](db::Tenant& tenant) { writing->fail(tenant, 2, end); });
  writing->committed();
  following.join();
  EXPECT_EQ(client.text(), "id: 1\nevent: meta\ndata: {}\n\nid: 2\nevent: error\ndata: {}\n\n");
}

TEST_P(Streams, end_with_their_client_when_nobody_can_come_back) {
  model.stepped = true;
  std::stop_source gone;
  Listener client;
  std::jthread asking([&] { listen(here, "", client, 0, gone.get_token()); });
  model.next.release();
  EXPECT_TRUE(client.hears("The plan pays in May."));
  gone.request_stop();
  asking.join();
  EXPECT_FALSE(client.text().contains("event: final"));
  EXPECT_EQ(count("messages"), 0);
}

TEST_P(Streams, end_with_the_server_when_their_client_has_gone) {
  model.stepped = true;
  std::stop_source gone;
  Listener client;
  std::jthread asking([&] { listen(here, "k", client, 0, gone.get_token()); });
  model.next.release();
  EXPECT_TRUE(client.hears("The plan pays in May."));
  gone.request_stop();   // the answer goes on …
  here.streams.close();  // … but not without its server
  asking.join();
  EXPECT_EQ(count("messages"), 0);
  const auto stored = ask_stream("k").body;
  EXPECT_TRUE(stored.contains("event: error") && stored.contains("\"retryable\":true")) << stored;
  model.stepped = false;
  EXPECT_EQ(ask(question, {}).status, 200) << "a server that stops still answers who waits";
}

TEST_P(Streams, whose_model_fails_say_so_and_keep_nothing_as_answered) {
  model.pieces = {"The plan pays in May. [1] It is ", "!"};
  const auto whole = ask_stream("k").body;
  EXPECT_TRUE(whole.contains("The plan pays in May."));
  EXPECT_TRUE(
      whole.contains("\"code\":\"upstream_failed\",\"requestId\":\"req_test\",\"status\":502,\"retryable\":true"))
      << whole;
  EXPECT_EQ(ask_stream("k", 1).body, whole.substr(ends_of(whole)[1]));
  EXPECT_EQ(count("messages"), 0);
  EXPECT_EQ(ask(question, {{"Idempotency-Key", "k"}}).status, 502);
}

TEST_P(Streams, never_tell_a_sentence_that_no_passage_holds) {
  model.pieces = {"The plan pays in June. [1] It is managed by Alpine ",
                  "Mutual. The plan held 9 euros. Ask https://evil.example."};
  const auto told = ask_stream("k").body;
  EXPECT_FALSE(told.contains("June") || told.contains("9 euros") || told.contains("evil")) << told;
  model.pieces = {"The plan pays in June. [1] ", "Never mind."};
  EXPECT_TRUE(ask_stream("j").body.contains("\"reason\":\"unverified\""));
}

TEST_P(Streams, take_nothing_back_when_a_document_changes_under_them) {
  const auto remove = [&] {
    app.database.write(company, [&](db::Tenant& tenant) {
      tenant.exec("UPDATE documents SET deleted_at = 1 WHERE company_id = $1 AND project_id = $2", project);
    });
  };
  int pieces = 0;
  model.after_piece = [&] {
    if (++pieces == 1) remove();
  };
  const auto told = ask_stream("k").body;
  EXPECT_TRUE(told.contains("The plan pays in May."));
  EXPECT_FALSE(told.contains("Alpine Mutual.\"}")) << told;
  EXPECT_TRUE(told.contains("event: error") && told.contains("\"code\":\"overloaded\"")) << told;
}

TEST_P(Streams, of_one_conversation_may_run_side_by_side) {
  const auto session = ask(question, {}).text("/sessionId");
  const auto again = R"({"question": "When does the plan pay?", "sessionId": ")" + session + "\"}";
  int pieces = 0;
  model.after_piece = [&] {
    if (++pieces != 1) return;
    model.after_piece = {};
    EXPECT_EQ(ask(again, {}).status, 200);
  };
  EXPECT_TRUE(ask(again, {{"Accept", "text/event-stream"}}).body.ends_with("event: done\ndata: {}\n\n"));
  EXPECT_EQ(count("messages"), 6);
  EXPECT_EQ(count("conversations"), 1);
}

TEST_P(Streams, are_told_from_the_record_when_their_events_are_gone) {
  const auto whole = ask_stream("k").body;
  app.advance(stream_ms + 1);
  EXPECT_EQ(ask_stream("k").body, whole);
  EXPECT_EQ(ask_stream("k", 3).body, whole.substr(ends_of(whole)[3]));
  EXPECT_EQ(model.calls, 1);
}

TEST_P(Streams, store_neither_question_nor_answer_in_the_clear) {
  ask_stream("canary-key");
  const auto rows = app.database.read(
      company, [](db::Tenant& tenant) { return tenant.run("SELECT stream_id, event FROM chat_stream_events", {}); });
  EXPECT_EQ(rows.rows.size(), 9U);
  for (const auto& row : rows.rows) {
    for (const auto& value : row) {
      EXPECT_FALSE(std::get<std::string>(value).contains("Mutual") || std::get<std::string>(value).contains("canary"));
    }
  }
}

TEST_P(Streams, are_asked_for_by_the_body_too) {
  const auto stream = ask(R"({"question": "Who is it?", "stream": true})", {});
  EXPECT_TRUE(stream.body.starts_with("id: 1\n")) << stream.body;
  EXPECT_TRUE(ask(R"({"question": "Who is it?", "stream": false})", {}).body.starts_with("{"));
}

TEST_P(Streams, are_nobody_elses_and_refuse_like_any_request) {
  ask_stream("k");
  app.found_company("eve", "Evil");
  EXPECT_EQ(app.send("eve", "POST", path, question, {{"Accept", "text/event-stream"}, {"Idempotency-Key", "k"}}).status,
            404);
  app.join("ben", company, Role::member);
  EXPECT_NE(app.send("ben", "POST", path, question, {{"Accept", "text/event-stream"}, {"Idempotency-Key", "k"}}).body,
            ask_stream("k").body);
  const auto other = ask(R"({"question": "Other?"})", {{"Accept", "text/event-stream"}, {"Idempotency-Key", "k"}});
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(ask("{}", {{"Accept", "text/event-stream"}}).status, 400);
}

INSTANTIATE_TEST_SUITE_P(Databases, Streams, testing::every_engine());

TEST(StreamEvents, give_each_checked_sentence_and_then_what_it_stands_on) {
  const std::string body =
      R"({"answer":"Zoë came. Bo left.","sessionId":"s","sources":[{"title":"t"}],"answered":true,)"
      R"("citations":[{"answerStart":0,"answerEnd":9,"source":0},{"answerStart":10,"answerEnd":18,"source":0}]})";
  std::string told;
  std::string deltas;
  for (const auto& event : events_of(body)) {
    told.append(event.name).append(" ");
    if (event.name == "delta") deltas += boost::json::parse(event.data).at("text").as_string();
  }
  EXPECT_EQ(told, "meta sources delta citation delta citation final done ");
  EXPECT_EQ(deltas, "Zoë came. Bo left.");
}

}  // namespace
}  // namespace oprag::chat
