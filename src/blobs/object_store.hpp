// Where uploaded files, extracted texts and index segments lie. Keys are '/'-separated; values are whole.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/timestamp.hpp"

namespace oprag::blobs {

struct ObjectInfo {
  std::int64_t size = 0;  // bytes
  std::string sha256;     // hex
  std::string etag;       // md5 in hex, without quotes
  Timestamp modified;
};

// How a browser shall treat what a presigned GET gives it.
struct Presentation {
  std::string content_type;
  std::string filename;
};

class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  virtual std::string bucket() const = 0;
  // Returns when the bytes are on disk. Replaces.
  virtual void put(const std::string& key, std::string_view bytes) = 0;
  virtual std::optional<std::string> get(const std::string& key) const = 0;
  virtual std::optional<ObjectInfo> head(const std::string& key) const = 0;
  // A missing object is no error.
  virtual void remove(const std::string& key) = 0;
  // Keys with the prefix, in order.
  virtual std::vector<std::string> list(const std::string& prefix) const = 0;

  // From now on nothing that is sent to a presigned URL changes what the key gives, until unseal(). What is sealed, or
  // nothing when there is no object. Sealing twice is sealing once. An object that was put() may be sealed already.
  virtual std::optional<ObjectInfo> seal(const std::string& key) = 0;
  virtual void unseal(const std::string& key) = 0;

  // URLs good for one method, one key and `seconds`. They sign `host` only, so a client may send any Content-Type.
  virtual std::string presign_put(const std::string& key, std::int64_t seconds, std::int64_t max_bytes) const = 0;
  virtual std::string presign_get(const std::string& key, std::int64_t seconds, const Presentation& as) const = 0;
};

}  // namespace oprag::blobs
