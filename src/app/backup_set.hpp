// What a backup is: a directory with oprag.db, secrets/, objects/ and, written last, manifest.json with the hash of
// each. Without the manifest it is no backup.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/timestamp.hpp"
#include "db/database.hpp"

namespace oprag::app {

// Raised when a backup's files mean something else than before; an older program then refuses it.
inline constexpr std::int64_t backup_format = 1;

// Says what is wrong with a backup, or why it cannot be taken or restored here: a sentence for the operator.
struct BackupRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct BackupFile {
  std::string name;       // of an object: its key
  std::int64_t size = 0;  // bytes
  std::string sha256;     // hex
  bool sealed = false;    // an object that upload URLs may not change any more
};
BOOST_DESCRIBE_STRUCT(BackupFile, (), (name, size, sha256, sealed))

struct BackupCounts {
  std::int64_t companies = 0, documents = 0, objects = 0, bytes = 0;
};
BOOST_DESCRIBE_STRUCT(BackupCounts, (), (companies, documents, objects, bytes))

struct Manifest {
  std::int64_t format = backup_format;
  std::int64_t data_format = 0;
  std::string version;  // of the program that wrote it
  Timestamp created_at;
  std::string engine;  // of the database; only SQLite's is in the backup
  BackupCounts counts;
  std::optional<BackupFile> database;
  std::vector<BackupFile> secrets, objects;
};
BOOST_DESCRIBE_STRUCT(Manifest, (),
                      (format, data_format, version, created_at, engine, counts, database, secrets, objects))

// Paths inside a backup. Throws BackupRefused for a name that would lead elsewhere.
class BackupPaths {
 public:
  explicit BackupPaths(std::filesystem::path root) : root_(std::move(root)) {}

  const std::filesystem::path& root() const noexcept { return root_; }
  std::filesystem::path manifest() const { return root_ / "manifest.json"; }
  std::filesystem::path database() const { return root_ / "oprag.db"; }
  std::filesystem::path secret(const std::string& name) const;
  std::filesystem::path object(const std::string& key) const;

 private:
  std::filesystem::path root_;
};

// Throws BackupRefused when there is none, or one that this program does not understand.
Manifest read_manifest(const BackupPaths& backup);

// An object that rows of the database name.
struct Reference {
  bool required = false;  // what waits for its upload, or is deleted, need not be there
  bool sealed = false;
  std::optional<std::string> sha256;  // as the row has it
};

struct Contents {
  std::int64_t companies = 0, documents = 0;
  std::map<std::string, Reference> objects;  // by key
};
Contents contents_of(db::Database& database);

std::string read_bytes(const std::filesystem::path& file);
BackupFile measured(std::string name, const std::filesystem::path& file);
// With mode 0600.
void write_privately(const std::filesystem::path& file, std::string_view bytes);
// Also on disk when it returns, whole or not at all.
void write_durably(const std::filesystem::path& file, std::string_view bytes);
// Everything written to the directory's file system so far is on disk when it returns.
void sync_file_system(const std::filesystem::path& directory);
bool absent_or_empty(const std::filesystem::path& directory);
// With mode 0700.
void make_private_directory(const std::filesystem::path& directory);

}  // namespace oprag::app
