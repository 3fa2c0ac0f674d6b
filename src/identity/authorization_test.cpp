// The flow as a tool walks it, then every way to walk it wrongly.
#include "identity/authorization.hpp"

#include <gtest/gtest.h>

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/jwt.hpp"
#include "identity/testing.hpp"

namespace oprag::identity {
namespace {

using testing::Reply;
using testing::World;
namespace bj = boost::json;

constexpr std::string_view wiki = "https://wiki.example/callback", cli = "http://127.0.0.1:7777/done?from=oprag";
constexpr std::string_view verifier = "a-verifier-that-only-the-client-knows-0123456789";
constexpr std::string_view password = "correct horse";

using Query = std::map<std::string, std::string>;

std::string encoded(const Query& query) {
  std::string out;
  for (const auto& [name, value] : query) {
    out += (out.empty() ? "" : "&") + name + "=" + crypto::uri_encode(value);
  }
  return out;
}

class Authorizing : public ::testing::TestWithParam<std::string> {
 protected:
  Authorizing() { user = world.pool.add("ada@example.test", std::string(password), "Ada"); }

  Reply send(http::Request request) {
    if (!http::read_target(request, request.target)) throw std::logic_error("bad target");
    request.client = "192.0.2.1";
    EXPECT_TRUE(authorization.takes(request)) << request.method << " " << request.target;
    auto response = authorization.answer(request);
    Reply reply{response.status, response.headers, response.body, {}};
    boost::system::error_code error;
    auto value = bj::parse(reply.text, error);
    if (!error && value.is_object()) reply.body = value.as_object();
    return reply;
  }
  Reply get(const std::string& path, const Query& query) {
    return send({.method = "GET", .target = path + "?" + encoded(query)});
  }
  Reply post(const std::string& target, const Query& form, http::Headers headers = {}) {
    http::Request request{.method = "POST", .target = target, .headers = std::move(headers), .body = encoded(form)};
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    return send(std::move(request));
  }
  Reply sign_in(const Query& query, std::string_view with = password, http::Headers headers = {}) {
    return post("/login?" + encoded(query), {{"username", "Ada@example.test"}, {"password", std::string(with)}},
                std::move(headers));
  }

  static std::string location(const Reply& reply) { return std::string(reply.headers["Location"]); }
  // A parameter of where a reply sends to; empty when it is not there.
  static std::string sent(const Reply& reply, std::string_view name) {
    http::Request parts;
    const auto to = location(reply);
    http::read_target(parts, "/" + to.substr(std::min(to.find('?'), to.size())));
    return parts.query_value(name).value_or("");
  }

  std::string code() { return sent(sign_in(asked), "code"); }
  Query exchange(const std::string& code) const {
    return {{"grant_type", "authorization_code"},
            {"code", code},
            {"client_id", "wiki"},
            {"redirect_uri", std::string(wiki)},
            {"code_verifier", std::string(verifier)}};
  }
  Reply redeem(const std::string& code, const Query& instead = {}) {
    auto form = exchange(code);
    for (const auto& [name, value] : instead) form[name] = value;
    return post("/oauth2/token", form);
  }
  static std::string text(const Reply& reply, std::string_view name) {
    const auto* value = reply.body.if_contains(name);
    return value && value->is_string() ? std::string(value->as_string()) : std::string();
  }
  Reply refresh(const std::string& token, const std::string& client = "wiki") {
    return post("/oauth2/token", {{"grant_type", "refresh_token"}, {"refresh_token", token}, {"client_id", client}});
  }
  Reply user_info(const std::string& token) {
    return send({.method = "GET", .target = "/oauth2/userInfo", .headers = {{"Authorization", "Bearer " + token}}});
  }
  bj::object claims(const std::string& token) { return crypto::parse_jwt(token).value().claims; }

