#include "identity/admin_signature.hpp"

#include <algorithm>
#include <sstream>

#include "base/text.hpp"
#include "crypto/hash.hpp"
#include "identity/refused.hpp"

namespace oprag::identity {
namespace {

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, by);) out.push_back(part);
  return out;
}

// "AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…"
std::map<std::string, std::string> parts_of(std::string_view authorization) {
  constexpr std::string_view scheme = "AWS4-HMAC-SHA256 ";
  std::map<std::string, std::string> out;
  if (!authorization.starts_with(scheme)) return out;
  for (const auto& part : split(std::string(authorization.substr(scheme.size())), ',')) {
    const auto trimmed = std::string(trim(part));
    const auto equals = trimmed.find('=');
    if (equals != std::string::npos) out[trimmed.substr(0, equals)] = trimmed.substr(equals + 1);
  }
  return out;
}

}  // namespace

void require_signature(const http::Request& request, Timestamp now, const crypto::SigningKey& key) {
  auto given = parts_of(request.headers["Authorization"]);
  const auto credential = split(given["Credential"], '/');  // key, date, region, service, "aws4_request"
  const auto time = crypto::parse_amz_time(request.headers["X-Amz-Date"]);
  if (credential.size() != 5 || !time || request.headers.count("Authorization") != 1) {
    throw Refused("IncompleteSignatureException", "This operation must be signed with the installation's admin key");
  }
  const crypto::SigningScope scope{credential[2], credential[3]};
  if (credential[0] != key.access_key || scope.service != "cognito-idp") {
    throw Refused("UnrecognizedClientException", "The security token included in the request is invalid.");
  }
  crypto::CanonicalRequest canonical{request.method, request.path, request.query, {}, crypto::sha256_hex(request.body)};
  const auto names = split(given["SignedHeaders"], ';');
  for (const auto& name : names) {
    if (request.headers.count(name) != 1) {
      throw Refused("InvalidSignatureException", "A signed header is missing or repeated: " + name);
    }
    canonical.headers.emplace_back(name, std::string(request.headers[name]));
  }
  for (const auto* needed : {"host", "x-amz-date", "x-amz-target"}) {
    if (std::ranges::find(names, needed) == names.end()) {
      throw Refused("InvalidSignatureException", std::string("The header must be signed: ") + needed);
    }
  }
  const bool fresh = now.ms - time->ms <= signature_age_ms && time->ms - now.ms <= signature_age_ms;
  if (!fresh || credential[1] != crypto::amz_time(*time).substr(0, 8) ||
      !crypto::constant_time_equal(crypto::signature_of(canonical, *time, scope, key.secret_key), given["Signature"])) {
    throw Refused("InvalidSignatureException",
                  fresh ? "The request signature does not match." : "Signature expired or not yet current.");
  }
}

}  // namespace oprag::identity
