#include "api/truth_table.hpp"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace oprag::testing {
namespace {

const std::map<std::string, std::string> bodies = {
    {"POST /v1/chat", R"({"question": "When are refunds available?"})"},
    {"POST /v1/chat/feedback", R"({"messageId": "{message}", "rating": "good"})"},
    {"PATCH /v1/conversations/{conversationId}", R"({"rating": "good"})"},
    {"POST /v1/companies", R"({"name": "New"})"},
    {"PATCH /v1/companies/me", R"({"name": "Acme"})"},
    {"POST /v1/companies/users/invite", R"({"email": "guest{number}@example.com"})"},
    {"PATCH /v1/companies/users/{userId}", R"({"role": "member"})"},
    {"PATCH /v1/companies/settings", R"({"systemPrompt": "Be brief."})"},
    {"POST /v1/invitations/accept", R"({"token": "{invitation}"})"},
    {"POST /v1/projects", R"({"name": "Help"})"},
    {"PATCH /v1/projects/{id}", R"({"name": "Help"})"},
    {"PATCH /v1/projects/{id}/widget-config", R"({"displayName": "Help"})"},
    {"POST /v1/projects/{id}/test-prompts", R"({"prompt": "When are refunds available?"})"},
    {"PATCH /v1/projects/{id}/test-prompts/{promptId}", R"({"prompt": "When are refunds given?"})"},
    {"POST /v1/projects/{id}/test-runs", R"({"prompts": ["When are refunds available?"]})"},
    {"POST /v1/projects/{id}/documents/upload-url", R"({"filename": "a.md"})"},
    {"POST /v1/projects/{id}/documents/bulk-upload-url", R"({"files": [{"filename": "a.md"}]})"},
    {"POST /v1/projects/{id}/chat", R"({"question": "When are refunds available?"})"},
    {"POST /v1/projects/{id}/search", R"({"question": "When are refunds available?"})"},
};

// Of an id that nothing has, and of what is no id at all.
std::string absent_form_of(const std::string& id) {
  return id.substr(0, id.find('_') + 1) + std::string(22, 'Z');
}
constexpr std::string_view malformed = "..%2F%27%20OR%201=1%20--";

std::string with(std::string text, const std::string& placeholder, const std::string& value) {
  if (const auto at = text.find(placeholder); at != std::string::npos) text.replace(at, placeholder.size(), value);
  return text;
}

std::vector<std::string> parameters_of(std::string_view path) {
  std::vector<std::string> out;
  for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1)) {
    out.emplace_back(path.substr(open + 1, path.find('}', open) - open - 1));
  }
  return out;
}

// What the ids of a path may be, the first first: one of them at a time is not the company's own.
std::vector<std::string> id_kinds(const std::vector<std::string>& parameters) {
  if (parameters.empty()) return {"-"};
  std::vector<std::string> out{"own"};
  for (const auto& parameter : parameters) {
    for (const auto* kind : {"foreign ", "absent ", "malformed "}) out.push_back(kind + parameter);
  }
  if (parameters.size() > 1) {
    out.push_back("sibling " + parameters.back());  // of another project of the same company
    out.emplace_back("foreign all");
  }
  return out;
}

class Asker {
 public:
  explicit Asker(Installation& app) : app_(app) {
    owner_ = app_.found_company("owner");
    const auto theirs = app_.found_company("third");  // neither the callers' company nor the foreign owner's
    own_ = app_.make_project(owner_);
    own_["userId"] = app_.invite(owner_, "invited", "member").user_id;
    sibling_ = app_.make_project(owner_);
    foreign_ = app_.make_project(theirs);
    foreign_["userId"] = app_.must(theirs, "GET", "/v1/companies/me").text("/userId");
    stranger();
    credentials_["owner"] = owner_;
    credentials_["member"] = app_.member(owner_, "member", "member");
    credentials_["admin"] = app_.member(owner_, "admin", "admin");
    credentials_["foreign"] = app_.found_company("foreign");
    chatters();
  }

  Row ask(const http::Spec& spec, const std::string& kind) {
    Row row{.route = std::string(spec.method) + " " + std::string(spec.path), .access = spec.access, .ids = kind};
    for (std::size_t i = 0; i < callers.size(); ++i) {
      const std::string caller(callers[i]);
      auto target = fill(spec.path, ids_of(spec, kind));
      if (row.route == "GET /v1/find") target += "?q=refunds";
      row.answers[i] = app_.send(credentials_[caller], std::string(spec.method), target, body_of(row.route, caller));
      if (row.answers[i].is_success()) replace_what_went(spec, kind);
    }
    return row;
  }

