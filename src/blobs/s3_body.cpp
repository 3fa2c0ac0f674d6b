#include "blobs/s3_body.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/text.hpp"
#include "blobs/s3_answers.hpp"
#include "crypto/encoding.hpp"

namespace oprag::blobs {
namespace {

constexpr std::size_t piece = 256 * 1024, longest_line = 4096, most_trailers = 20;
constexpr std::int64_t largest_document = 2 << 20;  // bytes: 1,000 keys or 10,000 parts

S3Error malformed() {
  return {400, "InvalidRequest", "The aws-chunked body is not well formed"};
}

}  // namespace

AwsChunks::AwsChunks(http::BodyReader& raw, std::optional<ChunkKey> signed_chunks, bool trailer)
    : raw_(raw), key_(std::move(signed_chunks)), trailer_(trailer) {}

void AwsChunks::fill() {
  buffer_.erase(0, used_);
  used_ = 0;
  const auto before = buffer_.size();
  buffer_.resize(before + piece);
  const auto got = raw_.read(std::span(buffer_).subspan(before));
  buffer_.resize(before + got);
  if (got == 0) throw S3Error(400, "IncompleteBody", "The body ends before its last chunk");
}

std::string AwsChunks::line() {
  auto end = buffer_.find("\r\n", used_);
  while (end == std::string::npos) {
    if (buffer_.size() - used_ > longest_line) throw malformed();
    fill();
    end = buffer_.find("\r\n", used_);
  }
  if (end - used_ > longest_line) throw malformed();
  auto out = buffer_.substr(used_, end - used_);
  used_ = end + 2;
  return out;
}

void AwsChunks::begin_chunk() {
  const auto head = line();
  const auto semicolon = std::min(head.find(';'), head.size());
  const auto [end, error] = std::from_chars(head.data(), head.data() + semicolon, left_, 16);
  if (error != std::errc{} || end != head.data() + semicolon || semicolon > 15) throw malformed();
  constexpr std::string_view name = ";chunk-signature=";
  const auto extension = std::string_view(head).substr(semicolon);
  if (key_) {
    if (!extension.starts_with(name)) throw malformed();
    signature_ = extension.substr(name.size());
    hash_ = Checksum::of("sha256");
  }
  in_chunk_ = true;
}

void AwsChunks::end_chunk() {
  in_chunk_ = false;
  if (!key_) return;
  const auto expected = crypto::chunk_signature(key_->time, key_->scope, key_->secret_key, key_->seed,
                                                crypto::hex_encode(hash_->finish()));
  if (!crypto::constant_time_equal(expected, signature_))
    throw S3Error(403, "SignatureDoesNotMatch", "The signature of a chunk does not match its bytes");
  key_->seed = expected;
}

void AwsChunks::read_trailers() {
  std::string canonical, signature;
  for (auto text = line(); !text.empty(); text = line()) {
    const auto colon = text.find(':');
    if (!trailer_ || colon == std::string::npos || trailers_.size() >= most_trailers) throw malformed();
    const auto name = ascii_lower(trim(std::string_view(text).substr(0, colon)));
    const std::string value(trim(std::string_view(text).substr(colon + 1)));
    if (name == "x-amz-trailer-signature") {
      signature = value;
    } else {
      canonical += name + ":" + value + "\n";
      trailers_.emplace_back(name, value);
    }
  }
  if (!key_ || !trailer_) return;
  const auto expected =
      crypto::trailer_signature(key_->time, key_->scope, key_->secret_key, key_->seed, crypto::sha256_hex(canonical));
  if (!crypto::constant_time_equal(expected, signature))
    throw S3Error(403, "SignatureDoesNotMatch", "The signature of the trailer does not match");
}

std::size_t AwsChunks::read(std::span<char> into) {
  if (done_ || into.empty()) return 0;
  if (!in_chunk_) {
    begin_chunk();
    if (left_ == 0) {
      end_chunk();
      read_trailers();
      done_ = true;
      return 0;
    }
  }
  if (used_ == buffer_.size()) fill();
  const auto count = std::min({into.size(), buffer_.size() - used_, static_cast<std::size_t>(left_)});
  std::copy_n(buffer_.data() + used_, count, into.data());
  if (hash_) hash_->update({into.data(), count});
  used_ += count;
  left_ -= count;
  if (left_ == 0) {
    end_chunk();
    if (!line().empty()) throw malformed();
  }
  return count;
}

namespace {

constexpr std::string_view checksum_prefix = "x-amz-checksum-";

// The checksums to compute, each with what the client says it is; a trailer says so at the end.
struct Claims {
  struct Claim {
    std::unique_ptr<Checksum> sum;
    std::string claimed;  // base64
  };
  std::map<std::string, Claim> by_name;

