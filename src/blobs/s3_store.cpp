#include "blobs/s3_store.hpp"

#include <algorithm>
#include <pugixml.hpp>

#include "base/text.hpp"
#include "blobs/presentation.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "outbound/upstream_error.hpp"

namespace oprag::blobs {
namespace {

using outbound::UpstreamError;
using outbound::UpstreamFailure;
using std::chrono::milliseconds;

constexpr std::size_t largest_list = 16 << 20;  // bytes of one page
constexpr milliseconds first_pause{200}, longest_pause{5'000};
constexpr std::string_view sha256_header = "x-amz-meta-oprag-sha256";

std::string upload_key(const std::string& key) {
  return "uploads/" + key;
}

bool is_success(const outbound::Response& response) {
  return response.status >= 200 && response.status < 300;
}

pugi::xml_document parse(const std::string& xml) {
  pugi::xml_document out;
  if (!out.load_buffer(xml.data(), xml.size()))
    throw UpstreamError(UpstreamFailure::malformed, "The bucket's answer is not XML");
  return out;
}

// The code in an error answer, when it is a word; other bytes of the bucket are not repeated.
std::string error_code(const outbound::Response& response) {
  pugi::xml_document document;
  if (!document.load_buffer(response.body.data(), response.body.size())) return {};
  const std::string code = document.child("Error").child_value("Code");
  const bool word = std::ranges::all_of(code, [](unsigned char c) { return std::isalnum(c) != 0; });
  return word && code.size() <= 60 ? code : std::string();
}

[[noreturn]] void refuse(const outbound::Response& response) {
  const auto code = error_code(response);
  auto words = "The bucket answered " + std::to_string(response.status) + (code.empty() ? "" : " " + code);
  if (code == "RequestTimeTooSkewed")
    words += ": the clocks differ by more than 15 minutes";
  else if (response.status == 403)
    words += ": check the access key, its secret, its permissions and the region";
  else if (response.status == 301 || response.status == 307 || code == "AuthorizationHeaderMalformed")
    words += ": check the endpoint and the region";
  else if (code == "NoSuchBucket")
    words += ": check the bucket's name";
  throw UpstreamError(UpstreamFailure::refused, words, response.status, response.retry_after);
}

bool may_repeat(int status) {
  return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

std::string unquoted(std::string_view etag) {
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
  return std::string(etag);
}

// Whether the word, in any case, or * is in a list with commas.
bool holds_word(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    const auto each = trim(list.substr(0, comma));
    if (each == "*" || ascii_lower(each) == ascii_lower(word)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

std::int64_t size_in(const outbound::Response& response) {
  try {
    return std::stoll(std::string(response.header("content-length")));
  } catch (const std::exception&) {
    throw UpstreamError(UpstreamFailure::malformed, "The bucket does not say how large an object is");
  }
}

// "Sun, 06 Nov 1994 08:49:37 GMT"; zero when it is none.
Timestamp http_time(std::string_view text) {
  std::tm parts{};
  if (!strptime(std::string(text).c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts)) return {};
  return {static_cast<std::int64_t>(timegm(&parts)) * second_ms};
}

void require_key(const std::string& key) {
  if (key.empty() || key.size() > 900 || key.front() == '/') throw std::invalid_argument("not an object key");
}

}  // namespace

S3Store::S3Store(BucketSettings settings, Clock clock, Pause pause)
    : settings_(std::move(settings)), clock_(std::move(clock)), pause_(std::move(pause)) {
  while (settings_.endpoint.ends_with('/')) settings_.endpoint.pop_back();
  while (settings_.public_endpoint.ends_with('/')) settings_.public_endpoint.pop_back();
  if (settings_.public_endpoint.empty()) settings_.public_endpoint = settings_.endpoint;
  if (settings_.endpoint.find("://") == std::string::npos)
    throw std::invalid_argument("the endpoint of the bucket must begin with http:// or https://");
}

void S3Store::check() {
  const auto key = "check/" + random_base62(16);
  put(key, key);
  const bool readable = get(key) == key;
  const bool listed = list(key) == std::vector{key};
  remove(key);
  if (!readable || !listed)
    throw UpstreamError(UpstreamFailure::malformed, "The bucket does not give what was just put into it");
}

std::optional<std::string> S3Store::upload_problem(const std::string& origin) const {
  const std::string method = "PUT", header = "content-type";
  try {
    const auto answer = client_.send({.method = "OPTIONS",
                                      .url = presign_put("check/cors", 60, 0),
                                      .headers = {"Origin: " + origin, "Access-Control-Request-Method: " + method,
                                                  "Access-Control-Request-Headers: " + header},
                                      .timeouts = {.connect = milliseconds(3'000), .total = milliseconds(5'000)}});
    const auto allows = [&](std::string_view name, const std::string& wanted) {
      return holds_word(answer.header("access-control-allow-" + std::string(name)), wanted);
    };
    if (is_success(answer) && allows("origin", origin) && allows("methods", method) && allows("headers", header))
      return {};
    return "its CORS rules do not allow PUT with Content-Type from " + origin;
  } catch (const UpstreamError& unreached) {
    return std::string("its CORS rules cannot be seen: ") + unreached.what();
  }
}

std::string S3Store::public_origin() const {
  const auto address = base(settings_.public_endpoint);
  return address.substr(0, address.find('/', address.find("://") + 3));
}

std::string S3Store::base(const std::string& endpoint) const {
  if (settings_.path_style) return endpoint;
  const auto host = endpoint.find("://") + 3;
  return endpoint.substr(0, host) + settings_.bucket + "." + endpoint.substr(host);
}

std::string S3Store::path(const std::string& key) const {
  return (settings_.path_style ? "/" + settings_.bucket : "") + "/" + (key.empty() ? "" : settings_.prefix + key);
}

crypto::SigningKey S3Store::signing_key() const {
  return {settings_.access_key.reveal(), settings_.secret_key.reveal(), settings_.session_token.reveal()};
}

outbound::Response S3Store::once(const Call& call) const {
  const auto address = base(settings_.endpoint);
  const auto start = address.find("://") + 3;
  const auto slash = std::min(address.find('/', start), address.size());
  const auto where = address.substr(slash) + path(call.key);
  crypto::CanonicalRequest request{call.method, where, call.query, call.headers, crypto::sha256_hex(call.body)};
  request.headers.emplace_back("host", address.substr(start, slash - start));

  outbound::Request out{.method = call.method,
                        .url = address.substr(0, slash) + crypto::uri_encode(where, true),
                        .borrowed_body = call.body,
                        .timeouts = settings_.timeouts,
                        .max_response = std::max(static_cast<std::size_t>(settings_.largest), largest_list)};
  char separator = '?';
  for (const auto& [name, value] : call.query) {
    out.url.append(1, separator).append(crypto::uri_encode(name)).append("=").append(crypto::uri_encode(value));
    separator = '&';
  }
  for (const auto& [name, value] :
       crypto::sign_headers(std::move(request), clock_(), {settings_.region, "s3"}, signing_key())) {
    if (name != "host") out.headers.push_back(name + ": " + value);
  }
  if (call.method == "PUT") out.headers.emplace_back("Content-Type: application/octet-stream");
  return client_.send(out);
}

outbound::Response S3Store::send(const Call& call) const {
  auto wait = first_pause;
  for (int attempt = 1;; ++attempt) {
    const bool last = attempt >= settings_.attempts;
    auto asked = milliseconds(0);
    try {
      auto response = once(call);
      const bool absent = response.status == 404 && error_code(response) != "NoSuchBucket";
      if (is_success(response) || absent || response.status == 412) return response;
      if (last || !may_repeat(response.status)) refuse(response);
      asked = response.retry_after.value_or(std::chrono::seconds(0));
    } catch (const UpstreamError& lost) {
      if (last || lost.failure() == UpstreamFailure::refused || lost.failure() == UpstreamFailure::malformed) throw;
    }
    pause_(std::clamp(asked, wait, longest_pause));
    wait *= 2;
  }
}

void S3Store::put(const std::string& key, std::string_view bytes) {
  require_key(key);
  const auto response = send({.method = "PUT",
                              .key = key,
                              .query = {},
                              .headers = {{std::string(sha256_header), crypto::sha256_hex(bytes)}},
                              .body = bytes});
  if (!is_success(response)) refuse(response);
}

// The bytes at exactly this key, checked against the sha256 that goes with them.
std::optional<S3Store::Object> S3Store::read(const std::string& key) const {
  // The body of a 2xx lands in the response when nobody takes it piece by piece.
  auto response = send({.method = "GET", .key = key, .query = {}, .headers = {}});
  if (!is_success(response)) return {};
  Object out{.bytes = std::move(response.body), .info = {}};
  out.info = {.size = static_cast<std::int64_t>(out.bytes.size()),
              .sha256 = crypto::sha256_hex(out.bytes),
              .etag = unquoted(response.header("etag")),
              .modified = http_time(response.header("last-modified"))};
  const auto noted = response.header(sha256_header);
  const bool upload = key.starts_with(upload_key(""));  // whoever uploads may write any note
  if (!upload && !noted.empty() && noted != out.info.sha256)
    throw UpstreamError(UpstreamFailure::malformed, "The bucket gives other bytes than were stored");
  return out;
}

std::optional<std::string> S3Store::get(const std::string& key) const {
  require_key(key);
  auto found = read(key);
  if (!found) found = read(upload_key(key));
  if (!found) return {};
  return std::move(found->bytes);
}

std::optional<ObjectInfo> S3Store::look_at(const std::string& key) const {
  const auto response = send({.method = "HEAD", .key = key, .query = {}, .headers = {}});
  if (!is_success(response)) return {};
  return ObjectInfo{.size = size_in(response),
                    .sha256 = std::string(response.header(sha256_header)),
                    .etag = unquoted(response.header("etag")),
                    .modified = http_time(response.header("last-modified"))};
}

std::optional<ObjectInfo> S3Store::head(const std::string& key) const {
  require_key(key);
  const auto own = look_at(key);
  if (own && !own->sha256.empty()) return own;
  const auto where = own ? key : upload_key(key);
  const auto there = own ? own : look_at(where);
  if (!there || there->size > settings_.largest) return there;
  const auto found = read(where);
  if (!found) return {};
  return found->info;
}

void S3Store::remove(const std::string& key) {
  require_key(key);
  for (const auto& each : {key, upload_key(key)}) send({.method = "DELETE", .key = each, .query = {}, .headers = {}});
}

// False when `from` is not (any more) what `info` says.
bool S3Store::copy(const std::string& from, const std::string& to, const ObjectInfo& info) const {
  const auto source = "/" + settings_.bucket + "/" + settings_.prefix + from;
  const auto response = send({.method = "PUT",
                              .key = to,
                              .query = {},
                              .headers = {{"x-amz-copy-source", crypto::uri_encode(source, true)},
                                          {"x-amz-copy-source-if-match", "\"" + info.etag + "\""},
                                          {"x-amz-metadata-directive", "REPLACE"},
                                          {std::string(sha256_header), info.sha256}}});
  if (!is_success(response)) return false;
  if (!error_code(response).empty()) refuse(response);  // a copy may fail after its 200
  return true;
}

std::optional<ObjectInfo> S3Store::seal(const std::string& key) {
  constexpr int races = 5;
  for (int i = 0; i < races; ++i) {
    require_key(key);
    if (auto sealed = read(key)) return sealed->info;
    const auto sent = look_at(upload_key(key));
    if (!sent || sent->size > settings_.largest) return sent;
    const auto upload = read(upload_key(key));
    if (!upload) continue;
    if (!copy(upload_key(key), key, upload->info)) continue;  // replaced meanwhile
    // A server may ignore the condition: what counts is what lies there now.
    const auto sealed = read(key);
    if (!sealed) continue;
    send({.method = "DELETE", .key = upload_key(key), .query = {}, .headers = {}});
    return sealed->info;
  }
  throw Error(ErrorCode::conflict, "The upload is still being replaced");
}

void S3Store::unseal(const std::string& key) {
  require_key(key);
  const auto sealed = read(key);
  if (!sealed) return;
  copy(key, upload_key(key), sealed->info);
  send({.method = "DELETE", .key = key, .query = {}, .headers = {}});
}

void S3Store::list_under(const std::string& prefix, std::vector<std::string>& out) const {
  std::string from;
  do {
    Call call{.method = "GET",
              .key = "",
              .query = {{"list-type", "2"}, {"prefix", settings_.prefix + prefix}, {"encoding-type", "url"}},
              .headers = {}};
    if (!from.empty()) call.query.emplace_back("continuation-token", from);
    const auto response = send(call);
    if (!is_success(response)) refuse(response);
    const auto document = parse(response.body);
    const auto result = document.child("ListBucketResult");
    for (const auto entry : result.children("Contents")) {
      std::string encoded = entry.child_value("Key");
      std::ranges::replace(encoded, '+', ' ');  // the list is encoded as forms are
      const auto key = crypto::uri_decode(encoded);
      if (key && key->starts_with(settings_.prefix + prefix)) out.push_back(key->substr(settings_.prefix.size()));
    }
    const bool more = std::string_view(result.child_value("IsTruncated")) == "true";
    const std::string next = more ? result.child_value("NextContinuationToken") : "";
    if (more && (next.empty() || next == from))
      throw UpstreamError(UpstreamFailure::malformed, "The bucket's list does not go on");
    from = next;
  } while (!from.empty());
}

std::vector<std::string> S3Store::list(const std::string& prefix) const {
  std::vector<std::string> sealed, uploads;
  list_under(prefix, sealed);
  list_under(upload_key(prefix), uploads);
  std::erase_if(sealed, [](const auto& key) { return key.starts_with(upload_key("")); });
  for (const auto& key : uploads) sealed.push_back(key.substr(upload_key("").size()));
  std::ranges::sort(sealed);
  const auto doubled = std::ranges::unique(sealed);
  sealed.erase(doubled.begin(), doubled.end());
  return sealed;
}

std::string S3Store::presign_put(const std::string& key, std::int64_t seconds, std::int64_t) const {
  require_key(key);
  return crypto::presign({.method = "PUT",
                          .base = base(settings_.public_endpoint),
                          .path = path(upload_key(key)),
                          .expires_seconds = seconds},
                         clock_(), {settings_.region, "s3"}, signing_key());
}

std::string S3Store::presign_get(const std::string& key, std::int64_t seconds, const Presentation& as) const {
  require_key(key);
  return crypto::presign(
      {.method = "GET",
       .base = base(settings_.public_endpoint),
       .path = path(key),
       .query = {{"response-content-disposition", disposition_of(as)}, {"response-content-type", as.content_type}},
       .expires_seconds = seconds},
      clock_(), {settings_.region, "s3"}, signing_key());
}

}  // namespace oprag::blobs
