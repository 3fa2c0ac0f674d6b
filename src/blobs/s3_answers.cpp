#include "blobs/s3_answers.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

#include "base/text.hpp"

namespace oprag::blobs {

using http::Request;
using http::Response;

std::string xml_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else if (static_cast<unsigned char>(c) >= 0x20)
      out += c;
  }
  return out;
}

std::string element(std::string_view name, std::string_view text) {
  return "<" + std::string(name) + ">" + xml_text(text) + "</" + std::string(name) + ">";
}

Response xml_answer(std::string_view root, const std::string& inner, int status) {
  Response out;
  out.status = status;
  out.headers.set("Content-Type", "application/xml");
  const bool plain = root == "Error";
  out.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + std::string(root) +
             (plain ? "" : " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"") + ">" + inner + "</" +
             std::string(root) + ">";
  return out;
}

Response error_answer(const Request& request, const S3Error& error) {
  if (error.status == 304) {
    Response out;
    out.status = 304;
    return out;
  }
  return xml_answer("Error",
                    element("Code", error.code) + element("Message", error.what()) + element("Resource", request.path) +
                        element("RequestId", request.id),
                    error.status);
}

void allow_origins(Response& response) {
  response.headers.set("Access-Control-Allow-Origin", "*");
  response.headers.set("Access-Control-Expose-Headers",
                       "ETag, Content-Range, Content-Disposition, x-amz-request-id, x-amz-checksum-crc32, "
                       "x-amz-checksum-crc32c, x-amz-checksum-crc64nvme, x-amz-checksum-sha1, x-amz-checksum-sha256");
  response.headers.set("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
}

Response preflight(const Request& request) {
  Response out;
  out.headers.set("Access-Control-Allow-Methods", "GET, HEAD, PUT, POST, DELETE");
  const auto wanted = request.headers["Access-Control-Request-Headers"];
  out.headers.set("Access-Control-Allow-Headers", wanted.empty() ? "*" : std::string(wanted));
  out.headers.set("Access-Control-Max-Age", "3600");
  return out;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t n = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (failure != std::errc{} || end != text.data() + text.size() || n < 0 || text.starts_with('-')) return {};
  return n;
}

std::optional<ByteRange> range_of(std::string_view header, std::int64_t size) {
  if (!header.starts_with("bytes=") || header.find(',') != std::string_view::npos) return {};
  header.remove_prefix(6);
  const auto dash = header.find('-');
  if (dash == std::string_view::npos) return {};
  const auto first_text = header.substr(0, dash), last_text = header.substr(dash + 1);
  const auto first = whole_number(first_text), last = whole_number(last_text);
  if ((!first && !first_text.empty()) || (!last && !last_text.empty()) || (!first && !last)) return {};
  if (first && last && *first > *last) return {};
  ByteRange out;
  if (first)
    out = {*first, last ? std::min(*last, size - 1) : size - 1};
  else
    out = {std::max<std::int64_t>(0, size - *last), size - 1};
  if (out.first >= size || (!first && *last == 0))
    throw S3Error(416, "InvalidRange", "The requested range is not satisfiable");
  return out;
}

namespace {

bool names(std::string_view list, std::string_view etag) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    auto each = trim(list.substr(0, comma));
    if (each.starts_with("W/")) each.remove_prefix(2);
    if (each.size() >= 2 && each.front() == '"' && each.back() == '"') each = each.substr(1, each.size() - 2);
    if (each == "*" || each == etag) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

std::optional<std::int64_t> http_seconds(std::string_view text) {
  std::tm parts{};
  if (!strptime(std::string(text).c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts)) return {};
  return timegm(&parts);
}

}  // namespace

void check_conditions(const Request& request, std::string_view etag, std::int64_t modified_ms, bool reading,
                      const std::string& prefix) {
  const auto failed = [] { return S3Error(412, "PreconditionFailed", "A condition of the request does not hold"); };
  const auto match = request.headers[prefix + "If-Match"], none_match = request.headers[prefix + "If-None-Match"];
  const auto seconds = modified_ms / 1000;
  if (!match.empty()) {
    if (!names(match, etag)) throw failed();
  } else if (const auto since = http_seconds(request.headers[prefix + "If-Unmodified-Since"]);
             since && seconds > *since) {
    throw failed();
  }
  const auto unchanged = [&] { return reading ? S3Error(304, "NotModified", "Not modified") : failed(); };
  if (!none_match.empty()) {
    if (names(none_match, etag)) throw unchanged();
  } else if (const auto since = http_seconds(request.headers[prefix + "If-Modified-Since"]);
             since && seconds <= *since) {
    throw unchanged();
  }
}

}  // namespace oprag::blobs
