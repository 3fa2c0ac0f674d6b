#include "eval/http_system.hpp"

#include <chrono>
#include <thread>

namespace oprag::eval {
namespace {

namespace bj = boost::json;
using namespace std::chrono_literals;

constexpr std::size_t bulk = 100;  // files an upload call takes
constexpr auto look_again = 500ms;

std::string text(const bj::value& value, std::string_view member) {
  return std::string(value.at(member).as_string());
}

std::int64_t whole(const bj::value& value, std::string_view member) {
  return value.at(member).to_number<std::int64_t>();
}

[[noreturn]] void fail(const std::string& what, const outbound::Response& response) {
  throw std::runtime_error(what + " answered " + std::to_string(response.status) + ": " + response.body.substr(0, 500));
}

}  // namespace

HttpSystem::HttpSystem(ServerLogin login) : login_(std::move(login)) {
  while (login_.url.ends_with('/')) login_.url.pop_back();
  const auto config = send("GET", "/config", {});
  if (config.status != 200) fail("GET /config", config);
  pool_client_ = text(bj::parse(config.body), "userPoolClientId");
  if (!sign_in()) sign_up();
}

outbound::Response HttpSystem::send(const std::string& method, const std::string& path, const std::string& body) {
  outbound::Request request{.method = method, .url = login_.url + path, .body = body};
  if (!body.empty()) request.headers.push_back("Content-Type: application/json");
  if (!token_.empty()) request.headers.push_back("Authorization: Bearer " + token_);
  request.max_response = 64 << 20;
  return client_.send(request);
}

// A token that has ended is renewed; a server that asks for patience gets it.
bj::value HttpSystem::call(const std::string& method, const std::string& path, const bj::object& body) {
  const auto sent = method == "GET" ? std::string() : bj::serialize(body);
  bool renewed = false;
  while (true) {
    const auto response = send(method, path, sent);
    if (response.status >= 200 && response.status < 300) return bj::parse(response.body);
    if (response.status == 401 && !std::exchange(renewed, true) && sign_in()) continue;
    if (response.status != 429 && response.status != 503) fail(method + " " + path, response);
    std::this_thread::sleep_for(response.retry_after.value_or(1s));
  }
}

bj::value HttpSystem::identity(const std::string& operation, const bj::object& body) {
  outbound::Request request{.url = login_.url + "/",
                            .headers = {"Content-Type: application/x-amz-json-1.1",
                                        "X-Amz-Target: AWSCognitoIdentityProviderService." + operation},
                            .body = bj::serialize(body)};
  const auto response = client_.send(request);
  if (response.status == 200) return bj::parse(response.body);
  if (operation == "InitiateAuth" && response.body.contains("NotAuthorizedException")) return nullptr;
  fail(operation, response);
}

bool HttpSystem::sign_in() {
  const auto answer = identity(
      "InitiateAuth", {{"ClientId", pool_client_},
                       {"AuthFlow", "USER_PASSWORD_AUTH"},
                       {"AuthParameters", bj::object{{"USERNAME", login_.email}, {"PASSWORD", login_.password}}}});
  if (answer.is_null()) return false;
  token_ = text(answer.at("AuthenticationResult"), "IdToken");
  return true;
}

void HttpSystem::sign_up() {
  identity("SignUp", {{"ClientId", pool_client_},
                      {"Username", login_.email},
                      {"Password", login_.password},
                      {"UserAttributes", bj::array{bj::object{{"Name", "email"}, {"Value", login_.email}}}}});
  if (!sign_in()) throw std::runtime_error("the sign-in of " + login_.email + " was made but does not work");
  call("POST", "/v1/companies", {{"name", "Evaluation"}});
}

void HttpSystem::put_object(const std::string& url, const std::string& bytes) {
  outbound::Request request{.method = "PUT", .url = url, .headers = {"Content-Type: application/octet-stream"}};
  request.borrowed_body = bytes;
  const auto response = client_.send(request);
  if (response.status != 200) fail("PUT of an object", response);
}

void HttpSystem::upload(const std::vector<File>& files, std::size_t from, std::size_t to) {
  bj::array names;
  for (auto i = from; i < to; ++i) names.push_back(bj::object{{"filename", files[i].name}});
  const auto tickets = call("POST", project_ + "/documents/bulk-upload-url", {{"files", std::move(names)}});
  for (auto i = from; i < to; ++i) {
    const auto& ticket = tickets.at("uploads").at(i - from);
    put_object(text(ticket, "uploadUrl"), files[i].bytes);
    put_object(text(ticket, "metadataUploadUrl"), text(ticket, "metadataBody"));
    const auto id = text(ticket, "documentId");
    call("POST", project_ + "/documents/" + id + "/confirm");
    documents_[files[i].name] = id;
    files_[id] = files[i].name;
  }
}

void HttpSystem::load(const std::vector<File>& files) {
  documents_.clear();
  files_.clear();
  texts_.clear();
  project_ = "/v1/projects/" + text(call("POST", "/v1/projects", {{"name", "Evaluation"}}), "projectId");
  for (std::size_t from = 0; from < files.size(); from += bulk)
    upload(files, from, std::min(files.size(), from + bulk));
  call("POST", project_ + "/deploy");
  wait_until_indexed();
}

void HttpSystem::wait_until_indexed() {
  while (true) {
    const auto overview = call("GET", project_ + "/overview");
    const auto& counts = overview.at("documents");
    if (whole(counts, "failed") > 0) {
      const auto failed = call("GET", project_ + "/documents?status=failed");
      const auto& first = failed.at("documents").at(0);
      throw std::runtime_error(text(first, "filename") + ": " + text(first.at("error"), "message"));
    }
    if (whole(counts, "indexed") == static_cast<std::int64_t>(documents_.size())) return;
    std::this_thread::sleep_for(look_again);
  }
}

Hit HttpSystem::hit_of(const bj::value& source) const {
  Hit out{.file = files_.at(text(source, "documentId")),
          .page = {},
          .start = whole(source, "start"),
          .end = whole(source, "end"),
          .text = text(source, "excerpt"),
          .score = source.at("score").to_number<double>()};
  if (const auto* page = source.as_object().if_contains("pageNumber")) out.page = page->to_number<std::int64_t>();
  return out;
}

std::vector<Hit> HttpSystem::search(const std::string& question, std::size_t top_k) {
  const auto answer = call("POST", project_ + "/search", {{"question", question}, {"topK", top_k}});
  std::vector<Hit> out;
  for (const auto& result : answer.at("results").as_array()) {
    auto hit = hit_of(result);
    hit.start = whole(result, "textStart");
    hit.end = whole(result, "textEnd");
    hit.text = text(result, "text");
    out.push_back(std::move(hit));
  }
  return out;
}

Reply HttpSystem::ask(const std::string& question) {
  const auto answer = call("POST", project_ + "/chat", {{"question", question}});
  Reply out{.answered = answer.at("answered").as_bool(),
            .answer = text(answer, "answer"),
            .sources = {},
            .best_score = answer.at("explain").at("bestScore").to_number<double>()};
  if (const auto* sources = answer.as_object().if_contains("sources")) {
    for (const auto& source : sources->as_array()) out.sources.push_back(hit_of(source));
  }
  return out;
}

std::string HttpSystem::text_of(const std::string& file) {
  auto [known, fresh] = texts_.try_emplace(file);
  if (!fresh) return known->second;
  const auto path = project_ + "/documents/" + documents_.at(file) + "/text";
  std::string cursor;
  while (true) {
    const auto part = call("GET", path + (cursor.empty() ? "" : "?cursor=" + cursor));
    for (const auto& page : part.at("pages").as_array()) {
      if (!known->second.empty()) known->second += '\f';
      known->second += text(page, "text");
    }
    if (part.at("nextCursor").is_null()) return known->second;
    cursor = text(part, "nextCursor");
  }
}

std::vector<double> HttpSystem::run_tests(const std::string& project) {
  const auto runs = "/v1/projects/" + project + "/test-runs";
  auto run = call("POST", runs);
  while (text(run, "status") == "running") {
    std::this_thread::sleep_for(look_again);
    run = call("GET", runs + "/" + text(run, "runId"));
  }
  std::vector<double> out;
  for (const auto& result : run.at("results").as_array()) {
    if (const auto& passed = result.at("passed"); passed.is_bool()) out.push_back(passed.get_bool());
  }
  return out;
}

}  // namespace oprag::eval
