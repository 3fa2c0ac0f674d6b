#include "blobs/presigned.hpp"

#include <array>
#include <charconv>

#include "base/text.hpp"
#include "crypto/encoding.hpp"
#include "crypto/sigv4_check.hpp"

namespace oprag::blobs {
namespace {

using http::Request;
using http::Response;

constexpr std::size_t piece = 256 * 1024;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (static_cast<unsigned char>(c) >= 0x20)
      out += c;
  }
  return out;
}

void allow_origins(Response& response) {
  response.headers.set("Access-Control-Allow-Origin", "*");
  response.headers.set("Access-Control-Expose-Headers", "ETag, x-amz-request-id");
  response.headers.set("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
}

Response error(const Request& request, int status, std::string_view code, std::string_view message) {
  Response out;
  out.status = status;
  out.headers.set("Content-Type", "application/xml");
  out.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + std::string(code) + "</Code><Message>" +
             escaped(message) + "</Message><Resource>" + escaped(request.path) + "</Resource><RequestId>" +
             escaped(request.id) + "</RequestId></Error>";
  return out;
}

// Signed URLs are their own permission, so any page may use one; none is credentialed.
Response preflight(const Request& request) {
  Response out;
  out.headers.set("Access-Control-Allow-Methods", "GET, HEAD, PUT");
  const auto wanted = request.headers["Access-Control-Request-Headers"];
  out.headers.set("Access-Control-Allow-Headers", wanted.empty() ? "*" : std::string(wanted));
  out.headers.set("Access-Control-Max-Age", "3600");
  return out;
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t n = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (failure != std::errc{} || end != text.data() + text.size() || n < 0) return {};
  return n;
}

struct Range {
  std::int64_t first = 0, last = 0;
};
// One range of "bytes=…"; nothing when the header is none, of several ranges or malformed (then it is ignored).
std::optional<Range> range_of(std::string_view header, std::int64_t size, bool& unsatisfiable) {
  if (!header.starts_with("bytes=") || header.find(',') != std::string_view::npos) return {};
  header.remove_prefix(6);
  const auto dash = header.find('-');
  if (dash == std::string_view::npos) return {};
  const auto first = number(header.substr(0, dash)), last = number(header.substr(dash + 1));
  if (!first && !last) return {};
  Range out;
  if (!first) {
    out = {std::max<std::int64_t>(0, size - *last), size - 1};
    unsatisfiable = *last == 0;
  } else {
    out = {*first, last ? std::min(*last, size - 1) : size - 1};
  }
  unsatisfiable = unsatisfiable || out.first >= size || out.first > out.last;
  return out;
}

std::string host_of(const std::string& base) {
  const auto start = base.find("://") + 3;
  return base.substr(start, base.find('/', start) - start);
}

std::string path_of(const std::string& base) {
  const auto slash = base.find('/', base.find("://") + 3);
  return slash == std::string::npos ? "" : base.substr(slash);
}

// The request's headers, with the store's own host in place of what the client or a proxy wrote.
crypto::Pairs public_headers(const Request& request, const std::string& host) {
  crypto::Pairs out{{"host", host}};
  for (const auto& [name, value] : request.headers) {
    if (name.size() != 4 || ascii_lower(name) != "host") out.emplace_back(name, value);
  }
  return out;
}

}  // namespace

PresignedRequests::PresignedRequests(DiskStore& store, std::string path_prefix, Clock clock)
    : store_(store), path_prefix_(std::move(path_prefix)), clock_(std::move(clock)) {}

