// Where an installation keeps what it has. One process at a time works on it.
#pragma once
#include <filesystem>
#include <stdexcept>
#include <string>

namespace oprag::app {

// Raised when files mean something else than before; an older program then refuses the directory.
inline constexpr int data_format = 1;

// The directory is another process's, or of a newer format: a sentence for whoever started this one.
struct DirectoryRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class DataDirectory {
 public:
  // Makes the directory (mode 0700) when it is not there, checks its format, and locks it for this process's life.
  // Throws DirectoryRefused.
  explicit DataDirectory(std::filesystem::path root);
  ~DataDirectory();
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  const std::filesystem::path& root() const noexcept { return root_; }
  std::filesystem::path store_file() const { return root_ / "oprag.db"; }
  // Between the two every program refuses the directory, also after a crash.
  void begin_restore() const;
  void finish_restore() const;

 private:
  void check_format() const;
  void write_format(const std::string& words) const;

  std::filesystem::path root_;
  int lock_ = -1;
};

// Where a server listens for the other subcommands.
std::filesystem::path control_socket(const std::filesystem::path& data_dir);

}  // namespace oprag::app
