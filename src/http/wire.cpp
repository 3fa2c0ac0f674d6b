#include "http/wire.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/log.hpp"

namespace oprag::http {

std::string http_date(std::time_t time) {
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  std::array<char, 40> text{};
  const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return {text.data(), size};
}

std::string_view reason_phrase(int status) {
  static constexpr std::array<std::pair<int, std::string_view>, 33> phrases = {{
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {411, "Length Required"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {416, "Range Not Satisfiable"},
      {422, "Unprocessable Content"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
  }};
  const auto found = std::ranges::find(phrases, status, &std::pair<int, std::string_view>::first);
  return found == phrases.end() ? "Unknown" : found->second;
}

bool may_have_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

namespace {

bool is_printable(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// The text of the current second; rebuilt once a second.
const std::string& date_now() {
  thread_local std::time_t second = 0;
  thread_local std::string text;
  if (const auto now = std::time(nullptr); now != second) {
    second = now;
    text = http_date(now);
  }
  return text;
}

}  // namespace

std::string response_head(const Response& response, const BodyFraming& framing) {
  std::string head;
  head.reserve(512);
  const auto field = [&](std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
  };
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ").append(reason_phrase(response.status));
  head.append("\r\n");
  for (const auto& [name, value] : response.headers) {
    if (!is_printable(name) || !is_printable(value)) {
      log::error("header field with a control character left out", {{"field", is_printable(name) ? name : "?"}});
      continue;
    }
    field(name, value);
  }
  field("Date", date_now());
  if (framing.length) field("Content-Length", std::to_string(*framing.length));
  if (framing.chunked) field("Transfer-Encoding", "chunked");
  if (framing.close) field("Connection", "close");
  head.append("\r\n");
  return head;
}

}  // namespace oprag::http
