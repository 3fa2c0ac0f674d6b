#include "http/server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <semaphore>

#include "http/dispatcher.hpp"
#include "http/raw_client.hpp"

namespace oprag::http {
namespace {

using namespace std::chrono_literals;

const std::string host = "Host: api.test\r\n";

std::string get(const std::string& path, const std::string& fields = "") {
  return "GET " + path + " HTTP/1.1\r\n" + host + fields + "\r\n";
}

struct Serving : testing::Test {
  Serving() {
    router.add({.method = "GET", .path = "/health"}, [](const Request&) { return Response{.body = "alive"}; });
    router.add({.method = "GET", .path = "/v1/client"},
               [](const Request& r) { return Response{.body = r.client + " " + r.path}; });
    router.add({.method = "POST", .path = "/v1/echo", .body_limit = 1000},
               [](const Request& r) { return Response{.body = r.body}; });
    router.add({.method = "GET", .path = "/v1/wait"}, [this](const Request&) {
      waiting.release();
      release.wait();
      return Response{.body = "released"};
    });
    router.add({.method = "GET", .path = "/v1/events", .patient = true}, [this](const Request& r) {
      const auto count = std::stoi(r.query_value("count").value_or("3"));
      return event_response([this, count](EventSink& sink) {
        try {
          for (int i = 1; i <= count; ++i) sink.send(std::to_string(i), "delta", "{\"n\":" + std::to_string(i) + "}");
          if (count == 0) release.wait();
        } catch (const ClientGone&) {
          client_gone.set_value();
          throw;
        }
      });
    });
    router.add({.method = "GET", .path = "/v1/broken", .patient = true}, [](const Request&) {
      return event_response([](EventSink& sink) {
        sink.send("1", "delta", "{}");
        throw std::runtime_error("broken");
      });
    });
  }
  void start() {
    settings.port = 0;
    settings.quick_threads = 2;
    settings.patient_threads = 2;
    dispatcher = std::make_unique<Dispatcher>(router, Hooks{}, DispatcherSettings{.access_log = false}, metrics);
    dispatcher->mount({.name = "store",
                       .takes = [](const Request& r) { return r.path.starts_with("/store/"); },
                       .answer = [this](const Request& r) { return store(r); },
                       .body_limit = 8 << 20,
                       .streamed = true});
    server = std::make_unique<Server>(settings, *dispatcher);
    server->start();
    port = server->port();
  }
  // PUT counts and sums what it reads; GET streams as many bytes as the path says.
  Response store(const Request& request) {
    if (request.path == "/store/refuse") throw Error(ErrorCode::forbidden, "No");
    if (request.method == "PUT") {
      std::array<char, 10'000> buffer;
      std::size_t total = 0;
      std::size_t sum = 0;
      while (const auto size = request.incoming->read(buffer)) {
        total += size;
        for (std::size_t i = 0; i < size; ++i) sum += static_cast<unsigned char>(buffer[i]);
      }
      return {.body = std::to_string(total) + " " + std::to_string(sum)};
    }
    const auto size = std::stoul(request.segments.at(1));
    Response response;
    response.length = size;
    response.stream = [size](BodyWriter& out) {
      for (std::size_t left = size; left > 0;) {
        const auto part = std::min<std::size_t>(left, 100'000);
        out.write(std::string(part, 'x'));
        left -= part;
      }
    };
    return response;
  }

  ServerSettings settings;
  Router router;
  Metrics metrics;
  std::unique_ptr<Dispatcher> dispatcher;
  std::counting_semaphore<8> waiting{0};
  std::latch release{1};
  std::promise<void> client_gone;
  std::unique_ptr<Server> server;
  std::uint16_t port = 0;
};

TEST_F(Serving, AnswersRequestAfterRequestOnOneConnection) {
  start();
  RawClient client(port);
  for (int i = 0; i < 3; ++i) {
    client.send(get("/health"));
    const auto response = client.read_response();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "alive");
    EXPECT_EQ(response.headers["X-Request-Id"].size(), 36U);
    EXPECT_TRUE(response.headers["Date"].ends_with(" GMT"));
  }
}

TEST_F(Serving, RequestIdsAreOurOwn) {
  start();
  RawClient client(port);
  client.send(get("/health", "X-Request-Id: forged\r\n") + get("/health", "X-Request-Id: forged\r\n"));
  const std::string first(client.read_response().headers["X-Request-Id"]);
  EXPECT_NE(first, "forged");
  EXPECT_NE(first, client.read_response().headers["X-Request-Id"]);
}

TEST_F(Serving, PipelinedRequestsAreAnsweredInOrder) {
  start();
  RawClient client(port);
  client.send(get("/health") + "POST /v1/echo HTTP/1.1\r\n" + host + "Content-Length: 3\r\n\r\nabc" +
              get("/v1/nowhere") + get("/health", "Connection: close\r\n"));
  EXPECT_EQ(client.read_response().body, "alive");
  EXPECT_EQ(client.read_response().body, "abc");
  EXPECT_EQ(client.read_response().status, 404);
  EXPECT_EQ(client.read_response().headers["Connection"], "close");
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(Serving, HeadSendsTheHeadOfGetOnly) {
  start();
  RawClient client(port);
  client.send("HEAD /health HTTP/1.1\r\n" + host + "\r\n" + get("/health"));
  EXPECT_EQ(client.read_response(false).headers["Content-Length"], "5");
  EXPECT_EQ(client.read_response().body, "alive");
}

TEST_F(Serving, AmbiguousFramingIsRefusedInTheEnvelopeAndTheConnectionClosed) {
  start();
  const std::string smuggled = get("/v1/client");
  const std::string post = "POST /v1/echo HTTP/1.1\r\n" + host;
  for (const auto& attack : {
           post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
           post + "Transfer-Encoding: xchunked\r\n\r\nabc",
           post + "X-A: b\r\n folded\r\nContent-Length: 0\r\n\r\n",
           post + "X-A : b\r\nContent-Length: 0\r\n\r\n",
           "GET /health HTTP/1.1\nHost: a\n\n" + std::string(),
           post + "Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n",
           post + "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n",
           post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
       }) {
    const auto answer = exchange_raw(port, attack + smuggled);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 Bad Request\r\n")) << attack << "\n" << answer;
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
    EXPECT_NE(answer.find(R"({"error":"Malformed request: )"), std::string::npos);
    EXPECT_NE(answer.find(R"("requestId":")"), std::string::npos);
    EXPECT_EQ(answer.find("HTTP/1.1", 8), std::string::npos) << "a second answer";
  }
}

TEST_F(Serving, LongTargetsAndHeadsAreRefusedWhileTheyArrive) {
  start();
  EXPECT_TRUE(
      exchange_raw(port, get("/" + std::string(8191, 'a'), "Connection: close\r\n")).starts_with("HTTP/1.1 404"));
  EXPECT_TRUE(exchange_raw(port, get("/" + std::string(8192, 'a'))).starts_with("HTTP/1.1 414"));
  EXPECT_TRUE(exchange_raw(port, "GET /" + std::string(1 << 20, 'a')).starts_with("HTTP/1.1 414"));
  EXPECT_TRUE(exchange_raw(port, "GET / HTTP/1.1\r\nX-A: " + std::string(1 << 20, 'a')).starts_with("HTTP/1.1 431"));
}

TEST_F(Serving, BodiesPastTheLimitAreRefusedHoweverTheyAreSent) {
  start();
  const std::string post = "POST /v1/echo HTTP/1.1\r\n" + host + "Connection: close\r\n";
  EXPECT_TRUE(
      exchange_raw(port, post + "Content-Length: 1000\r\n\r\n" + std::string(1000, 'a')).starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(
      exchange_raw(port, post + "Content-Length: 1001\r\n\r\n" + std::string(1001, 'a')).starts_with("HTTP/1.1 413"));
  EXPECT_TRUE(exchange_raw(port, post + "Content-Length: 99999999999\r\n\r\n").starts_with("HTTP/1.1 413"));
  EXPECT_TRUE(
      exchange_raw(port, post + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n" + std::string(1000, 'a') + "\r\n0\r\n\r\n")
          .starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(exchange_raw(port, post + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'a'))
                  .starts_with("HTTP/1.1 413"));
}

TEST_F(Serving, AClientThatAsksIsToldToContinue) {
  start();
  RawClient client(port);
  client.send("POST /v1/echo HTTP/1.1\r\n" + host + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(client.read_line(), "HTTP/1.1 100 Continue");
  EXPECT_EQ(client.read_line(), "");
  client.send("abc");
  EXPECT_EQ(client.read_response().body, "abc");
  client.send("POST /v1/echo HTTP/1.1\r\n" + host + "Expect: 100-continue\r\nContent-Length: 3000\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 413) << "no invitation for a body that is not wanted";
}

TEST_F(Serving, UploadsReachTheirHandlerAsAStream) {
  start();
  const std::size_t size = 5'000'000;
  RawClient client(port);
  client.send("PUT /store/a HTTP/1.1\r\n" + host + "Content-Length: " + std::to_string(size) + "\r\n\r\n");
  client.send(std::string(size, '\2'));
  EXPECT_EQ(client.read_response().body, std::to_string(size) + " " + std::to_string(2 * size));
  client.send("PUT /store/a HTTP/1.1\r\n" + host +
              "Transfer-Encoding: chunked\r\n\r\n3\r\n\1\1\1\r\n2\r\n\1\1\r\n0\r\n\r\n");
  EXPECT_EQ(client.read_response().body, "5 5");
}

TEST_F(Serving, UploadsPastTheirLimitAndRefusedOnesEndTheConnection) {
  start();
  const std::string put = "PUT /store/a HTTP/1.1\r\n" + host;
  EXPECT_TRUE(exchange_raw(port, put + "Content-Length: 8388609\r\n\r\nabc").starts_with("HTTP/1.1 413"));
  const auto refused = exchange_raw(
      port, "PUT /store/refuse HTTP/1.1\r\n" + host + "Content-Length: 8000000\r\n\r\n" + std::string(8'000'000, 'a'));
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 403")) << refused;
  EXPECT_NE(refused.find("Connection: close"), std::string::npos);
  EXPECT_TRUE(exchange_raw(port, put + "Transfer-Encoding: chunked\r\n\r\nzz\r\n").starts_with("HTTP/1.1 400"));
}

TEST_F(Serving, DownloadsAreStreamedWithTheirLength) {
  start();
  RawClient client(port);
  client.send(get("/store/3000000"));
  const auto response = client.read_response();
  EXPECT_EQ(response.headers["Content-Length"], "3000000");
  EXPECT_EQ(response.body, std::string(3'000'000, 'x'));
  client.send("HEAD /store/3000000 HTTP/1.1\r\n" + host + "\r\n" + get("/health"));
  EXPECT_EQ(client.read_response(false).headers["Content-Length"], "3000000");
  EXPECT_EQ(client.read_response().body, "alive");
}

TEST_F(Serving, EventsArriveInChunksAndTheConnectionGoesOn) {
  start();
  RawClient client(port);
  client.send(get("/v1/events?count=2"));
  const auto response = client.read_response();
  EXPECT_EQ(response.headers["Content-Type"], "text/event-stream; charset=utf-8");
  EXPECT_EQ(response.body, "id: 1\nevent: delta\ndata: {\"n\":1}\n\nid: 2\nevent: delta\ndata: {\"n\":2}\n\n");
  client.send(get("/health"));
  EXPECT_EQ(client.read_response().body, "alive");
}

TEST_F(Serving, TheHeadOfAStreamNamesNoLength) {
  start();
  RawClient client(port);
  client.send("HEAD /v1/events HTTP/1.1\r\n" + host + "\r\n" + get("/health"));
  EXPECT_FALSE(client.read_response(false).headers.contains("Content-Length"));
  EXPECT_EQ(client.read_response().body, "alive");
}

TEST_F(Serving, OldClientsGetAStreamUntilTheConnectionEnds) {
  start();
  const auto answer = exchange_raw(port, "GET /v1/events?count=1 HTTP/1.0\r\n\r\n");
  EXPECT_EQ(answer.find("chunked"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\nid: 1\nevent: delta\ndata: {\"n\":1}\n\n"));
}

TEST_F(Serving, ABrokenStreamIsCutSoThatTheClientCanTell) {
  start();
  const auto answer = exchange_raw(port, get("/v1/broken"));
  EXPECT_NE(answer.find("event: delta"), std::string::npos);
  EXPECT_FALSE(answer.ends_with("0\r\n\r\n"));
}

TEST_F(Serving, AnEventSenderLearnsThatItsClientIsGone) {
  start();
  {
    RawClient client(port);
    client.send(get("/v1/events?count=1000000000"));
    EXPECT_EQ(client.read_line(), "HTTP/1.1 200 OK");
  }
  EXPECT_EQ(client_gone.get_future().wait_for(10s), std::future_status::ready);
}

TEST_F(Serving, ASilentEventSenderLearnsItAtOnce) {
  router.add({.method = "GET", .path = "/v1/silent", .patient = true}, [this](const Request& r) {
    return event_response([this, stopped = r.stopped](EventSink& sink) {
      const std::stop_callback tell(stopped, [this] { client_gone.set_value(); });
      sink.send("1", "delta", "{}");
      release.wait();
    });
  });
  start();
  {
    RawClient client(port);
    client.send(get("/v1/silent"));
    EXPECT_EQ(client.read_line(), "HTTP/1.1 200 OK");
  }
  EXPECT_EQ(client_gone.get_future().wait_for(10s), std::future_status::ready);
  release.count_down();
}

TEST_F(Serving, SilentStreamsBeat) {
  settings.heartbeat_time = 10ms;
  start();
  RawClient client(port);
  client.send(get("/v1/events?count=0"));
  while (!client.read_line().empty()) {
  }
  EXPECT_EQ(client.read_line(), "3");
  EXPECT_EQ(client.read_line(), ":\n\n");
  EXPECT_EQ(client.read_line(), "3");
  release.count_down();
}

TEST_F(Serving, SlowClientsAreCut) {
  settings.head_time = 50ms;
  settings.body_time = 50ms;
  settings.idle_time = 50ms;
  start();
  EXPECT_EQ(exchange_raw(port, ""), "") << "idle";
  EXPECT_EQ(exchange_raw(port, "GET /health HTTP/1.1\r\nX-Slow"), "") << "head";
  EXPECT_EQ(exchange_raw(port, "POST /v1/echo HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nab"), "") << "body";
  EXPECT_EQ(exchange_raw(port, "PUT /store/a HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nab"), "") << "upload";
}

TEST_F(Serving, AHandlerThatTakesTooLongIsAnsweredFor) {
  settings.request_time = 20ms;
  start();
  const auto answer = exchange_raw(port, get("/v1/wait"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503")) << answer;
  EXPECT_NE(answer.find("Retry-After: 1"), std::string::npos);
  EXPECT_NE(answer.find("\"code\":\"overloaded\""), std::string::npos);
  release.count_down();
}

TEST_F(Serving, FullPoolsRefuseAndTheServerStaysAlive) {
  settings.quick_queue = 0;
  start();
  RawClient first(port);
  RawClient second(port);
  first.send(get("/v1/wait"));
  second.send(get("/v1/wait"));
  waiting.acquire();
  waiting.acquire();
  RawClient third(port);
  third.send(get("/health"));
  const auto refused = third.read_response();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers["Retry-After"], "1");
  release.count_down();
  EXPECT_EQ(first.read_response().body, "released");
  EXPECT_EQ(second.read_response().body, "released");
  first.send(get("/health"));
  EXPECT_EQ(first.read_response().body, "alive");
}

TEST_F(Serving, ConnectionsPastTheLimitAreToldAndClosed) {
  settings.max_connections = 2;
  start();
  RawClient first(port);
  RawClient second(port);
  first.send(get("/health"));
  first.read_response();
  second.send(get("/health"));
  second.read_response();
  const auto answer = exchange_raw(port, get("/health"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503")) << answer;
  add_load(metrics, *server);
  EXPECT_NE(metrics.text().find("\noprag_http_connections_refused 1\n"), std::string::npos);
  first.send(get("/health"));
  EXPECT_EQ(first.read_response().status, 200);
}

TEST_F(Serving, StoppingLetsRunningRequestsFinish) {
  start();
  RawClient idle(port);
  RawClient busy(port);
  busy.send(get("/v1/wait"));
  waiting.acquire();
  auto stopped = std::async(std::launch::async, [this] { server->stop(); });
  EXPECT_EQ(idle.read_to_end(), "") << "closed at once";
  release.count_down();
  const auto response = busy.read_response();
  EXPECT_EQ(response.body, "released");
  EXPECT_EQ(response.headers["Connection"], "close");
  busy.end_output();
  stopped.get();
  EXPECT_THROW(RawClient{port}, std::runtime_error);
}

TEST_F(Serving, StoppingCutsWhatDoesNotFinish) {
  settings.drain_time = 20ms;
  start();
  RawClient client(port);
  client.send(get("/v1/events?count=1000000000"));
  client.read_line();
  server->stop();
  EXPECT_EQ(client_gone.get_future().wait_for(0s), std::future_status::ready);
}

TEST_F(Serving, APathPrefixIsStrippedWhereAProxyLeftIt) {
  settings.path_prefix = "/oprag";
  settings.trusted_proxies = TrustedProxies({"127.0.0.1"});
  start();
  RawClient client(port);
  client.send(get("/oprag/v1/client", "X-Forwarded-For: 203.0.113.7\r\n") + get("/v1/client") +
              get("/opragx/v1/client"));
  EXPECT_EQ(client.read_response().body, "203.0.113.7 /v1/client");
  EXPECT_EQ(client.read_response().body, "127.0.0.1 /v1/client");
  EXPECT_EQ(client.read_response().status, 404);
}

}  // namespace
}  // namespace oprag::http
