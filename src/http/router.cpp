#include "http/router.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <stdexcept>

namespace oprag::http {

namespace {

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{');
}
std::string_view parameter_name(std::string_view segment) {
  return segment.substr(1, segment.size() - 2);
}

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool matches(const std::vector<std::string_view>& pattern, const std::vector<std::string>& segments) {
  return std::ranges::equal(pattern, segments, [](std::string_view p, const std::string& s) {
    return is_parameter(p) ? !s.empty() : p == s;
  });
}

// Whether some path matches both, and neither is the more literal one in every segment.
bool is_ambiguous(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
  if (a.size() != b.size()) return false;
  bool a_wins = false;
  bool b_wins = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!is_parameter(a[i]) && !is_parameter(b[i])) {
      if (a[i] != b[i]) return false;
    } else {
      a_wins |= !is_parameter(a[i]);
      b_wins |= !is_parameter(b[i]);
    }
  }
  return a_wins == b_wins;
}

[[noreturn]] void fault(const Spec& spec, const std::string& what) {
  throw std::logic_error(std::string(spec.method) + " " + std::string(spec.path) + ": " + what);
}

std::set<std::string> path_members(const Operation& operation) {
  std::set<std::string> names;
  if (!operation.path_schema) return names;
  json::Components components;
  operation.path_schema(components);
  for (const auto& [type, schema] : components.release()) {
    const auto* properties = schema.as_object().if_contains("properties");
    if (!properties) continue;
    for (const auto& property : properties->as_object()) names.insert(std::string(property.key()));
  }
  return names;
}

bool is_json(std::string_view content_type) {
  const auto type = trim(content_type.substr(0, content_type.find(';')));
  return type.empty() || ascii_lower(type) == "application/json";
}

}  // namespace

void Router::insert(Route route) {
  const auto& spec = route.spec;
  auto segments = split(spec.path);
  std::set<std::string> names;
  for (const auto segment : segments) {
    if (is_parameter(segment) && !names.insert(std::string(parameter_name(segment))).second)
      fault(spec, "a name twice");
  }
  if (names != path_members(route.operation)) fault(spec, "the path's names are not the members of its Path type");

  auto& entries = by_method_[spec.method];
  for (const auto& entry : entries) {
    if (is_ambiguous(entry.segments, segments)) fault(spec, "ambiguous with " + std::string(entry.route->spec.path));
  }
  routes_.push_back(std::make_unique<Route>(std::move(route)));
  Entry entry{std::move(segments), routes_.back().get()};
  // '{' sorts behind every letter and digit.
  entries.insert(std::ranges::upper_bound(entries, entry.segments, {}, &Entry::segments), std::move(entry));
}

const Route* Router::find(std::string_view method, const std::vector<std::string>& segments,
                          std::map<std::string, std::string>& params) const {
  const auto entries = by_method_.find(method);
  if (entries != by_method_.end()) {
    for (const auto& entry : entries->second) {
      if (!matches(entry.segments, segments)) continue;
      for (std::size_t i = 0; i < segments.size(); ++i) {
        if (is_parameter(entry.segments[i])) params[std::string(parameter_name(entry.segments[i]))] = segments[i];
      }
      return entry.route;
    }
  }
  return method == "HEAD" ? find("GET", segments, params) : nullptr;
}

std::vector<std::string_view> Router::methods_of(const std::vector<std::string>& segments) const {
  std::vector<std::string_view> methods;
  for (const auto& [method, entries] : by_method_) {
    if (std::ranges::any_of(entries, [&](const Entry& entry) { return matches(entry.segments, segments); })) {
      methods.push_back(method);
    }
  }
  return methods;
}

std::string etag_of(std::string_view body) {
  static constexpr char digits[] = "0123456789abcdef";
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(body.data()), body.size(), hash.data());
  std::string tag = "\"";
  for (std::size_t i = 0; i < 16; ++i) tag.append({digits[hash[i] >> 4], digits[hash[i] & 15]});
  return tag + "\"";
}

bj::value parse_body(const Request& request, const Spec& spec, bool all_optional) {
  if (!is_json(request.headers["Content-Type"])) {
    throw Error(ErrorCode::unsupported_media_type, "Content-Type must be application/json");
  }
  if (request.body.empty() && all_optional && spec.method != "PATCH") return bj::object();
  try {
    return json::parse(request.body);
  } catch (const json::SyntaxError&) {
    throw Error(ErrorCode::invalid_json, "Invalid JSON");
  } catch (const json::DuplicateMember& duplicate) {
    throw Error(ErrorCode::invalid_request, duplicate.what());
  }
}

bj::value number_from_text(const std::string& text) {
  const auto* end = text.data() + text.size();
  std::int64_t whole = 0;
  if (const auto [stop, error] = std::from_chars(text.data(), end, whole); error == std::errc{} && stop == end)
    return whole;
  double number = 0;
  if (const auto [stop, error] = std::from_chars(text.data(), end, number); error == std::errc{} && stop == end)
    return number;
  return bj::string(text);  // the codec says what it should have been
}

Response json_response(std::string body, int status, const Spec& spec, Headers headers) {
  headers.set("Content-Type", "application/json; charset=utf-8");
  if (spec.shows_secret) headers.set("Cache-Control", "no-store");
  if (spec.has_etag && status < 300) headers.set("ETag", etag_of(body));
  return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

}  // namespace oprag::http
