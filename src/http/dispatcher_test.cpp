#include "http/dispatcher.hpp"

#include <gtest/gtest.h>

#include <boost/describe.hpp>
#include <boost/json/parse.hpp>

namespace oprag::http {
namespace {

struct NotePath {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(NotePath, (), (id))

struct NoteCreate {
  json::Text<1, 10> title;
  std::optional<std::int64_t> weight;
};
BOOST_DESCRIBE_STRUCT(NoteCreate, (), (title, weight))

struct Note {
  std::string id;
  std::string title;
};
BOOST_DESCRIBE_STRUCT(Note, (), (id, title))

struct OptionalPage {
  std::optional<json::Whole<1, 100>> limit;
  std::optional<std::string> status;
};
BOOST_DESCRIBE_STRUCT(OptionalPage, (), (limit, status))

struct Nothing {
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(Nothing, (), (reason))

// Takes "Bearer member|admin|lonely" and X-Oprag-Key: "key".
struct FakeAuthenticator : Authenticator {
  std::expected<Caller, Refusal> authenticate(const Request& request, Access access) override {
    Caller caller;
    const auto authorization = request.headers["Authorization"];
    if (access == Access::chat) {
      if (request.headers["X-Oprag-Key"] != "key")
        return std::unexpected(Refusal{ErrorCode::unauthenticated, "Unauthorized"});
      if (request.headers["Origin"] == "https://evil.test") {
        return std::unexpected(Refusal{ErrorCode::origin_not_allowed, "Origin not allowed"});
      }
      return caller;
    }
    if (authorization != "Bearer member" && authorization != "Bearer admin" && authorization != "Bearer lonely") {
      return std::unexpected(Refusal{ErrorCode::unauthenticated, "Unauthorized"});
    }
    if (authorization != "Bearer lonely") caller.company = {"co_1"};
    if (authorization == "Bearer admin") caller.role = Role::admin;
    return caller;
  }
};

struct FakeLimiter : RateLimiter {
  RateVerdict take(const Caller&, const Request&, const Spec&) override { return verdict; }
  RateVerdict verdict;
};

struct FakeGuard : PathGuard {
  void require(const Caller&, const Spec&, const std::map<std::string, std::string>& path) override {
    if (path.at("id") == "foreign") throw Error(ErrorCode::not_found, "Not found");
  }
};

struct FakeIdempotency : IdempotencyStore {
  Response run_once(const Caller&, const Request& request, const Spec&,
                    const std::function<Response()>& handler) override {
    const std::string key(request.headers["Idempotency-Key"]);
    if (!stored.contains(key)) stored[key] = handler();
    return stored[key];
  }
  std::optional<Response> recorded(const Caller&, const Request&, const Spec&) override { return {}; }
  std::map<std::string, Response> stored;
};

struct Dispatching : testing::Test {
  Dispatching() {
    router.add({.method = "GET", .path = "/health", .summary = "Alive"},
               [](const Request&) { return Response{.body = "ok"}; });
    router.add(
        {.method = "GET", .path = "/v1/notes", .access = Access::member, .summary = "List"},
        [](Query<OptionalPage> query) { return Note{std::to_string(query->limit ? query->limit->value : 50), "x"}; });
    router.add({.method = "POST",
                .path = "/v1/notes",
                .access = Access::admin,
                .summary = "Add",
                .status = 201,
                .body_limit = 100,
                .creates = true},
               [this](Body<NoteCreate> body) { return Note{std::to_string(++made), body->title}; });
    router.add(
        {.method = "GET", .path = "/v1/notes/{id}", .access = Access::member, .summary = "One", .has_etag = true},
        [](Path<NotePath> path) { return Note{path->id, "t"}; });
    router.add({.method = "GET", .path = "/v1/notes/newest", .access = Access::member, .summary = "Newest"},
               [] { return Note{"literal", "t"}; });
    router.add(
        {.method = "POST", .path = "/v1/notes/{id}/pin", .access = Access::member, .summary = "Pin", .needs_rag = true},
        [](Path<NotePath> path, Body<Nothing>) { return Note{path->id, "pinned"}; });
    router.add({.method = "PATCH", .path = "/v1/notes/{id}", .access = Access::member, .summary = "Change"},
               [](Path<NotePath> path, Body<Nothing>) { return Note{path->id, "changed"}; });
    router.add({.method = "POST", .path = "/v1/companies", .access = Access::signed_in, .summary = "Found"},
               [] { return Note{"co", ""}; });
    router.add({.method = "POST", .path = "/v1/chat", .access = Access::chat, .summary = "Ask"},
               [] { return Note{"a", ""}; });
    router.add({.method = "GET", .path = "/v1/fault", .summary = "Breaks"},
               []() -> Note { throw std::runtime_error("secret detail"); });
    router.add({.method = "GET", .path = "/v1/blocked", .summary = "Refuses"},
               []() -> Note { throw Error(ErrorCode::deploy_blocked, "Not ready", {{"blockers", bj::array{"a"}}}); });
  }

