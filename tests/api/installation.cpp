#include "api/installation.hpp"

#include <stdexcept>

namespace oprag::testing {
namespace {

constexpr std::string_view password = "Correct-Horse-9-Battery";

std::optional<db::testing::Store> store_of(const std::string& engine) {
  if (engine == "sqlite") return std::nullopt;
  return std::optional<db::testing::Store>(std::in_place, engine);
}

app::Settings settings_of(const std::filesystem::path& folder, const std::optional<db::testing::Store>& store,
                          const std::map<std::string, std::string>& more) {
  std::map<std::string, std::string> flags{
      {"data_dir", folder.string()}, {"embedder", "none"}, {"widget_cdn_url", "https://cdn.example/widget.js"}};
  for (const auto* limit :
       {"chat_per_key", "chat_per_visitor", "chat_per_project", "requests_per_user", "requests_per_company"}) {
    flags[limit] = "0";
  }
  if (store) flags["database"] = store->place();
  for (const auto& [name, value] : more) flags[name] = value;
  return app::resolve({.flags = std::move(flags)});
}

std::filesystem::path new_folder() {
  const auto folder = std::filesystem::temp_directory_path() / ("oprag_api_" + random_base62(16));
  std::filesystem::create_directories(folder);
  return folder;
}

}  // namespace

std::string fill(std::string_view path, const Ids& ids) {
  std::string out(path);
  for (auto at = out.find('{'); at != std::string::npos; at = out.find('{', at)) {
    const auto end = out.find('}', at);
    out.replace(at, end - at + 1, ids.at(out.substr(at + 1, end - at - 1)));
  }
  return out;
}

Installation::Installation(const std::string& engine, const std::map<std::string, std::string>& more)
    : folder_(new_folder()),
      store_(store_of(engine)),
      program(settings_of(folder_, store_, more), {.reader = OPRAG_TEST_WORKER}) {}

Installation::~Installation() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Answer Installation::send(const Credential& from, const std::string& method, const std::string& target,
                          const std::string& body) {
  http::Request request{.method = method, .body = body, .client = "127.0.0.1", .id = "req_of_a_test"};
  if (!http::read_target(request, target)) throw std::logic_error("malformed target " + target);
  request.headers.add("Host", program.settings.listen);
  if (!from.bearer.empty()) request.headers.add("Authorization", "Bearer " + from.bearer);
  if (from.key) request.headers.add("X-Oprag-Key", *from.key);
  if (!from.origin.empty()) request.headers.add("Origin", from.origin);
  if (!body.empty()) request.headers.add("Content-Type", "application/json");
  auto response = program.dispatcher->respond(std::move(request));
  return {response.status, std::move(response.body)};
}

Answer Installation::must(const Credential& from, const std::string& method, const std::string& target,
                          const std::string& body) {
  auto answer = send(from, method, target, body);
  if (answer.is_success()) return answer;
  throw std::runtime_error(method + " " + target + " answered " + std::to_string(answer.status) + " " + answer.body);
}

Credential Installation::sign_up(const std::string& name) {
  const auto email = name + "@example.com";
  program.pool.add(email, std::string(password), name);
  return sign_in(name);
}

Credential Installation::sign_in(const std::string& name) {
  const auto email = name + "@example.com";
  return {program.pool.sign_in_with_password(email, std::string(password), "127.0.0.1").tokens.value().id_token};
}

Credential Installation::found_company(const std::string& name) {
  auto owner = sign_up(name);
  must(owner, "POST", "/v1/companies", R"({"name": "Company of )" + name + "\"}");
  return owner;
}

Invitation Installation::invite(const Credential& admin, const std::string& name, const std::string& role) {
  const auto answer = must(admin, "POST", "/v1/companies/users/invite",
                           R"({"email": ")" + name + R"(@example.com", "role": ")" + role + "\"}");
  const auto url = answer.text("/inviteUrl");
  return {answer.text("/userId"), url.substr(url.find("token=") + 6)};
}

Credential Installation::member(const Credential& owner, const std::string& name, const std::string& role) {
  auto person = sign_up(name);
  const auto invitation = invite(owner, name, role);
  must(person, "POST", "/v1/invitations/accept", R"({"token": ")" + invitation.token + "\"}");
  return person;
}

Ids Installation::make_project(const Credential& owner, const std::string& mark) {
  Ids ids;
  const auto question = "When are refunds of " + mark + " available?";
  const auto created = must(owner, "POST", "/v1/projects",
                            R"({"name": "Help )" + mark + R"(", "allowedOrigins": [")" + std::string(origin) + "\"]}");
  ids["id"] = created.text("/projectId");
  const auto base = "/v1/projects/" + ids["id"];
  ids["docId"] = make_document(owner, ids["id"], mark);
  const auto deployed = must(owner, "POST", base + "/deploy");
  ids["keyId"] = deployed.text("/keyId");
  ids["apiKey"] = deployed.text("/apiKey");
  while (program.workers.run_one()) {
  }
  ids["promptId"] = make_prompt(owner, ids["id"], mark);
  ids["runId"] = must(owner, "POST", base + "/test-runs", R"({"prompts": [")" + question + "\"]}").text("/runId");
  const auto answer = must(owner, "POST", base + "/chat", R"({"question": ")" + question + "\"}");
  ids["conversationId"] = answer.text("/conversationId");
  ids["sessionId"] = answer.text("/sessionId");
  ids["messageId"] = answer.text("/messageId");
  return ids;
}

std::string Installation::make_document(const Credential& owner, const std::string& project, const std::string& mark) {
  const auto documents = "/v1/projects/" + project + "/documents";
  const auto ticket = must(owner, "POST", documents + "/upload-url", R"({"filename": "refunds-)" + mark + ".md\"}");
  program.objects.put(ticket.text("/key"),
                      "# Refunds of " + mark + "\n\nRefunds of " + mark + " are available within 30 days.\n");
  program.objects.put(ticket.text("/metadataKey"), ticket.text("/metadataBody"));
  auto document = ticket.text("/documentId");
  must(owner, "POST", documents + "/" + document + "/confirm");
  return document;
}

std::string Installation::make_prompt(const Credential& owner, const std::string& project, const std::string& mark) {
  return must(owner, "POST", "/v1/projects/" + project + "/test-prompts",
              R"({"prompt": "When are refunds of )" + mark + " available?\"}")
      .text("/promptId");
}

}  // namespace oprag::testing