  void add(const std::string& name, const std::string& claimed) {
    auto sum = Checksum::of(name);
    if (!sum) throw S3Error(400, "InvalidRequest", "The checksum algorithm is not supported");
    by_name[name] = {std::move(sum), claimed};
  }
};

Claims claims_of(const http::Request& request) {
  Claims out;
  for (const auto name : checksum_names) {
    const auto value = request.headers[std::string(checksum_prefix) + std::string(name)];
    if (!value.empty()) out.add(std::string(name), std::string(value));
  }
  if (const auto md5 = request.headers["Content-MD5"]; !md5.empty()) out.add("md5", std::string(md5));
  const auto trailer = ascii_lower(trim(request.headers["x-amz-trailer"]));
  if (trailer.starts_with(checksum_prefix)) out.add(trailer.substr(checksum_prefix.size()), "");
  return out;
}

}  // namespace

ReceivedBody receive_body(const http::Request& request, const std::optional<ChunkKey>& chunk_key, std::int64_t limit,
                          const std::function<void(std::string_view)>& take) {
  const auto too_large = [&] {
    return S3Error(400, "EntityTooLarge", "The upload is larger than " + std::to_string(limit) + " bytes");
  };
  const auto payload = chunk_key ? request.headers["x-amz-content-sha256"] : std::string_view("UNSIGNED-PAYLOAD");
  const bool chunked = request.headers["Content-Encoding"].find("aws-chunked") != std::string_view::npos ||
                       payload.starts_with("STREAMING-");
  std::optional<std::int64_t> expected;
  if (chunked)
    expected = whole_number(request.headers["x-amz-decoded-content-length"]);
  else if (request.content_length)
    expected = static_cast<std::int64_t>(*request.content_length);
  if (chunked && !expected) throw S3Error(411, "MissingContentLength", "x-amz-decoded-content-length is required");
  if (expected.value_or(0) > limit) throw too_large();

  auto claims = claims_of(request);
  const bool hashed = payload.size() == 64;
  if (chunk_key && !hashed && payload != "UNSIGNED-PAYLOAD" && payload != "STREAMING-UNSIGNED-PAYLOAD-TRAILER" &&
      payload != "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" && payload != "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER") {
    throw S3Error(400, "InvalidArgument", "x-amz-content-sha256 is not valid");
  }
  const auto hash = hashed ? Checksum::of("sha256") : nullptr;
  const bool signed_chunks = payload.starts_with("STREAMING-AWS4-");
  AwsChunks chunks(*request.incoming, signed_chunks ? chunk_key : std::nullopt, payload.ends_with("-TRAILER"));
  http::BodyReader& body = chunked ? static_cast<http::BodyReader&>(chunks) : *request.incoming;

  ReceivedBody out;
  std::string buffer(piece, '\0');
  while (const auto got = body.read(buffer)) {
    out.size += static_cast<std::int64_t>(got);
    if (out.size > limit) throw too_large();
    const auto bytes = std::string_view(buffer).substr(0, got);
    if (hash) hash->update(bytes);
    for (auto& [name, claim] : claims.by_name) claim.sum->update(bytes);
    take(bytes);
  }
  if (expected && out.size != *expected)
    throw S3Error(400, "IncompleteBody", "The body is not as long as its headers say");
  if (hash && crypto::hex_encode(hash->finish()) != payload)
    throw S3Error(400, "XAmzContentSHA256Mismatch", "x-amz-content-sha256 does not match the body");
  for (const auto& [name, value] : chunks.trailers()) {
    const auto known = name.starts_with(checksum_prefix) ? claims.by_name.find(name.substr(checksum_prefix.size()))
                                                         : claims.by_name.end();
    if (known != claims.by_name.end()) known->second.claimed = value;
  }
  for (auto& [name, claim] : claims.by_name) {
    if (crypto::base64_encode(claim.sum->finish()) != claim.claimed)
      throw S3Error(400, "BadDigest", "The " + name + " that was sent does not match the body");
    if (name != "md5") out.checksums.emplace_back(name, claim.claimed);
  }
  return out;
}

std::string receive_document(const http::Request& request, const std::optional<ChunkKey>& chunk_key) {
  std::string out;
  receive_body(request, chunk_key, largest_document, [&](std::string_view bytes) { out += bytes; });
  return out;
}

}  // namespace oprag::blobs
