#include "app/data_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace oprag::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view format_file = "format";

[[noreturn]] void refuse(const std::string& why) {
  throw DirectoryRefused(why);
}

void sync_folder(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

}  // namespace

DataDirectory::DataDirectory(fs::path root) : root_(std::move(root)) {
  std::error_code error;
  fs::create_directories(root_, error);
  if (error) refuse("cannot make the data directory " + root_.string() + ": " + error.message());
  lock_ = ::open((root_ / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) refuse("cannot write to the data directory " + root_.string() + ": " + std::strerror(errno));
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock_);
    refuse("the data directory " + root_.string() + " is in use by another oprag process");
  }
  try {
    check_format();
  } catch (...) {
    ::close(lock_);
    throw;
  }
  ::chmod(root_.c_str(), 0700);
}

DataDirectory::~DataDirectory() {
  ::close(lock_);  // and with it the lock
}

void DataDirectory::check_format() const {
  const auto path = root_ / format_file;
  std::ifstream in(path);
  if (!in) return write_format(std::to_string(data_format));
  int found = 0;
  if (!(in >> found) || found < 1) refuse(path.string() + " does not name a data format; restore it from a backup");
  if (found > data_format) {
    refuse("the data directory " + root_.string() + " has format " + std::to_string(found) +
           ", and this program knows formats up to " + std::to_string(data_format) + ": use a newer oprag");
  }
}

void DataDirectory::write_format(const std::string& words) const {
  const auto path = root_ / format_file;
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const auto line = words + "\n";
  const bool written =
      fd >= 0 && ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fsync(fd) == 0;
  const std::string why = std::strerror(errno);
  if (fd >= 0) ::close(fd);
  if (!written) refuse("cannot write " + path.string() + ": " + why);
  sync_folder(root_);
}

void DataDirectory::begin_restore() const {
  write_format("unfinished restore");
}

void DataDirectory::finish_restore() const {
  write_format(std::to_string(data_format));
}

fs::path control_socket(const fs::path& data_dir) {
  return data_dir / "control";
}

}  // namespace oprag::app
