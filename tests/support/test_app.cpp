#include "support/test_app.hpp"

namespace oprag::testing {
namespace {

constexpr std::string_view issuer = "https://id.test";
constexpr std::int64_t start_of_time = 1'781'006'400'000;  // 2026-06-09T12:00:00Z

// A counter in base 62, filled up with leading zeros.
std::string counted(std::uint64_t n, std::size_t length) {
  static constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string out(length, '0');
  for (auto at = out.rbegin(); at != out.rend() && n > 0; ++at, n /= 62) *at = digits[n % 62];
  return out;
}

struct Collected final : http::BodyWriter {
  void write(std::string_view bytes) override { text += bytes; }
  bool gone() const noexcept override { return false; }
  std::string text;
};

}  // namespace

// Takes "Bearer NAME": the user of that name as the store knows him, or somebody who was introduced.
class TestApp::Doorman final : public http::Authenticator {
 public:
  explicit Doorman(TestApp& app) : app_(app) {}

  std::expected<Caller, http::Refusal> authenticate(const http::Request& request, http::Access access) override {
    const std::unexpected stranger(http::Refusal{ErrorCode::unauthenticated, "Unauthorized"});
    const auto bearer = request.headers["Authorization"];
    if (!bearer.starts_with("Bearer ")) return stranger;
    const std::string name(bearer.substr(7));
    const bool chats = access == http::Access::chat;
    if (const auto it = introduced.find(name); it != introduced.end()) {
      return chats ? std::expected<Caller, http::Refusal>(it->second) : stranger;
    }
    const auto user = user_of(name);
    if (chats || !user) return stranger;
    return *user;
  }

  std::optional<Caller> user_of(const std::string& name) const {
    const auto it = issued.find(name);
    return app_.users.caller_of({.issuer = std::string(issuer),
                                 .subject = name,
                                 .email = name + "@example.com",
                                 .name = name,
                                 .tenant_claim = {},
                                 .issued_at = it == issued.end() ? Timestamp{start_of_time} : it->second});
  }

  std::map<std::string, Caller> introduced;
  std::map<std::string, Timestamp> issued;

 private:
  TestApp& app_;
};

TestApp::TestApp(const std::string& engine)
    : store(engine),
      database(*store),
      clock([this] { return now(); }),
      random([this](std::size_t length) { return counted(++drawn_, length); }),
      activity(clock, random),
      cursors(Secret("cursors of a test")),
      users(database, clock, random),
      plan_limits({}, clock),
      companies(
          database, users, "self_hosted", activity,
          [this](const std::string& subject, const CompanyId& company) { published[subject] = company; }, clock,
          random),
      projects(
          database, plan_limits, activity, cursors, {.models = {"small"}}, [](db::Tenant&, const projects::Project&) {},
          clock, random),
      now_(start_of_time),
      doorman_(std::make_unique<Doorman>(*this)) {
  companies::add_routes(router, companies);
  projects::add_routes(router, projects);
}

TestApp::~TestApp() = default;

void TestApp::sign_in(const std::string& person) {
  doorman_->issued[person] = now();
}

CompanyId TestApp::found_company(const std::string& owner, const std::string& name) {
  auto caller = this->caller(owner);
  return companies.create(caller, {.name = {name}}).company_id;
}

void TestApp::join(const std::string& person, const CompanyId& company, Role role) {
  const auto caller = this->caller(person);
  database.write_system([&](db::System& directory) {
    const auto user = users.require(directory, caller);
    directory.exec("UPDATE users SET company_id = $2, role = $3, joined_at = $4 WHERE user_id = $1", user.user_id,
                   company, role, now());
  });
}

Caller TestApp::caller(const std::string& person) const {
  return doorman_->user_of(person).value();
}

void TestApp::introduce(const std::string& name, Caller caller) {
  doorman_->introduced[name] = std::move(caller);
}

ProjectId TestApp::project(const std::string& person, const std::string& name) {
  projects::ProjectCreate request;
  request.name = {name};
  return projects.create(caller(person), request).project_id;
}

TestApp::Said TestApp::say(const CompanyId& company, const chat::Speaker& speaker, const std::string& question,
                           const answer::Result& result, const ConversationId& conversation, std::int64_t latency_ms) {
  const chat::Transcript transcript(clock, random);
  return database.write(company, [&](db::Tenant& tenant) {
    const auto thread = transcript.open(tenant, speaker, conversation.value, {});
    const auto message = transcript.keep(tenant, speaker, thread, {question, result, latency_ms});
    return Said{thread.conversation, message.value_or(MessageId{})};
  });
}

Reply TestApp::send(const std::string& person, const std::string& method, const std::string& target,
                    const std::string& body, const http::Headers& headers) {
  if (!dispatcher_) {
    http::Hooks hooks;
    hooks.authenticator = doorman_.get();
    hooks.idempotency = idempotency;
    dispatcher_ =
        std::make_unique<http::Dispatcher>(router, hooks, http::DispatcherSettings{.access_log = false}, metrics_);
  }
  http::Request request;
  request.method = method;
  request.headers = headers;
  request.body = body;
  request.id = "req_test";
  if (!http::read_target(request, target)) throw std::invalid_argument("not a target: " + target);
  if (!person.empty()) request.headers.add("Authorization", "Bearer " + person);
  auto response = dispatcher_->respond(std::move(request));
  Reply reply{response.status, response.headers, std::move(response.body)};
  if (!response.static_body.empty()) reply.body = response.static_body;
  if (response.stream) {
    Collected collected;
    response.stream(collected);
    reply.body = std::move(collected.text);
  }
  return reply;
}

}  // namespace oprag::testing
