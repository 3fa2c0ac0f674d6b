#include "blobs/disk_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <iterator>
#include <system_error>

#include "blobs/presentation.hpp"
#include "crypto/encoding.hpp"

namespace oprag::blobs {
namespace {

namespace fs = std::filesystem;

constexpr mode_t open_mode = 0600, sealed_mode = 0400;  // a sealed object cannot be written, and says so to everybody

[[noreturn]] void fail(const std::string& what, const fs::path& path) {
  throw std::system_error(errno, std::generic_category(), what + " " + path.string());
}

void sync_directory(const fs::path& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) fail("cannot open", directory);
  const int rc = ::fsync(fd);
  ::close(fd);
  if (rc != 0) fail("cannot sync", directory);
}

// New directories are durable too, or a file in them could vanish with them.
void make_directories(const fs::path& directory) {
  if (fs::exists(directory)) return;
  make_directories(directory.parent_path());
  fs::create_directory(directory);
  sync_directory(directory.parent_path());
}

std::int64_t modified_ns(const struct stat& s) {
  return s.st_mtim.tv_sec * 1'000'000'000 + s.st_mtim.tv_nsec;
}

std::optional<struct stat> status_of(const fs::path& path) {
  struct stat out{};
  if (::stat(path.c_str(), &out) != 0) return {};
  return out;
}

std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return {};
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

DiskStore::DiskStore(DiskSettings settings, Clock clock) : settings_(std::move(settings)), clock_(std::move(clock)) {
  for (const auto* part : {"data", "info", "incoming"}) fs::create_directories(settings_.root / part);
}

fs::path DiskStore::file_of(const std::string& key) const {
  if (key.empty() || key.size() > 900 || key.front() == '/' || key.find('\0') != std::string::npos) {
    throw std::invalid_argument("not an object key");
  }
  for (const auto& part : fs::path(key)) {
    if (part == ".." || part == "." || part.empty()) throw std::invalid_argument("not an object key");
  }
  return settings_.root / "data" / key;
}

fs::path DiskStore::info_of(const std::string& key) const {
  return settings_.root / "info" / crypto::sha256_hex(key).substr(0, 2) / crypto::sha256_hex(key);
}

DiskStore::Upload::Upload(DiskStore& store, std::string key)
    : store_(store), key_(std::move(key)), temporary_(store.settings_.root / "incoming" / random_base62(24)) {
  store_.file_of(key_);
  file_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, open_mode);
  if (file_ < 0) fail("cannot create", temporary_);
}

DiskStore::Upload::~Upload() {
  if (file_ >= 0) ::close(file_);
  std::error_code ignored;
  fs::remove(temporary_, ignored);
}

void DiskStore::Upload::write(std::string_view bytes) {
  hash_.update(bytes);
  size_ += static_cast<std::int64_t>(bytes.size());
  while (!bytes.empty()) {
    const auto written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      fail("cannot write", temporary_);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

bool DiskStore::Upload::finish(ObjectInfo& info, bool even_sealed) {
  if (::fsync(file_) != 0) fail("cannot sync", temporary_);
  struct stat status{};
  ::fstat(file_, &status);
  const auto digests = hash_.finish();
  info = {.size = size_,
          .sha256 = crypto::hex_encode(digests.sha256),
          .etag = crypto::hex_encode(digests.md5),
          .modified = store_.clock_()};
  const auto target = store_.file_of(key_);
  const std::lock_guard lock(store_.finishing_);
  if (!even_sealed && store_.sealed(key_)) return false;
  make_directories(target.parent_path());
  if (::rename(temporary_.c_str(), target.c_str()) != 0) fail("cannot rename to", target);
  sync_directory(target.parent_path());
  // Only a cache: head() makes it again when it is missing or of another file.
  const auto note = store_.info_of(key_);
  fs::create_directories(note.parent_path());
  std::ofstream(note, std::ios::binary) << boost::json::serialize(boost::json::object{
      {"modified", modified_ns(status)}, {"size", info.size}, {"sha256", info.sha256}, {"md5", info.etag}});
  return true;
}

void DiskStore::put(const std::string& key, std::string_view bytes) {
  Upload upload(*this, key);
  upload.write(bytes);
  ObjectInfo info;
  upload.finish(info, true);
}

std::optional<std::string> DiskStore::get(const std::string& key) const {
  return read_file(file_of(key));
}

std::optional<ObjectInfo> DiskStore::head(const std::string& key) const {
  const auto status = status_of(file_of(key));
  if (!status || !S_ISREG(status->st_mode)) return {};
  ObjectInfo out{.size = status->st_size, .sha256 = {}, .etag = {}, .modified = {modified_ns(*status) / 1'000'000}};
  if (const auto note = read_file(info_of(key))) {
    boost::system::error_code failed;
    const auto known = boost::json::parse(*note, failed);
    if (!failed && known.is_object() && known.at("modified") == modified_ns(*status) && known.at("size") == out.size) {
      out.sha256 = known.at("sha256").as_string();
      out.etag = known.at("md5").as_string();
      return out;
    }
  }
  const auto bytes = get(key);
  if (!bytes) return {};
  out.sha256 = crypto::sha256_hex(*bytes);
  out.etag = crypto::hex_encode(crypto::md5(*bytes));
  return out;
}

void DiskStore::remove(const std::string& key) {
  const auto file = file_of(key);
  std::error_code missing;
  fs::remove(info_of(key), missing);
  if (fs::remove(file, missing)) sync_directory(file.parent_path());
}

std::vector<std::string> DiskStore::list(const std::string& prefix) const {
  const auto root = settings_.root / "data";
  const auto slash = prefix.rfind('/');
  const auto from = slash == std::string::npos ? root : root / prefix.substr(0, slash);
  std::vector<std::string> out;
  std::error_code missing;
  for (fs::recursive_directory_iterator it(from, missing), end; !missing && it != end; it.increment(missing)) {
    if (!it->is_regular_file()) continue;
    auto key = fs::relative(it->path(), root).generic_string();
    if (key.starts_with(prefix)) out.push_back(std::move(key));
  }
  std::ranges::sort(out);
  return out;
}

bool DiskStore::sealed(const std::string& key) const {
  const auto status = status_of(file_of(key));
  return status && (status->st_mode & S_IWUSR) == 0;
}

std::optional<ObjectInfo> DiskStore::seal(const std::string& key) {
  {
    const std::lock_guard lock(finishing_);
    if (::chmod(file_of(key).c_str(), sealed_mode) != 0 && errno != ENOENT) fail("cannot seal", file_of(key));
  }
  return head(key);
}

void DiskStore::unseal(const std::string& key) {
  const std::lock_guard lock(finishing_);
  if (::chmod(file_of(key).c_str(), open_mode) != 0 && errno != ENOENT) fail("cannot unseal", file_of(key));
}

void DiskStore::sweep() {
  for (const auto& entry : fs::directory_iterator(settings_.root / "incoming")) fs::remove(entry.path());
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