  Request request(std::string method, std::string_view target, Headers headers = {}, std::string body = "") {
    Request r{.method = std::move(method)};
    EXPECT_TRUE(read_target(r, target)) << target;
    r.headers = std::move(headers);
    r.body = std::move(body);
    r.id = "req-1";
    return r;
  }
  Response send(std::string method, std::string_view target, Headers headers = {}, std::string body = "") {
    Dispatcher dispatcher(router, {&authenticator, &limiter, &guard, &idempotency}, settings, metrics);
    return dispatcher.respond(request(std::move(method), target, std::move(headers), std::move(body)));
  }
  std::string code(const Response& response) {
    return std::string(boost::json::parse(response.body).at("code").as_string());
  }

  const Headers member{{"Authorization", "Bearer member"}};
  const Headers admin{{"Authorization", "Bearer admin"}};
  FakeAuthenticator authenticator;
  FakeLimiter limiter;
  FakeGuard guard;
  FakeIdempotency idempotency;
  DispatcherSettings settings{.access_log = false};
  Metrics metrics;
  Router router;
  int made = 0;
};

TEST_F(Dispatching, UnknownMethodAndPathPairsAre404InTheContractsWords) {
  const auto response = send("DELETE", "/v1/nowhere");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body, R"({"error":"No route for DELETE /v1/nowhere","code":"no_route","requestId":"req-1"})");
  EXPECT_EQ(send("PUT", "/v1/notes", admin).status, 404);
  EXPECT_EQ(send("GET", "/v1/notes/", member).status, 404);
  EXPECT_EQ(send("GET", "/v1//notes", member).status, 404);
  EXPECT_EQ(send("get", "/health").status, 404);
}

TEST_F(Dispatching, ChecksComeInTheContractsOrder) {
  const std::string oversize(101, ' ');
  EXPECT_EQ(code(send("POST", "/v1/nowhere", {}, oversize)), "no_route");
  EXPECT_EQ(code(send("POST", "/v1/notes", {}, oversize)), "unauthenticated");
  EXPECT_EQ(code(send("POST", "/v1/notes", {{"Authorization", "Bearer lonely"}}, oversize)), "no_company");
  EXPECT_EQ(code(send("POST", "/v1/notes", member, oversize)), "insufficient_role");
  limiter.verdict = {.allowed = false, .policy = "user", .limit = 5, .remaining = 0, .reset_seconds = 7};
  EXPECT_EQ(code(send("POST", "/v1/notes", admin, oversize)), "rate_limited");
  EXPECT_EQ(code(send("POST", "/v1/notes", member, oversize)), "insufficient_role");
  settings.rag_enabled = false;
  EXPECT_EQ(code(send("POST", "/v1/notes/foreign/pin", member, "{")), "rate_limited");
  limiter.verdict = {};
  EXPECT_EQ(code(send("POST", "/v1/notes/foreign/pin", member, "{")), "rag_disabled");
  settings.rag_enabled = true;
  EXPECT_EQ(code(send("POST", "/v1/notes", admin, oversize)), "body_too_large");
  EXPECT_EQ(code(send("POST", "/v1/notes/foreign/pin", member, "{")), "invalid_json");
  EXPECT_EQ(code(send("POST", "/v1/notes/foreign/pin", member, R"({"reason":5})")), "not_found");
  EXPECT_EQ(code(send("POST", "/v1/notes/own/pin", member, R"({"reason":5})")), "invalid_request");
  EXPECT_EQ(send("POST", "/v1/notes/own/pin", member, R"({"reason":"x"})").status, 200);
}

TEST_F(Dispatching, BodiesAreLimitedPerRoute) {
  const std::string fits = R"({"title":"t"})" + std::string(100 - 13, ' ');
  EXPECT_EQ(send("POST", "/v1/notes", admin, fits).status, 201);
  EXPECT_EQ(send("POST", "/v1/notes", admin, fits + " ").status, 413);
}

TEST_F(Dispatching, EmptyAndBrokenBodiesAnswerInTheContractsWords) {
  const auto error = [&](const Response& r) { return std::string(boost::json::parse(r.body).at("error").as_string()); };
  EXPECT_EQ(error(send("POST", "/v1/notes", admin)), "Invalid JSON");
  EXPECT_EQ(error(send("POST", "/v1/notes", admin, "{}")), "title is required");
  EXPECT_EQ(error(send("POST", "/v1/notes", admin, "[]")), "Request body must be an object");
  EXPECT_EQ(error(send("POST", "/v1/notes", admin, R"({"title":"a","title":"b"})")), "duplicate member title");
  EXPECT_EQ(error(send("POST", "/v1/notes", admin, R"({"title":1})")), "title must be a string");
  EXPECT_EQ(error(send("POST", "/v1/notes", admin, "\xff")), "Invalid JSON");
  EXPECT_EQ(send("POST", "/v1/notes/a/pin", member).status, 200) << "all members optional: no body equals {}";
  EXPECT_EQ(error(send("POST", "/v1/notes/a/pin", member, " ")), "Invalid JSON");
  EXPECT_EQ(error(send("PATCH", "/v1/notes/a", member)), "Invalid JSON");
}

TEST_F(Dispatching, OnlyJsonIsTaken) {
  const auto with_type = [&](std::string type) {
    auto headers = admin;
    headers.add("Content-Type", std::move(type));
    return send("POST", "/v1/notes", headers, R"({"title":"t"})").status;
  };
  EXPECT_EQ(with_type("application/json"), 201);
  EXPECT_EQ(with_type("Application/JSON; charset=utf-8"), 201);
  EXPECT_EQ(with_type("text/plain"), 415);
  EXPECT_EQ(with_type("application/jsonp"), 415);
}

TEST_F(Dispatching, PathParametersAreDecodedAndLiteralsWin) {
  EXPECT_EQ(send("GET", "/v1/notes/a%2Fb%20c", member).body, R"({"id":"a/b c","title":"t"})");
  EXPECT_EQ(send("GET", "/v1/notes/newest", member).body, R"({"id":"literal","title":"t"})");
}

TEST_F(Dispatching, QueryParametersAreCheckedAndUnknownOnesIgnored) {
  EXPECT_EQ(send("GET", "/v1/notes?limit=7&x=y", member).body, R"({"id":"7","title":"x"})");
  EXPECT_EQ(send("GET", "/v1/notes?limit=101", member).status, 400);
  EXPECT_EQ(send("GET", "/v1/notes?limit=abc", member).status, 400);
}

TEST_F(Dispatching, EveryPublicAnswerMayBeReadByAnyPage) {
  for (const auto& response : {send("GET", "/v1/notes", member), send("GET", "/v1/notes"), send("GET", "/v1/nowhere"),
                               send("GET", "/health")}) {
    EXPECT_EQ(response.headers["Access-Control-Allow-Origin"], "*");
    EXPECT_EQ(response.headers["Access-Control-Expose-Headers"],
              "X-Request-Id, Retry-After, ETag, RateLimit, RateLimit-Policy");
    EXPECT_FALSE(response.headers.contains("Access-Control-Allow-Credentials"));
    EXPECT_EQ(response.headers["X-Request-Id"], "req-1");
    EXPECT_EQ(response.headers["X-Content-Type-Options"], "nosniff");
  }
  EXPECT_FALSE(send("GET", "/elsewhere").headers.contains("Access-Control-Allow-Origin"));
}

TEST_F(Dispatching, PreflightIsAnsweredBeforeAuthentication) {
  const Headers asking{{"Origin", "https://shop.test"}, {"Access-Control-Request-Method", "POST"}};
  const auto response = send("OPTIONS", "/v1/notes", asking);
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.headers["Access-Control-Allow-Origin"], "*");
  EXPECT_EQ(response.headers["Access-Control-Allow-Methods"], "GET, POST");
  EXPECT_EQ(response.headers["Access-Control-Allow-Headers"],
            "Authorization, Content-Type, X-Oprag-Key, Idempotency-Key, If-Match, Last-Event-ID, Accept");
  EXPECT_EQ(response.headers["Access-Control-Max-Age"], "600");
  EXPECT_EQ(send("OPTIONS", "/v1/nowhere", asking).status, 404);
  EXPECT_EQ(send("OPTIONS", "/v1/notes", {{"Origin", "https://shop.test"}}).status, 404);
}

TEST_F(Dispatching, RefusalsCarryWhatTheCallerNeeds) {
  const auto unauthorized = send("GET", "/v1/notes");
  EXPECT_EQ(unauthorized.status, 401);
  EXPECT_TRUE(unauthorized.headers["WWW-Authenticate"].starts_with("Bearer"));
  EXPECT_EQ(send("POST", "/v1/chat", {{"X-Oprag-Key", "key"}, {"Origin", "https://evil.test"}}).status, 403);
  limiter.verdict = {
      .allowed = false, .policy = "user", .limit = 5, .remaining = 0, .window_seconds = 60, .reset_seconds = 7};
  const auto limited = send("GET", "/v1/notes", member);
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.headers["Retry-After"], "7");
  EXPECT_EQ(limited.headers["RateLimit"], "\"user\";r=0;t=7");
  EXPECT_EQ(limited.headers["RateLimit-Policy"], "\"user\";q=5;w=60");
}

TEST_F(Dispatching, FaultsTellNothingAndErrorsTellTheirMembers) {
  const auto fault = send("GET", "/v1/fault");
  EXPECT_EQ(fault.status, 500);
  EXPECT_EQ(fault.body, R"({"error":"Internal error","code":"internal","requestId":"req-1"})");
  EXPECT_EQ(send("GET", "/v1/blocked").body,
            R"({"error":"Not ready","code":"deploy_blocked","requestId":"req-1","blockers":["a"]})");
}

TEST_F(Dispatching, ProblemDetailsAreGivenToWhoAcceptsThem) {
  const auto response = send("GET", "/v1/nowhere", {{"Accept", "application/problem+json, */*"}});
  EXPECT_EQ(response.headers["Content-Type"], "application/problem+json");
  const auto problem = boost::json::parse(response.body);
  EXPECT_EQ(problem.at("status"), 404);
  EXPECT_EQ(problem.at("detail"), "No route for GET /v1/nowhere");
  EXPECT_EQ(problem.at("code"), "no_route");
}

TEST_F(Dispatching, RecordsWithATagAreNotSentTwice) {
  const auto first = send("GET", "/v1/notes/a", member);
  const std::string tag(first.headers["ETag"]);
  ASSERT_FALSE(tag.empty());
  auto headers = member;
  headers.add("If-None-Match", tag);
  const auto second = send("GET", "/v1/notes/a", headers);
  EXPECT_EQ(second.status, 304);
  EXPECT_TRUE(second.body.empty());
  EXPECT_EQ(send("GET", "/v1/notes/b", headers).status, 200);
}

TEST_F(Dispatching, RepeatsWithAnIdempotencyKeyRunOnce) {
  auto headers = admin;
  headers.add("Idempotency-Key", "k1");
  EXPECT_EQ(send("POST", "/v1/notes", headers, R"({"title":"t"})").body,
            send("POST", "/v1/notes", headers, R"({"title":"t"})").body);
  EXPECT_EQ(made, 1);
  headers.set("Idempotency-Key", std::string(255, 'k'));
  EXPECT_EQ(send("POST", "/v1/notes", headers, R"({"title":"t"})").status, 201);
  headers.set("Idempotency-Key", std::string(256, 'k'));
  EXPECT_EQ(send("POST", "/v1/notes", headers, R"({"title":"t"})").status, 400);
  headers.set("Idempotency-Key", "");
  EXPECT_EQ(send("POST", "/v1/notes", headers, R"({"title":"t"})").status, 400);
}

TEST_F(Dispatching, MountsAnswerForThemselvesAndTheirFailuresAreWrapped) {
  Dispatcher dispatcher(router, {}, settings, metrics);
  dispatcher.mount({.name = "store",
                    .takes = [](const Request& r) { return r.path.starts_with("/store/"); },
                    .answer = [](const Request& r) -> Response {
                      if (r.path == "/store/none") throw Error(ErrorCode::not_found, "Not found");
                      return {.body = "bytes of " + r.path};
                    },
                    .body_limit = 4});
  EXPECT_EQ(dispatcher.respond(request("GET", "/store/a")).body, "bytes of /store/a");
  EXPECT_EQ(dispatcher.respond(request("GET", "/store/none")).status, 404);
  EXPECT_EQ(dispatcher.respond(request("PUT", "/store/a", {}, "12345")).status, 413);
  EXPECT_EQ(dispatcher.respond(request("GET", "/health")).body, "ok");
}

TEST_F(Dispatching, HeadFindsTheRouteOfGet) {
  EXPECT_EQ(send("HEAD", "/health").status, 200);
}

TEST_F(Dispatching, CompletedRequestsAreCountedByRoute) {
  Dispatcher dispatcher(router, {}, settings, metrics);
  const auto asked = request("GET", "/v1/notes/secret-id", member);
  dispatcher.completed(asked, dispatcher.plan(asked), {.status = 200, .duration = std::chrono::milliseconds(3)});
  const auto text = metrics.text();
  EXPECT_NE(text.find("oprag_http_requests_total{route=\"GET /v1/notes/{id}\",status=\"2xx\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("oprag_http_request_seconds_bucket{route=\"GET /v1/notes/{id}\",le=\"0.005\"} 1\n"),
            std::string::npos);
  EXPECT_NE(text.find("oprag_http_request_seconds_bucket{route=\"GET /v1/notes/{id}\",le=\"0.0025\"} 0\n"),
            std::string::npos);
  EXPECT_EQ(text.find("secret-id"), std::string::npos);
}

TEST_F(Dispatching, MetricsAreForLoopbackAndForTheTokenOnly) {
  auto asked = request("GET", "/metrics");
  asked.client = "127.0.0.1";
  EXPECT_EQ(metrics_response(metrics, asked, "").status, 200);
  asked.client = "192.0.2.1";
  EXPECT_THROW(metrics_response(metrics, asked, ""), Error);
  asked.headers.set("Authorization", "Bearer ");
  EXPECT_THROW(metrics_response(metrics, asked, ""), Error);
  asked.headers.set("Authorization", "Bearer t0ken");
  EXPECT_EQ(metrics_response(metrics, asked, "t0ken").status, 200);
  EXPECT_THROW(metrics_response(metrics, asked, "other"), Error);
}

TEST_F(Dispatching, WrongDeclarationsAreFoundAtTheStart) {
  Router r;
  r.add({.method = "GET", .path = "/a/{id}"}, [](Path<NotePath> p) { return Note{p->id, ""}; });
  EXPECT_THROW(r.add({.method = "GET", .path = "/a/{id}"}, [](Path<NotePath> p) { return Note{p->id, ""}; }),
               std::logic_error);
  EXPECT_THROW(r.add({.method = "GET", .path = "/b/{name}"}, [](Path<NotePath> p) { return Note{p->id, ""}; }),
               std::logic_error);
  EXPECT_THROW(r.add({.method = "GET", .path = "/b/{id}"}, [] { return Note{}; }), std::logic_error);
  EXPECT_THROW(r.add({.method = "GET", .path = "/{id}/x"}, [](Path<NotePath> p) { return Note{p->id, ""}; }),
               std::logic_error)
      << "ambiguous: /a/x";
}

}  // namespace
}  // namespace oprag::http
