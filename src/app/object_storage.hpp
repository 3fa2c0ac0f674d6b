// Where an installation's objects lie, by its settings: the built-in store with its HTTP face, or a bucket.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "app/settings.hpp"
#include "base/environment.hpp"
#include "blobs/disk_store.hpp"
#include "blobs/s3_requests.hpp"
#include "blobs/s3_store.hpp"
#include "http/dispatcher.hpp"
#include "identity/key_ring.hpp"

namespace oprag::app {

class ObjectStorage {
 public:
  // Throws std::runtime_error, with words for the operator, when the bucket cannot be used as it is set.
  ObjectStorage(const Settings& settings, const identity::KeyRing& keys, const Clock& clock);

  blobs::ObjectStore& store() noexcept;
  // The built-in store's answers to presigned URLs; nothing with a bucket, which answers itself.
  std::optional<http::Mount> mount();
  // Where browsers send files to when it is not the dashboard's own origin; else empty.
  std::string foreign_origin() const;
  // Says so in the log. Asks the bucket as a browser would that has the dashboard open; a few seconds at most.
  void warn_if_browsers_cannot_upload(const std::string& public_url) const;
  // Once at start, when no other node uses the directory.
  void sweep();

 private:
  std::unique_ptr<blobs::S3Store> bucket_;
  std::unique_ptr<blobs::DiskStore> disk_;
  std::unique_ptr<blobs::S3Requests> requests_;  // to disk_
};

// For a restore: the store of these settings, before there are secrets.
std::unique_ptr<blobs::ObjectStore> open_objects(const Settings& settings);

}  // namespace oprag::app
