#include "outbound/fake_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

#include "base/text.hpp"

namespace oprag::outbound {
namespace {

// One request: a head and as many bytes as its Content-Length says.
std::string read_request(int socket) {
  std::string out;
  std::array<char, 4096> buffer{};
  std::size_t wanted = std::string::npos;
  while (out.size() < wanted) {
    const auto got = recv(socket, buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    out.append(buffer.data(), static_cast<std::size_t>(got));
    const auto head = out.find("\r\n\r\n");
    if (wanted != std::string::npos || head == std::string::npos) continue;
    const auto length = ascii_lower(out.substr(0, head)).find("content-length:");
    wanted = head + 4 + (length == std::string::npos ? 0 : std::strtoul(out.c_str() + length + 15, nullptr, 10));
  }
  return out;
}

}  // namespace

void FakeServer::Exchange::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void FakeServer::Exchange::respond(std::string_view status, std::string_view content_type, std::string_view body,
                                   std::string_view headers) const {
  send("HTTP/1.1 " + std::string(status) + "\r\nContent-Type: " + std::string(content_type) + "\r\nContent-Length: " +
       std::to_string(body.size()) + "\r\nConnection: close\r\n" + std::string(headers) + "\r\n" + std::string(body));
}

void FakeServer::Exchange::begin_stream() const {
  send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
}

void FakeServer::Exchange::wait_for_close() const {
  std::array<char, 256> buffer{};
  while (recv(socket_, buffer.data(), buffer.size(), 0) > 0) {
  }
}

FakeServer::FakeServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 8) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no port for the fake server");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this] { serve(); });
}

FakeServer::~FakeServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    if (client_ >= 0) shutdown(client_, SHUT_RDWR);
  }
  thread_.join();
  close(listener_);
}

void FakeServer::serve() {
  while (true) {
    const int client = accept(listener_, nullptr, nullptr);
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ || client < 0) {
        if (client >= 0) close(client);
        return;
      }
      client_ = client;
    }
    const Exchange exchange(client, read_request(client));
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(exchange.request());
    }
    handler_(exchange);
    const std::lock_guard lock(mutex_);
    close(client);
    client_ = -1;
  }
}

std::string FakeServer::url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

std::vector<std::string> FakeServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

}  // namespace oprag::outbound