Response PresignedRequests::answer(const Request& request) {
  const auto respond = [&]() -> Response {
    if (request.method == "OPTIONS") return preflight(request);
    const auto& settings = store_.settings();
    const auto bucket = "/" + settings.bucket + "/";
    const auto path = request.path.substr(std::min(path_prefix_.size(), request.path.size()));
    if (!path.starts_with(bucket)) return error(request, 404, "NoSuchBucket", "The specified bucket does not exist");
    const auto key = path.substr(bucket.size());
    if (request.query_value("X-Amz-Signature").value_or("").empty()) {
      return error(request, 403, "AccessDenied", "Requests to this store are presigned");
    }
    const crypto::SignedCall call{request.method == "HEAD" ? "GET" : request.method,
                                  path_of(settings.public_base) + path, request.query,
                                  public_headers(request, host_of(settings.public_base))};
    if (const auto problem = crypto::check_presigned(call, clock_(), settings.scope, settings.key)) {
      switch (*problem) {
        case crypto::SignatureProblem::malformed:
          return error(request, 400, "AuthorizationQueryParametersError",
                       "The query's signature parameters are not valid");
        case crypto::SignatureProblem::unknown_key:
          return error(request, 403, "InvalidAccessKeyId", "The access key does not exist in this store");
        case crypto::SignatureProblem::expired:
          return error(request, 403, "AccessDenied", "Request has expired");
        case crypto::SignatureProblem::skewed:
        case crypto::SignatureProblem::bad_signature:
          return error(request, 403, "SignatureDoesNotMatch",
                       "The signature does not match method, key and parameters");
      }
    }
    try {
      store_.file_of(key);
    } catch (const std::invalid_argument&) {
      return error(request, 404, "NoSuchKey", "The specified key does not exist");
    }
    if (request.method == "PUT") return put(request, key);
    if (request.method == "GET" || request.method == "HEAD") return get(request, key);
    return error(request, 405, "MethodNotAllowed", "The store answers presigned PUT, GET and HEAD");
  };
  auto response = respond();
  response.headers.set("x-amz-request-id", request.id);
  allow_origins(response);
  return response;
}

Response PresignedRequests::put(const Request& request, const std::string& key) {
  const auto limit = number(request.query_value("x-oprag-max-bytes").value_or("")).value_or(0);
  const auto too_large = [&] {
    return error(request, 400, "EntityTooLarge", "The upload is larger than " + std::to_string(limit) + " bytes");
  };
  if (!DiskStore::unless_sealed(store_.open(key)))
    return error(request, 403, "AccessDenied", "The upload was confirmed; its URL is no longer good");
  if (request.content_length && static_cast<std::int64_t>(*request.content_length) > limit) return too_large();
  DiskStore::Upload upload(store_, key);
  std::string buffer(piece, '\0');
  for (;;) {
    const auto got = request.incoming->read(buffer);
    if (got == 0) break;
    if (upload.size() + static_cast<std::int64_t>(got) > limit) return too_large();
    upload.write(std::string_view(buffer).substr(0, got));
  }
  const auto info = upload.finish({}, DiskStore::unless_sealed);
  if (!info) {
    return error(request, 403, "AccessDenied", "The upload was confirmed; its URL is no longer good");
  }
  Response out;
  out.headers.set("ETag", "\"" + info->etag + "\"");
  return out;
}

Response PresignedRequests::get(const Request& request, const std::string& key) {
  const auto object = store_.open(key);
  if (!object) return error(request, 404, "NoSuchKey", "The specified key does not exist");
  Response out;
  out.headers.set("ETag", "\"" + object->info().etag + "\"");
  out.headers.set("Accept-Ranges", "bytes");
  out.headers.set("Content-Type", request.query_value("response-content-type").value_or("application/octet-stream"));
  out.headers.set("Content-Disposition", request.query_value("response-content-disposition").value_or("attachment"));
  out.headers.set("X-Content-Type-Options", "nosniff");
  out.headers.set("Content-Security-Policy", "sandbox; default-src 'none'");
  out.headers.set("Cache-Control", "private, no-store");
  bool unsatisfiable = false;
  auto range = range_of(request.headers["Range"], object->info().size, unsatisfiable);
  if (range && unsatisfiable) {
    auto refusal = error(request, 416, "InvalidRange", "The requested range is not satisfiable");
    refusal.headers.set("Content-Range", "bytes */" + std::to_string(object->info().size));
    return refusal;
  }
  if (range) {
    out.status = 206;
    out.headers.set("Content-Range", "bytes " + std::to_string(range->first) + "-" + std::to_string(range->last) + "/" +
                                         std::to_string(object->info().size));
  } else {
    range = Range{0, object->info().size - 1};
  }
  const auto length = range->last - range->first + 1;
  out.length = static_cast<std::uint64_t>(length);
  out.stream = [object = *object, from = range->first, length](http::BodyWriter& writer) {
    std::string buffer;
    for (auto at = from; at < from + length; at += static_cast<std::int64_t>(buffer.size())) {
      buffer.resize(std::min(piece, static_cast<std::size_t>(from + length - at)));
      object.read(at, buffer);
      writer.write(buffer);
    }
  };
  return out;
}

}  // namespace oprag::blobs
