// The built-in store: one file per object under a directory that several nodes may share. A crash at any moment leaves
// the old object or the new one; what a killed upload left behind is swept at start.
#pragma once
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>

#include "base/environment.hpp"
#include "blobs/object_store.hpp"
#include "crypto/hash.hpp"
#include "crypto/sigv4.hpp"

namespace oprag::blobs {

struct DiskSettings {
  std::filesystem::path root;
  std::string public_base;  // URL under which presigned.hpp answers: "https://host/prefix/_objects"
  std::string bucket = "oprag-documents";
  crypto::SigningScope scope{"local", "s3"};
  crypto::SigningKey key;
};

class DiskStore final : public ObjectStore {
 public:
  DiskStore(DiskSettings settings, Clock clock);

  std::string bucket() const override { return settings_.bucket; }
  void put(const std::string& key, std::string_view bytes) override;
  std::optional<std::string> get(const std::string& key) const override;
  std::optional<ObjectInfo> head(const std::string& key) const override;
  void remove(const std::string& key) override;
  std::vector<std::string> list(const std::string& prefix) const override;
  std::optional<ObjectInfo> seal(const std::string& key) override;
  void unseal(const std::string& key) override;
  std::string presign_put(const std::string& key, std::int64_t seconds, std::int64_t max_bytes) const override;
  std::string presign_get(const std::string& key, std::int64_t seconds, const Presentation& as) const override;

  const DiskSettings& settings() const noexcept { return settings_; }
  bool sealed(const std::string& key) const;
  // The file behind a key, whether or not it is there. Throws std::invalid_argument for a key that is no plain path.
  std::filesystem::path file_of(const std::string& key) const;
  // Removes the temporary files of uploads that ended with their process. Only when no other node runs.
  void sweep();

  // An object that arrives in parts. Destroyed without finish(): nothing happened.
  class Upload {
   public:
    Upload(DiskStore& store, std::string key);
    ~Upload();
    Upload(const Upload&) = delete;
    Upload& operator=(const Upload&) = delete;
    void write(std::string_view bytes);
    std::int64_t size() const noexcept { return size_; }
    // Durable when it returns; false when the key was sealed meanwhile.
    bool finish(ObjectInfo& info, bool even_sealed = false);

   private:
    DiskStore& store_;
    std::string key_;
    std::filesystem::path temporary_;
    int file_ = -1;
    std::int64_t size_ = 0;
    crypto::StreamHash hash_;
  };

 private:
  std::filesystem::path info_of(const std::string& key) const;

  DiskSettings settings_;
  Clock clock_;
  mutable std::mutex finishing_;  // orders a finish against a seal
};

}  // namespace oprag::blobs
