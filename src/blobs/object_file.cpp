#include "blobs/object_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <system_error>

#include "crypto/encoding.hpp"

namespace oprag::blobs {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr mode_t open_mode = 0600, sealed_mode = 0400;
constexpr std::string_view mark = "\noprag1\n";
constexpr std::int64_t ending = 16;  // eight hex digits and the mark

json::array pairs_to_json(const std::vector<std::pair<std::string, std::string>>& pairs) {
  json::array out;
  for (const auto& [name, value] : pairs) out.push_back(json::array{name, value});
  return out;
}

std::vector<std::pair<std::string, std::string>> pairs_from_json(const json::value& value) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& pair : value.as_array())
    out.emplace_back(std::string(pair.at(0).as_string()), std::string(pair.at(1).as_string()));
  return out;
}

[[noreturn]] void damaged(const fs::path& path) {
  throw std::runtime_error("not an object, or a damaged one: " + path.string());
}

}  // namespace

void fail_on(const std::string& what, const fs::path& path) {
  throw std::system_error(errno, std::generic_category(), what + " " + path.string());
}

void sync_directory(const fs::path& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) fail_on("cannot open", directory);
  const int rc = ::fsync(fd);
  ::close(fd);
  if (rc != 0) fail_on("cannot sync", directory);
}

struct ObjectFile::Descriptor {
  explicit Descriptor(int file, fs::path at) : fd(file), path(std::move(at)) {}
  ~Descriptor() { ::close(fd); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int fd;
  fs::path path;
};

std::optional<ObjectFile> ObjectFile::open(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return {};
    fail_on("cannot open", path);
  }
  ObjectFile out;
  out.file_ = std::make_shared<Descriptor>(fd, path);
  struct stat status{};
  if (::fstat(fd, &status) != 0) fail_on("cannot read", path);
  if (!S_ISREG(status.st_mode) || status.st_size < ending) damaged(path);
  out.sealed_ = (status.st_mode & S_IWUSR) == 0;

  std::string end(ending, '\0');
  out.read(status.st_size - ending, end);
  std::int64_t length = 0;
  const auto [stop, error] = std::from_chars(end.data(), end.data() + 8, length, 16);
  if (!end.ends_with(mark) || error != std::errc{} || stop != end.data() + 8 || length > status.st_size - ending)
    damaged(path);
  std::string line(static_cast<std::size_t>(length), '\0');
  out.read(status.st_size - ending - length, line);
  try {
    const auto known = json::parse(line);
    out.info_ = {.size = status.st_size - ending - length,
                 .sha256 = std::string(known.at("sha256").as_string()),
                 .etag = std::string(known.at("etag").as_string()),
                 .modified = {known.at("modified").as_int64()}};
    out.notes_ = {.content_type = std::string(known.at("type").as_string()),
                  .metadata = pairs_from_json(known.at("metadata")),
                  .checksums = pairs_from_json(known.at("checksums")),
                  .checksum_type = std::string(known.at("checksumType").as_string())};
  } catch (const std::exception&) {
    damaged(path);
  }
  return out;
}

void ObjectFile::read(std::int64_t offset, std::span<char> into) const {
  while (!into.empty()) {
    const auto got = ::pread(file_->fd, into.data(), into.size(), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_on("cannot read", file_->path);
    if (got == 0) damaged(file_->path);
    into = into.subspan(static_cast<std::size_t>(got));
    offset += got;
  }
}

std::string ObjectFile::bytes() const {
  std::string out(static_cast<std::size_t>(info_.size), '\0');
  read(0, out);
  return out;
}

ObjectWriter::ObjectWriter(fs::path temporary) : temporary_(std::move(temporary)) {
  file_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, open_mode);
  if (file_ < 0) fail_on("cannot create", temporary_);
  ::flock(file_, LOCK_EX | LOCK_NB);  // the kernel lets go when the process ends, however it ends
}

ObjectWriter::~ObjectWriter() {
  if (file_ >= 0) ::close(file_);
  std::error_code ignored;
  fs::remove(temporary_, ignored);
}

void ObjectWriter::write(std::string_view bytes) {
  hash_.update(bytes);
  size_ += static_cast<std::int64_t>(bytes.size());
  append(bytes);
}

void ObjectWriter::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      fail_on("cannot write", temporary_);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

ObjectInfo ObjectWriter::complete(const ObjectNotes& notes, Timestamp now, const std::string& etag) {
  const auto digests = hash_.finish();
  ObjectInfo info{.size = size_,
                  .sha256 = crypto::hex_encode(digests.sha256),
                  .etag = etag.empty() ? crypto::hex_encode(digests.md5) : etag,
                  .modified = now};
  auto line = "\n" + json::serialize(json::object{{"size", info.size},
                                                  {"sha256", info.sha256},
                                                  {"etag", info.etag},
                                                  {"modified", now.ms},
                                                  {"type", notes.content_type},
                                                  {"metadata", pairs_to_json(notes.metadata)},
                                                  {"checksums", pairs_to_json(notes.checksums)},
                                                  {"checksumType", notes.checksum_type}});
  std::array<char, 9> length{};
  std::snprintf(length.data(), length.size(), "%08zx", line.size());
  append(line + length.data() + std::string(mark));
  if (::fsync(file_) != 0) fail_on("cannot sync", temporary_);
  return info;
}

void ObjectWriter::move_to(const fs::path& path, bool sealed) {
  if (sealed && ::fchmod(file_, sealed_mode) != 0) fail_on("cannot seal", temporary_);
  if (::rename(temporary_.c_str(), path.c_str()) != 0) fail_on("cannot rename to", path);
  sync_directory(path.parent_path());
}

void seal_file(const fs::path& path, bool sealed) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return;
    fail_on("cannot open", path);
  }
  const bool done = ::fchmod(fd, sealed ? sealed_mode : open_mode) == 0 && ::fsync(fd) == 0;
  ::close(fd);
  if (!done) fail_on("cannot seal", path);
}

void remove_orphan(const fs::path& temporary) {
  const int fd = ::open(temporary.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) ::unlink(temporary.c_str());
  ::close(fd);
}

FileLock::FileLock(const fs::path& path) : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, open_mode)) {
  if (file_ < 0) fail_on("cannot open", path);
  while (::flock(file_, LOCK_EX) != 0) {
    if (errno != EINTR) fail_on("cannot lock", path);
  }
}

FileLock::~FileLock() {
  ::close(file_);
}

}  // namespace oprag::blobs
