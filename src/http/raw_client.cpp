#include "http/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

#include "base/text.hpp"

namespace oprag::http {

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket_);
    throw std::runtime_error("connection refused");
  }
}

RawClient::~RawClient() {
  ::close(socket_);
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawClient::end_output() {
  ::shutdown(socket_, SHUT_WR);
}

bool RawClient::receive() {
  std::array<char, 16384> buffer;
  const auto size = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (size < 0 && errno == EAGAIN) throw std::runtime_error("nothing received in time");
  if (size <= 0) return false;
  received_.append(buffer.data(), static_cast<std::size_t>(size));
  return true;
}

std::string RawClient::read_line() {
  std::size_t end;
  while ((end = received_.find("\r\n")) == std::string::npos) {
    if (!receive()) throw std::runtime_error("closed within a line: " + received_);
  }
  auto line = received_.substr(0, end);
  received_.erase(0, end + 2);
  return line;
}

std::string RawClient::read_exactly(std::size_t size) {
  while (received_.size() < size) {
    if (!receive()) throw std::runtime_error("closed within a body");
  }
  auto bytes = received_.substr(0, size);
  received_.erase(0, size);
  return bytes;
}

Response RawClient::read_response(bool has_body) {
  Response response;
  response.status = std::stoi(read_line().substr(9));
  for (auto line = read_line(); !line.empty(); line = read_line()) {
    const auto colon = line.find(": ");
    response.headers.add(line.substr(0, colon), line.substr(colon + 2));
  }
  if (!has_body || response.status == 204 || response.status == 304 || response.status < 200) return response;
  if (response.headers["Transfer-Encoding"] == "chunked") {
    while (const auto size = std::stoul(read_line(), nullptr, 16)) {
      response.body += read_exactly(size);
      read_line();
    }
    read_line();
  } else {
    response.body = read_exactly(std::stoul(std::string(response.headers["Content-Length"])));
  }
  return response;
}

std::string RawClient::read_to_end() {
  while (receive()) {
  }
  return std::exchange(received_, {});
}

std::string exchange_raw(std::uint16_t port, std::string_view bytes) {
  RawClient client(port);
  client.send(bytes);
  return client.read_to_end();
}

}  // namespace oprag::http
