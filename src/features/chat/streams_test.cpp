#include "features/chat/streams.hpp"

#include "features/chat/chat.hpp"
#include "features/idempotency/records.hpp"
#include "support/test_app.hpp"

namespace oprag::chat {
namespace {

class NoPassages : public index::View {
 public:
  std::size_t document_count() const override { return 0; }
  const index::Document& document(std::size_t) const override { throw std::out_of_range("document"); }
  std::size_t passage_count() const override { return 0; }
  const index::Passage& passage(index::PassageRef) const override { throw std::out_of_range("passage"); }
  std::size_t document_of(index::PassageRef) const override { return 0; }
  std::vector<index::Candidate> keyword(std::string_view, std::size_t) const override { return {}; }
  std::vector<index::Candidate> semantic(std::span<const float>, std::size_t) const override { return {}; }
  double similarity(std::span<const float>, index::PassageRef) const override { return 0; }
  double rarity(std::string_view) const override { return 0; }
};

class NothingIndexed : public index::PassageIndex {
 public:
  std::string store(const index::Scope&, const index::Entry&) override { return {}; }
  void publish(db::Tenant&, const index::Scope&, const std::string&, const index::Entry&, const std::string&) override {
  }
  void retract(db::Tenant&, const index::Scope&, const DocumentId&) override {}
  std::string current(db::Tenant&, const ProjectId&) override { return {}; }
  bool advance(db::Tenant&, const index::Scope&, const std::string&, const std::string&) override { return false; }
  std::shared_ptr<const index::View> open(const index::Scope&) override { return std::make_shared<NoPassages>(); }
};

// Where each event of a stream ends.
std::vector<std::size_t> ends_of(const std::string& stream) {
  std::vector<std::size_t> out{0};
  for (auto at = stream.find("\n\n"); at != std::string::npos; at = stream.find("\n\n", at + 2)) out.push_back(at + 2);
  return out;
}

struct Streams : testing::EveryDatabase {
  Streams() {
    add_routes(app.router, service);
    app.idempotency = &records;
    app.found_company("olga", "Acme");
    path = "/v1/projects/" + app.project("olga", "Help").value + "/chat";
  }
  testing::Reply ask(const std::string& body, http::Headers headers) {
    return app.send("olga", "POST", path, body, headers);
  }

  NothingIndexed index;
  answer::Engine engine{[](const std::string&) { return std::vector<float>(); }};
  api_keys::Service keys{app.database, app.activity, app.cursors, app.clock, app.random};
  Service service{app.database, index, engine, keys, Transcript(app.clock, app.random), app.clock};
  idempotency::Records records{app.database, app.clock};
  std::string path;
};

constexpr auto question = R"({"question": "Who is it?"})";

TEST_P(Streams, end_with_the_very_body_of_the_answer_that_does_not_stream) {
  const auto stream = ask(question, {{"Accept", "text/event-stream"}, {"Idempotency-Key", "k"}});
  const auto plain = ask(question, {{"Idempotency-Key", "k"}});
  ASSERT_EQ(stream.status, 200) << stream.body;
  EXPECT_EQ(std::string(stream.headers["Content-Type"]), "text/event-stream; charset=utf-8");
  EXPECT_TRUE(stream.body.starts_with("id: 1\nevent: meta\ndata: {\"sessionId\":")) << stream.body;
  EXPECT_NE(stream.body.find("event: final\ndata: " + plain.body + "\n\n"), std::string::npos) << stream.body;
  EXPECT_TRUE(stream.body.ends_with("event: done\ndata: {}\n\n"));
}

TEST_P(Streams, go_on_after_the_event_that_was_seen_last_with_the_same_bytes) {
  const http::Headers first{{"Accept", "text/event-stream"}, {"Idempotency-Key", "k"}};
  const auto whole = ask(question, first).body;
  const auto ends = ends_of(whole);
  ASSERT_EQ(ends.size(), 5U) << whole;  // meta, delta, final, done
  for (std::size_t seen = 0; seen < ends.size(); ++seen) {
    auto headers = first;
    headers.add("Last-Event-ID", std::to_string(seen));
    EXPECT_EQ(whole.substr(0, ends[seen]) + ask(question, headers).body, whole) << seen;
  }
  EXPECT_EQ(ask(question, first).body, whole);
}

TEST_P(Streams, are_asked_for_by_the_body_too) {
  const auto stream = ask(R"({"question": "Who is it?", "stream": true})", {});
  EXPECT_TRUE(stream.body.starts_with("id: 1\n")) << stream.body;
  EXPECT_TRUE(ask(R"({"question": "Who is it?", "stream": false})", {}).body.starts_with("{"));
}

TEST_P(Streams, are_nobody_elses_and_refuse_like_any_request) {
  const auto whole = ask(question, {{"Accept", "text/event-stream"}, {"Idempotency-Key", "k"}}).body;
  app.found_company("eve", "Evil");
  EXPECT_EQ(app.send("eve", "POST", path, question, {{"Accept", "text/event-stream"}, {"Idempotency-Key", "k"}}).status,
            404);
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