  World world{GetParam()};
  Authorization authorization{
      world.pool, {{"wiki", {std::string(wiki)}}, {"cli", {std::string(cli)}}, {world.client(), {std::string(cli)}}}};
  User user;
  const Query asked{{"response_type", "code"},
                    {"client_id", "wiki"},
                    {"redirect_uri", std::string(wiki)},
                    {"scope", "openid email"},
                    {"state", "s & t"},
                    {"nonce", "n1"},
                    {"code_challenge", crypto::base64url_encode(crypto::sha256(verifier))},
                    {"code_challenge_method", "S256"}};
};

TEST_P(Authorizing, SignsSomebodyInForAnotherTool) {
  const auto first = get("/oauth2/authorize", asked);
  EXPECT_EQ(first.status, 302);
  EXPECT_TRUE(location(first).starts_with("https://oprag.test/login?")) << location(first);

  const auto page = get("/login", asked);
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(page.text.contains("<strong>https://wiki.example</strong>"));
  const auto policy = page.headers["Content-Security-Policy"];
  EXPECT_TRUE(policy.starts_with("default-src 'none'; style-src 'sha256-")) << policy;
  EXPECT_TRUE(policy.contains("form-action 'self' https://wiki.example;")) << policy;

  const auto back = sign_in(asked);
  EXPECT_EQ(back.status, 303);
  EXPECT_TRUE(location(back).starts_with(std::string(wiki) + "?code=")) << location(back);
  EXPECT_EQ(sent(back, "state"), "s & t");
  EXPECT_EQ(sent(back, "iss"), world.keys.issuer());

  const auto given = redeem(sent(back, "code"));
  ASSERT_EQ(given.status, 200) << given.text;
  EXPECT_EQ(given.headers["Cache-Control"], "no-store");
  const auto id = claims(text(given, "id_token"));
  EXPECT_EQ(id.at("aud"), "wiki");
  EXPECT_EQ(id.at("sub"), bj::value(user.subject));
  EXPECT_EQ(id.at("nonce"), "n1");
  EXPECT_EQ(id.at("email"), "ada@example.test");
  EXPECT_FALSE(id.contains("name")) << "that is not in the scope";
  EXPECT_EQ(id.at("at_hash").as_string(),
            crypto::base64url_encode(crypto::sha256(text(given, "access_token")).substr(0, 16)));

  const auto info = user_info(text(given, "access_token"));
  EXPECT_EQ(info.text, R"({"email":"ada@example.test","email_verified":false,"sub":")" + user.subject + "\"}");
}

TEST_P(Authorizing, RefreshesForTheSameClientOnlyAndRevokes) {
  const auto first = redeem(code());
  const auto token = text(first, "refresh_token");
  EXPECT_EQ(text(refresh(token, "cli"), "error"), "invalid_grant");
  const auto second = refresh(token);
  ASSERT_EQ(second.status, 200) << second.text;
  EXPECT_EQ(claims(text(second, "id_token")).at("aud"), "wiki");
  EXPECT_EQ(claims(text(second, "access_token")).at("scope"), "openid email");
  const auto next = text(second, "refresh_token");
  EXPECT_NE(next, token);
  EXPECT_EQ(post("/oauth2/revoke", {{"token", next}, {"client_id", "cli"}}).status, 200);
  EXPECT_EQ(user_info(text(second, "access_token")).status, 200) << "another client ends nothing";
  EXPECT_EQ(post("/oauth2/revoke", {{"token", next}, {"client_id", "wiki"}}).status, 200);
  EXPECT_EQ(user_info(text(second, "access_token")).status, 401);
  EXPECT_EQ(refresh(next).status, 400);
  EXPECT_EQ(post("/oauth2/revoke", {{"token", "of nobody"}, {"client_id", "wiki"}}).status, 200);
}

TEST_P(Authorizing, AReplacedRefreshTokenThatComesBackEndsTheSession) {
  const auto first = redeem(code());
  const auto second = refresh(text(first, "refresh_token"));
  world.now.ms += minute_ms;
  EXPECT_EQ(text(refresh(text(first, "refresh_token")), "error"), "invalid_grant");
  EXPECT_EQ(refresh(text(second, "refresh_token")).status, 400);
}

TEST_P(Authorizing, ACodeIsGoodOnceAndTheSecondTimeEndsWhatTheFirstBegan) {
  const auto once = code();
  const auto given = redeem(once);
  ASSERT_EQ(given.status, 200) << given.text;
  EXPECT_EQ(text(redeem(once), "error"), "invalid_grant");
  EXPECT_EQ(user_info(text(given, "access_token")).status, 401);
  EXPECT_EQ(refresh(text(given, "refresh_token")).status, 400);
}

TEST_P(Authorizing, ACodeIsBoundAndAWrongClaimUsesItUp) {
  const Query wrong[] = {{{"client_id", "cli"}},
                         {{"redirect_uri", std::string(wiki) + "/"}},
                         {{"redirect_uri", ""}},
                         {{"code_verifier", std::string(verifier) + "0"}}};
  for (const auto& claim : wrong) {
    const auto once = code();
    ASSERT_FALSE(once.empty());
    EXPECT_EQ(text(redeem(once, claim), "error"), "invalid_grant") << encoded(claim);
    EXPECT_EQ(text(redeem(once), "error"), "invalid_grant") << encoded(claim);
  }
  EXPECT_EQ(text(redeem(code(), {{"code_verifier", "short"}}), "error"), "invalid_grant");
  const auto late = code();
  world.now.ms += grant_ms;
  EXPECT_EQ(text(redeem(late), "error"), "invalid_grant");
  const auto disabled = code();
  world.pool.set_enabled("ada@example.test", false);
  EXPECT_EQ(text(redeem(disabled), "error"), "invalid_grant");
}

TEST_P(Authorizing, SendsNobodyWhereTheClientIsNot) {
  const Query wrong[] = {{{"client_id", "nobody"}},
                         {{"client_id", ""}},
                         {{"redirect_uri", "https://evil.example/callback"}},
                         {{"redirect_uri", std::string(wiki) + "/.."}},
                         {{"redirect_uri", "HTTPS://wiki.example/callback"}},
                         {{"redirect_uri", std::string(cli)}},
                         {{"redirect_uri", ""}}};
  for (const auto& change : wrong) {
    auto query = asked;
    for (const auto& [name, value] : change) query[name] = value;
    for (const auto& reply : {get("/oauth2/authorize", query), get("/login", query), sign_in(query)}) {
      EXPECT_EQ(reply.status, 400) << encoded(query);
      EXPECT_TRUE(location(reply).empty()) << location(reply);
    }
  }
}

TEST_P(Authorizing, TellsTheToolWhatItAskedWrongly) {
  const std::tuple<std::string, std::string, std::string> wrong[] = {
      {"response_type", "token", "unsupported_response_type"},
      {"response_type", "code id_token", "unsupported_response_type"},
      {"response_mode", "fragment", "invalid_request"},
      {"code_challenge", "", "invalid_request"},
      {"code_challenge", "tooshort", "invalid_request"},
      {"code_challenge_method", "plain", "invalid_request"},
      {"code_challenge_method", "", "invalid_request"},
      {"scope", "email", "invalid_scope"},
      {"prompt", "none", "login_required"},
      {"request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported"},
      {"request_uri", "https://evil.example/request", "request_uri_not_supported"}};
  for (const auto& [name, value, error] : wrong) {
    auto query = asked;
    query[name] = value;
    for (const auto& reply : {get("/oauth2/authorize", query), sign_in(query)}) {
      EXPECT_EQ(sent(reply, "error"), error) << name << "=" << value;
      EXPECT_EQ(sent(reply, "state"), "s & t");
      EXPECT_TRUE(sent(reply, "code").empty());
    }
  }
  const auto twice = send({.method = "GET", .target = "/oauth2/authorize?" + encoded(asked) + "&state=other"});
  EXPECT_EQ(sent(twice, "error"), "invalid_request");
}

TEST_P(Authorizing, AsksAgainAfterAWrongPasswordAndShowsWhatWasGivenAsText) {
  auto query = asked;
  query["state"] = "\"><script>alert(1)</script>";
  const auto page = post("/login?" + encoded(query), {{"username", "<b>\"ada'"}, {"password", "wrong"}});
  EXPECT_EQ(page.status, 400);
  EXPECT_TRUE(page.text.contains("Incorrect username or password.")) << page.text;
  EXPECT_TRUE(page.text.contains("value=\"&lt;b&gt;&quot;ada&#39;\"")) << page.text;
  EXPECT_FALSE(page.text.contains("<script")) << page.text;
  for (int i = 0; i < 5; ++i) sign_in(asked, "wrong");
  EXPECT_TRUE(sign_in(asked).text.contains("attempts exceeded")) << "guesses count here as anywhere";
}

TEST_P(Authorizing, TakesNoFormFromAnotherPageAndNobodyWhoMayNotSignIn) {
  EXPECT_EQ(sign_in(asked, password, {{"Origin", "https://evil.example"}}).status, 403);
  EXPECT_EQ(sign_in(asked, password, {{"Origin", "null"}}).status, 403);
  EXPECT_EQ(sign_in(asked, password, {{"Origin", "https://oprag.test"}}).status, 303);
  world.pool.offer("eve@example.test", {}, "temporary horse", world.now + day_ms);
  const auto invited =
      post("/login?" + encoded(asked), {{"username", "eve@example.test"}, {"password", "temporary horse"}});
  EXPECT_TRUE(invited.text.contains("choose a password of your own")) << invited.text;
  world.pool.set_enabled("ada@example.test", false);
  EXPECT_TRUE(sign_in(asked).text.contains("User is disabled."));
}

TEST_P(Authorizing, AToolsTokensAreNoneOfTheInstallationsOwn) {
  const auto given = redeem(code());
  const auto access = text(given, "access_token");
  for (const auto* operation : {"GetUser", "GlobalSignOut"}) {
    EXPECT_EQ(world.call(operation, {{"AccessToken", access}}).type(), "NotAuthorizedException") << operation;
  }
  const auto refreshed =
      world.call("InitiateAuth", {{"AuthFlow", "REFRESH_TOKEN_AUTH"},
                                  {"ClientId", world.client()},
                                  {"AuthParameters", {{"REFRESH_TOKEN", text(given, "refresh_token")}}}});
  EXPECT_EQ(refreshed.type(), "NotAuthorizedException");
  const auto own = world.sign_in("ada@example.test", std::string(password));
  const auto& result = own.body.at("AuthenticationResult").as_object();
  EXPECT_EQ(user_info(std::string(result.at("AccessToken").as_string())).status, 401) << "it has no openid in it";
  EXPECT_EQ(user_info(text(given, "id_token")).status, 401);
  EXPECT_EQ(user_info("").status, 401);
}

TEST_P(Authorizing, SignsOutTheSessionOfTheIdToken) {
  const auto given = redeem(code());
  EXPECT_EQ(get("/logout", {{"id_token_hint", text(given, "id_token") + "x"}}).status, 200);
  EXPECT_EQ(user_info(text(given, "access_token")).status, 200);
  const auto out = get(
      "/logout",
      {{"id_token_hint", text(given, "id_token")}, {"post_logout_redirect_uri", std::string(wiki)}, {"state", "bye"}});
  EXPECT_EQ(location(out), std::string(wiki) + "?state=bye");
  EXPECT_EQ(user_info(text(given, "access_token")).status, 401);
  EXPECT_EQ(location(get("/logout", {{"client_id", "wiki"}, {"logout_uri", std::string(wiki)}})), wiki);
  const auto astray = get("/logout", {{"client_id", "wiki"}, {"logout_uri", "https://evil.example/"}});
  EXPECT_EQ(astray.status, 400);
  EXPECT_TRUE(location(astray).empty());
}

TEST_P(Authorizing, RefusesTokenRequestsThatAreNotOfThisFlow) {
  EXPECT_EQ(text(post("/oauth2/token", {{"grant_type", "password"}, {"client_id", "wiki"}}), "error"),
            "unsupported_grant_type");
  const auto secret = post("/oauth2/token", exchange("x"), {{"Authorization", "Basic d2lraTp4"}});
  EXPECT_EQ(secret.status, 401);
  EXPECT_EQ(text(secret, "error"), "invalid_client");
  EXPECT_EQ(redeem("x", {{"client_id", "nobody"}}).status, 401);
  http::Request json{.method = "POST", .target = "/oauth2/token", .headers = {{"Content-Type", "application/json"}}};
  json.body = "{}";
  EXPECT_EQ(text(send(json), "error"), "invalid_request");
  http::Request twice{.method = "POST",
                      .target = "/oauth2/token",
                      .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                      .body = encoded(exchange("x")) + "&code=y"};
  EXPECT_EQ(text(send(twice), "error"), "invalid_request");
}

INSTANTIATE_TEST_SUITE_P(Engines, Authorizing, ::testing::ValuesIn(db::testing::engines()),
                         [](const auto& engine) { return engine.param; });

TEST(RedirectUris, AreHttpsOrOnThisMachineOrTheToolsOwn) {
  for (const auto* good : {"https://wiki.example/callback", "https://wiki.example:8443/a?b=c", "http://127.0.0.1:1/x",
                           "http://localhost/x", "http://[::1]:5/x", "com.example.tool:/done"}) {
    EXPECT_EQ(redirect_uri_problem(good), std::nullopt) << good;
  }
  for (const auto* bad :
       {"", "callback", "/callback", "http://wiki.example/x", "http://127.0.0.1.evil.example/x",
        "http://127.0.0.1@evil.example/x", "https://", "https:wiki.example", "https://wiki.example/#x",
        "javascript:alert(1)", "data:text/html,x", "https://wiki.example/a;script-src *", "https://wiki.example/a b",
        "https://wiki.example/\r\nX: y"}) {
    EXPECT_NE(redirect_uri_problem(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(origin_of("https://wiki.example:8443/a"), "https://wiki.example:8443");
  EXPECT_EQ(origin_of("com.example.tool:/done"), "com.example.tool:");
  const auto clients =
      read_oauth_clients({"wiki https://a.example/x", "cli http://127.0.0.1/", "wiki https://b.example/"});
  ASSERT_EQ(clients.size(), 2u);
  EXPECT_EQ(clients[0].redirect_uris.size(), 2u);
  EXPECT_THROW(read_oauth_clients({"https://a.example/x"}), std::invalid_argument);
  EXPECT_THROW(read_oauth_clients({"wi\"ki https://a.example/x"}), std::invalid_argument);
}

}  // namespace
}  // namespace oprag::identity
