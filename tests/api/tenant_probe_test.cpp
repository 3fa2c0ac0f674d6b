// Random requests of one company with ids, cursors, sessions and signatures of another. Everything that a company wrote
// holds a mark of its own: no answer to another may show it. OPRAG_PROBES and OPRAG_SEED: how many, and which.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <random>

#include "api/truth_table.hpp"
#include "base/text.hpp"

namespace oprag::testing {
namespace {

namespace bj = boost::json;

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const auto* given = std::getenv(variable);
  return given ? std::strtoull(given, nullptr, 10) : otherwise;
}

struct Tenant {
  std::string mark;
  std::vector<Credential> people;    // the owner first
  std::vector<Credential> chatters;  // an API key and a visitor
  Ids things;
  std::vector<Ids> said;  // sessionId, conversationId and messageId of an exchange in each channel; visitorId
  std::vector<std::string> cursors;
  std::string preview;  // target of a presigned URL
};

struct TenantProbe : ::testing::TestWithParam<std::string> {
  std::optional<Installation> place{std::in_place, GetParam()};
  Installation& app = *place;
  std::uint64_t seed = number_of("OPRAG_SEED", 4);
  std::mt19937_64 dice{seed};

  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(dice); }
  bool chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }
  const auto& any(const auto& list) { return list[below(list.size())]; }

  Tenant found(int number) {
    Tenant t;
    t.mark = "mark" + std::to_string(number) + ascii_lower(random_base62(12));
    const auto owner = app.found_company(t.mark + "owner");
    t.people = {owner, app.member(owner, t.mark + "admin", "admin"), app.member(owner, t.mark + "member", "member")};
    t.things = app.make_project(owner, t.mark);
    app.make_project(owner, t.mark);  // so that lists have a second page
    t.things["userId"] = app.must(t.people[1], "GET", "/v1/companies/me").text("/userId");
    Credential visitor{{}, std::string(Installation::origin)};
    const auto config = app.must(visitor, "GET", "/v1/widget/" + t.things["id"] + "/config");
    visitor.bearer = config.text("/visitorToken");
    t.things["visitorId"] = config.text("/visitorId");
    t.chatters = {{t.things["apiKey"], {}}, visitor};
    const auto dashboard = fill("/v1/projects/{id}/chat", t.things);
    t.said = {say(owner, dashboard, t.mark, ""), say(t.chatters[0], "/v1/chat", t.mark, ""),
              say(t.chatters[0], "/v1/chat", t.mark, t.things["visitorId"]), say(visitor, "/v1/chat", t.mark, "")};
    for (const auto* list : {"projects", "activity", "conversations", "keys", "companies/users"}) {
      t.cursors.push_back(app.must(owner, "GET", std::string("/v1/") + list + "?limit=1").text("/nextCursor"));
    }
    const auto url =
        app.must(owner, "GET", fill("/v1/projects/{id}/documents/{docId}/preview-url", t.things)).text("/url");
    t.preview = url.substr(app.program.settings.public_url.size());
    return t;
  }

  Ids say(const Credential& who, const std::string& where, const std::string& mark, const std::string& visitor) {
    bj::object body{{"question", "When are refunds of " + mark + " available?"}};
    if (!visitor.empty()) body["visitorId"] = visitor;
    const auto answer = app.must(who, "POST", where, bj::serialize(body));
    Ids out{{"visitorId", visitor}};
    for (const auto* name : {"sessionId", "conversationId", "messageId"}) {
      out[name] = answer.text(std::string("/") + name);
    }
    return out;
  }

  // The owner's own visit is what he changes by looking.
  static std::string without_the_owners_visit(const std::string& team) {
    auto list = boost::json::parse(team);
    for (auto& user : list.at("users").as_array()) {
      if (user.at("role") == "owner") user.at("lastActiveAt") = nullptr;
    }
    return boost::json::serialize(list);
  }

  // What the owner sees of his company: answers by route. Presigned URLs and times of the last visit change by looking.
  std::map<std::string, std::string> view_of(const Tenant& tenant) {
    std::map<std::string, std::string> out;
    for (const auto& route : app.program.router.routes()) {
      const auto& spec = route->spec;
      const bool of_members = spec.access == http::Access::member || spec.access == http::Access::admin;
      if (spec.method != "GET" || !of_members || spec.path.ends_with("/preview-url")) continue;
      const auto query = spec.path == "/v1/find" ? "?q=" + tenant.mark : "";
      out[std::string(spec.path)] = app.must(tenant.people[0], "GET", fill(spec.path, tenant.things) + query).body;
    }
    auto& team = out.at("/v1/companies/users");
    team = without_the_owners_visit(team);
    return out;
  }

  // At least one id of a path is the victim's.
  Ids mixed(const http::Spec& spec, const Tenant& attacker, const Tenant& victim) {
    for (;;) {
      Ids out;
      bool foreign = spec.path.find('{') == std::string_view::npos;
      for (const auto& [name, id] : victim.things) {
        const bool his = chance(60);
        out[name] = his ? id : attacker.things.at(name);
        foreign |= his && spec.path.contains("{" + name + "}");
      }
      if (foreign) return out;
    }
  }

  std::string query_of(const Tenant& attacker, const Tenant& victim) {
    std::string out = "?limit=" + std::to_string(1 + below(100));
    if (chance(50)) out += "&cursor=" + any(chance(80) ? victim.cursors : attacker.cursors);
    if (chance(40)) out += "&projectId=" + victim.things.at("id");
    if (chance(40)) out += "&visitorId=" + victim.things.at("visitorId");
    if (chance(40)) out += "&q=" + victim.mark;
    if (chance(20)) out += "&version=1";
    return out;
  }

  std::string body_of(const std::string& route, const Tenant& victim) {
    const auto& things = victim.things;
    const auto& said = any(victim.said);
    if (route.ends_with("/chat")) {
      bj::object body{{"question", "When are refunds available?"}};
      for (const auto* member : {"sessionId", "conversationId"}) {
        if (chance(60)) body[member] = said.at(member);
      }
      if (chance(50)) body["visitorId"] = said.at("visitorId");
      return bj::serialize(body);
    }
    if (route.ends_with("/feedback")) return R"({"rating": "bad", "messageId": ")" + said.at("messageId") + "\"}";
    if (route.ends_with("/sync")) return R"({"documentIds": [")" + things.at("docId") + "\"]}";
    if (route.ends_with("/test-runs") && chance(80)) return R"({"promptIds": [")" + things.at("promptId") + "\"]}";
    return minimal_body(route);
  }

  // Returns what was asked.
  std::string probe(const http::Spec& spec, const Tenant& attacker, const Tenant& victim, Answer& answer) {
    const auto route = std::string(spec.method) + " " + std::string(spec.path);
    const bool chats = (spec.access == http::Access::chat) != chance(5);
    auto target = fill(spec.path, mixed(spec, attacker, victim));
    if (spec.method == "GET") target += query_of(attacker, victim);
    const auto body = spec.method == "GET" || spec.method == "DELETE" ? "" : body_of(route, victim);
    answer = app.send(any(chats ? attacker.chatters : attacker.people), std::string(spec.method), target, body);
    return std::string(spec.method) + " " + target + " " + body;
  }

  void expect_nothing_of(const Tenant& victim, const std::string& asked, const Answer& answer) {
    EXPECT_FALSE(answer.body.contains(victim.mark)) << asked << "\n" << answer.body;
    EXPECT_LT(answer.status, 500) << asked << "\n" << answer.body;
    const auto expect_none = [&](const Ids& ids) {
      for (const auto& [name, id] : ids) {
        if (name == "visitorId") continue;  // a chat answers the one that it was asked with
        EXPECT_FALSE(answer.body.contains(id)) << name << ": " << asked << "\n" << answer.body;
      }
    };
    expect_none(victim.things);
    for (const auto& said : victim.said) expect_none(said);
  }

  // How many were served.
  std::size_t probe_at_random(std::uint64_t probes);
};

