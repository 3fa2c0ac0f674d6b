#include "app/control.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include "base/log.hpp"

namespace oprag::app {
namespace {

namespace bj = boost::json;

constexpr std::size_t longest_line = 16 << 20;  // bytes

// A socket address holds 107 bytes; a directory's descriptor makes any path short enough.
class Address {
 public:
  explicit Address(const std::filesystem::path& socket)
      : folder_(::open(socket.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    const auto text = "/proc/self/fd/" + std::to_string(folder_) + "/" + socket.filename().string();
    address_.sun_family = AF_UNIX;
    std::memcpy(address_.sun_path, text.c_str(), std::min(text.size() + 1, sizeof address_.sun_path - 1));
  }
  ~Address() {
    if (folder_ >= 0) ::close(folder_);
  }
  Address(const Address&) = delete;
  Address& operator=(const Address&) = delete;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  static constexpr socklen_t size = sizeof(sockaddr_un);

 private:
  int folder_;
  sockaddr_un address_{};
};

int new_socket() {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "socket");
  return fd;
}

// Up to the newline; nothing when the other side closed before one.
std::optional<std::string> read_line(int fd) {
  std::string line;
  char buffer[4096];
  for (;;) {
    const auto n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0 || line.size() > longest_line) return {};
    line.append(buffer, static_cast<std::size_t>(n));
    if (const auto end = line.find('\n'); end != std::string::npos) return line.substr(0, end);
  }
}

bool write_line(int fd, std::string text) {
  text += '\n';
  std::string_view rest(text);
  while (!rest.empty()) {
    const auto n = ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

ControlServer::ControlServer(std::filesystem::path socket, RunCommand run)
    : socket_(std::move(socket)), run_(std::move(run)) {
  ::unlink(socket_.c_str());
  const Address address(socket_);
  listener_ = new_socket();
  const auto before = ::umask(0177);
  const bool bound = ::bind(listener_, address.get(), Address::size) == 0;
  ::umask(before);
  if (!bound || ::listen(listener_, 16) != 0 || ::pipe2(wake_, O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot listen on " + socket_.string());
  }
  thread_ = std::jthread([this] { accept_all(); });
}

ControlServer::~ControlServer() {
  (void)!::write(wake_[1], "x", 1);
  thread_.join();
  ::unlink(socket_.c_str());
  for (const int fd : {listener_, wake_[0], wake_[1]}) ::close(fd);
}

// One command at a time: they are an operator's, and some take the whole store.
void ControlServer::accept_all() {
  for (;;) {
    pollfd waiting[2] = {{listener_, POLLIN, 0}, {wake_[0], POLLIN, 0}};
    if (::poll(waiting, 2, -1) < 0 && errno != EINTR) return;
    if (waiting[1].revents) return;
    if (!(waiting[0].revents & POLLIN)) continue;
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    serve(connection);
    ::close(connection);
  }
}

void ControlServer::serve(int connection) {
  bj::object answer;
  try {
    const timeval patience{5, 0};
    ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const auto line = read_line(connection);
    if (!line) return;
    answer = run_(bj::parse(*line).as_object());
  } catch (const std::exception& e) {
    answer = {{"ok", false}, {"error", e.what()}};
  }
  if (!write_line(connection, bj::serialize(answer))) log::warn("a command's answer found nobody");
}

std::optional<bj::object> send_command(const std::filesystem::path& socket, const Command& command) {
  const Address address(socket);
  const int fd = new_socket();
  if (::connect(fd, address.get(), Address::size) != 0) {
    ::close(fd);
    return {};
  }
  const bool sent = write_line(fd, bj::serialize(command));
  const auto line = sent ? read_line(fd) : std::nullopt;
  ::close(fd);
  if (!line) throw std::runtime_error("the server ended before it answered; its log says why");
  return bj::parse(*line).as_object();
}

}  // namespace oprag::app
