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

// Links in pages begin at the root of the origin; scripts and styles find what they need from where they lie.
std::string with_links_below(std::string_view html, const std::string& prefix) {
  constexpr std::string_view from_root = "=\"/";
  std::string out;
  for (auto at = html.find(from_root); at != std::string_view::npos; at = html.find(from_root)) {
    const bool other_host = html.substr(at + from_root.size()).starts_with('/');
    out.append(html.substr(0, at)).append("=\"").append(other_host ? "" : prefix).append("/");
    html.remove_prefix(at + from_root.size());
  }
  return out.append(html);
}

std::vector<http::Asset> below(std::span<const http::Asset> table, const std::string& prefix,
                               std::deque<std::string>& texts) {
  std::vector<http::Asset> out(table.begin(), table.end());
  if (prefix.empty()) return out;
  for (auto& asset : out) {
    if (!asset.content_type.starts_with("text/html")) continue;
    asset.bytes = texts.emplace_back(with_links_below(asset.bytes, prefix));
    asset.gzip = {};
    asset.etag = texts.emplace_back(std::string(asset.etag.substr(0, asset.etag.size() - 1)) + prefix + "\"");
  }
  return out;
}

}  // namespace

Pages::Pages(std::span<const http::Asset> table, const std::string& objects, const std::string& prefix)
    : table_(below(table, prefix, texts_)), assets_(table_) {
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
