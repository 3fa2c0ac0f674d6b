#include "app/backup.hpp"

#include <sys/stat.h>

#include "app/data_directory.hpp"
#include "app/system_routes.hpp"
#include "base/log.hpp"
#include "crypto/hash.hpp"
#include "json/pretty.hpp"

namespace oprag::app {
namespace {

namespace fs = std::filesystem;

constexpr int attempts = 3;

// An object that the database named a moment ago is gone: the next moment may name another.
struct ObjectGone : BackupRefused {
  using BackupRefused::BackupRefused;
};

// The rows that say which objects belong to the backup: SQLite's from the snapshot itself.
Contents take_database(db::Database& database, const BackupPaths& to, Manifest& manifest) {
  if (database.engine() != "sqlite") return contents_of(database);
  database.snapshot_to(to.database().string());
  if (::chmod(to.database().c_str(), 0600) != 0) throw BackupRefused("cannot protect " + to.database().string());
  auto out = contents_of(*db::open_sqlite(to.database().string(), 1));
  manifest.database = measured("oprag.db", to.database());
  return out;
}

void take_object(const blobs::ObjectStore& objects, const std::string& key, const Reference& reference,
                 const BackupPaths& to, Manifest& manifest) {
  const auto bytes = objects.get(key);
  if (!bytes && !reference.required) return;
  if (!bytes) throw ObjectGone("the object " + key + " is gone, and the database still names it");
  BackupFile file{.name = key,
                  .size = static_cast<std::int64_t>(bytes->size()),
                  .sha256 = crypto::sha256_hex(*bytes),
                  .sealed = reference.sealed};
  if (reference.required && reference.sha256 && *reference.sha256 != file.sha256) {
    throw BackupRefused("the object " + key +
                        " is not what was uploaded: its disk may be failing; restore it from an older backup, or "
                        "delete its document");
  }
  const auto path = to.object(key);
  fs::create_directories(path.parent_path());
  write_privately(path, *bytes);
  manifest.counts.bytes += file.size;
  manifest.objects.push_back(std::move(file));
}

void take_secrets(const fs::path& from, const BackupPaths& to, Manifest& manifest) {
  make_private_directory(to.root() / "secrets");
  for (const auto& entry : fs::directory_iterator(from)) {
    const auto name = entry.path().filename().string();
    if (!entry.is_regular_file() || name.starts_with('.')) continue;  // a secret that is being made
    write_privately(to.secret(name), read_bytes(entry.path()));
    manifest.secrets.push_back(measured(name, to.secret(name)));
  }
}

Manifest attempt(const Installation& from, const BackupPaths& to, const Clock& clock) {
  Manifest manifest;
  manifest.data_format = data_format;
  manifest.version = version;
  manifest.created_at = clock();
  manifest.engine = from.database.engine();
  const auto contents = take_database(from.database, to, manifest);
  make_private_directory(to.root() / "objects");
  for (const auto& [key, reference] : contents.objects) take_object(from.objects, key, reference, to, manifest);
  take_secrets(from.secrets_dir, to, manifest);
  manifest.counts.companies = contents.companies;
  manifest.counts.documents = contents.documents;
  manifest.counts.objects = static_cast<std::int64_t>(manifest.objects.size());
  sync_file_system(to.root());
  write_durably(to.manifest(), json::pretty(json::encode(manifest)) + "\n");
  return manifest;
}

void empty(const fs::path& directory) {
  for (const auto& entry : fs::directory_iterator(directory)) fs::remove_all(entry.path());
}

}  // namespace

Manifest back_up(const Installation& installation, const fs::path& directory, const Clock& clock) {
  if (!absent_or_empty(directory)) {
    throw BackupRefused(directory.string() + " is not empty: a backup goes into a directory of its own");
  }
  make_private_directory(directory);
  for (int tried = 1;; ++tried) {
    try {
      return attempt(installation, BackupPaths(directory), clock);
    } catch (const ObjectGone& gone) {
      empty(directory);
      if (tried == attempts) throw;
      log::warn("a backup begins again", {{"reason", gone.what()}});
    } catch (...) {
      empty(directory);
      throw;
    }
  }
}

std::string summary(const Manifest& manifest) {
  const auto& counts = manifest.counts;
  return std::to_string(counts.companies) + " companies, " + std::to_string(counts.documents) + " documents, " +
         std::to_string(counts.objects) + " objects of " + std::to_string(counts.bytes) + " bytes";
}

}  // namespace oprag::app
