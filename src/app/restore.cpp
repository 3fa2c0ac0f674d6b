#include <sys/stat.h>

#include "app/backup.hpp"
#include "app/data_directory.hpp"
#include "app/program.hpp"

namespace oprag::app {
namespace {

namespace fs = std::filesystem;

void check(const BackupFile& expected, const fs::path& file) {
  if (!fs::is_regular_file(file)) throw BackupRefused("the backup is damaged: " + file.string() + " is missing");
  const auto found = measured(expected.name, file);
  if (found.size != expected.size || found.sha256 != expected.sha256) {
    throw BackupRefused("the backup is damaged: " + file.string() + " is not what its manifest says");
  }
}

// All of it, before anything is written.
void check_all(const Manifest& manifest, const BackupPaths& backup) {
  if (manifest.database) check(*manifest.database, backup.database());
  for (const auto& secret : manifest.secrets) check(secret, backup.secret(secret.name));
  for (const auto& object : manifest.objects) check(object, backup.object(object.name));
}

// The lock and the format are there as soon as somebody looked at the directory.
bool unused(const fs::path& data_dir) {
  if (!fs::exists(data_dir)) return true;
  if (!fs::is_directory(data_dir)) return false;
  return std::ranges::all_of(fs::directory_iterator(data_dir), [](const fs::directory_entry& entry) {
    return entry.path().filename() == "lock" || entry.path().filename() == "format";
  });
}

void refuse_used(const Settings& settings) {
  const auto refuse = [](const fs::path& directory) {
    throw BackupRefused(directory.string() + " is not empty: a backup is restored into a new directory");
  };
  if (!unused(settings.data_dir)) refuse(settings.data_dir);
  if (settings.objects == "disk" && !absent_or_empty(settings.objects_dir)) refuse(settings.objects_dir);
  if (!absent_or_empty(settings.secrets_dir)) refuse(settings.secrets_dir);
}

// A directory was looked at before.
void refuse_used(const Settings& settings, const blobs::ObjectStore& objects) {
  if (settings.objects == "s3" && !objects.list("").empty())
    throw BackupRefused("the bucket " + settings.bucket.bucket + " holds objects under the prefix \"" +
                        settings.bucket.prefix + "\": a backup is restored where there are none");
}

void refuse_other_engine(const Manifest& manifest, const Settings& settings) {
  if (manifest.database && !settings.database.empty())
    throw BackupRefused("the backup holds an SQLite database, and the settings name a PostgreSQL one");
  if (!manifest.database && settings.database.empty())
    throw BackupRefused("the backup is of an installation on PostgreSQL: restore its dump and name it with --database");
}

void write_objects(const Manifest& manifest, const BackupPaths& backup, blobs::ObjectStore& objects) {
  for (const auto& object : manifest.objects) {
    objects.put(object.name, read_bytes(backup.object(object.name)));
    const auto kept = object.sealed ? objects.seal(object.name) : objects.head(object.name);
    if (!kept || kept->sha256 != object.sha256) throw BackupRefused("the backup changed while it was restored");
  }
}

void write_secrets(const Manifest& manifest, const BackupPaths& backup, const fs::path& directory) {
  make_private_directory(directory);
  for (const auto& secret : manifest.secrets) {
    write_durably(directory / secret.name, read_bytes(backup.secret(secret.name)));
  }
}

void write_database(const BackupFile& database, const BackupPaths& backup, const fs::path& file) {
  fs::copy_file(backup.database(), file);
  if (::chmod(file.c_str(), 0600) != 0) throw BackupRefused("cannot protect " + file.string());
  check(database, file);
}

// As the server will: with the schema brought up to date.
void check_store(const Settings& settings, const blobs::ObjectStore& objects) {
  const auto database = open_store(settings);
  if (database->engine() == "sqlite") {
    const auto words = database->read_system(
        [](db::System& directory) { return directory.scalar<std::string>("PRAGMA integrity_check"); });
    if (words != "ok") throw BackupRefused("the restored database is damaged: " + words.value_or("it says nothing"));
  }
  for (const auto& [key, reference] : contents_of(*database).objects) {
    if (!reference.required) continue;
    const auto found = objects.head(key);
    if (!found) throw BackupRefused("the database names the object " + key + ", which the backup does not hold");
    if (reference.sha256 && *reference.sha256 != found->sha256)
      throw BackupRefused("the object " + key + " is not the one that the database names");
  }
}

}  // namespace

Manifest restore(const fs::path& from, const Settings& settings, Verify verify) {
  refuse_used(settings);
  const BackupPaths backup(from);
  auto manifest = read_manifest(backup);
  refuse_other_engine(manifest, settings);
  check_all(manifest, backup);

  const DataDirectory directory(settings.data_dir);
  refuse_used(settings);  // again, now that nobody else can use it
  const auto objects = open_objects(settings);
  refuse_used(settings, *objects);
  directory.begin_restore();
  write_objects(manifest, backup, *objects);
  write_secrets(manifest, backup, settings.secrets_dir);
  if (manifest.database) write_database(*manifest.database, backup, directory.store_file());
  sync_file_system(directory.root());
  if (verify == Verify::yes) check_store(settings, *objects);
  directory.finish_restore();
  return manifest;
}

}  // namespace oprag::app
