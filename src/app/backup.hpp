// A backup of an installation while it works, and a new installation from a backup.
#pragma once
#include "app/backup_set.hpp"
#include "app/settings.hpp"
#include "base/environment.hpp"
#include "blobs/object_store.hpp"

namespace oprag::app {

struct Installation {
  db::Database& database;
  const blobs::ObjectStore& objects;
  std::filesystem::path secrets_dir;
};

// Into a directory that is empty or not there yet: one moment of the database, every object that this moment names, and
// the secrets. PostgreSQL's database is left to pg_dump, which runs first. What is written when it fails is removed.
Manifest back_up(const Installation& installation, const std::filesystem::path& directory, const Clock& clock);

enum class Verify { no, yes };

// Into directories that are empty or not there yet, after every hash of the backup was found right. Until it is done,
// no oprag takes the data directory for one. `verify` opens the store afterwards and looks for every object that its
// rows name.
Manifest restore(const std::filesystem::path& backup, const Settings& settings, Verify verify);

// For the operator.
std::string summary(const Manifest& manifest);

}  // namespace oprag::app
