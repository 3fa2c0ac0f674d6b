// The built-in store: one file per object under a directory that several nodes may share. A crash at any moment leaves
// the old object or the new one; what a killed upload left behind is swept at start.
#pragma once
#include <filesystem>
#include <functional>
#include <mutex>

#include "base/environment.hpp"
#include "blobs/object_file.hpp"
#include "blobs/object_store.hpp"
#include "crypto/sigv4.hpp"

namespace oprag::blobs {

struct DiskSettings {
  std::filesystem::path root;
  std::string public_base;  // URL under which s3_requests.hpp answers: "https://host/prefix/_objects"
  std::string bucket = "oprag-documents";
  crypto::SigningScope scope{"local", "s3"};
  crypto::SigningKey key;                   // signs the store's own URLs
  crypto::SigningKey operator_key = {};     // may do everything: for backups; none when empty
  std::int64_t operator_limit = 5LL << 30;  // bytes of one object
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
  std::optional<ObjectFile> open(const std::string& key) const;
  void walk(const std::string& prefix, const std::string& after,
            const std::function<bool(const std::string& key)>& visit) const;
  // The file behind a key, whether or not it is there. Throws std::invalid_argument for a key that is no plain path.
  std::filesystem::path file_of(const std::string& key) const;
  std::filesystem::path temporary() const;
  Timestamp now() const { return clock_(); }
  // Removes the temporary files of uploads that ended with their process, and multipart uploads that nobody went on
  // with for a week.
  void sweep();

  // Decides under the key's lock, by what lies there now.
  using Admit = std::function<bool(const std::optional<ObjectFile>& current)>;
  static bool unless_sealed(const std::optional<ObjectFile>& current) { return !current || !current->sealed(); }

  // An object that arrives in parts. Destroyed without finish(): nothing happened.
  class Upload {
   public:
    Upload(DiskStore& store, std::string key);
    void write(std::string_view bytes) { writer_.write(bytes); }
    std::int64_t size() const noexcept { return writer_.size(); }
    // Durable when it returns; nothing when it was not admitted.
    std::optional<ObjectInfo> finish(const ObjectNotes& notes, const Admit& admit, const std::string& etag = {});

   private:
    DiskStore& store_;
    std::string key_;
    std::filesystem::path target_;
    ObjectWriter writer_;
  };

 private:
  std::filesystem::path lock_of(const std::string& key) const;

  DiskSettings settings_;
  Clock clock_;
  std::mutex making_directories_;
};

}  // namespace oprag::blobs
