#include "models/bedrock.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "crypto/hash.hpp"
#include "crypto/sigv4.hpp"
#include "models/event_stream_frames.hpp"
#include "outbound/fake_server.hpp"
#include "outbound/upstream_error.hpp"

namespace oprag::models {
namespace {

using outbound::FakeServer;
using outbound::UpstreamError;
using outbound::UpstreamFailure;
using testing::frame;

using Exchange = FakeServer::Exchange;

constexpr Timestamp now{1'780'000'000'000};

BedrockOptions options(const FakeServer& server, const std::string& api_key = "") {
  return {.base_url = server.url(),
          .region = "eu-central-1",
          .model = "anthropic.claude-v1:0",
          .api_key = Secret(api_key),
          .access_key = "AKIDEXAMPLE",
          .secret_key = Secret("very secret"),
          .session_token = Secret("token"),
          .timeouts = {.idle = std::chrono::milliseconds(200)}};
}

FakeServer::Handler streaming(std::vector<std::string> frames) {
  return [=](const Exchange& e) {
    e.begin_stream();
    for (const auto& piece : frames) e.send(piece);
  };
}

std::string delta(const std::string& text) {
  return frame("event", "contentBlockDelta",
               R"({"contentBlockIndex":0,"delta":{"text":)" + boost::json::serialize(boost::json::value(text)) + "}}");
}

std::string stop(const std::string& reason = "end_turn") {
  return frame("event", "messageStop", R"({"stopReason":")" + reason + "\"}");
}

struct Chat {
  explicit Chat(FakeServer::Handler handler, const std::string& api_key = "")
      : server(std::move(handler)), model(options(server, api_key), [] { return now; }) {}
  ChatReply ask() {
    return model.chat({.messages = {{ChatRole::system, "be brief"},
                                    {ChatRole::user, "one"},
                                    {ChatRole::user, "two"},
                                    {ChatRole::assistant, "three"},
                                    {ChatRole::user, ""}}},
                      [this](std::string_view text) { deltas.emplace_back(text); }, {});
  }
  UpstreamError failure() {
    try {
      ask();
    } catch (const UpstreamError& error) {
      EXPECT_FALSE(std::string(error.what()).contains("secret"));
      return error;
    }
    ADD_FAILURE() << "did not fail";
    return {UpstreamFailure::malformed, ""};
  }
  FakeServer server;
  BedrockChatModel model;
  std::vector<std::string> deltas;
};

std::string header_of(const std::string& request, const std::string& name) {
  const auto at = request.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 4;
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

TEST(BedrockChat, streams_the_text_and_counts_its_tokens) {
  Chat chat(streaming({frame("event", "messageStart", R"({"role":"assistant"})"),
                       frame("event", "contentBlockDelta", R"({"delta":{"reasoningContent":{"text":"hidden"}}})"),
                       delta("Because ") + delta("of 5 \xe2\x82\xac"), frame("event", "contentBlockStop", "{}"), stop(),
                       frame("event", "metadata", R"({"usage":{"inputTokens":7,"outputTokens":3}})")}));
  const auto reply = chat.ask();
  EXPECT_EQ(reply.text, "Because of 5 \xe2\x82\xac");
  EXPECT_EQ(chat.deltas, (std::vector<std::string>{"Because ", "of 5 \xe2\x82\xac"}));
  EXPECT_EQ(reply.finish, FinishReason::stop);
  EXPECT_EQ(reply.prompt_tokens, 7);
  EXPECT_EQ(reply.completion_tokens, 3);
}

TEST(BedrockChat, lets_roles_take_turns_and_signs_what_it_sends) {
  Chat chat(streaming({delta("x"), stop("max_tokens")}));
  EXPECT_EQ(chat.ask().finish, FinishReason::length);
  const auto request = chat.server.requests().at(0);
  EXPECT_TRUE(request.starts_with("POST /model/anthropic.claude-v1%3A0/converse-stream HTTP/1.1\r\n")) << request;
  const auto text = request.substr(request.find("\r\n\r\n") + 4);
  const auto body = boost::json::parse(text);
  EXPECT_EQ(body.at("system").at(0).at("text"), "be brief");
  EXPECT_EQ(boost::json::serialize(body.at("messages")),
            R"([{"role":"user","content":[{"text":"one"},{"text":"two"}]},)"
            R"({"role":"assistant","content":[{"text":"three"}]},{"role":"user","content":[{"text":" "}]}])");
  const crypto::CanonicalRequest signed_part{.method = "POST",
                                             .path = "/model/anthropic.claude-v1%3A0/converse-stream",
                                             .query = {},
                                             .headers = {{"host", chat.server.url().substr(7)},
                                                         {"x-amz-content-sha256", crypto::sha256_hex(text)},
                                                         {"x-amz-date", crypto::amz_time(now)},
                                                         {"x-amz-security-token", "token"}},
                                             .payload_hash = crypto::sha256_hex(text),
                                             .normalise_path = true};
  const auto signature = crypto::signature_of(signed_part, now, {"eu-central-1", "bedrock"}, "very secret");
  EXPECT_TRUE(header_of(request, "authorization").ends_with("Signature=" + signature) ||
              header_of(request, "Authorization").ends_with("Signature=" + signature))
      << request;
}

TEST(BedrockChat, sends_an_api_key_in_place_of_a_signature) {
  Chat chat(streaming({delta("x"), stop()}), "bedrock-secret");
  chat.ask();
  const auto request = chat.server.requests().at(0);
  EXPECT_EQ(header_of(request, "Authorization"), "Bearer bedrock-secret");
  EXPECT_FALSE(request.contains("x-amz-date"));
}

TEST(BedrockChat, takes_a_whole_answer_from_what_cannot_stream) {
  Chat chat([](const Exchange& e) {
    e.respond(
        "200 OK", "application/json",
        R"({"output":{"message":{"content":[{"text":"who"},{"toolUse":{}},{"text":"le"}]}},"stopReason":"guardrail_intervened"})");
  });
  const auto reply = chat.ask();
  EXPECT_EQ(reply.text, "whole");
  EXPECT_EQ(reply.finish, FinishReason::filtered);
}

TEST(BedrockChat, fails_when_the_stream_ends_early_or_reports_an_error) {
  Chat silent(streaming({}));
  EXPECT_EQ(silent.failure().failure(), UpstreamFailure::cut_off);
  Chat half(streaming({delta("half an ans")}));
  EXPECT_EQ(half.failure().failure(), UpstreamFailure::cut_off);
  Chat within(streaming({delta("a"), stop().substr(0, 20)}));
  EXPECT_EQ(within.failure().failure(), UpstreamFailure::cut_off);
  Chat thrown(streaming({delta("a"), frame("exception", "modelStreamErrorException", R"({"message":"very secret"})")}));
  EXPECT_EQ(thrown.failure().failure(), UpstreamFailure::cut_off);
  Chat damaged(streaming({"not an event stream at all"}));
  EXPECT_EQ(damaged.failure().failure(), UpstreamFailure::malformed);
  for (const auto* payload : {"{broken", "5", "{\"stopReason\":5}"}) {
    Chat chat(streaming({frame("event", "messageStop", payload)}));
    EXPECT_EQ(chat.failure().failure(), UpstreamFailure::malformed) << payload;
  }
}

TEST(BedrockChat, passes_a_refusal_on_with_its_status) {
  Chat chat([](const Exchange& e) {
    e.respond("403 Forbidden", "application/json", R"({"message":"very secret"})",
              "x-amzn-ErrorType: AccessDeniedException\r\n");
  });
  const auto failure = chat.failure();
  EXPECT_EQ(failure.failure(), UpstreamFailure::refused);
  EXPECT_EQ(failure.status(), 403);
}

struct Titan {
  explicit Titan(FakeServer::Handler handler)
      : server(std::move(handler)),
        embedder(
            options(server), 256, [] { return now; },
            [this](std::chrono::milliseconds pause) { pauses.push_back(pause.count()); }) {}
  std::vector<std::vector<float>> embed(const std::vector<std::string>& texts) {
    return embedder.embed(texts, Purpose::passage);
  }
  FakeServer server;
  std::vector<long> pauses;
  TitanEmbedder embedder;
};

// The text's length stands in its first place.
std::string embedding_of(const Exchange& e, std::size_t dimension = 256) {
  const auto body = boost::json::parse(e.request().substr(e.request().find("\r\n\r\n") + 4));
  boost::json::array numbers(dimension, 0.5);
  numbers[0] = body.at("inputText").as_string().size();
  return boost::json::serialize(boost::json::object{{"embedding", std::move(numbers)}});
}

TEST(TitanEmbedder, gives_each_text_its_vector_of_unit_length) {
  Titan titan([](const Exchange& e) { e.respond("200 OK", "application/json", embedding_of(e)); });
  const auto vectors = titan.embed({"a", std::string(300, 'b'), "", std::string(30'000, 'c')});
  ASSERT_EQ(vectors.size(), 4u);
  EXPECT_GT(vectors[1][0], vectors[0][0]);
  EXPECT_EQ(vectors[2], vectors[0]);  // an empty text is sent as a blank
  EXPECT_GT(vectors[3][0], vectors[1][0]);
  for (const auto& vector : vectors) {
    double squares = 0;
    for (const float v : vector) squares += double{v} * v;
    EXPECT_NEAR(squares, 1, 1e-5);
  }
  EXPECT_EQ(titan.embedder.name(), "bedrock-anthropic.claude-v1:0-256");
  const auto request = titan.server.requests().at(0);
  EXPECT_TRUE(request.starts_with("POST /model/anthropic.claude-v1%3A0/invoke ")) << request;
  EXPECT_EQ(boost::json::parse(request.substr(request.find("\r\n\r\n") + 4)).at("dimensions"), 256);
}

TEST(TitanEmbedder, waits_when_it_is_told_to_slow_down_and_gives_up_in_the_end) {
  int calls = 0;
  Titan patient([&](const Exchange& e) {
    if (++calls < 3) return e.respond("429 Too Many Requests", "application/json", "{}");
    e.respond("200 OK", "application/json", embedding_of(e));
  });
  EXPECT_EQ(patient.embed({"a"}).size(), 1u);
  EXPECT_EQ(patient.pauses, (std::vector<long>{500, 1000}));
  Titan refused([](const Exchange& e) { e.respond("503 Service Unavailable", "application/json", "{}"); });
  EXPECT_THROW(refused.embed({"a"}), UpstreamError);
  EXPECT_EQ(refused.pauses.size(), 4u);
  Titan forbidden([](const Exchange& e) { e.respond("403 Forbidden", "application/json", "{}"); });
  EXPECT_THROW(forbidden.embed({"a", "b", "c", "d", "e", "f"}), UpstreamError);
  EXPECT_TRUE(forbidden.pauses.empty());
}

TEST(TitanEmbedder, takes_no_vector_of_another_length) {
  for (const std::size_t dimension : {255u, 257u}) {
    Titan titan([=](const Exchange& e) { e.respond("200 OK", "application/json", embedding_of(e, dimension)); });
    EXPECT_THROW(titan.embed({"a"}), UpstreamError);
  }
  Titan nothing([](const Exchange& e) { e.respond("200 OK", "application/json", "{}"); });
  EXPECT_THROW(nothing.embed({"a"}), UpstreamError);
}

}  // namespace
}  // namespace oprag::models
