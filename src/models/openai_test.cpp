#include "models/openai.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <latch>

#include "outbound/fake_server.hpp"
#include "outbound/upstream_error.hpp"

namespace oprag::models {
namespace {

using outbound::Cancelled;
using outbound::FakeServer;
using outbound::UpstreamError;
using outbound::UpstreamFailure;

using Exchange = FakeServer::Exchange;

OpenAiOptions options(const FakeServer& server) {
  return {.base_url = server.url(),
          .model = "m",
          .api_key = Secret("sk-secret"),
          .timeouts = {.idle = std::chrono::milliseconds(200)}};
}

// What the call failed with; fails the test when it did not.
template <class F>
UpstreamError failure_of(F&& call) {
  try {
    call();
  } catch (const UpstreamError& error) {
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos);
    return error;
  }
  ADD_FAILURE() << "did not fail";
  return UpstreamError(UpstreamFailure::malformed, "");
}

FakeServer::Handler answering(std::string body, std::string status = "200 OK", std::string headers = "") {
  return [=](const Exchange& e) { e.respond(status, "application/json", body, headers); };
}

FakeServer::Handler streaming(std::vector<std::string> pieces) {
  return [=](const Exchange& e) {
    e.begin_stream();
    for (const auto& piece : pieces) e.send(piece);
  };
}

std::string chunk(const std::string& content, const std::string& finish = "null") {
  return R"(data: {"choices":[{"index":0,"delta":{"content":)" + boost::json::serialize(boost::json::value(content)) +
         R"(},"finish_reason":)" + finish + "}]}\n\n";
}

struct Chat {
  explicit Chat(FakeServer::Handler handler) : server(std::move(handler)), model(options(server)) {}
  ChatReply ask(std::stop_token stop = {}) {
    return model.chat(
        {.messages = {{ChatRole::system, "be brief"}, {ChatRole::user, "why?"}}},
        [this](std::string_view delta) { deltas.emplace_back(delta); }, stop);
  }
  FakeServer server;
  OpenAiChatModel model;
  std::vector<std::string> deltas;
};

TEST(Chat, streams_the_reply_and_counts_its_tokens) {
  Chat chat(streaming(
      {": ping\n\n", R"(data: {"choices":[{"delta":{"role":"assistant","content":null}}]})", "\r\n\r\n",
       R"(data: {"choices":[{"delta":{"reasoning_content":"hidden"}}]})", "\n\n", chunk("Because "),
       chunk("of 5 \xe2\x82").substr(0, 30), chunk("of 5 \xe2\x82\xac").substr(30), chunk("", "\"stop\""),
       "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}\n\n", "data: [DONE]\n\n"}));
  const auto reply = chat.ask();
  EXPECT_EQ(reply.text, "Because of 5 \xe2\x82\xac");
  EXPECT_EQ(chat.deltas, (std::vector<std::string>{"Because ", "of 5 \xe2\x82\xac"}));
  EXPECT_EQ(reply.finish, FinishReason::stop);
  EXPECT_EQ(reply.prompt_tokens, 7);
  EXPECT_EQ(reply.completion_tokens, 3);
}

TEST(Chat, sends_what_the_interface_asks_for) {
  Chat chat(streaming({chunk("x", "\"stop\"")}));
  chat.ask();
  const auto request = chat.server.requests().at(0);
  EXPECT_TRUE(request.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"));
  EXPECT_NE(request.find("Authorization: Bearer sk-secret\r\n"), std::string::npos);
  const auto body = boost::json::parse(request.substr(request.find("\r\n\r\n") + 4));
  EXPECT_EQ(body.at("model"), "m");
  EXPECT_EQ(body.at("stream"), true);
  EXPECT_EQ(body.at("messages").at(0).at("role"), "system");
  EXPECT_EQ(body.at("messages").at(1).at("content"), "why?");
}

TEST(Chat, does_without_done_and_without_the_last_blank_line) {
  Chat chat(streaming({chunk("yes"), R"(data: {"choices":[{"delta":{},"finish_reason":"length"}]})", "\n"}));
  EXPECT_EQ(chat.ask().finish, FinishReason::length);
}

TEST(Chat, takes_one_whole_completion_from_a_server_that_cannot_stream) {
  Chat chat(answering(R"({"choices":[{"message":{"content":"whole"},"finish_reason":"stop"}]})"));
  EXPECT_EQ(chat.ask().text, "whole");
  EXPECT_EQ(chat.deltas, std::vector<std::string>{"whole"});
}

TEST(Chat, fails_when_the_stream_ends_early) {
  Chat silent(streaming({}));
  EXPECT_EQ(failure_of([&] { silent.ask(); }).failure(), UpstreamFailure::cut_off);
  Chat half(streaming({chunk("half an ans")}));
  EXPECT_EQ(failure_of([&] { half.ask(); }).failure(), UpstreamFailure::cut_off);
  EXPECT_EQ(half.deltas.size(), 1u);
  Chat hung_up([](const Exchange&) {});
  EXPECT_EQ(failure_of([&] { hung_up.ask(); }).failure(), UpstreamFailure::cut_off);
  Chat short_body([](const Exchange& e) {
    e.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{");
  });
  EXPECT_EQ(failure_of([&] { short_body.ask(); }).failure(), UpstreamFailure::cut_off);
}

TEST(Chat, fails_on_an_error_in_the_stream_and_does_not_repeat_it) {
  Chat chat(streaming(
      {chunk("so far"), "data: {\"error\":{\"message\":\"key sk-secret is wrong\"}}\n\n", "data: [DONE]\n\n"}));
  EXPECT_EQ(failure_of([&] { chat.ask(); }).failure(), UpstreamFailure::cut_off);
}

TEST(Chat, fails_on_what_is_no_completion) {
  for (const auto* data : {"data: {broken\n\n", "data: 5\n\n", "data: {}\n\n", "data: {\"choices\":7}\n\n",
                           "data: {\"choices\":[{\"delta\":{\"content\":\"\xff\"}}]}\n\n"}) {
    Chat chat(streaming({data}));
    EXPECT_EQ(failure_of([&] { chat.ask(); }).failure(), UpstreamFailure::malformed) << data;
  }
  Chat not_http([](const Exchange& e) { e.send("SSH-2.0-OpenSSH\r\n\r\n"); });
  failure_of([&] { not_http.ask(); });
}

TEST(Chat, passes_a_refusal_on_with_its_status) {
  Chat chat(answering(R"({"error":{"message":"sk-secret"}})", "429 Too Many Requests", "Retry-After: 17\r\n"));
  const auto failure = failure_of([&] { chat.ask(); });
  EXPECT_EQ(failure.failure(), UpstreamFailure::refused);
  EXPECT_EQ(failure.status(), 429);
  EXPECT_EQ(failure.retry_after(), std::chrono::seconds(17));
  EXPECT_EQ(failure.code(), ErrorCode::upstream_failed);
}

TEST(Chat, follows_no_redirect) {
  Chat chat(answering("", "302 Found", "Location: http://169.254.169.254/\r\n"));
  EXPECT_EQ(failure_of([&] { chat.ask(); }).status(), 302);
}

TEST(Chat, gives_up_on_a_server_that_stalls) {
  Chat before([](const Exchange& e) { e.wait_for_close(); });
  EXPECT_EQ(failure_of([&] { before.ask(); }).failure(), UpstreamFailure::timed_out);
  Chat within([](const Exchange& e) {
    e.begin_stream();
    e.send(chunk("so far"));
    e.wait_for_close();
  });
  EXPECT_EQ(failure_of([&] { within.ask(); }).failure(), UpstreamFailure::timed_out);
}

TEST(Chat, gives_up_on_a_server_that_never_ends) {
  std::latch gone(1);
  FakeServer server([&](const Exchange& e) {
    e.begin_stream();
    const std::string piece = chunk(std::string(60'000, 'x'));
    for (int i = 0; i < 400; ++i) e.send(piece);
    gone.count_down();
  });
  OpenAiChatModel model(options(server));
  EXPECT_EQ(failure_of([&] { model.chat({}, {}, {}); }).failure(), UpstreamFailure::malformed);
  gone.wait();
}

TEST(Chat, cannot_reach_a_server_that_is_not_there) {
  std::string url;
  {
    FakeServer gone([](const Exchange&) {});
    url = gone.url();
  }
  OpenAiChatModel model({.base_url = url, .model = "m"});
  EXPECT_EQ(failure_of([&] { model.chat({}, {}, {}); }).failure(), UpstreamFailure::unreachable);
}

TEST(Chat, stops_soon_after_it_is_asked_to) {
  std::stop_source stop;
  Chat chat([&](const Exchange& e) {
    e.begin_stream();
    stop.request_stop();
    e.wait_for_close();
  });
  auto patient = options(chat.server);
  patient.timeouts.idle = std::chrono::hours(1);
  OpenAiChatModel model(patient);
  EXPECT_THROW(model.chat({}, {}, stop.get_token()), Cancelled);
}

TEST(Chat, ends_with_what_the_listener_throws) {
  Chat chat(streaming({chunk("a"), chunk("b", "\"stop\"")}));
  EXPECT_THROW(chat.model.chat({}, [](std::string_view) { throw std::out_of_range("mine"); }, {}), std::out_of_range);
}

std::vector<std::vector<float>> embed(const FakeServer& server, std::vector<std::string> texts) {
  return OpenAiEmbedder(options(server)).embed(texts, Purpose::passage);
}

TEST(OpenAiEmbedder, puts_vectors_in_the_order_of_the_texts_and_scales_them) {
  FakeServer server(answering(R"({"data":[{"index":1,"embedding":[0,2]},{"index":0,"embedding":[3,4]}]})"));
  const auto vectors = embed(server, {"a", "b"});
  EXPECT_FLOAT_EQ(vectors[0][0], 0.6f);
  EXPECT_FLOAT_EQ(vectors[1][1], 1.0f);
  EXPECT_TRUE(server.requests().at(0).starts_with("POST /v1/embeddings "));
}

TEST(OpenAiEmbedder, sends_many_texts_in_batches) {
  FakeServer server([](const Exchange& e) {
    const auto request = boost::json::parse(e.request().substr(e.request().find("\r\n\r\n") + 4));
    boost::json::array data;
    for (const auto& text : request.at("input").as_array()) {
      data.push_back({{"embedding", {1, std::atoi(text.as_string().c_str())}}});
    }
    e.respond("200 OK", "application/json", boost::json::serialize(boost::json::object{{"data", data}}));
  });
  std::vector<std::string> texts;
  for (int i = 0; i < 70; ++i) texts.push_back(std::to_string(i));
  const auto vectors = embed(server, texts);
  ASSERT_EQ(vectors.size(), 70u);
  for (std::size_t i = 0; i < 70; ++i) EXPECT_NEAR(vectors[i][1] / vectors[i][0], static_cast<float>(i), 1e-3);
  EXPECT_EQ(server.requests().size(), 3u);
}

TEST(OpenAiEmbedder, asks_for_the_dimension_once) {
  FakeServer server(answering(R"({"data":[{"embedding":[1,2,3]}]})"));
  OpenAiEmbedder embedder(options(server));
  EXPECT_EQ(embedder.dimension(), 3u);
  EXPECT_EQ(embedder.dimension(), 3u);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(OpenAiEmbedder, refuses_every_answer_that_is_no_list_of_vectors) {
  for (const auto* body :
       {"", "[]", "{}", R"({"data":{}})", R"({"data":[]})", R"({"data":[{"embedding":[1]},{"embedding":[1]}]})",
        R"({"data":[{"embedding":[]}]})", R"({"data":[{"embedding":[0,0]}]})", R"({"data":[{"embedding":[NaN]}]})",
        R"({"data":[{"embedding":[1e999]}]})", R"({"data":[{"embedding":["1"]}]})", R"({"data":[{"embedding":null}]})",
        R"({"data":[{"index":1,"embedding":[1]}]})", R"({"data":[{"index":-1,"embedding":[1]}]})",
        R"({"data":[{"embedding":"AACAPw=="}]})"}) {
    FakeServer server(answering(body));
    EXPECT_EQ(failure_of([&] { embed(server, {"a"}); }).failure(), UpstreamFailure::malformed) << body;
  }
  FakeServer twice(answering(R"({"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]})"));
  EXPECT_EQ(failure_of([&] { embed(twice, {"a", "b"}); }).failure(), UpstreamFailure::malformed);
}

TEST(OpenAiEmbedder, refuses_vectors_whose_length_changes) {
  FakeServer server(answering(R"({"data":[{"embedding":[1]},{"embedding":[1,2]}]})"));
  EXPECT_EQ(failure_of([&] { embed(server, {"a", "b"}); }).failure(), UpstreamFailure::malformed);
}

TEST(Endpoint, gets_a_version_when_the_base_has_no_path) {
  EXPECT_EQ(endpoint("http://h:1", "embeddings"), "http://h:1/v1/embeddings");
  EXPECT_EQ(endpoint("http://h/", "embeddings"), "http://h/v1/embeddings");
  EXPECT_EQ(endpoint("https://h/v1/", "embeddings"), "https://h/v1/embeddings");
  EXPECT_EQ(endpoint("https://h/openai", "embeddings"), "https://h/openai/embeddings");
}

}  // namespace
}  // namespace oprag::models
