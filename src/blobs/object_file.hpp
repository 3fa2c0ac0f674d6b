// How an object lies on disk: its bytes, then one line of JSON about them, then 16 bytes that say how long that line
// is. One file, so that bytes and notes can only change together.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "blobs/object_store.hpp"
#include "crypto/hash.hpp"

namespace oprag::blobs {

// What a client of the S3 face said about an object.
struct ObjectNotes {
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> metadata;   // names without "x-amz-meta-"
  std::vector<std::pair<std::string, std::string>> checksums;  // {"crc32", base64}
  std::string checksum_type;                                   // FULL_OBJECT or COMPOSITE
};

// Throws std::system_error with the path; errno says why.
[[noreturn]] void fail_on(const std::string& what, const std::filesystem::path& path);
void sync_directory(const std::filesystem::path& directory);

// An object open for reading: replaced or removed meanwhile, it still gives the bytes that it had.
class ObjectFile {
 public:
  // Nothing when no file is there. Throws when it cannot be read or is none of ours.
  static std::optional<ObjectFile> open(const std::filesystem::path& path);

  const ObjectInfo& info() const noexcept { return info_; }
  const ObjectNotes& notes() const noexcept { return notes_; }
  bool sealed() const noexcept { return sealed_; }
  // Fills `into` from `offset`; throws when the file is shorter.
  void read(std::int64_t offset, std::span<char> into) const;
  std::string bytes() const;

 private:
  struct Descriptor;
  std::shared_ptr<Descriptor> file_;
  ObjectInfo info_;
  ObjectNotes notes_;
  bool sealed_ = false;
};

// An object that arrives in parts, under a temporary name that its process holds locked. Unfinished, it leaves nothing.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::filesystem::path temporary);
  ~ObjectWriter();
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;

  void write(std::string_view bytes);
  std::int64_t size() const noexcept { return size_; }
  // Writes the notes and waits until all is on disk. `etag` stands in for the MD5 of the bytes.
  ObjectInfo complete(const ObjectNotes& notes, Timestamp now, const std::string& etag = {});
  // Durable under its name when it returns. The directory is there.
  void move_to(const std::filesystem::path& path, bool sealed);

 private:
  void append(std::string_view bytes);

  std::filesystem::path temporary_;
  int file_ = -1;
  std::int64_t size_ = 0;
  crypto::StreamHash hash_;
};

// Sealed objects may not be written, and say so to everybody.
void seal_file(const std::filesystem::path& path, bool sealed);
// Removes a temporary file unless a living process writes it.
void remove_orphan(const std::filesystem::path& temporary);

// Held while it lives, against threads and other processes.
class FileLock {
 public:
  explicit FileLock(const std::filesystem::path& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace oprag::blobs
