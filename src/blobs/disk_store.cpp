#include "blobs/disk_store.hpp"

#include "blobs/key_path.hpp"
#include "blobs/presentation.hpp"

namespace oprag::blobs {
namespace {

namespace fs = std::filesystem;

constexpr auto multipart_patience = std::chrono::hours(24 * 7);

// New directories are durable too, or a file in them could vanish with them.
void make_directories(const fs::path& directory) {
  if (fs::exists(directory)) return;
  make_directories(directory.parent_path());
  fs::create_directory(directory);
  sync_directory(directory.parent_path());
}

}  // namespace

DiskStore::DiskStore(DiskSettings settings, Clock clock) : settings_(std::move(settings)), clock_(std::move(clock)) {
  for (const auto* part : {"data", "incoming", "locks", "multipart"}) fs::create_directories(settings_.root / part);
}

fs::path DiskStore::file_of(const std::string& key) const {
  return key_path(settings_.root / "data", key);
}

fs::path DiskStore::temporary() const {
  return settings_.root / "incoming" / random_base62(24);
}

// Keys share 256 locks.
fs::path DiskStore::lock_of(const std::string& key) const {
  return settings_.root / "locks" / crypto::sha256_hex(key).substr(0, 2);
}

std::optional<ObjectFile> DiskStore::open(const std::string& key) const {
  return ObjectFile::open(file_of(key));
}

DiskStore::Upload::Upload(DiskStore& store, std::string key)
    : store_(store), key_(std::move(key)), target_(store.file_of(key_)), writer_(store.temporary()) {}

std::optional<ObjectInfo> DiskStore::Upload::finish(const ObjectNotes& notes, const Admit& admit,
                                                    const std::string& etag) {
  auto info = writer_.complete(notes, store_.clock_(), etag);
  const FileLock lock(store_.lock_of(key_));
  const auto current = ObjectFile::open(target_);
  if (!admit(current)) return {};
  {
    const std::lock_guard one_at_a_time(store_.making_directories_);  // who finds a directory finds it durable
    make_directories(target_.parent_path());
  }
  writer_.move_to(target_, current && current->sealed());
  return info;
}

void DiskStore::put(const std::string& key, std::string_view bytes) {
  Upload upload(*this, key);
  upload.write(bytes);
  upload.finish({}, [](const auto&) { return true; });
}

std::optional<std::string> DiskStore::get(const std::string& key) const {
  const auto file = open(key);
  if (!file) return {};
  return file->bytes();
}

std::optional<ObjectInfo> DiskStore::head(const std::string& key) const {
  const auto file = open(key);
  if (!file) return {};
  return file->info();
}

void DiskStore::remove(const std::string& key) {
  const auto file = file_of(key);
  const FileLock lock(lock_of(key));
  std::error_code failed;
  if (!fs::remove(file, failed)) {
    if (failed && failed != std::errc::no_such_file_or_directory && failed != std::errc::not_a_directory)
      throw std::system_error(failed, "cannot remove " + file.string());
    return;
  }
  sync_directory(file.parent_path());
}

std::vector<std::string> DiskStore::list(const std::string& prefix) const {
  std::vector<std::string> out;
  walk(prefix, "", [&](const std::string& key) {
    out.push_back(key);
    return true;
  });
  return out;
}

void DiskStore::walk(const std::string& prefix, const std::string& after,
                     const std::function<bool(const std::string&)>& visit) const {
  walk_keys(settings_.root / "data", prefix, after, visit);
}

std::optional<ObjectInfo> DiskStore::seal(const std::string& key) {
  const FileLock lock(lock_of(key));
  seal_file(file_of(key), true);
  return head(key);
}

void DiskStore::unseal(const std::string& key) {
  const FileLock lock(lock_of(key));
  seal_file(file_of(key), false);
}

void DiskStore::sweep() {
  for (const auto& entry : fs::directory_iterator(settings_.root / "incoming")) remove_orphan(entry.path());
  for (const auto& entry : fs::directory_iterator(settings_.root / "multipart")) {
    if (fs::file_time_type::clock::now() - entry.last_write_time() > multipart_patience) fs::remove_all(entry.path());
  }
}

std::string DiskStore::presign_put(const std::string& key, std::int64_t seconds, std::int64_t max_bytes) const {
  // The limit is part of what is signed: it cannot be raised by editing the URL.
  return crypto::presign({.method = "PUT",
                          .base = settings_.public_base,
                          .path = "/" + settings_.bucket + "/" + key,
                          .query = {{"x-oprag-max-bytes", std::to_string(max_bytes)}},
                          .expires_seconds = seconds},
                         clock_(), settings_.scope, settings_.key);
}

std::string DiskStore::presign_get(const std::string& key, std::int64_t seconds, const Presentation& as) const {
  return crypto::presign(
      {.method = "GET",
       .base = settings_.public_base,
       .path = "/" + settings_.bucket + "/" + key,
       .query = {{"response-content-disposition", disposition_of(as)}, {"response-content-type", as.content_type}},
       .expires_seconds = seconds},
      clock_(), settings_.scope, settings_.key);
}

}  // namespace oprag::blobs
