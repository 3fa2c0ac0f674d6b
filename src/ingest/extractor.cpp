#include "ingest/extractor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <optional>
#include <system_error>

#include "ingest/extract_worker.hpp"

namespace oprag::ingest {
namespace {

using Clock = std::chrono::steady_clock;
using text::ReadError;

constexpr std::int64_t max_progress_frames = 100'000;

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "cannot open a descriptor for the reader");
  }
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    reset();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }
  int get() const { return fd_; }
  void reset() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

// The input as a file in memory: the child reads it without the parent having to feed a pipe.
Descriptor memory_file(std::string_view head, std::string_view bytes) {
  Descriptor file(memfd_create("oprag-document", MFD_CLOEXEC));
  for (auto part : {head, bytes}) {
    while (!part.empty()) {
      const auto written = ::write(file.get(), part.data(), part.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) throw std::system_error(errno, std::generic_category(), "cannot hand a file to the reader");
      part.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

// Between fork and exec only calls that are safe in a copy of a threaded process. The child of exec has an empty
// environment, a session of its own, and no descriptor but three.
pid_t start(const ExtractorSettings& settings, int input, int output) {
  const std::string program = settings.program.string();
  std::vector<const char*> argv{program.c_str()};
  for (const auto& argument : settings.arguments) argv.push_back(argument.c_str());
  argv.push_back(nullptr);
  const char* const environment[] = {nullptr};
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  const pid_t child = ::fork();
  if (child == 0) {
    ::setsid();
    ::dup2(input, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    ::syscall(SYS_close_range, 3u, ~0u, 0u);
    ::execve(program.c_str(), const_cast<char* const*>(argv.data()), const_cast<char* const*>(environment));
    ::_exit(127);
  }
  if (nowhere >= 0) ::close(nowhere);
  if (child < 0) throw std::system_error(errno, std::generic_category(), "cannot start the reader");
  return child;
}

class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() {
    kill();
    wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  // Its whole session: a reader cannot have children, but then nobody has to believe that.
  void kill() const {
    if (!reaped_) ::kill(-pid_, SIGKILL), ::kill(pid_, SIGKILL);
  }
  int wait() {
    while (!reaped_) {
      if (::waitpid(pid_, &status_, 0) == pid_ || errno != EINTR) reaped_ = true;
    }
    return status_;
  }

 private:
  pid_t pid_;
  int status_ = 0;
  bool reaped_ = false;
};

struct Progress {
  std::int64_t done = 0, total = 0;
};

std::optional<Progress> progress_of(std::string_view body) {
  Progress out;
  const auto* end = body.data() + body.size();
  const auto first = std::from_chars(body.data(), end, out.done);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != ' ') return {};
  const auto second = std::from_chars(first.ptr + 1, end, out.total);
  if (second.ec != std::errc{} || second.ptr != end || out.done < 0 || out.total < 0 || out.total > 1'000'000)
    return {};
  return out;
}

// Only codes that the contract knows come through; anything else a child says is its crash.
ReadError error_of(std::string_view body) {
  static constexpr std::string_view known[] = {"unsupported_type",   "empty_file",    "damaged_file",
                                               "password_protected", "no_text",       "unreadable_text",
                                               "too_many_pages",     "too_much_text", "unpacks_too_large",
                                               "out_of_memory",      "reader_crashed"};
  const auto newline = body.find('\n');
  const auto code = body.substr(0, newline);
  for (const auto word : known) {
    if (word == code && newline != std::string_view::npos && body.size() < 2000) {
      return {std::string(code), std::string(body.substr(newline + 1))};
    }
  }
  return {"reader_crashed", "The file made its reader fail"};
}

const ReadError crashed{"reader_crashed", "The file made its reader fail"};

ReadError end_of(int status) {
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) return {"timeout", "The file takes too long to read"};
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return {"timeout", "The file takes too long to read"};
  return crashed;
}

}  // namespace

std::expected<text::Document, ReadError> Extractor::extract(const std::string& bytes, const std::string& filename,
                                                            const text::OnPage& on_page, std::stop_token stop) const {
  std::string name = filename;
  std::erase(name, '\n');
  auto input = memory_file(name + "\n", bytes);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "cannot open a pipe");
  Descriptor from_child(ends[0]), to_parent(ends[1]);
  Child child(start(settings_, input.get(), to_parent.get()));
  to_parent.reset();
  input.reset();

  const auto began = Clock::now();
  auto heard = began;
  std::string buffer, piece(1 << 20, '\0');
  std::int64_t frames = 0;
  for (;;) {
    // Whole frames first.
    while (buffer.size() >= 5) {
      std::uint32_t size = 0;
      for (std::size_t i = 0; i < 4; ++i)
        size |= static_cast<std::uint32_t>(static_cast<unsigned char>(buffer[1 + i])) << (8 * i);
      const auto kind = static_cast<Frame>(buffer[0]);
      const bool large = kind == Frame::document;
      if (size > (large ? max_frame_bytes : 4096u) || (kind != Frame::progress && kind != Frame::error && !large)) {
        return std::unexpected(crashed);
      }
      if (buffer.size() < 5 + size) break;
      const auto body = std::string_view(buffer).substr(5, size);
      if (kind == Frame::error) return std::unexpected(error_of(body));
      if (large) {
        auto document = text::decode(body);
        if (!document) return std::unexpected(crashed);
        return *std::move(document);
      }
      const auto progress = progress_of(body);
      if (!progress || ++frames > max_progress_frames) return std::unexpected(crashed);
      if (on_page) on_page(progress->done, progress->total);
      heard = Clock::now();
      buffer.erase(0, 5 + size);
    }
    const auto now = Clock::now();
    if (stop.stop_requested()) throw Interrupted{};
    if (now - began > settings_.wall_time || now - heard > settings_.quiet_time) {
      return std::unexpected(ReadError{"timeout", "The file takes too long to read"});
    }
    pollfd ready{from_child.get(), POLLIN, 0};
    const int events = ::poll(&ready, 1, 200);  // so that a stop is noticed
    if (events <= 0) continue;
    const auto got = ::read(from_child.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::unexpected(end_of(child.wait()));  // it ended without a result
    if (buffer.size() + static_cast<std::size_t>(got) > max_frame_bytes + 5) return std::unexpected(crashed);
    buffer.append(piece, 0, static_cast<std::size_t>(got));
  }
}

}  // namespace oprag::ingest
