// The published SigV4 suite: 38 requests, each signed by header and by query. Lies outside the tree; named by
// OPRAG_VECTORS, or found beside the checkout in shared/vectors.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/text.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/sigv4.hpp"

namespace oprag::crypto {
namespace {

namespace fs = std::filesystem;

fs::path vectors() {
  const char* given = std::getenv("OPRAG_VECTORS");
  return fs::path(given ? given : "../shared/vectors") / "sigv4";
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  auto text = out.str();
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      out += hex_decode(ascii_lower(text.substr(i + 1, 2))).value();
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// The request file as a canonical request: first line, headers (folded lines join), body.
CanonicalRequest read_request(const fs::path& file, std::string& body) {
  std::ifstream in(file, std::ios::binary);
  std::string line;
  std::getline(in, line);
  CanonicalRequest out;
  out.method = line.substr(0, line.find(' '));
  auto target = line.substr(line.find(' ') + 1);
  target.erase(target.rfind(" HTTP/"));
  const auto question = target.find('?');
  out.path = target.substr(0, question);
  std::stringstream pairs(question == std::string::npos ? "" : target.substr(question + 1));
  for (std::string pair; std::getline(pairs, pair, '&');) {
    const auto equals = std::min(pair.find('='), pair.size());
    out.query.emplace_back(decoded(pair.substr(0, equals)),
                           equals == pair.size() ? "" : decoded(pair.substr(equals + 1)));
  }
  while (std::getline(in, line) && !line.empty()) {
    if (line.front() == ' ')
      out.headers.back().second += line;
    else
      out.headers.emplace_back(line.substr(0, line.find(':')), line.substr(line.find(':') + 1));
  }
  std::stringstream rest;
  rest << in.rdbuf();
  body = rest.str();
  return out;
}

struct Vector {
  fs::path folder;
  boost::json::object context;
  SigningScope scope;
  SigningKey key;
  Timestamp time;
  CanonicalRequest request;

  explicit Vector(const fs::path& at) : folder(at) {
    context = boost::json::parse(text_of(at / "context.json")).as_object();
    const auto word = [](const boost::json::value& v) { return std::string(v.as_string()); };
    scope = {word(context.at("region")), word(context.at("service"))};
    const auto& credentials = context.at("credentials").as_object();
    key = {word(credentials.at("access_key_id")), word(credentials.at("secret_access_key"))};
    if (const auto* token = credentials.if_contains("token")) key.session_token = word(*token);
    time = parse_iso8601(word(context.at("timestamp"))).value();
    std::string body;
    request = read_request(at / "request.txt", body);
    request.normalise_path = context.at("normalize").as_bool();
    request.payload_hash = sha256_hex(body);
  }
  bool flag(std::string_view name) const {
    const auto* value = context.if_contains(name);
    return value && value->as_bool();
  }
  // Whether canonical text, string to sign and signature are the published ones.
  bool agrees(const std::string& kind, const CanonicalRequest& r) const {
    EXPECT_EQ(canonical_text(r), text_of(folder / (kind + "-canonical-request.txt"))) << folder;
    EXPECT_EQ(string_to_sign(r, time, scope), text_of(folder / (kind + "-string-to-sign.txt"))) << folder;
    const auto signature = signature_of(r, time, scope, key.secret_key);
    EXPECT_EQ(signature, text_of(folder / (kind + "-signature.txt"))) << folder;
    return signature == text_of(folder / (kind + "-signature.txt"));
  }
};

CanonicalRequest by_header(const Vector& v) {
  auto out = v.request;
  out.headers.emplace_back("X-Amz-Date", amz_time(v.time));
  if (v.flag("sign_body")) out.headers.emplace_back("X-Amz-Content-Sha256", out.payload_hash);
  if (!v.key.session_token.empty() && !v.flag("omit_session_token"))
    out.headers.emplace_back("X-Amz-Security-Token", v.key.session_token);
  return out;
}

CanonicalRequest by_query(const Vector& v) {
  auto out = v.request;
  const auto credential =
      v.key.access_key + "/" + amz_time(v.time).substr(0, 8) + "/" + v.scope.region + "/" + v.scope.service;
  out.query.emplace_back("X-Amz-Algorithm", "AWS4-HMAC-SHA256");
  out.query.emplace_back("X-Amz-Credential", credential + "/aws4_request");
  out.query.emplace_back("X-Amz-Date", amz_time(v.time));
  out.query.emplace_back("X-Amz-Expires", std::to_string(v.context.at("expiration_in_seconds").as_int64()));
  out.query.emplace_back("X-Amz-SignedHeaders", signed_header_names(out.headers));
  if (!v.key.session_token.empty() && !v.flag("omit_session_token"))
    out.query.emplace_back("X-Amz-Security-Token", v.key.session_token);
  return out;
}

TEST(SigV4Vectors, AllAgree) {
  if (!fs::exists(vectors())) GTEST_SKIP() << "no vectors at " << vectors() << "; set OPRAG_VECTORS";
  int total = 0, right = 0;
  for (const auto& folder : fs::directory_iterator(vectors())) {
    const Vector v(folder.path());
    right += v.agrees("header", by_header(v)) + v.agrees("query", by_query(v));
    total += 2;
  }
  std::cout << "SigV4 vectors: " << right << "/" << total << "\n";
  EXPECT_EQ(right, 76);
  EXPECT_EQ(total, 76);
}

}  // namespace
}  // namespace oprag::crypto
