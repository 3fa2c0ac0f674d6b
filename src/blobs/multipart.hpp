// Uploads in parts, each a file under multipart/ID until they are joined to an object or abandoned.
#pragma once
#include <string>
#include <vector>

#include "blobs/disk_store.hpp"

namespace oprag::blobs {

struct MultipartUpload {
  std::string id, key;
  ObjectNotes notes;
  std::string checksum;       // algorithm, or empty
  std::string checksum_type;  // FULL_OBJECT or COMPOSITE
  Timestamp started;
};

struct PartInfo {
  int number = 0;
  ObjectFile file;
};

// What a client says that the whole is made of.
struct NamedPart {
  int number = 0;
  std::string etag;      // without quotes
  std::string checksum;  // base64, or empty
};

class MultipartUploads {
 public:
  explicit MultipartUploads(DiskStore& store) : store_(store) {}

  std::string begin(const std::string& key, const ObjectNotes& notes, const std::string& checksum,
                    const std::string& checksum_type);
  // Throws S3Error NoSuchUpload; so do the others.
  MultipartUpload require(const std::string& id, const std::string& key) const;
  std::filesystem::path part_path(const std::string& id, int number) const;
  std::vector<PartInfo> parts(const std::string& id) const;
  // Joins the parts. Throws S3Error InvalidPart, InvalidPartOrder, EntityTooSmall, and BadDigest when the whole has not
  // the checksum that is `claimed`.
  std::pair<ObjectInfo, ObjectNotes> complete(const MultipartUpload& upload, const std::vector<NamedPart>& named,
                                              const DiskStore::Admit& admit, const std::string& claimed);
  void abort(const std::string& id, const std::string& key);
  std::vector<MultipartUpload> all() const;

 private:
  std::filesystem::path directory(const std::string& id) const;

  DiskStore& store_;
};

}  // namespace oprag::blobs
