#include "app/pages.hpp"

#include <algorithm>

#include "json/parse.hpp"

namespace oprag::app {

namespace {

constexpr std::string_view framing = "; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& segments) {
  return std::ranges::equal(pattern, segments, [](const std::string& wanted, const std::string& given) {
    return wanted.starts_with('{') ? !given.empty() : wanted == given;
  });
}

}  // namespace

Pages::Pages(std::span<const http::Asset> table, const std::string& objects) : assets_(table) {
  const auto reaches = "connect-src 'self'" + (objects.empty() ? "" : " " + objects);
  dashboard_policy_ =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
      "font-src 'self' data:; worker-src 'self'; " +
      reaches + std::string(framing);
  // A worker obeys the policy that its script came with. The PDF viewer's decodes images in WebAssembly.
  script_policy_ = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; " + reaches;
  docs_policy_ = "default-src 'none'; style-src 'self'; img-src 'self'" + std::string(framing);

  const auto* routes = assets_.find("/routes.json");
  if (!routes) return;
  const auto paths = json::parse(routes->bytes);
  for (const auto& path : paths.as_array()) {
    http::Request split;
    if (!http::read_target(split, path.as_string())) throw std::invalid_argument("routes.json: not a path");
    dashboard_.push_back(std::move(split.segments));
  }
}

bool Pages::is_dashboard(const std::vector<std::string>& segments) const {
  return std::ranges::any_of(dashboard_, [&](const auto& pattern) { return matches(pattern, segments); });
}

Pages::Found Pages::find(const http::Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") return {};
  if (is_dashboard(request.segments)) return {assets_.find("/index.html"), &dashboard_policy_};
  const std::string_view path = request.path;
  if (path.starts_with("/assets/")) return {assets_.find(path), &script_policy_};
  if (path == "/docs" || path.starts_with("/docs/")) {
    const auto* file = assets_.find(path);
    const std::string index(path.ends_with('/') ? "index.html" : "/index.html");
    return {file ? file : assets_.find(request.path + index), &docs_policy_};
  }
  return {};
}

bool Pages::takes(const http::Request& request) const {
  return find(request).asset != nullptr;
}

http::Response Pages::answer(const http::Request& request) const {
  const auto found = find(request);
  auto response = http::asset_response(request, *found.asset);
  response.headers.set("Content-Security-Policy", *found.policy);
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Referrer-Policy", "same-origin");
  response.headers.set("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.set("Cross-Origin-Resource-Policy", "same-origin");
  response.headers.set("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  return response;
}

}  // namespace oprag::app
