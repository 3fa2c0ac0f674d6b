// The body of an S3 request as it is meant: out of aws-chunked when it comes in that, and checked against everything
// that the client said about it.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "blobs/checksums.hpp"
#include "crypto/hash.hpp"
#include "crypto/sigv4.hpp"
#include "http/message.hpp"

namespace oprag::blobs {

// With what the chunks of a signed body are checked.
struct ChunkKey {
  Timestamp time;
  crypto::SigningScope scope;
  std::string secret_key, seed;  // `seed`: the request's own signature
};

// Takes aws-chunked apart while it is read. Throws S3Error for what is not well formed, not signed as it should be, or
// cut.
class AwsChunks final : public http::BodyReader {
 public:
  // `signed_chunks`: each must carry its signature. `trailer`: header lines may follow the last chunk.
  AwsChunks(http::BodyReader& raw, std::optional<ChunkKey> signed_chunks, bool trailer);
  std::size_t read(std::span<char> into) override;
  const std::vector<std::pair<std::string, std::string>>& trailers() const noexcept { return trailers_; }

 private:
  std::string line();
  void fill();
  void begin_chunk();
  void end_chunk();
  void read_trailers();

  http::BodyReader& raw_;
  std::optional<ChunkKey> key_;
  bool trailer_;
  std::string buffer_;
  std::size_t used_ = 0;
  std::uint64_t left_ = 0;  // bytes of the chunk
  std::string signature_;   // that the chunk came with
  std::unique_ptr<Checksum> hash_;
  bool in_chunk_ = false, done_ = false;
  std::vector<std::pair<std::string, std::string>> trailers_;
};

struct ReceivedBody {
  std::int64_t size = 0;
  std::vector<std::pair<std::string, std::string>> checksums;  // that the client named, all of them right
};

// Reads the whole body into `take`, at most `limit` bytes (EntityTooLarge), and checks length, payload hash,
// Content-MD5 and checksums: throws IncompleteBody, XAmzContentSHA256Mismatch, BadDigest. `chunk_key` when the headers
// are signed.
ReceivedBody receive_body(const http::Request& request, const std::optional<ChunkKey>& chunk_key, std::int64_t limit,
                          const std::function<void(std::string_view)>& take);
// A small one, whole.
std::string receive_document(const http::Request& request, const std::optional<ChunkKey>& chunk_key);

}  // namespace oprag::blobs
