// Objects in a real bucket: S3, or a server that speaks it.
//
// A bucket cannot take a presigned URL back. So an upload goes to "uploads/KEY", and seal() copies it to KEY, to which
// no URL ever allowed a PUT: what was sealed stays, whatever is still sent to the old URL. Every object at its own key
// carries its sha256 in its metadata, and every read is checked against it. What is left under "uploads/" is garbage
// after a day: give the bucket a lifecycle rule.
#pragma once
#include <chrono>

#include "base/environment.hpp"
#include "base/secret.hpp"
#include "blobs/object_store.hpp"
#include "crypto/sigv4.hpp"
#include "outbound/client.hpp"

namespace oprag::blobs {

struct BucketSettings {
  std::string endpoint;         // "https://s3.eu-central-1.amazonaws.com"; its own path is kept
  std::string public_endpoint;  // in presigned URLs, when browsers reach the bucket by another name
  std::string region = "us-east-1";
  std::string bucket;
  std::string prefix;  // of every key in the bucket: "oprag/"; may be empty
  Secret access_key, secret_key, session_token;
  bool path_style = true;              // endpoint/bucket/key; otherwise bucket.endpoint/key
  std::int64_t largest = 512LL << 20;  // bytes of an object; a larger upload is not read, and so not sealed
  outbound::Timeouts timeouts;
  int attempts = 4;  // of a call that the bucket was too busy for or that got lost
};

using Pause = std::function<void(std::chrono::milliseconds)>;

class S3Store final : public ObjectStore {
 public:
  // `pause` waits between attempts.
  S3Store(BucketSettings settings, Clock clock, Pause pause);

  // Writes, reads, lists and removes one object. Throws UpstreamError, whose words say which setting to look at.
  void check();
  // Why a page of this origin cannot send a file by a presigned URL; nothing when it can. Asks as browsers do (CORS).
  std::optional<std::string> upload_problem(const std::string& origin) const;
  // Of the presigned URLs: scheme://host[:port].
  std::string public_origin() const;

  std::string bucket() const override { return settings_.bucket; }
  void put(const std::string& key, std::string_view bytes) override;
  std::optional<std::string> get(const std::string& key) const override;
  std::optional<ObjectInfo> head(const std::string& key) const override;
  void remove(const std::string& key) override;
  std::vector<std::string> list(const std::string& prefix) const override;
  std::optional<ObjectInfo> seal(const std::string& key) override;
  void unseal(const std::string& key) override;
  // `max_bytes` cannot be held by a bucket: whoever confirms the upload looks at its size.
  std::string presign_put(const std::string& key, std::int64_t seconds, std::int64_t max_bytes) const override;
  std::string presign_get(const std::string& key, std::int64_t seconds, const Presentation& as) const override;

 private:
  struct Call {
    std::string method, key;
    crypto::Pairs query, headers;
    std::string_view body = {};
  };
  struct Object {
    std::string bytes;
    ObjectInfo info;
  };
  std::string base(const std::string& endpoint) const;
  std::string path(const std::string& key) const;
  crypto::SigningKey signing_key() const;
  outbound::Response once(const Call& call) const;
  // Repeats what may be repeated, and throws for every status but 2xx, 404 and 412.
  outbound::Response send(const Call& call) const;
  std::optional<Object> read(const std::string& key) const;
  // Without the sha256, which uploads don't have.
  std::optional<ObjectInfo> look_at(const std::string& key) const;
  bool copy(const std::string& from, const std::string& to, const ObjectInfo& info) const;
  void list_under(const std::string& prefix, std::vector<std::string>& out) const;

  BucketSettings settings_;
  Clock clock_;
  Pause pause_;
  mutable outbound::Client client_{"The bucket"};
};

}  // namespace oprag::blobs
