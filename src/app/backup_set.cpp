#include "app/backup_set.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "app/data_directory.hpp"
#include "blobs/key_path.hpp"
#include "blobs/object_file.hpp"
#include "crypto/encoding.hpp"
#include "features/documents/records.hpp"

namespace oprag::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunk = 1 << 20;  // bytes

struct Company {
  CompanyId company_id;
};
BOOST_DESCRIBE_STRUCT(Company, (), (company_id))

struct VersionObjects {
  std::string object_key;
  std::optional<std::string> text_object, sha256;
  documents::DocumentStatus status = documents::DocumentStatus::pending_upload;
  bool deleted = false;
};
BOOST_DESCRIBE_STRUCT(VersionObjects, (), (object_key, text_object, sha256, status, deleted))

struct SegmentObject {
  std::string object_key;
  bool removed = false;
};
BOOST_DESCRIBE_STRUCT(SegmentObject, (), (object_key, removed))

constexpr std::string_view version_objects = R"(
  SELECT v.object_key, v.text_object, v.sha256, v.status, CASE WHEN d.deleted_at IS NULL THEN 0 ELSE 1 END AS deleted
  FROM document_versions v JOIN documents d
    ON d.company_id = v.company_id AND d.project_id = v.project_id AND d.document_id = v.document_id
  WHERE v.company_id = $1)";

constexpr std::string_view segment_objects = R"(
  SELECT object_key, CASE WHEN removed_revision IS NULL THEN 0 ELSE 1 END AS removed
  FROM index_segments WHERE company_id = $1)";

void add_company(db::Tenant& tenant, Contents& out) {
  const auto add = [&](const std::string& key, const Reference& reference) {
    auto& known = out.objects[key];
    known.required |= reference.required;
    known.sealed |= reference.sealed;
    if (reference.sha256) known.sha256 = reference.sha256;
  };
  for (const auto& version : tenant.all<VersionObjects>(version_objects)) {
    const bool confirmed = version.status != documents::DocumentStatus::pending_upload;
    const bool required = confirmed && !version.deleted;
    add(version.object_key, {.required = required, .sealed = confirmed, .sha256 = version.sha256});
    add(documents::metadata_key_of(version.object_key), {.required = required, .sealed = confirmed, .sha256 = {}});
    if (version.text_object) add(*version.text_object, {.required = !version.deleted, .sealed = false, .sha256 = {}});
  }
  for (const auto& segment : tenant.all<SegmentObject>(segment_objects)) {
    add(segment.object_key, {.required = !segment.removed, .sealed = false, .sha256 = {}});
  }
  out.documents +=
      tenant.scalar<std::int64_t>("SELECT COUNT(*) FROM documents WHERE company_id = $1 AND deleted_at IS NULL")
          .value_or(0);
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : path_(path), fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {
    if (fd_ < 0) blobs::fail_on("cannot open", path);
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return fd_; }
  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) blobs::fail_on("cannot write", path_);
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }

 private:
  fs::path path_;
  int fd_;
};

}  // namespace

fs::path BackupPaths::secret(const std::string& name) const {
  if (name.empty() || name.starts_with('.') || name.find('/') != std::string::npos)
    throw BackupRefused("the backup's manifest names a secret \"" + name + "\", which is no file name");
  return root_ / "secrets" / name;
}

fs::path BackupPaths::object(const std::string& key) const {
  try {
    return blobs::key_path(root_ / "objects", key);
  } catch (const std::invalid_argument&) {
    throw BackupRefused("the backup's manifest names an object \"" + key + "\", which is no object key");
  }
}

Manifest read_manifest(const BackupPaths& backup) {
  if (!fs::is_regular_file(backup.manifest())) {
    throw BackupRefused(backup.root().string() + " is no backup: it has no manifest.json, which is written last");
  }
  const auto damaged = [&](const char* why) {
    return BackupRefused(backup.manifest().string() + " is damaged: " + why);
  };
  try {
    const auto value = json::parse(read_bytes(backup.manifest()));
    const auto* format = value.is_object() ? value.get_object().if_contains("format") : nullptr;
    if (!format || !format->is_int64()) throw damaged("it names no format");
    if (format->get_int64() != backup_format) {
      throw BackupRefused("the backup has format " + std::to_string(format->get_int64()) +
                          ", and this program knows format " + std::to_string(backup_format) + ": use another oprag");
    }
    auto out = json::decode<Manifest>(value);
    if (out.data_format > data_format) throw BackupRefused("a newer oprag wrote the backup: restore it with that one");
    if (out.counts.objects != static_cast<std::int64_t>(out.objects.size())) throw damaged("objects are missing in it");
    if (out.database.has_value() != (out.engine == "sqlite")) throw damaged("its database and engine do not agree");
    return out;
  } catch (const BackupRefused&) {
    throw;
  } catch (const std::exception& e) {
    throw damaged(e.what());
  }
}

Contents contents_of(db::Database& database) {
  Contents out;
  const auto companies = database.read_system(
      [](db::System& directory) { return directory.all<Company>("SELECT company_id FROM companies"); });
  out.companies = static_cast<std::int64_t>(companies.size());
  for (const auto& company : companies) {
    database.read(company.company_id, [&](db::Tenant& tenant) { add_company(tenant, out); });
  }
  return out;
}

std::string read_bytes(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw BackupRefused("cannot read " + file.string());
  std::string out{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) throw BackupRefused("cannot read " + file.string());
  return out;
}

BackupFile measured(std::string name, const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw BackupRefused("cannot read " + file.string());
  BackupFile out{.name = std::move(name), .size = 0, .sha256 = {}, .sealed = false};
  crypto::StreamHash hash;
  std::string buffer(chunk, '\0');
  while (in.read(buffer.data(), static_cast<std::streamsize>(chunk)), in.gcount() > 0) {
    const auto got = static_cast<std::size_t>(in.gcount());
    hash.update(std::string_view(buffer).substr(0, got));
    out.size += static_cast<std::int64_t>(got);
  }
  if (in.bad()) throw BackupRefused("cannot read " + file.string());
  out.sha256 = crypto::hex_encode(hash.finish().sha256);
  return out;
}

void write_privately(const fs::path& file, std::string_view bytes) {
  Descriptor out(file, O_WRONLY | O_CREAT | O_TRUNC);
  out.write(bytes);
}

void write_durably(const fs::path& file, std::string_view bytes) {
  auto temporary = file;
  temporary += ".part";
  {
    Descriptor out(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    out.write(bytes);
    if (::fsync(out.number()) != 0) blobs::fail_on("cannot write", file);
  }
  fs::rename(temporary, file);
  blobs::sync_directory(file.parent_path());
}

void sync_file_system(const fs::path& directory) {
  const Descriptor here(directory, O_RDONLY | O_DIRECTORY);
  if (::syncfs(here.number()) != 0) blobs::fail_on("cannot write", directory);
}

bool absent_or_empty(const fs::path& directory) {
  return !fs::exists(directory) || (fs::is_directory(directory) && fs::is_empty(directory));
}

void make_private_directory(const fs::path& directory) {
  fs::create_directories(directory);
  if (::chmod(directory.c_str(), 0700) != 0) blobs::fail_on("cannot protect", directory);
}

}  // namespace oprag::app