std::size_t TenantProbe::probe_at_random(std::uint64_t probes) {
  const std::array tenants = {found(0), found(1), found(2)};
  const auto& quiet = tenants[0];  // is only ever attacked
  const auto before = view_of(quiet);
  EXPECT_GT(std::ranges::count_if(before, [&](const auto& seen) { return seen.second.contains(quiet.mark); }), 12);

  std::vector<const http::Spec*> routes;
  for (const auto& route : app.program.router.routes()) {
    if (route->spec.access != http::Access::open) routes.push_back(&route->spec);
  }
  std::size_t served = 0;
  for (std::uint64_t i = 0; i < probes && !HasFailure(); ++i) {
    const auto& attacker = tenants[1 + below(2)];
    const auto& victim = &attacker == &tenants[1] && chance(50) ? tenants[2] : quiet;
    Answer answer;
    const auto asked = probe(*any(routes), attacker, victim, answer);
    served += answer.is_success();
    expect_nothing_of(victim, asked, answer);
  }
  EXPECT_EQ(view_of(quiet), before);
  return served;
}

// Every round on a new installation: one that has answered hundreds of thousands of them answers each more slowly.
TEST_P(TenantProbe, ShowsNothingOfAnotherCompanyAndChangesNothingThere) {
  constexpr std::uint64_t round = 20'000;
  auto probes = number_of("OPRAG_PROBES", 10'000);
  if (GetParam() == "postgres" && probes > round) probes /= 5;  // where each takes nine times as long
  std::size_t served = 0;
  for (std::uint64_t asked = 0; asked < probes && !HasFailure(); asked += round) {
    if (asked > 0) place.emplace(GetParam());
    served += probe_at_random(std::min(round, probes - asked));
  }
  std::cout << GetParam() << ": " << probes << " probes of seed " << seed << ", " << served << " of them served\n";
}

TEST_P(TenantProbe, ASignatureOfOneCompanysObjectOpensNoOther) {
  const auto mine = found(1), theirs = found(2);
  const auto cut = [](const std::string& url) { return url.find('?'); };
  EXPECT_EQ(app.send({}, "GET", mine.preview).status, 200);
  const auto swapped = theirs.preview.substr(0, cut(theirs.preview)) + mine.preview.substr(cut(mine.preview));
  EXPECT_EQ(app.send({}, "GET", swapped).status, 403);
}

TEST_P(TenantProbe, ACursorOfOneCompanyContinuesNoListOfAnother) {
  const auto mine = found(1), theirs = found(2);
  std::size_t lists = 0;
  for (const auto* list : {"projects", "activity", "conversations", "keys", "companies/users"}) {
    const auto target = std::string("/v1/") + list + "?cursor=";
    EXPECT_EQ(app.send(mine.people[0], "GET", target + mine.cursors[lists]).status, 200) << list;
    EXPECT_EQ(app.send(mine.people[0], "GET", target + theirs.cursors[lists]).status, 400) << list;
    ++lists;
  }
}

// Whose an id is, is looked at before what a body says.
TEST_P(TenantProbe, ABadBodyUnderAnothersIdIsAnsweredAsTheIdIs) {
  const auto mine = found(1), theirs = found(2);
  std::size_t asked = 0;
  for (const auto& route : app.program.router.routes()) {
    const auto& spec = route->spec;
    const bool of_members = spec.access == http::Access::member || spec.access == http::Access::admin;
    if (!of_members || !spec.path.contains("{id}") ||
        minimal_body(std::string(spec.method) + " " + std::string(spec.path)).empty())
      continue;
    const auto answer =
        app.send(mine.people[0], std::string(spec.method), fill(spec.path, theirs.things), R"({"noSuchMember": 1})");
    EXPECT_EQ(answer.status, 404) << spec.method << " " << spec.path << " " << answer.body;
    ++asked;
  }
  EXPECT_GT(asked, 6u);
}

TEST_P(TenantProbe, ATokenOfAnotherCompanyThanTheStoresOpensNone) {
  const auto mine = found(1), theirs = found(2);
  const auto name = mine.mark + "owner";
  const auto company = app.must(theirs.people[0], "GET", "/v1/companies/me").text("/companyId");
  app.program.pool.set_tenant(app.program.pool.find(name + "@example.com")->subject, company);
  EXPECT_EQ(app.send(app.sign_in(name), "GET", "/v1/projects").status, 401);
}

TEST_P(TenantProbe, ATokenEndsWithItsSession) {
  const auto tenant = found(1);
  const auto name = tenant.mark + "owner";
  const auto again = app.sign_in(name);
  EXPECT_EQ(app.send(again, "GET", "/v1/projects").status, 200);
  ASSERT_TRUE(app.program.pool.reset_password(name + "@example.com", "Another-Horse-9-Battery"));
  EXPECT_EQ(app.send(again, "GET", "/v1/projects").status, 401);
  EXPECT_EQ(app.send(tenant.people[0], "GET", "/v1/projects").status, 401);
}

// Whoever knows somebody's session or conversation begins one of his own with it.
TEST_P(TenantProbe, AConversationIsResumedByWhoHadItAndByNobodyBesideHim) {
  const auto tenant = found(1);
  const auto dashboard = fill("/v1/projects/{id}/chat", tenant.things);
  const auto resumes = [&](const Credential& who, const std::string& where, const Ids& said,
                           const std::string& visitor) {
    bj::object body{{"question", "And when else?"}};
    if (!visitor.empty()) body["visitorId"] = visitor;
    bool any_resumed = false;
    for (const auto* by : {"sessionId", "conversationId"}) {
      body[by] = said.at(by);
      const auto answer = app.must(who, "POST", where, bj::serialize(body));
      any_resumed |= answer.text("/conversationId") == said.at("conversationId");
      body.erase(by);
    }
    return any_resumed;
  };
  const auto &of_owner = tenant.said[0], &of_key = tenant.said[1], &of_visitor = tenant.said[2];
  EXPECT_TRUE(resumes(tenant.people[0], dashboard, of_owner, ""));
  EXPECT_FALSE(resumes(tenant.people[1], dashboard, of_owner, ""));
  EXPECT_FALSE(resumes(tenant.chatters[0], "/v1/chat", of_owner, ""));
  EXPECT_TRUE(resumes(tenant.chatters[0], "/v1/chat", of_key, ""));
  EXPECT_FALSE(resumes(tenant.people[0], dashboard, of_key, ""));
  EXPECT_TRUE(resumes(tenant.chatters[0], "/v1/chat", of_visitor, tenant.things.at("visitorId")));
  EXPECT_FALSE(resumes(tenant.chatters[0], "/v1/chat", of_visitor, "visitor_2"));
  EXPECT_FALSE(resumes(tenant.chatters[1], "/v1/chat", of_visitor, ""));
}

// Equal texts are equal segments, but no company's index stands on another's object.
TEST_P(TenantProbe, ACompanyThatIsErasedTakesNothingOfAnotherWithTheSameDocument) {
  const auto mine = app.found_company("keeps"), theirs = app.found_company("goes");
  const auto kept = app.make_project(mine, "twin"), gone = app.make_project(theirs, "twin");
  const auto company = app.must(theirs, "GET", "/v1/companies/me").text("/companyId");
  app.program.retention.remove_company(CompanyId{company});
  const auto objects = app.program.objects.list("index/");
  EXPECT_EQ(objects.size(), 1u);
  for (const auto& key : objects) EXPECT_FALSE(key.contains(company)) << key;
  const auto answer = app.must(mine, "POST", fill("/v1/projects/{id}/chat", kept),
                               R"({"question": "When are refunds of twin available?"})");
  EXPECT_TRUE(answer.body.contains("within 30 days")) << answer.body;
}

INSTANTIATE_TEST_SUITE_P(Databases, TenantProbe, ::testing::ValuesIn(db::testing::engines()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace oprag::testing