 private:
  // Their keys are of a project that no request changes.
  void chatters() {
    const auto desk = app_.make_project(owner_);
    const auto keys = "/v1/projects/" + desk.at("id") + "/keys";
    const auto revoked = app_.must(owner_, "POST", keys, R"({"environment": "live"})");
    app_.must(owner_, "DELETE", keys + "/" + revoked.text("/keyId"));
    credentials_["live"].bearer = desk.at("apiKey");
    credentials_["test"].bearer = app_.must(owner_, "POST", keys, R"({"environment": "test"})").text("/apiKey");
    credentials_["revoked"].bearer = revoked.text("/apiKey");
    auto& visitor = credentials_["visitor"];
    visitor.origin = Installation::origin;
    visitor.bearer = app_.must(visitor, "GET", "/v1/widget/" + desk.at("id") + "/config").text("/visitorToken");
    for (const auto* caller : {"live", "test", "visitor"}) {
      messages_[caller] =
          app_.must(credentials_[caller], "POST", "/v1/chat", minimal_body("POST /v1/chat")).text("/messageId");
    }
  }

  void stranger() {
    const auto name = "stranger" + std::to_string(++number_);
    credentials_["no-company"] = app_.sign_up(name);
    invitation_ = app_.invite(owner_, name, "member").token;
  }

  std::string id_of(const std::string& kind, const std::string& parameter) const {
    const auto space = kind.find(' ');
    const auto which = kind.substr(0, space);
    const auto aim = space == std::string::npos ? "" : kind.substr(space + 1);
    const bool hit = aim == parameter || aim == "all";
    if (!hit) return own_.at(parameter);
    if (which == "foreign") return foreign_.at(parameter);
    if (which == "sibling") return sibling_.at(parameter);
    return which == "absent" ? absent_form_of(own_.at(parameter)) : std::string(malformed);
  }

  Ids ids_of(const http::Spec& spec, const std::string& kind) const {
    Ids out;
    for (const auto& name : parameters_of(spec.path)) out[name] = id_of(kind, name);
    return out;
  }

  std::string body_of(const std::string& route, const std::string& caller) {
    const auto own_message = messages_.find(caller);
    auto body = with(minimal_body(route), "{number}", std::to_string(++number_));
    body = with(body, "{message}", own_message == messages_.end() ? messages_.at("live") : own_message->second);
    return with(body, "{invitation}", caller == "no-company" ? invitation_ : "of nobody");
  }

  // So that the next caller finds what this one found.
  void replace_what_went(const http::Spec& spec, const std::string& kind) {
    if (spec.path == "/v1/companies" || spec.path == "/v1/invitations/accept") stranger();
    if (spec.method != "DELETE" || kind != "own") return;
    const auto went = parameters_of(spec.path).back();
    if (went == "docId") own_[went] = app_.make_document(owner_, own_["id"]);
    if (went == "promptId") own_[went] = app_.make_prompt(owner_, own_["id"]);
    if (went == "userId") own_[went] = app_.invite(owner_, "next" + std::to_string(++number_), "member").user_id;
    if (went == "id") {
      for (auto& [name, id] : app_.make_project(owner_)) own_[name] = id;
    }
  }

  Installation& app_;
  Credential owner_;
  Ids own_, sibling_, foreign_;
  std::map<std::string, Credential> credentials_;  // by caller; nobody has none
  std::map<std::string, std::string> messages_;    // by caller: what he was answered
  std::string invitation_;                         // the stranger's
  int number_ = 0;
};

}  // namespace

std::string minimal_body(const std::string& route) {
  const auto found = bodies.find(route);
  return found == bodies.end() ? "" : found->second;
}

const Answer& Row::of(std::string_view caller) const {
  return answers.at(static_cast<std::size_t>(std::ranges::find(callers, caller) - callers.begin()));
}

std::vector<Row> ask_everything(Installation& installation) {
  Asker asker(installation);
  std::vector<Row> out;
  for (const auto& route : installation.program.router.routes()) {
    for (const auto& kind : id_kinds(parameters_of(route->spec.path))) out.push_back(asker.ask(route->spec, kind));
  }
  return out;
}

std::string text_of(const std::vector<Row>& table) {
  constexpr int route_width = 61, ids_width = 26, status_width = 11;
  std::ostringstream out;
  out << std::left << std::setw(route_width) << "route" << std::setw(ids_width) << "ids";
  for (const auto caller : callers) out << std::setw(caller == callers.back() ? 0 : status_width) << caller;
  out << '\n';
  std::string before;
  for (const auto& row : table) {
    out << std::setw(route_width) << (row.route == before ? "" : row.route) << std::setw(ids_width) << row.ids;
    for (std::size_t i = 0; i < callers.size(); ++i) {
      out << std::setw(i + 1 == callers.size() ? 0 : status_width) << row.answers[i].status;
    }
    out << '\n';
    before = row.route;
  }
  return out.str();
}

}  // namespace oprag::testing
